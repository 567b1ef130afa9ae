// SPDX-License-Identifier: Apache-2.0
// Reads classes: extensions with the classes (ProgIDs) that open them, URL schemes, and what
// programs say that they support. Owned by the publishing instance of the guest agent; runs in its loop, at
// start and after a change. What only a part of Windows opens is left out; nothing is written. The user's
// classes and the machine's are read one after the other: HKEY_CLASSES_ROOT unites them on Windows, not in
// Wine.
#include "guest-agent/win32/associations.h"

#include "guest-agent/win32/program.h"
#include "guest-agent/win32/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <shlwapi.h>

#define KEY_MAX 512 // characters of a key's path; what is longer is left out
#define EXTENSIONS                                                                                           \
    L"Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\FileExts" // the user's own choices

typedef struct Reader {
    Icons *icons;
    Catalogue *catalogue;
    FileType *type;               // the one being read
    const wchar_t *class_name;    // of it, being read
    wchar_t program_key[KEY_MAX]; // Applications\NAME, whose supported types are being read
    bool is_first_class;
} Reader;

static bool join(wchar_t ret_key[KEY_MAX], const wchar_t *key, const wchar_t *below) {
    int size = _snwprintf(ret_key, KEY_MAX - 1, L"%ls\\%ls", key, below);
    ret_key[KEY_MAX - 1] = 0;
    return size > 0 && size < KEY_MAX - 1;
}

static const HKEY hives[] = {HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE}; // the user's come first
#define N_HIVES (sizeof hives / sizeof *hives)
#define CLASSES L"Software\\Classes"

static wchar_t *class_text(const wchar_t *class_key, const wchar_t *name) {
    wchar_t key[KEY_MAX];
    wchar_t *text = NULL;
    for (size_t i = 0; !text && i < N_HIVES && join(key, CLASSES, class_key); i++)
        text = registry_text(hives[i], key, name);
    return text;
}

static bool class_has_key(const wchar_t *class_key) {
    wchar_t key[KEY_MAX];
    return join(key, CLASSES, class_key) &&
           (registry_has_key(HKEY_CURRENT_USER, key) || registry_has_key(HKEY_LOCAL_MACHINE, key));
}

static bool class_has_value(const wchar_t *class_key, const wchar_t *name) {
    wchar_t key[KEY_MAX];
    return join(key, CLASSES, class_key) && (registry_has_value(HKEY_CURRENT_USER, key, name) ||
                                             registry_has_value(HKEY_LOCAL_MACHINE, key, name));
}

// What both hives have is visited twice.
static void class_each_key(const wchar_t *class_key, RegistryVisitor visit, void *context) {
    wchar_t key[KEY_MAX];
    for (size_t i = 0; i < N_HIVES && join(key, CLASSES, class_key); i++)
        registry_each_key(hives[i], key, visit, context);
}

static void class_each_value(const wchar_t *class_key, RegistryVisitor visit, void *context) {
    wchar_t key[KEY_MAX];
    for (size_t i = 0; i < N_HIVES && join(key, CLASSES, class_key); i++)
        registry_each_value(hives[i], key, visit, context);
}

static void set_text(char **field, wchar_t *wide, size_t max_bytes) {
    if (wide && wcslen(wide) * sizeof *wide > max_bytes)
        wide[max_bytes / sizeof *wide] = 0;
    char *utf8 = wide_to_utf8(wide);
    app_set(field, utf8);
    free(utf8);
    free(wide);
}

static wchar_t *display_text(const wchar_t *key, const wchar_t *name) {
    wchar_t *text = class_text(key, name);
    wchar_t resolved[FILE_TYPE_TEXT_BYTES / sizeof(wchar_t)];
    if (!text || *text != L'@')
        return text;
    bool done = wide_display(text, resolved, sizeof resolved / sizeof *resolved);
    free(text);
    return done ? _wcsdup(resolved) : NULL;
}

// Verbs

static const App *handler_of(Reader *reader, const wchar_t *program) {
    char *path = wide_to_utf8(program);
    const App *known = program_app(reader->catalogue, path);
    if (!known && !program_is_part_of_windows(program) && !program_is_own(program)) {
        App *app = app_new();
        app->id = app_id("handler", path);
        app->kind = APP_KIND_HANDLER;
        app->show = SW_SHOWNORMAL;
        app->icon = icons_find(reader->icons, program, 0);
        app_set(&app->target, path);
        free(app->name);
        app->name = program_name(program);
        uint64_t id = app->id;
        known = catalogue_put(reader->catalogue, app) ? catalogue_find(reader->catalogue, id) : NULL;
    }
    free(path);
    return known;
}

static bool is_offered(const wchar_t *verb, const wchar_t *key) {
    return _wcsicmp(verb, L"runas") != 0 && _wcsicmp(verb, L"printto") != 0 &&
           !class_has_value(key, L"LegacyDisable") && !class_has_value(key, L"ProgrammaticAccessOnly");
}

static bool is_default_verb(const Reader *reader, const wchar_t *verb) {
    wchar_t key[KEY_MAX];
    wchar_t *chosen = join(key, reader->class_name, L"shell") ? class_text(key, NULL) : NULL;
    if (chosen)
        chosen[wcscspn(chosen, L", ")] = 0;
    bool is_it = _wcsicmp(chosen && *chosen ? chosen : L"open", verb) == 0;
    free(chosen);
    return is_it;
}

static void add_verb(Reader *reader, const wchar_t *verb, const wchar_t *key, const App *app) {
    wchar_t dde[KEY_MAX];
    char *class_name = wide_to_utf8(reader->class_name), *name = wide_to_utf8(verb);
    uint64_t id = file_verb_id(class_name, name);
    FileVerb *added = wcslen(reader->class_name) * sizeof(wchar_t) > FILE_VERB_TEXT_BYTES ||
                              file_type_find_verb(reader->type, id)
                          ? NULL
                          : file_type_add_verb(reader->type);
    if (added) {
        added->id = id;
        added->app = app->id;
        if (reader->is_first_class && is_default_verb(reader, verb))
            added->flags |= FILE_VERB_DEFAULT;
        if (join(dde, key, L"ddeexec") && class_has_key(dde))
            added->flags |= FILE_VERB_DDE;
        app_set(&added->verb, name);
        app_set(&added->class_name, class_name);
        app_set(&added->program_name, app->name);
        wchar_t *label = display_text(key, L"MUIVerb");
        set_text(&added->label, label ? label : display_text(key, NULL), FILE_VERB_TEXT_BYTES);
    }
    free(name);
    free(class_name);
}

static void on_verb(const wchar_t *verb, void *context) {
    Reader *reader = context;
    wchar_t shell[KEY_MAX], key[KEY_MAX], command_key[KEY_MAX], program[WIDE_PATH];
    if (wcslen(verb) * sizeof *verb > FILE_VERB_TEXT_BYTES || !join(shell, reader->class_name, L"shell") ||
        !join(key, shell, verb) || !join(command_key, key, L"command") || !is_offered(verb, key))
        return;
    wchar_t *command = class_text(command_key, NULL);
    const App *app = command && program_of_command(command, program) ? handler_of(reader, program) : NULL;
    if (app)
        add_verb(reader, verb, key, app);
    free(command);
}

// Classes

static uint64_t icon_of(Reader *reader, const wchar_t *class_name) {
    wchar_t key[KEY_MAX], path[WIDE_PATH];
    wchar_t *location = join(key, class_name, L"DefaultIcon") ? class_text(key, NULL) : NULL;
    uint64_t icon = 0;
    if (location && wcschr(location, L'%') == NULL && wcslen(location) < WIDE_PATH) {
        wcscpy(path, location);
        int index = PathParseIconLocationW(path);
        icon = icons_find(reader->icons, path, index);
    }
    free(location);
    return icon;
}

static void add_class(Reader *reader, const wchar_t *class_name) {
    wchar_t shell[KEY_MAX];
    if (!*class_name || !join(shell, class_name, L"shell"))
        return;
    unsigned before = reader->type->n_verbs;
    reader->class_name = class_name;
    class_each_key(shell, on_verb, reader);
    if (reader->type->n_verbs > before && !*reader->type->description) {
        wchar_t *text = display_text(class_name, L"FriendlyTypeName");
        set_text(&reader->type->description, text ? text : display_text(class_name, NULL),
                 FILE_TYPE_TEXT_BYTES);
    }
    if (reader->type->n_verbs > before && !reader->type->icon)
        reader->type->icon = icon_of(reader, class_name);
    reader->is_first_class = reader->is_first_class && reader->type->n_verbs == before;
}

static void on_class_value(const wchar_t *class_name, void *context) {
    add_class(context, class_name);
}

static void add_named_class(Reader *reader, wchar_t *class_name) { // owns it
    if (class_name)
        add_class(reader, class_name);
    free(class_name);
}

// Types

static bool begin(Reader *reader, FileTypeKind kind, const wchar_t *name) {
    wchar_t lower[FILE_TYPE_NAME_BYTES / sizeof(wchar_t)];
    if (wcslen(name) >= sizeof lower / sizeof *lower)
        return false;
    wcscpy(lower, name);
    CharLowerW(lower);
    char *utf8 = wide_to_utf8(lower);
    const FileType *known = catalogue_find_type(reader->catalogue, file_type_id(kind, utf8));
    reader->type = known ? file_type_copy(known) : file_type_new();
    reader->is_first_class = !known;
    reader->type->kind = kind;
    reader->type->id = file_type_id(kind, utf8);
    app_set(&reader->type->name, utf8);
    free(utf8);
    return true;
}

static void end(Reader *reader) {
    if (reader->type->n_verbs)
        catalogue_put_type(reader->catalogue, reader->type);
    else
        file_type_free(reader->type);
    reader->type = NULL;
}

static void add_users_choice(Reader *reader, const wchar_t *extension) {
    wchar_t key[KEY_MAX], choice[KEY_MAX];
    if (!join(key, EXTENSIONS, extension) || !join(choice, key, L"UserChoice"))
        return;
    add_named_class(reader, registry_text(HKEY_CURRENT_USER, choice, L"ProgId"));
    add_named_class(reader, registry_text(HKEY_CURRENT_USER, key, L"ProgId")); // XP
}

static void read_extension(Reader *reader, const wchar_t *extension) {
    wchar_t key[KEY_MAX];
    if (!begin(reader, FILE_TYPE_EXTENSION, extension))
        return;
    add_users_choice(reader, extension);
    add_named_class(reader, class_text(extension, NULL));
    if (join(key, extension, L"OpenWithProgids"))
        class_each_value(key, on_class_value, reader);
    if (reader->type->n_verbs) {
        set_text(&reader->type->content_type, class_text(extension, L"Content Type"), FILE_TYPE_TEXT_BYTES);
        set_text(&reader->type->perceived_type, class_text(extension, L"PerceivedType"),
                 FILE_TYPE_TEXT_BYTES);
    }
    end(reader);
}

static void read_scheme(Reader *reader, const wchar_t *scheme) {
    if (!begin(reader, FILE_TYPE_SCHEME, scheme))
        return;
    add_class(reader, scheme);
    end(reader);
}

// A scheme is a class with a value "URL Protocol". Schemes with a dot are not looked for: nearly all classes
// with one are ProgIDs, and each look costs.
static void on_class(const wchar_t *name, void *context) {
    if (*name == L'.')
        read_extension(context, name);
    else if (!wcschr(name, L'.') && !wcschr(name, L' ') && class_has_value(name, L"URL Protocol"))
        read_scheme(context, name);
}

// What programs say

static void add_to_type(Reader *reader, FileTypeKind kind, const wchar_t *name, const wchar_t *class_name) {
    if (!begin(reader, kind, name))
        return;
    add_class(reader, class_name);
    end(reader);
}

static void on_supported_type(const wchar_t *extension, void *context) {
    Reader *reader = context;
    if (*extension == L'.')
        add_to_type(reader, FILE_TYPE_EXTENSION, extension, reader->program_key);
}

static void on_program(const wchar_t *name, void *context) {
    Reader *reader = context;
    wchar_t types[KEY_MAX];
    if (!join(reader->program_key, L"Applications", name) ||
        !join(types, reader->program_key, L"SupportedTypes") ||
        class_has_value(reader->program_key, L"NoOpenWith"))
        return;
    class_each_value(types, on_supported_type, reader);
}

typedef struct Capabilities {
    Reader *reader;
    HKEY root;
    FileTypeKind kind;
    wchar_t key[KEY_MAX];
} Capabilities;

static void on_capability(const wchar_t *name, void *context) {
    Capabilities *capabilities = context;
    wchar_t *class_name = registry_text(capabilities->root, capabilities->key, name);
    if (class_name && (capabilities->kind == FILE_TYPE_SCHEME || *name == L'.'))
        add_to_type(capabilities->reader, capabilities->kind, name, class_name);
    free(class_name);
}

static void on_registered(const wchar_t *name, void *context) {
    Capabilities *capabilities = context;
    wchar_t *key = registry_text(capabilities->root, L"Software\\RegisteredApplications", name);
    capabilities->kind = FILE_TYPE_EXTENSION;
    if (key && join(capabilities->key, key, L"FileAssociations"))
        registry_each_value(capabilities->root, capabilities->key, on_capability, capabilities);
    capabilities->kind = FILE_TYPE_SCHEME;
    if (key && join(capabilities->key, key, L"UrlAssociations"))
        registry_each_value(capabilities->root, capabilities->key, on_capability, capabilities);
    free(key);
}

void associations_read(Icons *icons, Catalogue *catalogue) {
    Reader reader = {.icons = icons, .catalogue = catalogue};
    for (size_t i = 0; i < N_HIVES; i++)
        registry_each_key(hives[i], CLASSES, on_class, &reader);
    class_each_key(L"Applications", on_program, &reader);
    Capabilities capabilities = {.reader = &reader, .root = HKEY_LOCAL_MACHINE};
    registry_each_value(HKEY_LOCAL_MACHINE, L"Software\\RegisteredApplications", on_registered,
                        &capabilities);
    capabilities.root = HKEY_CURRENT_USER;
    registry_each_value(HKEY_CURRENT_USER, L"Software\\RegisteredApplications", on_registered, &capabilities);
}
