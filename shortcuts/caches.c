// SPDX-License-Identifier: Apache-2.0
// Runs update-desktop-database and update-mime-database where they are installed; the latter always, since
// "only if newer" (-n) counts whole seconds and misses the second change of one. The tools leave caches of
// nothing when the last launcher and the last package go; those are removed by their names, and folders only
// while they are empty. Runs in the agent's loop.
#include "shortcuts/caches.h"
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

#define DEPTH_MAX 6 // of the folders that we make

static void run_tool(const char *name, const char *folder, bool waits) {
    g_autofree char *program = g_find_program_in_path(name);
    char *argv[] = {program, (char *)folder, NULL};
    GSpawnFlags flags = G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL;
    if (program && waits)
        g_spawn_sync(NULL, argv, NULL, flags, NULL, NULL, NULL, NULL, NULL, NULL);
    else if (program)
        g_spawn_async(NULL, argv, NULL, flags, NULL, NULL, NULL, NULL);
}

void caches_refresh(const char *data, unsigned changes, bool waits) {
    g_autofree char *hicolor = g_build_filename(data, "icons/hicolor", NULL);
    g_autofree char *applications = g_build_filename(data, "applications", NULL);
    g_autofree char *mime = g_build_filename(data, "mime", NULL);
    if (changes & CACHES_ICONS)
        utime(hicolor, NULL);
    if (changes & CACHES_TYPES)
        run_tool("update-mime-database", mime, waits);
    if (changes & CACHES_LAUNCHERS)
        run_tool("update-desktop-database", applications, waits);
}

static bool has_entry(const char *folder, const char *suffix) {
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir)))
        if (g_str_has_suffix(name, suffix))
            return true;
    return false;
}

static void remove_files(const char *folder, const char *const *names) {
    for (; *names; names++) {
        g_autofree char *path = g_build_filename(folder, *names, NULL);
        g_unlink(path);
    }
}

// The deepest first; one that holds something stays.
static void remove_empty(const char *folder, int depth) {
    g_autoptr(GDir) dir =
        depth && !g_file_test(folder, G_FILE_TEST_IS_SYMLINK) ? g_dir_open(folder, 0, NULL) : NULL;
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR))
            remove_empty(path, depth - 1);
    }
    if (dir)
        g_rmdir(folder);
}

static void tidy_types(const char *data) {
    static const char *const made[] = {
        "XMLnamespaces", "aliases",    "generic-icons", "globs", "globs2",  "icons", "magic",
        "mime.cache",    "subclasses", "treemagic",     "types", "version", NULL};
    g_autofree char *mime = g_build_filename(data, "mime", NULL),
                    *packages = g_build_filename(mime, "packages", NULL);
    if (!g_file_test(mime, G_FILE_TEST_IS_DIR) || has_entry(packages, ".xml"))
        return;
    remove_files(mime, made);
    remove_empty(mime, 2);
}

static void tidy_launchers(const char *data) {
    static const char *const made[] = {"mimeinfo.cache", NULL};
    g_autofree char *applications = g_build_filename(data, "applications", NULL);
    if (!has_entry(applications, ".desktop"))
        remove_files(applications, made);
    remove_empty(applications, 1);
}

void caches_tidy(const char *data, const char *config) {
    g_autofree char *menus = config ? g_build_filename(config, "menus", NULL) : NULL;
    g_autofree char *icons = g_build_filename(data, "icons", NULL);
    g_autofree char *directories = g_build_filename(data, "desktop-directories", NULL);
    tidy_types(data);
    tidy_launchers(data);
    remove_empty(icons, DEPTH_MAX);
    remove_empty(directories, 1);
    if (menus)
        remove_empty(menus, 2);
}
