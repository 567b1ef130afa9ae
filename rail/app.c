// SPDX-License-Identifier: Apache-2.0
// The published application as an owned value. Its texts are the guest's and untrusted: they are labelled
// where they are shown.
#include "rail/app.h"

#include <string.h>

#include "rail/hash.h"
#include "rail/mem.h"
#include "rail/utf.h"

static const size_t strings[] = {offsetof(App, name),   offsetof(App, description), offsetof(App, group),
                                 offsetof(App, target), offsetof(App, arguments),   offsetof(App, directory),
                                 offsetof(App, aumid)};
static const size_t limits[] = {APP_NAME_BYTES,      APP_NAME_BYTES, APP_PATH_BYTES, APP_PATH_BYTES,
                                APP_ARGUMENTS_BYTES, APP_PATH_BYTES, APP_PATH_BYTES};
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
    if (app->shares) {
        app->shares--;
        return;
    }
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
    copy->shares = 0;
    for (size_t i = 0; i < N_STRINGS; i++)
        *string_at(copy, i) = mem_string(*string_at(app, i));
    return copy;
}

App *app_share(const App *app) {
    App *shared = (App *)app;
    shared->shares++;
    return shared;
}

void app_fit(App *app) {
    for (size_t i = 0; i < N_STRINGS; i++)
        utf8_fit_utf16(string_at(app, i), limits[i]);
}

bool app_equal(const App *a, const App *b) {
    if (a == b)
        return true;
    if (a->id != b->id || a->icon != b->icon || a->kind != b->kind || a->show != b->show ||
        a->hotkey != b->hotkey || a->of_windows != b->of_windows)
        return false;
    for (size_t i = 0; i < N_STRINGS; i++)
        if (strcmp(*string_at(a, i), *string_at(b, i)))
            return false;
    return true;
}

uint64_t app_hash(const App *app) {
    uint64_t hash = hash_number(hash_number(HASH_START, app->id), app->icon);
    hash = hash_number(hash, (uint64_t)app->of_windows << 32 | (uint64_t)app->kind << 24 |
                                 (uint64_t)app->show << 16 | app->hotkey);
    for (size_t i = 0; i < N_STRINGS; i++)
        hash = hash_text(hash, *string_at(app, i));
    return hash ? hash : 1;
}

uint64_t app_id(const char *folder_tag, const char *relative_path) {
    return hash_path(folder_tag, relative_path);
}
