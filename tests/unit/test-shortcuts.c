// SPDX-License-Identifier: Apache-2.0
// Launchers: hostile names stay valid and harmless, sync is idempotent, only the guest's own files are
// touched, and a folder that cannot be written gives an error and no half file.
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include "shortcuts/launcher.h"
#include "shortcuts/manifest.h"
#include "shortcuts/store.h"
#include "tests/support/strict.h"

static const char *const hostile[] = {
    "a/b", "line\nExec=evil", "%f %u %%", "\"quoted\" 'x' `y` $(z)", "\xe2\x80\xaegpj.exe",
    "",    "\\ \t;;=[x]",     NULL};

static size_t one_icon(uint64_t icon, bool contents, IconFile ret_files[ICON_SIZES_MAX], gpointer user) {
    Raster *raster = raster_new(32, 32);
    g_autoptr(GBytes) png = icon_file_encode(raster);
    gsize size;
    const uint8_t *bytes = g_bytes_get_data(png, &size);
    raster_free(raster);
    ret_files[0] = (IconFile){.side = 32,
                              .bytes = contents ? g_bytes_ref(png)
                                                : icon_file_stamp(size, bytes + size - ICON_FILE_TAIL)};
    return 1;
}

static void fill(Catalogue *catalogue) {
    g_autofree char *longest = g_strnfill(300, 'x');
    catalogue_init(catalogue);
    for (size_t i = 0; i <= G_N_ELEMENTS(hostile) - 1; i++) {
        App *app = app_new();
        app->id = 0x1000 + i;
        app->icon = 77;
        app_set(&app->name, hostile[i] ? hostile[i] : longest);
        app_set(&app->description, hostile[i] ? hostile[i] : longest);
        g_assert_true(catalogue_put(catalogue, app));
    }
}

static char *make_home(void) {
    g_autoptr(GError) error = NULL;
    char *home = g_dir_make_tmp("shortcuts-XXXXXX", &error);
    g_assert_no_error(error);
    return home;
}

static StoreFolders folders_of(const char *home) {
    static char *data, *config, *state;
    g_free(data), g_free(config), g_free(state);
    data = g_build_filename(home, "data", NULL);
    config = g_build_filename(home, "config", NULL);
    state = g_build_filename(home, "state", NULL);
    return (StoreFolders){.data = data, .config = config, .state = state};
}

static bool sync_store(const char *home, const PlanInput *input, Choices *choices, GError **error) {
    StoreFolders folders = folders_of(home);
    return store_sync(&folders, input, choices, error);
}

static guint count(const char *home, const char *guest) {
    StoreFolders folders = folders_of(home);
    g_autoptr(GHashTable) files = store_installed(&folders, guest);
    return g_hash_table_size(files);
}

static void validate(const char *home, const char *relative, const char *validator) {
    g_autofree char *out = NULL, *err = NULL, *path = g_build_filename(home, "data", relative, NULL);
    const char *argv[] = {validator, "--no-hints", path, NULL};
    int status;
    g_assert_true(
        g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status, NULL));
    g_assert_cmpstr(out, ==, "");
    g_assert_cmpint(status, ==, 0);
}

static void check_entry(const char *home, const char *relative, const char *validator) {
    g_autofree char *path = g_build_filename(home, "data", relative, NULL);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) error = NULL;
    g_assert_true(g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &error));
    g_autofree char *exec = g_key_file_get_string(file, G_KEY_FILE_DESKTOP_GROUP, "Exec", NULL);
    g_autofree char *name = g_key_file_get_string(file, G_KEY_FILE_DESKTOP_GROUP, "Name", NULL);
    g_assert_true(
        g_regex_match_simple("^\"/opt/rail head/railhead\" run wine-1/[0-9a-f]{16} %U$", exec, 0, 0));
    g_assert_cmpuint(strlen(name), >, 0);
    g_assert_cmpuint(strlen(name), <=, LAUNCHER_NAME_BYTES);
    g_assert_null(strstr(name, "\xe2\x80\xae"));
    g_assert_null(strpbrk(name, "\n\t"));
    if (validator)
        validate(home, relative, validator);
}

static void test_hostile_names(void) {
    g_autofree char *home = make_home(), *validator = g_find_program_in_path("desktop-file-validate");
    g_autoptr(GError) error = NULL;
    Catalogue catalogue, empty;
    fill(&catalogue);
    catalogue_init(&empty);
    PlanInput input = {.guest = "wine-1",
                       .railhead = "/opt/rail head/railhead",
                       .catalogue = &catalogue,
                       .icon_source = one_icon};
    g_assert_true(sync_store(home, &input, NULL, &error));
    g_assert_cmpuint(count(home, "wine-1"), ==, catalogue.apps.count + 3); // an icon, the menu and its folder
    StoreFolders folders = folders_of(home);
    g_autoptr(GHashTable) files = store_installed(&folders, "wine-1");
    GHashTableIter iter;
    gpointer path;
    g_hash_table_iter_init(&iter, files);
    while (g_hash_table_iter_next(&iter, &path, NULL))
        if (g_str_has_prefix(path, "applications/"))
            check_entry(home, path, validator);
    input.catalogue = &empty;
    g_assert_true(sync_store(home, &input, NULL, &error));
    g_assert_cmpuint(count(home, "wine-1"), ==, 0);
    catalogue_clear(&catalogue);
}

static void test_plan_is_idempotent_and_stays_at_home(void) {
    g_autofree char *home = make_home();
    g_autofree char *foreign =
        g_build_filename(home, "data/applications/io.railhead.wine.afff.desktop", NULL);
    g_autofree char *folder = g_path_get_dirname(foreign);
    Catalogue catalogue;
    Plan plan;
    fill(&catalogue);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
    g_assert_true(g_file_set_contents(foreign, "other", -1, NULL));
    PlanInput input = {.guest = "wine-1", .railhead = "/opt/rail head/railhead", .catalogue = &catalogue};
    g_assert_true(sync_store(home, &input, NULL, NULL));
    g_autoptr(GHashTable) wanted = plan_wanted(&input);
    StoreFolders folders = folders_of(home);
    g_autoptr(GHashTable) installed = store_installed(&folders, "wine-1");
    plan_init(&plan, wanted, installed);
    g_assert_cmpuint(plan.writes->len + plan.removes->len, ==, 0);
    plan_clear(&plan);
    g_assert_true(g_file_test(foreign, G_FILE_TEST_EXISTS));
    catalogue_clear(&catalogue);
}

// Pieces of which hostile names are made, put together at random.
static char *hostile_text(GRand *random) {
    static const char *const pieces[] = {"\nExec=evil",
                                         "[Desktop Entry]",
                                         "\xe2\x80\xae",
                                         "]]>",
                                         "</Name>",
                                         "&",
                                         "\"",
                                         "%f",
                                         ";",
                                         "\\",
                                         "\\n",
                                         "=",
                                         "#",
                                         "..",
                                         "/",
                                         "$(x)",
                                         "`x`",
                                         "\x7f",
                                         "\xc2\x9b",
                                         "\xe2\x81\xa6",
                                         "a",
                                         " ",
                                         "\t",
                                         "\r",
                                         "\xf0\x9f\x98\x80",
                                         "<!--",
                                         "Name[de]=x",
                                         "\xef\xbb\xbf"};
    GString *text = g_string_new(NULL);
    for (int i = g_rand_int_range(random, 0, 9); i > 0; i--)
        g_string_append(text, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
    return g_string_free(text, FALSE);
}

static void random_field(GRand *random, char **field) {
    g_autofree char *text = hostile_text(random);
    app_set(field, text);
}

static void random_catalogue(GRand *random, Catalogue *catalogue) {
    catalogue_init(catalogue);
    for (int i = 0; i < 6; i++) {
        App *app = app_new();
        app->id = (uint64_t)g_rand_int_range(random, 1, 6);
        app->kind = (AppKind)g_rand_int_range(random, 0, 5);
        app->icon = 77;
        char **fields[] = {&app->name,   &app->description, &app->group,
                           &app->target, &app->arguments,   &app->aumid};
        for (size_t j = 0; j < G_N_ELEMENTS(fields); j++)
            random_field(random, fields[j]);
        catalogue_put(catalogue, app);
        FileType *type = file_type_new();
        type->id = (uint64_t)g_rand_int_range(random, 1, 6);
        type->kind = (FileTypeKind)g_rand_int_range(random, 0, 2);
        random_field(random, &type->name);
        random_field(random, &type->description);
        g_autofree char *name = g_strdup_printf(".r%c", 'a' + i / 2);
        if (i % 2)
            app_set(&type->name, name);
        FileVerb *verb = file_type_add_verb(type);
        verb->id = 1;
        verb->app = (uint64_t)g_rand_int_range(random, 1, 6);
        catalogue_put_type(catalogue, type);
    }
}

static void fill_icons(GHashTable *wanted, const PlanInput *input) {
    GHashTableIter iter;
    gpointer path;
    g_hash_table_iter_init(&iter, wanted);
    while (g_hash_table_iter_next(&iter, &path, NULL))
        if (g_str_has_prefix(path, "icons/"))
            g_hash_table_iter_replace(&iter, plan_content(input, wanted, path));
}

static void test_whatever_the_guest_says(void) {
    g_autoptr(GRand) random = g_rand_new_with_seed(4);
    guint files = 0;
    for (int i = 0; i < 2000; i++) {
        Catalogue catalogue;
        random_catalogue(random, &catalogue);
        PlanInput input = {.guest = "wine-1",
                           .railhead = "/usr/bin/railhead",
                           .catalogue = &catalogue,
                           .icon_source = one_icon,
                           .windows_too = true};
        g_autoptr(GHashTable) wanted = plan_wanted(&input);
        fill_icons(wanted, &input);
        g_autofree char *problem = strict_problem_of_all(wanted, "wine-1", "/usr/bin/railhead");
        g_assert_cmpstr(problem, ==, NULL);
        files += g_hash_table_size(wanted);
        catalogue_clear(&catalogue);
    }
    g_assert_cmpuint(files, >, 10000);
}

// The reader that the tests trust finds what it has to find.
static void test_the_reader_is_strict(void) {
    static const struct {
        const char *path, *text;
        bool good;
    } cases[] = {
#define DESKTOP "applications/io.railhead.wine.a0000000000000001.desktop"
#define BEGIN   "[Desktop Entry]\nType=Application\nExec=/r run wine/0000000000000001 %U\n"
        {DESKTOP, BEGIN "Name=x\n", true},
        {"applications/x.desktop", BEGIN, false},
        {DESKTOP, BEGIN "Exec=evil\n", false},
        {DESKTOP, "[Desktop Entry]\nType=Application\nExec=evil\n", false},
        {DESKTOP, "[Desktop Entry]\nType=Application\nExec=/r run wine/0000000000000001 %U; evil\n", false},
        {DESKTOP, BEGIN "Name=a\\xb\n", false},
        {DESKTOP, BEGIN "Name=\xe2\x80\xae\n", false},
        {DESKTOP, BEGIN "Name=\n", false},
        {DESKTOP, BEGIN "\n[Desktop Entry]\n", false},
        {DESKTOP, BEGIN "[Desktop Action x]\nName=x\n", false},
        {DESKTOP, BEGIN "Actions=a0000000000000002;\n", false},
        {DESKTOP, BEGIN "X-Other=1\n", false},
        {DESKTOP, BEGIN "torn\n", false},
        {DESKTOP, BEGIN "MimeType=text/plain;x y/z;\n", false},
        {"mime/packages/io.railhead.wine.xml",
         "<mime-info xmlns=\"http://www.freedesktop.org/standards/shared-mime-info\"/>", true},
        {"mime/packages/io.railhead.wine.xml", "<mime-info><magic/></mime-info>", false},
        {"mime/packages/io.railhead.wine.xml", "<mime-info", false},
        {"menus/applications-merged/io.railhead.wine.menu.menu", "<Menu><Name>Applications</Name></Menu>",
         true},
        {"menus/applications-merged/io.railhead.wine.menu.menu", "<Menu><Name>../x</Name></Menu>", false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GBytes) bytes = g_bytes_new_static(cases[i].text, strlen(cases[i].text));
        g_autofree char *problem = strict_problem(cases[i].path, bytes, "wine", "/r");
        g_test_message("%zu %s", i, problem);
        g_assert_true((problem == NULL) == cases[i].good);
    }
}

static App *add_app(Catalogue *catalogue, uint64_t id, AppKind kind, const char *name, const char *group);
static GKeyFile *load_launcher(const char *home, uint64_t app);

static void start_by(App *app, const char *arguments) {
    app_set(&app->target, "C:\\Office\\Writer.EXE");
    app_set(&app->arguments, arguments);
}

static void test_actions_and_keywords(void) {
    g_autofree char *home = make_home();
    Catalogue catalogue;
    catalogue_init(&catalogue);
    start_by(add_app(&catalogue, 1, APP_KIND_PROGRAM, "Writer", ""), "");
    start_by(add_app(&catalogue, 2, APP_KIND_PROGRAM, "Letter", ""), "/new letter");
    start_by(add_app(&catalogue, 3, APP_KIND_PROGRAM, "Uninstall it", ""), "/uninstall");
    start_by(add_app(&catalogue, 4, APP_KIND_HANDLER, "Handler", ""), "/x");
    add_app(&catalogue, 5, APP_KIND_PROGRAM, "Other", "");
    PlanInput input = {.guest = "wine", .railhead = "/usr/bin/railhead", .catalogue = &catalogue};
    g_assert_true(sync_store(home, &input, NULL, NULL));
    g_autoptr(GKeyFile) writer = load_launcher(home, 1), letter = load_launcher(home, 2),
                        other = load_launcher(home, 5);
    g_autofree char *actions = g_key_file_get_string(writer, G_KEY_FILE_DESKTOP_GROUP, "Actions", NULL);
    g_autofree char *exec = g_key_file_get_string(writer, "Desktop Action a0000000000000002", "Exec", NULL);
    g_autofree char *name = g_key_file_get_string(writer, "Desktop Action a0000000000000002", "Name", NULL);
    g_autofree char *keywords = g_key_file_get_string(writer, G_KEY_FILE_DESKTOP_GROUP, "Keywords", NULL);
    g_assert_cmpstr(actions, ==, "a0000000000000002;");
    g_assert_cmpstr(exec, ==, "/usr/bin/railhead run wine/0000000000000002");
    g_assert_cmpstr(name, ==, "Letter");
    g_assert_cmpstr(keywords, ==, "wine;Writer;");
    g_assert_false(g_key_file_has_key(letter, G_KEY_FILE_DESKTOP_GROUP, "Actions", NULL));
    g_assert_false(g_key_file_has_key(other, G_KEY_FILE_DESKTOP_GROUP, "Actions", NULL));
    g_autofree char *validator = g_find_program_in_path("desktop-file-validate");
    g_autofree char *relative = plan_launcher_path("wine", 1);
    if (validator)
        validate(home, relative, validator);
    catalogue_clear(&catalogue);
}

static void test_files_are_asked_for(void) {
    LauncherDetails details = {.guest = "wine", .railhead = "/usr/bin/railhead"};
    App *app = app_new();
    app->id = 0x2a;
    for (int takes_files = 0; takes_files < 2; takes_files++) {
        app->kind = takes_files ? APP_KIND_PROGRAM : APP_KIND_FOLDER;
        g_autofree char *text = launcher_text(app, &details);
        g_autoptr(GKeyFile) file = g_key_file_new();
        g_assert_true(g_key_file_load_from_data(file, text, -1, G_KEY_FILE_NONE, NULL));
        g_autofree char *exec = g_key_file_get_string(file, G_KEY_FILE_DESKTOP_GROUP, "Exec", NULL);
        g_assert_cmpstr(exec, ==,
                        takes_files ? "/usr/bin/railhead run wine/000000000000002a %U"
                                    : "/usr/bin/railhead run wine/000000000000002a");
    }
    app_free(app);
}

static void test_unwritable(void) {
    g_autoptr(GError) error = NULL;
    Catalogue catalogue;
    fill(&catalogue);
    PlanInput input = {.guest = "wine-1", .railhead = "/usr/bin/railhead", .catalogue = &catalogue};
    g_assert_false(sync_store("/proc/nowhere", &input, NULL, &error));
    g_assert_nonnull(error);
    catalogue_clear(&catalogue);
}

// What the user does with the files

static App *add_app(Catalogue *catalogue, uint64_t id, AppKind kind, const char *name, const char *group) {
    App *app = app_new();
    app->id = id;
    app->kind = kind;
    app_set(&app->name, name);
    app_set(&app->group, group);
    g_assert_true(catalogue_put(catalogue, app));
    return app;
}

static void add_type(Catalogue *catalogue, FileTypeKind kind, const char *name, const char *verb_name,
                     uint64_t app) {
    FileType *type = file_type_new();
    type->id = file_type_id(kind, name);
    type->kind = kind;
    app_set(&type->name, name);
    app_set(&type->description, "A <b>type</b>\n&");
    FileVerb *verb = file_type_add_verb(type);
    verb->id = file_verb_id("Class", verb_name);
    verb->app = app;
    app_set(&verb->verb, verb_name);
    g_assert_true(catalogue_put_type(catalogue, type));
}

static char *path_in(const char *home, const char *relative) {
    return g_build_filename(home, "data", relative, NULL);
}

static bool exists(const char *home, uint64_t app) {
    g_autofree char *relative = plan_launcher_path("wine", app), *path = path_in(home, relative);
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

static void test_users_deletions_and_edits_stay(void) {
    g_autofree char *home = make_home(), *file = g_build_filename(home, "choices", NULL);
    g_autofree char *first = plan_launcher_path("wine", 1), *deleted = path_in(home, first);
    g_autofree char *second = plan_launcher_path("wine", 2), *edited = path_in(home, second);
    g_autofree char *text = NULL;
    Choices *choices = choices_load(file);
    Catalogue catalogue;
    catalogue_init(&catalogue);
    add_app(&catalogue, 1, APP_KIND_PROGRAM, "One", "");
    add_app(&catalogue, 2, APP_KIND_PROGRAM, "Two", "");
    add_app(&catalogue, 3, APP_KIND_PROGRAM, "Three", "");
    PlanInput input = {.guest = "wine", .railhead = "/usr/bin/railhead", .catalogue = &catalogue};
    g_assert_true(sync_store(home, &input, choices, NULL));
    g_assert_cmpint(g_unlink(deleted), ==, 0);
    g_assert_true(g_file_set_contents(edited, "[Desktop Entry]\nName=Mine\n", -1, NULL));
    app_set(&((App *)catalogue_find(&catalogue, 2))->name, "Two renamed");
    app_set(&((App *)catalogue_find(&catalogue, 3))->name, "Three renamed");
    g_assert_true(sync_store(home, &input, choices, NULL));
    g_assert_false(exists(home, 1));
    choices_free(choices);
    choices = choices_load(file);
    g_assert_true(choices_visibility(choices, 1) == CHOICE_HIDDEN);
    g_assert_true(g_file_get_contents(edited, &text, NULL, NULL));
    g_assert_nonnull(strstr(text, "Name=Mine"));
    choices_reset(choices, 1);
    choices_set_name(choices, 3, "Drei");
    g_assert_true(sync_store(home, &input, choices, NULL));
    g_assert_true(exists(home, 1));
    g_autofree char *third = plan_launcher_path("wine", 3), *renamed = path_in(home, third), *other = NULL;
    g_assert_true(g_file_get_contents(renamed, &other, NULL, NULL));
    g_assert_nonnull(strstr(other, "\nName=Drei\n"));
    catalogue_clear(&catalogue);
    g_assert_true(sync_store(home, &input, choices, NULL));
    g_assert_cmpuint(count(home, "wine"), ==, 0);
    choices_free(choices);
}

// A crash between the record and the files: nothing of it counts as the user's doing.
static void test_crash_in_the_middle(void) {
    g_autofree char *home = make_home(), *file = g_build_filename(home, "state", "launchers", NULL);
    g_autofree char *path = plan_launcher_path("wine", 1), *place = path_in(home, path);
    g_autoptr(GBytes) next = g_bytes_new_static("next", 4), old = g_bytes_new_static("old", 3);
    g_autoptr(GBytes) odd = g_bytes_new_static("odd", 3);
    Manifest *manifest = manifest_load(file);
    g_assert_true(manifest_state(manifest, path, old) == MANIFEST_NEW);
    manifest_expect(manifest, path, old);
    g_assert_true(manifest_state(manifest, path, NULL) == MANIFEST_OURS);
    manifest_settle(manifest, path, old);
    g_assert_true(manifest_state(manifest, path, NULL) == MANIFEST_DELETED);
    manifest_expect(manifest, path, next);
    g_assert_true(manifest_save(manifest, NULL));
    manifest_free(manifest);
    manifest = manifest_load(file);
    g_assert_true(manifest_state(manifest, path, old) == MANIFEST_OURS);
    g_assert_true(manifest_state(manifest, path, next) == MANIFEST_OURS);
    g_assert_true(manifest_state(manifest, path, odd) == MANIFEST_EDITED);
    manifest_free(manifest);
}

static char *on_known(const char *extension, gpointer user) {
    return strcmp(extension, "txt") == 0   ? g_strdup("text/plain")
           : strcmp(extension, "rhb") == 0 ? g_strdup("application/x-extension-rhb")
                                           : NULL;
}

static GKeyFile *load_launcher(const char *home, uint64_t app) {
    g_autofree char *relative = plan_launcher_path("wine", app), *path = path_in(home, relative);
    GKeyFile *file = g_key_file_new();
    g_assert_true(g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL));
    return file;
}

static void test_types(void) {
    g_autofree char *home = make_home(), *xml = NULL;
    g_autofree char *package = path_in(home, "mime/packages/io.railhead.wine.xml");
    Catalogue catalogue;
    catalogue_init(&catalogue);
    add_app(&catalogue, 1, APP_KIND_PROGRAM, "Editor", "");
    add_app(&catalogue, 2, APP_KIND_HANDLER, "Helper", "");
    add_app(&catalogue, 3, APP_KIND_HANDLER, "Printer", "");
    add_type(&catalogue, FILE_TYPE_EXTENSION, ".txt", "open", 1);
    add_type(&catalogue, FILE_TYPE_EXTENSION, ".rha", "open", 1);
    add_type(&catalogue, FILE_TYPE_EXTENSION, ".rhb", "edit", 2);
    add_type(&catalogue, FILE_TYPE_EXTENSION, ".rhc", "print", 3);
    add_type(&catalogue, FILE_TYPE_EXTENSION, ".exe", "open", 1);
    add_type(&catalogue, FILE_TYPE_EXTENSION, ".a\"><x/>", "open", 1);
    add_type(&catalogue, FILE_TYPE_EXTENSION, ".../../x", "open", 1);
    add_type(&catalogue, FILE_TYPE_SCHEME, "callto", "open", 1);
    add_type(&catalogue, FILE_TYPE_SCHEME, "http", "open", 1);
    add_type(&catalogue, FILE_TYPE_SCHEME, "javascript", "open", 1);
    PlanInput input = {
        .guest = "wine", .railhead = "/usr/bin/railhead", .catalogue = &catalogue, .mime_source = on_known};
    g_assert_true(sync_store(home, &input, NULL, NULL));
    g_autoptr(GKeyFile) editor = load_launcher(home, 1), helper = load_launcher(home, 2);
    g_autofree char *types = g_key_file_get_string(editor, G_KEY_FILE_DESKTOP_GROUP, "MimeType", NULL);
    g_assert_cmpstr(types, ==, "application/x-extension-rha;text/plain;x-scheme-handler/callto;");
    g_assert_cmpint(g_key_file_get_integer(editor, G_KEY_FILE_DESKTOP_GROUP, "InitialPreference", NULL), ==,
                    0);
    g_assert_true(g_key_file_get_boolean(helper, G_KEY_FILE_DESKTOP_GROUP, "NoDisplay", NULL));
    g_assert_false(exists(home, 3));
    g_assert_true(g_file_get_contents(package, &xml, NULL, NULL));
    g_assert_nonnull(strstr(xml, "<glob pattern=\"*.rha\" weight=\"5\"/>"));
    g_assert_nonnull(strstr(xml, "<comment>A &lt;b&gt;type&lt;/b&gt; &amp;</comment>"));
    g_assert_nonnull(strstr(xml, "*.rhb"));
    g_assert_null(strstr(xml, "txt"));
    g_assert_null(strstr(xml, "<x/>"));
    g_assert_null(strstr(xml, ".."));
    catalogue_clear(&catalogue);
}

static void test_menu(void) {
    g_autofree char *home = make_home(), *text = NULL;
    g_autofree char *menu =
        g_build_filename(home, "config/menus/applications-merged/io.railhead.wine.menu.menu", NULL);
    Catalogue catalogue;
    catalogue_init(&catalogue);
    add_app(&catalogue, 1, APP_KIND_PROGRAM, "Top", "");
    add_app(&catalogue, 2, APP_KIND_PROGRAM, "Below", "A & <B>/../deep");
    add_app(&catalogue, 3, APP_KIND_HANDLER, "None", "Elsewhere");
    PlanInput input = {.guest = "wine", .railhead = "/usr/bin/railhead", .catalogue = &catalogue};
    g_assert_true(sync_store(home, &input, NULL, NULL));
    g_assert_true(g_file_get_contents(menu, &text, NULL, NULL));
    g_assert_null(strstr(text, "deep"));
    g_assert_null(strstr(text, "0000000000000003"));
    g_assert_nonnull(strstr(text, "<Filename>io.railhead.wine.a0000000000000002.desktop</Filename>"));
    g_assert_cmpuint(count(home, "wine"), ==, 2 + 1 + 4); // launchers, the menu, its folder and three below
    catalogue_clear(&catalogue);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shortcuts/hostile-names", test_hostile_names);
    g_test_add_func("/shortcuts/idempotent", test_plan_is_idempotent_and_stays_at_home);
    g_test_add_func("/shortcuts/whatever", test_whatever_the_guest_says);
    g_test_add_func("/shortcuts/strict-reader", test_the_reader_is_strict);
    g_test_add_func("/shortcuts/actions", test_actions_and_keywords);
    g_test_add_func("/shortcuts/files", test_files_are_asked_for);
    g_test_add_func("/shortcuts/unwritable", test_unwritable);
    g_test_add_func("/shortcuts/deletions-and-edits", test_users_deletions_and_edits_stay);
    g_test_add_func("/shortcuts/crash", test_crash_in_the_middle);
    g_test_add_func("/shortcuts/types", test_types);
    g_test_add_func("/shortcuts/menu", test_menu);
    return g_test_run();
}
