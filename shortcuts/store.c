// SPDX-License-Identifier: Apache-2.0
// Inventory of a guest's launchers and icons, and the execution of a plan: each file is written beside its
// place and renamed over it, so a full disk leaves the old file; one that fails does not keep the others from
// their place. Runs in the agent's loop.
#include "shortcuts/store.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>
#include "shortcuts/launcher.h"

static void list_folder(GHashTable *files, const char *data_home, const char *folder, const char *prefix) {
    g_autofree char *path = g_build_filename(data_home, folder, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        if (!g_str_has_prefix(name, prefix))
            continue;
        g_autofree char *file = g_build_filename(path, name, NULL);
        char *text = NULL;
        gsize size = 0;
        if (!g_file_get_contents(file, &text, &size, NULL))
            text = g_strdup(""), size = 0;
        g_hash_table_replace(files, g_build_filename(folder, name, NULL), g_bytes_new_take(text, size));
    }
}

GHashTable *store_installed(const char *data_home, const char *guest) {
    GHashTable *files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
    g_autofree char *prefix = launcher_prefix(guest);
    list_folder(files, data_home, "applications", prefix);
    g_autofree char *hicolor = g_build_filename(data_home, "icons/hicolor", NULL);
    g_autoptr(GDir) sizes = g_dir_open(hicolor, 0, NULL);
    const char *size;
    while (sizes && (size = g_dir_read_name(sizes))) {
        g_autofree char *folder = g_build_filename("icons/hicolor", size, "apps", NULL);
        list_folder(files, data_home, folder, prefix);
    }
    return files;
}

static bool write_file(const char *path, GBytes *bytes, GError **error) {
    g_autofree char *folder = g_path_get_dirname(path);
    if (g_mkdir_with_parents(folder, 0755) < 0) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "cannot make the folder %s: %s",
                    folder, g_strerror(errno));
        return false;
    }
    gsize size = 0;
    const char *data = g_bytes_get_data(bytes, &size);
    return g_file_set_contents_full(path, data ? data : "", size, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
                                    error);
}

static bool remove_file(const char *path, GError **error) {
    if (g_unlink(path) == 0 || errno == ENOENT)
        return true;
    g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "cannot remove %s: %s", path,
                g_strerror(errno));
    return false;
}

// Keeps the first of them.
static void count_failure(GError *failure, guint *failed, GError **ret_first) {
    if ((*failed)++ == 0)
        *ret_first = failure;
    else
        g_error_free(failure);
}

bool store_apply(const char *data_home, const Plan *plan, GHashTable *wanted, GError **error) {
    GError *first = NULL, *failure = NULL;
    guint failed = 0;
    for (guint i = 0; i < plan->writes->len; i++, failure = NULL) {
        const char *relative = g_ptr_array_index(plan->writes, i);
        g_autofree char *path = g_build_filename(data_home, relative, NULL);
        if (!write_file(path, g_hash_table_lookup(wanted, relative), &failure))
            count_failure(failure, &failed, &first);
    }
    for (guint i = 0; i < plan->removes->len; i++, failure = NULL) {
        g_autofree char *path = g_build_filename(data_home, g_ptr_array_index(plan->removes, i), NULL);
        if (!remove_file(path, &failure))
            count_failure(failure, &failed, &first);
    }
    if (failed > 1)
        g_prefix_error(&first, "%u files are not as they should be, the first: ", failed);
    if (failed)
        g_propagate_error(error, first);
    return failed == 0;
}

static void tell_desktop(const char *data_home) {
    g_autofree char *hicolor = g_build_filename(data_home, "icons/hicolor", NULL);
    g_autofree char *applications = g_build_filename(data_home, "applications", NULL);
    g_autofree char *program = g_find_program_in_path("update-desktop-database");
    utime(hicolor, NULL);
    if (program) {
        char *argv[] = {program, (char *)"-q", applications, NULL};
        g_spawn_async(NULL, argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                      NULL, NULL);
    }
}

bool store_sync(const char *data_home, const PlanInput *input, GError **error) {
    g_autoptr(GHashTable) wanted = plan_wanted(input);
    g_autoptr(GHashTable) installed = store_installed(data_home, input->guest);
    Plan plan;
    plan_init(&plan, wanted, installed);
    bool changed = plan.writes->len > 0 || plan.removes->len > 0;
    bool good = store_apply(data_home, &plan, wanted, error);
    plan_clear(&plan);
    if (changed)
        tell_desktop(data_home);
    return good;
}
