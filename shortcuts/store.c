// SPDX-License-Identifier: Apache-2.0
// Inventory of a guest's launchers and icons, and the execution of a plan: a full disk leaves the old file;
// one that fails does not keep the others from their place. Nothing is synchronised with the disk: hundreds
// of files would hold up the loop for seconds, and what a power failure spoils differs from what is wanted at
// the next look. Runs in the agent's loop.
#include "shortcuts/store.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "shortcuts/caches.h"
#include "shortcuts/defaults.h"
#include "shortcuts/launcher.h"
#include "shortcuts/manifest.h"
#include "shortcuts/whole-file.h"

#define LAUNCHERS "applications/"
#define ICONS     "icons/"

// Of a file whose content is told by its name; NULL where it cannot be read.
static GBytes *stamp_of(const char *path) {
    uint8_t tail[ICON_FILE_TAIL] = {0};
    struct stat facts;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    bool good = fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size >= ICON_FILE_TAIL &&
                pread(fd, tail, sizeof tail, facts.st_size - ICON_FILE_TAIL) == ICON_FILE_TAIL;
    close(fd);
    return good ? icon_file_stamp((uint64_t)facts.st_size, tail) : NULL;
}

static GBytes *content_of(const char *path) {
    char *text = NULL;
    gsize size = 0;
    return g_file_get_contents(path, &text, &size, NULL) ? g_bytes_new_take(text, size) : NULL;
}

static void list_folder(GHashTable *files, const char *data_home, const char *folder, const char *prefix) {
    g_autofree char *path = g_build_filename(data_home, folder, NULL);
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        if (!g_str_has_prefix(name, prefix))
            continue;
        g_autofree char *file = g_build_filename(path, name, NULL);
        GBytes *bytes = g_str_has_prefix(folder, ICONS) ? stamp_of(file) : content_of(file);
        g_hash_table_replace(files, g_build_filename(folder, name, NULL),
                             bytes ? bytes : g_bytes_new_static("", 0));
    }
}

GHashTable *store_installed(const StoreFolders *folders, const char *guest) {
    GHashTable *files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
    g_autofree char *prefix = launcher_prefix(guest);
    list_folder(files, folders->data, "applications", prefix);
    list_folder(files, folders->data, "desktop-directories", prefix);
    list_folder(files, folders->data, "mime/packages", prefix);
    if (folders->config)
        list_folder(files, folders->config, "menus/applications-merged", prefix);
    g_autofree char *hicolor = g_build_filename(folders->data, "icons/hicolor", NULL);
    g_autoptr(GDir) sizes = g_dir_open(hicolor, 0, NULL);
    const char *size;
    while (sizes && (size = g_dir_read_name(sizes))) {
        g_autofree char *folder = g_build_filename("icons/hicolor", size, "apps", NULL);
        list_folder(files, folders->data, folder, prefix);
    }
    return files;
}

static char *place_of(const StoreFolders *folders, const char *relative) {
    return g_build_filename(g_str_has_prefix(relative, "menus/") ? folders->config : folders->data, relative,
                            NULL);
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

static void write_one(const StoreFolders *folders, const PlanInput *input, const char *relative,
                      GHashTable *wanted, guint *failed, GError **ret_first) {
    GError *failure = NULL;
    g_autofree char *path = place_of(folders, relative);
    g_autoptr(GBytes) content = plan_content(input, wanted, relative);
    gsize size = 0;
    const void *data = content ? g_bytes_get_data(content, &size) : NULL;
    if (content && !whole_file_write(path, data, size, false, &failure))
        count_failure(failure, failed, ret_first);
}

static bool has_menu(const GPtrArray *paths) {
    for (guint i = 0; i < paths->len; i++)
        if (g_str_has_prefix(g_ptr_array_index(paths, i), "menus/"))
            return true;
    return false;
}

// Menus are read again when a launcher changes, not when a menu file appears: some launcher is written once
// more.
static void write_some_launcher(const StoreFolders *folders, const PlanInput *input, const Plan *plan,
                                GHashTable *wanted, guint *failed, GError **ret_first) {
    GHashTableIter iter;
    gpointer path;
    if (!has_menu(plan->writes) ||
        g_str_has_prefix(g_ptr_array_index(plan->writes, plan->writes->len - 1), LAUNCHERS))
        return;
    g_hash_table_iter_init(&iter, wanted);
    while (g_hash_table_iter_next(&iter, &path, NULL)) {
        if (!g_str_has_prefix(path, LAUNCHERS))
            continue;
        write_one(folders, input, path, wanted, failed, ret_first);
        return;
    }
}

bool store_apply(const StoreFolders *folders, const PlanInput *input, const Plan *plan, GHashTable *wanted,
                 GError **error) {
    GError *first = NULL, *failure = NULL;
    guint failed = 0;
    for (guint i = 0; i < plan->writes->len; i++)
        write_one(folders, input, g_ptr_array_index(plan->writes, i), wanted, &failed, &first);
    write_some_launcher(folders, input, plan, wanted, &failed, &first);
    for (guint i = 0; i < plan->removes->len; i++, failure = NULL) {
        g_autofree char *path = place_of(folders, g_ptr_array_index(plan->removes, i));
        if (!remove_file(path, &failure))
            count_failure(failure, &failed, &first);
    }
    if (failed > 1)
        g_prefix_error(&first, "%u files are not as they should be, the first: ", failed);
    if (failed)
        g_propagate_error(error, first);
    return failed == 0;
}

static bool touches(const Plan *plan, const char *prefix) {
    GPtrArray *const lists[] = {plan->writes, plan->removes};
    for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
        for (guint j = 0; j < lists[i]->len; j++)
            if (g_str_has_prefix(g_ptr_array_index(lists[i], j), prefix))
                return true;
    return false;
}

static void tell_desktop(const StoreFolders *folders, const Plan *plan, GHashTable *wanted) {
    unsigned changes = (touches(plan, ICONS) ? CACHES_ICONS : 0) |
                       (touches(plan, "mime/") ? CACHES_TYPES : 0) |
                       (touches(plan, LAUNCHERS) ? CACHES_LAUNCHERS : 0);
    bool is_removal = g_hash_table_size(wanted) == 0;
    caches_refresh(folders->data, changes, is_removal);
    if (is_removal)
        caches_tidy(folders->data, folders->config);
}

// What the user did to launchers since they were written.

static bool take_deletions(const StoreFolders *folders, const PlanInput *input, const Manifest *manifest,
                           GHashTable *installed, Choices *choices) {
    g_autofree char *applications = g_build_filename(folders->data, "applications", NULL);
    bool any = false;
    if (!choices || !g_file_test(applications, G_FILE_TEST_IS_DIR)) // lost, not deleted one by one
        return false;
    for (size_t i = 0; i < input->catalogue->apps.count; i++) {
        const App *app = catalogue_app(input->catalogue, i);
        g_autofree char *path = plan_launcher_path(input->guest, app->id);
        if (manifest_state(manifest, path, g_hash_table_lookup(installed, path)) != MANIFEST_DELETED ||
            choices_visibility(choices, app->id) == CHOICE_HIDDEN)
            continue;
        choices_set_visibility(choices, app->id, CHOICE_HIDDEN);
        any = true;
    }
    return any;
}

static void leave_edited(Plan *plan, const Manifest *manifest, GHashTable *installed) {
    for (guint i = plan->writes->len; i > 0; i--) {
        const char *path = g_ptr_array_index(plan->writes, i - 1);
        if (manifest_state(manifest, path, g_hash_table_lookup(installed, path)) == MANIFEST_EDITED)
            g_ptr_array_remove_index(plan->writes, i - 1);
    }
}

static void expect_launchers(Manifest *manifest, const Plan *plan, GHashTable *wanted) {
    for (guint i = 0; i < plan->writes->len; i++) {
        const char *path = g_ptr_array_index(plan->writes, i);
        if (g_str_has_prefix(path, LAUNCHERS))
            manifest_expect(manifest, path, g_hash_table_lookup(wanted, path));
    }
}

static void settle_launchers(const StoreFolders *folders, Manifest *manifest, GHashTable *wanted) {
    g_autoptr(GPtrArray) known = manifest_paths(manifest);
    for (guint i = 0; i < known->len; i++) {
        const char *path = g_ptr_array_index(known, i);
        g_autofree char *place = place_of(folders, path), *text = NULL;
        gsize size = 0;
        GBytes *wish = g_hash_table_lookup(wanted, path);
        bool there = g_file_get_contents(place, &text, &size, NULL);
        g_autoptr(GBytes) content = there ? g_bytes_new(text, size) : NULL;
        if (!there && !wish)
            manifest_settle(manifest, path, NULL);
        else if (there && wish && g_bytes_equal(content, wish))
            manifest_settle(manifest, path, content);
    }
}

static void keep_first(GError *failure, GError **first) {
    if (!failure)
        return;
    if (*first)
        g_error_free(failure);
    else
        *first = failure;
}

bool store_pin(const StoreFolders *folders, const PlanInput *input, GError **error) {
    g_autofree char *record = g_build_filename(folders->state, "pinned-defaults", NULL);
    static char *none[] = {NULL};
    if (!folders->home)
        return true;
    g_auto(GStrv) types = folders->pins ? plan_mime_types(input) : g_strdupv(none);
    return defaults_pin(folders->home, record, (const char *const *)types, error);
}

bool store_sync(const StoreFolders *folders, const PlanInput *input, Choices *choices, GError **error) {
    g_autofree char *file = g_build_filename(folders->state, "launchers", NULL);
    g_autoptr(GHashTable) installed = store_installed(folders, input->guest);
    Manifest *manifest = manifest_load(file);
    GError *first = NULL, *failure = NULL;
    PlanInput decided = *input;
    decided.choices = choices;
    if (take_deletions(folders, input, manifest, installed, choices) && !choices_save(choices, &failure))
        keep_first(g_steal_pointer(&failure), &first);
    g_autoptr(GHashTable) wanted = plan_wanted(&decided);
    Plan plan;
    plan_init(&plan, wanted, installed);
    leave_edited(&plan, manifest, installed);
    expect_launchers(manifest, &plan, wanted);
    bool changes = plan.writes->len > 0 || plan.removes->len > 0;
    if (!store_pin(folders, &decided, &failure))
        keep_first(g_steal_pointer(&failure), &first);
    if (changes && !manifest_save(manifest, &failure))
        keep_first(g_steal_pointer(&failure), &first);
    if (!store_apply(folders, &decided, &plan, wanted, &failure))
        keep_first(g_steal_pointer(&failure), &first);
    settle_launchers(folders, manifest, wanted);
    if (changes && !manifest_save(manifest, &failure))
        keep_first(g_steal_pointer(&failure), &first);
    if (changes)
        tell_desktop(folders, &plan, wanted);
    manifest_free(manifest);
    plan_clear(&plan);
    if (first)
        g_propagate_error(error, first);
    return !first;
}
