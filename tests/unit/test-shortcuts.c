// SPDX-License-Identifier: Apache-2.0
// Launchers: hostile names stay valid and harmless, sync is idempotent, only the guest's own files are
// touched, and a folder that cannot be written gives an error and no half file.
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include "shortcuts/launcher.h"
#include "shortcuts/store.h"

static const char *const hostile[] = {
    "a/b", "line\nExec=evil", "%f %u %%", "\"quoted\" 'x' `y` $(z)", "\xe2\x80\xaegpj.exe",
    "",    "\\ \t;;=[x]",     NULL};

static size_t one_icon(uint64_t icon, Raster *ret_rasters[ICON_SIZES_MAX], gpointer user) {
    ret_rasters[0] = raster_new(32, 32);
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

static guint count(const char *home, const char *guest) {
    g_autoptr(GHashTable) files = store_installed(home, guest);
    return g_hash_table_size(files);
}

static void check_entry(const char *home, const char *relative, const char *validator) {
    g_autofree char *path = g_build_filename(home, relative, NULL);
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
    if (validator) {
        g_autofree char *out = NULL, *err = NULL;
        const char *argv[] = {validator, path, NULL};
        int status;
        g_assert_true(
            g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &err, &status, NULL));
        g_assert_cmpstr(out, ==, "");
        g_assert_cmpint(status, ==, 0);
    }
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
    g_assert_true(store_sync(home, &input, &error));
    g_assert_cmpuint(count(home, "wine-1"), ==, catalogue.apps.count + 1);
    g_autoptr(GHashTable) files = store_installed(home, "wine-1");
    GHashTableIter iter;
    gpointer path;
    g_hash_table_iter_init(&iter, files);
    while (g_hash_table_iter_next(&iter, &path, NULL))
        if (g_str_has_prefix(path, "applications/"))
            check_entry(home, path, validator);
    input.catalogue = &empty;
    g_assert_true(store_sync(home, &input, &error));
    g_assert_cmpuint(count(home, "wine-1"), ==, 0);
    catalogue_clear(&catalogue);
}

static void test_plan_is_idempotent_and_stays_at_home(void) {
    g_autofree char *home = make_home();
    g_autofree char *foreign = g_build_filename(home, "applications/io.railhead.wine.afff.desktop", NULL);
    g_autofree char *folder = g_path_get_dirname(foreign);
    Catalogue catalogue;
    Plan plan;
    fill(&catalogue);
    g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
    g_assert_true(g_file_set_contents(foreign, "other", -1, NULL));
    PlanInput input = {.guest = "wine-1", .railhead = "/opt/rail head/railhead", .catalogue = &catalogue};
    g_assert_true(store_sync(home, &input, NULL));
    g_autoptr(GHashTable) wanted = plan_wanted(&input);
    g_autoptr(GHashTable) installed = store_installed(home, "wine-1");
    plan_init(&plan, wanted, installed);
    g_assert_cmpuint(plan.writes->len + plan.removes->len, ==, 0);
    plan_clear(&plan);
    g_assert_true(g_file_test(foreign, G_FILE_TEST_EXISTS));
    catalogue_clear(&catalogue);
}

static void test_unwritable(void) {
    g_autoptr(GError) error = NULL;
    Catalogue catalogue;
    fill(&catalogue);
    PlanInput input = {.guest = "wine-1", .railhead = "/usr/bin/railhead", .catalogue = &catalogue};
    g_assert_false(store_sync("/proc/nowhere", &input, &error));
    g_assert_nonnull(error);
    catalogue_clear(&catalogue);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/shortcuts/hostile-names", test_hostile_names);
    g_test_add_func("/shortcuts/idempotent", test_plan_is_idempotent_and_stays_at_home);
    g_test_add_func("/shortcuts/unwritable", test_unwritable);
    return g_test_run();
}
