// SPDX-License-Identifier: Apache-2.0
// Catalogue -> wanted files -> difference to what is installed. Pure: reads and writes nothing, so a test
// needs no folder.
#include "shortcuts/plan.h"
#include <string.h>
#include "shortcuts/actions.h"
#include "shortcuts/curate.h"
#include "shortcuts/launcher.h"
#include "shortcuts/menu.h"

#define ICONS "icons/hicolor/"

static bool want_icon(GHashTable *wanted, const PlanInput *input, uint64_t icon) {
    IconFile files[ICON_SIZES_MAX];
    size_t count = icon && input->icon_source ? input->icon_source(icon, false, files, input->user) : 0;
    g_autofree char *name = launcher_icon_name(input->guest, icon);
    for (size_t i = 0; i < count; i++)
        g_hash_table_replace(wanted,
                             g_strdup_printf(ICONS "%ux%u/apps/%s.png", files[i].side, files[i].side, name),
                             files[i].bytes);
    return count > 0;
}

static GBytes *icon_content(const PlanInput *input, const char *path) {
    IconFile files[ICON_SIZES_MAX];
    GBytes *found = NULL;
    uint32_t side = (uint32_t)g_ascii_strtoull(path + strlen(ICONS), NULL, 10);
    const char *dot = strrchr(path, '.');
    uint64_t icon = dot && dot - path > 16 ? g_ascii_strtoull(dot - 16, NULL, 16) : 0;
    size_t count = icon && input->icon_source ? input->icon_source(icon, true, files, input->user) : 0;
    for (size_t i = 0; i < count; i++) {
        if (files[i].side == side && !found)
            found = files[i].bytes;
        else
            g_bytes_unref(files[i].bytes);
    }
    return found;
}

GBytes *plan_content(const PlanInput *input, GHashTable *wanted, const char *path) {
    return g_str_has_prefix(path, ICONS) ? icon_content(input, path)
                                         : g_bytes_ref(g_hash_table_lookup(wanted, path));
}

char *plan_launcher_path(const char *guest, uint64_t app) {
    g_autofree char *id = launcher_id(guest, app);
    return g_strdup_printf("applications/%s.desktop", id);
}

bool plan_is_shown(const PlanInput *input, const App *app) {
    ChoiceVisibility choice = choices_visibility(input->choices, app->id);
    if (app->kind == APP_KIND_HANDLER || choice != CHOICE_DEFAULT)
        return app->kind != APP_KIND_HANDLER && choice == CHOICE_SHOWN;
    return curate_app(input->catalogue, app, input->windows_too) == CURATE_SHOW;
}

static bool on_shown(const App *app, gpointer user) {
    return plan_is_shown(user, app);
}

// Application id -> GPtrArray of the MIME types that it opens, sorted.
static GHashTable *types_by_app(const PlanInput *input) {
    GHashTable *types =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (size_t i = 0; i < input->catalogue->types.count; i++) {
        const FileType *type = catalogue_type(input->catalogue, i);
        g_autofree char *name = mime_type_of(type, input->mime_source, input->user, false);
        for (size_t j = 0; name && j < type->n_verbs; j++) {
            const App *app = catalogue_find(input->catalogue, type->verbs[j].app);
            if (!app || g_ascii_strcasecmp(type->verbs[j].verb, "print") == 0)
                continue;
            GPtrArray *list = g_hash_table_lookup(types, &app->id);
            if (!list) {
                list = g_ptr_array_new_with_free_func(g_free);
                g_hash_table_insert(types, (gpointer)&app->id, list);
            }
            if (!g_ptr_array_find_with_equal_func(list, name, g_str_equal, NULL))
                g_ptr_array_add(list, g_strdup(name));
        }
    }
    return types;
}

GStrv plan_mime_types(const PlanInput *input) {
    g_autoptr(GHashTable) by_app = types_by_app(input), all = g_hash_table_new(g_str_hash, g_str_equal);
    GHashTableIter iter;
    gpointer list;
    g_hash_table_iter_init(&iter, by_app);
    while (g_hash_table_iter_next(&iter, NULL, &list))
        for (guint i = 0; i < ((GPtrArray *)list)->len; i++)
            g_hash_table_add(all, g_ptr_array_index((GPtrArray *)list, i));
    g_autofree gpointer *names = g_hash_table_get_keys_as_array(all, NULL);
    return g_strdupv((char **)names);
}

static int by_text(gconstpointer a, gconstpointer b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void want_launcher(GHashTable *wanted, const PlanInput *input, const App *app, GPtrArray *types,
                          GPtrArray *actions, bool has_icon) {
    g_autofree char *name = choices_name(input->choices, app->id),
                    *icon = choices_icon(input->choices, app->id);
    LauncherDetails details = {.guest = input->guest,
                               .railhead = input->railhead,
                               .has_icon = has_icon,
                               .name = name,
                               .icon = icon,
                               .mime_types = types,
                               .actions = actions};
    if (types)
        g_ptr_array_sort(types, by_text);
    char *text = launcher_text(app, &details);
    g_hash_table_replace(wanted, plan_launcher_path(input->guest, app->id),
                         g_bytes_new_take(text, strlen(text)));
}

static bool want_icon_once(GHashTable *wanted, GHashTable *icons, const PlanInput *input,
                           const uint64_t *icon) {
    gpointer known = NULL;
    if (!g_hash_table_lookup_extended(icons, icon, NULL, &known)) {
        known = GINT_TO_POINTER(want_icon(wanted, input, *icon));
        g_hash_table_insert(icons, (gpointer)icon, known);
    }
    return GPOINTER_TO_INT(known);
}

static void want_types(GHashTable *wanted, GHashTable *icons, const PlanInput *input) {
    char *package = mime_package(input->guest, input->catalogue, input->mime_source, input->user);
    g_autofree char *prefix = launcher_prefix(input->guest);
    if (!package)
        return;
    g_hash_table_replace(wanted, g_strdup_printf("mime/packages/%sxml", prefix),
                         g_bytes_new_take(package, strlen(package)));
    for (size_t i = 0; i < input->catalogue->types.count; i++)
        want_icon_once(wanted, icons, input, &catalogue_type(input->catalogue, i)->icon);
}

GHashTable *plan_wanted(const PlanInput *input) {
    GHashTable *wanted =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_bytes_unref);
    g_autoptr(GHashTable) icons = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, NULL);
    g_autoptr(GHashTable) types = types_by_app(input);
    g_autoptr(GHashTable) actions = actions_by_app(input->catalogue, on_shown, (gpointer)input);
    for (size_t i = 0; i < input->catalogue->apps.count; i++) {
        const App *app = catalogue_app(input->catalogue, i);
        GPtrArray *opens = g_hash_table_lookup(types, &app->id);
        if (app->kind == APP_KIND_HANDLER ? opens != NULL : plan_is_shown(input, app))
            want_launcher(wanted, input, app, opens, g_hash_table_lookup(actions, &app->id),
                          want_icon_once(wanted, icons, input, &app->icon));
    }
    want_types(wanted, icons, input);
    menu_want(wanted, input->guest, input->title ? input->title : input->guest, input->catalogue, on_shown,
              (gpointer)input);
    return wanted;
}

// A menu is read again when a launcher changes, not when a menu appears: launchers come last.
static int rank(const char *path) {
    static const char *const order[] = {"icons/", "mime/", "desktop-directories/", "menus/"};
    for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
        if (g_str_has_prefix(path, order[i]))
            return (int)i;
    return G_N_ELEMENTS(order);
}

static int launchers_last(gconstpointer a, gconstpointer b) {
    const char *left = *(char *const *)a, *right = *(char *const *)b;
    int difference = rank(left) - rank(right);
    return difference ? difference : strcmp(left, right);
}

static int launchers_first(gconstpointer a, gconstpointer b) {
    return launchers_last(b, a);
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
    g_ptr_array_sort(plan->writes, launchers_last);
    g_ptr_array_sort(plan->removes, launchers_first);
}

void plan_clear(Plan *plan) {
    g_clear_pointer(&plan->writes, g_ptr_array_unref);
    g_clear_pointer(&plan->removes, g_ptr_array_unref);
}
