// SPDX-License-Identifier: Apache-2.0
// What becomes of a hostile catalogue: a plan, a desktop entry, a MIME package. The values are made of the
// input's bytes, past the decoders of the wire, so that they may be worse than any that arrive; the output is
// read back by readers that are stricter than a desktop.
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "rail/utf.h"
#include "rail/wire.h"
#include "shortcuts/launcher.h"
#include "shortcuts/plan.h"
#include "tests/support/strict.h"

#define GUEST    "wine-1"
#define RAILHEAD "/usr/bin/railhead"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void require_none(char *problem) {
    if (!problem)
        return;
    fprintf(stderr, "%s\n", problem);
    abort();
}

// One byte of length, then UTF-8 that is made valid: what the values have is always that.
static char *get_text(WireReader *reader) {
    size_t size = wire_get_u8(reader);
    size = size < wire_left(reader) ? size : wire_left(reader);
    const uint8_t *bytes = wire_get_bytes(reader, size);
    g_autofree char *raw = g_strndup(bytes ? (const char *)bytes : "", size);
    return g_utf8_make_valid(raw, -1);
}

static void get_field(WireReader *reader, char **field) {
    g_autofree char *text = get_text(reader);
    app_set(field, text);
}

static App *get_app(WireReader *reader) {
    App *app = app_new();
    app->id = 1 + wire_get_u8(reader) % 8;
    app->icon = wire_get_u8(reader) % 3;
    app->kind = (AppKind)(wire_get_u8(reader) % 5);
    char **fields[] = {&app->name, &app->description, &app->group, &app->target, &app->arguments};
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        get_field(reader, fields[i]);
    return app;
}

static FileType *get_type(WireReader *reader) {
    FileType *type = file_type_new();
    type->id = 1 + wire_get_u8(reader) % 8;
    type->icon = wire_get_u8(reader) % 3;
    type->kind = (FileTypeKind)(wire_get_u8(reader) % 2);
    char **fields[] = {&type->name, &type->content_type, &type->perceived_type, &type->description};
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
        get_field(reader, fields[i]);
    FileVerb *verb = file_type_add_verb(type);
    verb->id = 1;
    verb->app = 1 + wire_get_u8(reader) % 8;
    get_field(reader, &verb->verb);
    get_field(reader, &verb->label);
    return type;
}

static void get_catalogue(WireReader *reader, Catalogue *catalogue) {
    catalogue_init(catalogue);
    while (wire_left(reader) && !reader->failed)
        if (wire_get_u8(reader) & 1)
            catalogue_put(catalogue, get_app(reader));
        else
            catalogue_put_type(catalogue, get_type(reader));
}

static size_t on_icon(uint64_t icon, bool contents, IconFile ret_files[ICON_SIZES_MAX], gpointer user) {
    if (icon == 1)
        ret_files[0] = (IconFile){.side = 16, .bytes = g_bytes_new_static("\x89PNG\r\n\x1a\n.", 9)};
    return icon == 1;
}

static char *on_mime(const char *extension, gpointer user) {
    return strcmp(extension, "txt") == 0 ? g_strdup("text/plain") : NULL;
}

#if defined FUZZ_PLAN
static void run(WireReader *reader) {
    Catalogue catalogue;
    get_catalogue(reader, &catalogue);
    PlanInput input = {.guest = GUEST,
                       .railhead = RAILHEAD,
                       .catalogue = &catalogue,
                       .icon_source = on_icon,
                       .mime_source = on_mime,
                       .windows_too = true};
    g_autoptr(GHashTable) wanted = plan_wanted(&input), again = plan_wanted(&input);
    Plan plan;
    require_none(strict_problem_of_all(wanted, GUEST, RAILHEAD));
    plan_init(&plan, wanted, again);
    if (plan.writes->len || plan.removes->len)
        abort();
    plan_clear(&plan);
    catalogue_clear(&catalogue);
}
#elif defined FUZZ_DESKTOP_ENTRY
static void run(WireReader *reader) {
    g_autofree char *name = get_text(reader);
    bool is_renamed = wire_get_u8(reader) & 1;
    App *app = get_app(reader), *action = get_app(reader);
    g_autoptr(GPtrArray) actions = g_ptr_array_new();
    g_ptr_array_add(actions, action);
    LauncherDetails details = {.guest = GUEST,
                               .railhead = RAILHEAD,
                               .has_icon = app->icon == 1,
                               .name = is_renamed ? name : NULL,
                               .actions = actions};
    char *text = launcher_text(app, &details);
    g_autoptr(GBytes) file = g_bytes_new_take(text, strlen(text));
    g_autofree char *path = plan_launcher_path(GUEST, app->id);
    require_none(strict_problem(path, file, GUEST, RAILHEAD));
    app_free(app);
    app_free(action);
}
#elif defined FUZZ_MIME_PACKAGE
static void run(WireReader *reader) {
    Catalogue catalogue;
    catalogue_init(&catalogue);
    while (wire_left(reader) && !reader->failed)
        catalogue_put_type(&catalogue, get_type(reader));
    char *xml = mime_package(GUEST, &catalogue, on_mime, NULL);
    if (xml) {
        g_autoptr(GBytes) file = g_bytes_new_take(xml, strlen(xml));
        require_none(strict_problem("mime/packages/io.railhead.wine_1.xml", file, GUEST, RAILHEAD));
    }
    catalogue_clear(&catalogue);
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    WireReader reader;
    wire_reader_init(&reader, bytes, size);
    run(&reader);
    return 0;
}
