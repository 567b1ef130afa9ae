// SPDX-License-Identifier: Apache-2.0
// A process that writes launchers dies before each of its changes to the disk in turn, in the middle of an
// update and in the middle of a guest's removal. The next run makes everything as if nothing had happened:
// the same files with the same bytes, nothing temporary, no launcher taken for one that the user deleted.
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "shortcuts/store.h"

#define GUEST  "wine"
#define CRASH  42
#define ROUNDS 1000 // more changes than any run makes

static char *root;
static int until_crash; // 0: none

// The C library's calls, for GLib and us, with death before the one that was chosen.

static void tick(void) {
    if (until_crash && --until_crash == 0)
        _exit(CRASH);
}

static int counted_open(const char *path, int flags, mode_t mode) {
    if (flags & (O_CREAT | O_TRUNC))
        tick();
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

#define TAKE_MODE(flags, mode)                                                                               \
    va_list list;                                                                                            \
    va_start(list, flags);                                                                                   \
    mode_t mode = flags & O_CREAT ? va_arg(list, mode_t) : 0;                                                \
    va_end(list)

int open(const char *path, int flags, ...) {
    TAKE_MODE(flags, mode);
    return counted_open(path, flags, mode);
}

// `open` of a program with 64 bits of file offset is `open64` already; this is the other one.
int open_with_short_offsets(const char *path, int flags, ...) __asm__("open");
int open_with_short_offsets(const char *path, int flags, ...) {
    TAKE_MODE(flags, mode);
    return counted_open(path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t size) {
    struct stat status;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
        tick();
        if (until_crash == 1 && size > 1) { // half of it, and the end
            syscall(SYS_write, fd, bytes, size / 2);
            _exit(CRASH);
        }
    }
    return syscall(SYS_write, fd, bytes, size);
}

int rename(const char *from, const char *to) {
    tick();
    return (int)syscall(SYS_rename, from, to);
}

int unlink(const char *path) {
    tick();
    return (int)syscall(SYS_unlink, path);
}

int mkdir(const char *path, mode_t mode) {
    tick();
    return (int)syscall(SYS_mkdir, path, mode);
}

// Catalogues

static char *on_known(const char *extension, gpointer user) {
    return strcmp(extension, "txt") == 0 ? g_strdup("text/plain") : NULL;
}

static size_t on_icon(uint64_t icon, bool contents, IconFile ret_files[ICON_SIZES_MAX], gpointer user) {
    Raster *raster = icon ? raster_new(icon == 1 ? 32 : 48, 32) : NULL;
    GBytes *png = raster ? icon_file_encode(raster) : NULL;
    if (!png)
        return 0;
    gsize size = 0;
    const uint8_t *bytes = g_bytes_get_data(png, &size);
    ret_files[0] = (IconFile){.side = icon_file_side(raster)};
    ret_files[0].bytes = contents ? g_bytes_ref(png) : icon_file_stamp(size, bytes + size - ICON_FILE_TAIL);
    g_bytes_unref(png);
    raster_free(raster);
    return 1;
}

static void add_app(Catalogue *catalogue, uint64_t id, uint64_t icon, const char *name, const char *group) {
    App *app = app_new();
    app->id = id;
    app->icon = icon;
    app_set(&app->name, name);
    app_set(&app->group, group);
    g_assert_true(catalogue_put(catalogue, app));
}

static void add_type(Catalogue *catalogue, const char *name, uint64_t app) {
    FileType *type = file_type_new();
    type->id = file_type_id(FILE_TYPE_EXTENSION, name);
    app_set(&type->name, name);
    FileVerb *verb = file_type_add_verb(type);
    verb->id = 1;
    verb->app = app;
    app_set(&verb->verb, "open");
    g_assert_true(catalogue_put_type(catalogue, type));
}

typedef enum State { NOTHING, BEFORE, AFTER } State;

static void fill(Catalogue *catalogue, State state) {
    catalogue_init(catalogue);
    if (state == BEFORE) {
        add_app(catalogue, 1, 1, "One", "Folder");
        add_app(catalogue, 2, 1, "Two", "");
        add_app(catalogue, 3, 0, "Three", "Folder/Below");
        add_type(catalogue, ".txt", 1);
        add_type(catalogue, ".rha", 2);
    } else if (state == AFTER) {
        add_app(catalogue, 1, 2, "One", "Elsewhere");
        add_app(catalogue, 2, 1, "Two, renamed", "");
        add_app(catalogue, 4, 0, "Four", "");
        add_type(catalogue, ".txt", 4);
        add_type(catalogue, ".rhb", 1);
    }
}

// Runs

static char *path_in(const char *home, const char *name) {
    return g_build_filename(root, home, name, NULL);
}

static int sync_here(const char *home, State state, int crash_at) {
    g_autofree char *data = path_in(home, "data"), *config = path_in(home, "config"),
                    *own = path_in(home, "state");
    g_autofree char *file = path_in(home, "choices");
    g_setenv("XDG_DATA_HOME", data, TRUE);
    g_setenv("XDG_CONFIG_HOME", config, TRUE);
    StoreFolders folders = {.data = data, .config = config, .state = own, .home = data, .pins = true};
    Catalogue catalogue;
    fill(&catalogue, state);
    PlanInput input = {.guest = GUEST,
                       .railhead = "/usr/bin/railhead",
                       .catalogue = &catalogue,
                       .icon_source = on_icon,
                       .mime_source = on_known};
    Choices *choices = choices_load(file);
    g_autoptr(GError) error = NULL;
    until_crash = crash_at;
    bool good = store_sync(&folders, &input, choices, &error);
    until_crash = 0;
    if (!good)
        fprintf(stderr, "%s\n", error->message);
    return good ? 0 : 1;
}

// In a process of its own, which GLib has not been used in.
static int run(const char *home, State state, int crash_at) {
    pid_t child = fork();
    int status = 0;
    if (child == 0)
        _exit(sync_here(home, state, crash_at));
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    g_assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

// Lines of path and content, sorted; what is in `state` is the writer's own business but for temporary files.
static void list(GPtrArray *lines, const char *folder, const char *relative) {
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, name, NULL),
                        *below = g_build_filename(relative, name, NULL);
        g_autofree char *text = NULL;
        gsize size = 0;
        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            list(lines, path, below);
        } else if (g_file_get_contents(path, &text, &size, NULL)) {
            g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (guchar *)text, size);
            bool is_record = g_str_has_prefix(below, "state/");
            g_ptr_array_add(lines, g_strdup_printf("%s %s", below, is_record ? "" : sum));
        }
    }
}

static int by_text(gconstpointer a, gconstpointer b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *contents_of(const char *home) {
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *folder = g_build_filename(root, home, NULL);
    list(lines, folder, "");
    g_ptr_array_sort(lines, by_text);
    g_ptr_array_add(lines, NULL);
    return g_strjoinv("\n", (char **)lines->pdata);
}

static void write_foreign(const char *home) {
    static const char *const names[] = {"data/applications/io.railhead.wine2.a0000000000000001.desktop",
                                        "data/applications/mine.desktop", "data/applications/mimeapps.list",
                                        "config/menus/applications-merged/mine.menu"};
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = path_in(home, names[i]), *folder = g_path_get_dirname(path);
        g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
        g_assert_true(
            g_file_set_contents(path, "[Default Applications]\nimage/png=mine.desktop\n", -1, NULL));
    }
}

static void die_at_each_change(State from, State to) {
    g_autofree char *undisturbed = g_strdup_printf("whole-%d", to);
    write_foreign(undisturbed);
    if (from != NOTHING)
        g_assert_cmpint(run(undisturbed, from, 0), ==, 0);
    g_assert_cmpint(run(undisturbed, to, 0), ==, 0);
    g_autofree char *wanted = contents_of(undisturbed);
    int at = 1;
    for (; at < ROUNDS; at++) {
        g_autofree char *home = g_strdup_printf("crash-%d-%d", to, at);
        write_foreign(home);
        if (from != NOTHING)
            g_assert_cmpint(run(home, from, 0), ==, 0);
        int code = run(home, to, at);
        if (code == 0)
            break;
        g_assert_cmpint(code, ==, CRASH);
        g_assert_cmpint(run(home, to, 0), ==, 0);
        g_autofree char *found = contents_of(home);
        if (strcmp(found, wanted) != 0)
            g_test_message("death before change %d", at);
        g_assert_cmpstr(found, ==, wanted);
    }
    g_test_message("%d changes", at - 1);
    g_assert_cmpint(at, >, 20);
    g_assert_cmpint(at, <, ROUNDS);
}

static void test_first_time(void) {
    die_at_each_change(NOTHING, BEFORE);
}

static void test_update(void) {
    die_at_each_change(BEFORE, AFTER);
}

static void test_removal(void) {
    g_autofree char *clean = NULL, *removed = NULL;
    write_foreign("clean");
    clean = contents_of("clean");
    die_at_each_change(BEFORE, NOTHING);
    removed = contents_of("whole-0");
    g_autofree char *without_record = g_strdup(removed);
    g_auto(GStrv) lines = g_strsplit(removed, "\n", -1);
    g_autoptr(GString) left = g_string_new(NULL);
    for (char **line = lines; *line; line++)
        if (!g_str_has_prefix(*line, "state/"))
            g_string_append_printf(left, "%s%s", left->len ? "\n" : "", *line);
    g_assert_cmpstr(left->str, ==, clean); // not one file is left, and foreign ones are as they were
}

static void make_host(void) {
    g_autofree char *folder = path_in("host", "applications"),
                    *entry = path_in("host", "applications/editor.desktop");
    g_autofree char *cache = path_in("host", "applications/mimeinfo.cache"), *host = path_in("host", "");
    g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
    g_assert_true(g_file_set_contents(
        entry, "[Desktop Entry]\nType=Application\nName=E\nExec=true %f\nMimeType=text/plain;\n", -1, NULL));
    g_assert_true(g_file_set_contents(cache, "[MIME Cache]\ntext/plain=editor.desktop;\n", -1, NULL));
    g_setenv("XDG_DATA_DIRS", host, TRUE);
    g_setenv("PATH", "/nowhere", TRUE); // the desktop's tools are not what is tested
}

static void remove_tree(const char *path) {
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *below = g_build_filename(path, name, NULL);
        remove_tree(below);
    }
    g_remove(path);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    root = g_dir_make_tmp("railhead-crash-XXXXXX", NULL);
    make_host();
    g_test_add_func("/crash/first-time", test_first_time);
    g_test_add_func("/crash/update", test_update);
    g_test_add_func("/crash/removal", test_removal);
    int code = g_test_run();
    if (code == 0)
        remove_tree(root);
    g_free(root);
    return code;
}
