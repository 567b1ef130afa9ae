// SPDX-License-Identifier: Apache-2.0
// Catalogue -> wanted files -> difference to what is installed. Pure: reads and writes nothing, so a test
// needs no folder.
#include "shortcuts/plan.h"
#include <string.h>
#include "shortcuts/icon-file.h"
#include "shortcuts/launcher.h"

static bool want_icon(GHashTable *wanted, const PlanInput *input, uint64_t icon) {
    Raster *rasters[ICON_SIZES_MAX];
    size_t count = icon && input->icon_source ? input->icon_source(icon, rasters, input->user) : 0;
    bool any = false;
    g_autofree char *name = launcher_icon_name(input->guest, icon);
    for (size_t i = 0; i < count; i++) {
        uint32_t side = icon_file_side(rasters[i]);
        GBytes *bytes = icon_file_encode(rasters[i]);
        if (bytes) {
            char *path = g_strdup_printf("icons/hicolor/%ux%u/apps/%s.png", side, side, name);
            g_hash_table_replace(wanted, path, bytes);
            any = true;
        }
        raster_free(rasters[i]);
    }
    return any;
}

GHashTable *plan_wanted(const PlanInput *input) {
    GHashTable *wanted =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
    g_autoptr(GHashTable) icons = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, NULL);
    for (size_t i = 0; i < input->catalogue->apps.count; i++) {
        const App *app = catalogue_app(input->catalogue, i);
        gpointer known = NULL;
        if (!g_hash_table_lookup_extended(icons, &app->icon, NULL, &known)) {
            known = GINT_TO_POINTER(want_icon(wanted, input, app->icon));
            g_hash_table_insert(icons, (gpointer)&app->icon, known);
        }
        g_autofree char *id = launcher_id(input->guest, app->id);
        char *text = launcher_text(input->guest, app, GPOINTER_TO_INT(known), input->railhead);
        g_hash_table_replace(wanted, g_strdup_printf("applications/%s.desktop", id),
                             g_bytes_new_take(text, strlen(text)));
    }
    return wanted;
}

static int icons_first(gconstpointer a, gconstpointer b) {
    const char *left = *(char *const *)a, *right = *(char *const *)b;
    return strcmp(right, left); // "icons/" after "applications/" in the alphabet
}

static int launchers_first(gconstpointer a, gconstpointer b) {
    return icons_first(b, a);
}

static GPtrArray *paths_that_differ(GHashTable *these, GHashTable *those, bool compare) {
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    GHashTableIter iter;
    gpointer path, bytes;
    g_hash_table_iter_init(&iter, these);
    while (g_hash_table_iter_next(&iter, &path, &bytes)) {
        GBytes *other = g_hash_table_lookup(those, path);
        if (!other || (compare && !g_bytes_equal(bytes, other)))
            g_ptr_array_add(paths, g_strdup(path));
    }
    return paths;
}

void plan_init(Plan *plan, GHashTable *wanted, GHashTable *installed) {
    plan->writes = paths_that_differ(wanted, installed, true);
    plan->removes = paths_that_differ(installed, wanted, false);
    g_ptr_array_sort(plan->writes, icons_first);
    g_ptr_array_sort(plan->removes, launchers_first);
}

void plan_clear(Plan *plan) {
    g_clear_pointer(&plan->writes, g_ptr_array_unref);
    g_clear_pointer(&plan->removes, g_ptr_array_unref);
}
