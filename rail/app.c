// SPDX-License-Identifier: Apache-2.0
// The published application as an owned value. Its texts are the guest's and untrusted: they are labelled
// where they are shown.
#include "rail/app.h"

#include <string.h>

#include "rail/mem.h"

static const size_t strings[] = {offsetof(App, name),   offsetof(App, description), offsetof(App, group),
                                 offsetof(App, target), offsetof(App, arguments),   offsetof(App, directory),
                                 offsetof(App, aumid)};
#define N_STRINGS (sizeof strings / sizeof *strings)

static char **string_at(const App *app, size_t index) {
    return (char **)((char *)app + strings[index]);
}

App *app_new(void) {
    App *app = mem_new(sizeof *app);
    app->show = 1;
    for (size_t i = 0; i < N_STRINGS; i++)
        *string_at(app, i) = mem_string("");
    return app;
}

void app_free(App *app) {
    if (!app)
        return;
    for (size_t i = 0; i < N_STRINGS; i++)
        mem_free(*string_at(app, i));
    mem_free(app);
}

void app_set(char **field, const char *utf8) {
    char *copy = mem_string(utf8 ? utf8 : "");
    mem_free(*field);
    *field = copy;
}

App *app_copy(const App *app) {
    App *copy = mem_new(sizeof *copy);
    *copy = *app;
    for (size_t i = 0; i < N_STRINGS; i++)
        *string_at(copy, i) = mem_string(*string_at(app, i));
    return copy;
}

bool app_equal(const App *a, const App *b) {
    if (a->id != b->id || a->icon != b->icon || a->kind != b->kind || a->show != b->show ||
        a->hotkey != b->hotkey)
        return false;
    for (size_t i = 0; i < N_STRINGS; i++)
        if (strcmp(*string_at(a, i), *string_at(b, i)))
            return false;
    return true;
}

static uint64_t fnv(uint64_t hash, const void *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001B3u;
    return hash;
}

static uint64_t fnv_number(uint64_t hash, uint64_t value) {
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    return fnv(hash, bytes, sizeof bytes);
}

uint64_t app_hash(const App *app) {
    uint64_t hash = fnv_number(0xCBF29CE484222325u, app->id);
    hash = fnv_number(hash, app->icon);
    hash = fnv_number(hash, (uint64_t)app->kind << 24 | (uint64_t)app->show << 16 | app->hotkey);
    for (size_t i = 0; i < N_STRINGS; i++)
        hash = fnv(hash, *string_at(app, i), strlen(*string_at(app, i)) + 1);
    return hash ? hash : 1;
}

uint64_t app_id(const char *folder_tag, const char *relative_path) {
    uint64_t hash = fnv(0xCBF29CE484222325u, folder_tag, strlen(folder_tag));
    hash = fnv(hash, ":", 1);
    for (const char *at = relative_path; *at; at++) {
        char folded = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
        hash = fnv(hash, &folded, 1);
    }
    return hash ? hash : 1;
}
