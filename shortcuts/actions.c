// SPDX-License-Identifier: Apache-2.0
// Groups entries by what they start, once over the catalogue. An entry that is an action of another keeps its
// own launcher.
#include "shortcuts/actions.h"

static bool is_plain(const App *app) {
    return app->kind == APP_KIND_PROGRAM && !*app->arguments;
}

// Folded target -> GPtrArray of App with arguments.
static GHashTable *variants_by_target(const Catalogue *catalogue, ActionsShown shown, gpointer user) {
    GHashTable *variants =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    for (size_t i = 0; i < catalogue->apps.count; i++) {
        const App *app = catalogue_app(catalogue, i);
        if (app->kind != APP_KIND_PROGRAM || is_plain(app) || !*app->target || !shown(app, user))
            continue;
        g_autofree char *target = g_utf8_casefold(app->target, -1);
        GPtrArray *list = g_hash_table_lookup(variants, target);
        if (!list) {
            list = g_ptr_array_new();
            g_hash_table_insert(variants, g_steal_pointer(&target), list);
        }
        if (list->len < ACTIONS_MAX)
            g_ptr_array_add(list, (gpointer)app);
    }
    return variants;
}

GHashTable *actions_by_app(const Catalogue *catalogue, ActionsShown shown, gpointer user) {
    GHashTable *actions =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    g_autoptr(GHashTable) variants = variants_by_target(catalogue, shown, user);
    for (size_t i = 0; g_hash_table_size(variants) && i < catalogue->apps.count; i++) {
        const App *app = catalogue_app(catalogue, i);
        g_autofree char *target = is_plain(app) ? g_utf8_casefold(app->target, -1) : NULL;
        GPtrArray *list = target ? g_hash_table_lookup(variants, target) : NULL;
        if (list)
            g_hash_table_insert(actions, (gpointer)&app->id, g_ptr_array_ref(list));
    }
    return actions;
}
