// SPDX-License-Identifier: Apache-2.0
// Edits $XDG_DATA_HOME/applications/mimeapps.list, a file that is not ours: keys that somebody else set stay,
// and ours go when their type goes, unless somebody has changed them since. Runs in the agent's loop.
#include "shortcuts/defaults.h"
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include "shortcuts/whole-file.h"

#define GROUP  "Default Applications"
#define PREFIX "io.railhead."
#define PINNED "Pinned"

static GKeyFile *load(const char *file) {
    GKeyFile *keys = g_key_file_new();
    whole_file_tidy(file);
    g_key_file_load_from_file(keys, file, G_KEY_FILE_KEEP_COMMENTS | G_KEY_FILE_KEEP_TRANSLATIONS, NULL);
    return keys;
}

static bool save(GKeyFile *keys, const char *file, GError **error) {
    gsize size = 0;
    g_autofree char *text = g_key_file_to_data(keys, &size, NULL);
    if (size == 0)
        return g_unlink(file) == 0 || true;
    return whole_file_write(file, text, size, true, error);
}

static bool is_ours(GAppInfo *app) {
    return !app || !g_app_info_get_id(app) || g_str_has_prefix(g_app_info_get_id(app), PREFIX);
}

// The first program of the host in a list, which is freed. Owned by the caller, or NULL.
static char *first_of_host(GList *apps, const char *wanted) {
    char *id = NULL;
    for (GList *link = apps; link && !id; link = link->next)
        if (!is_ours(link->data) && (!wanted || strcmp(g_app_info_get_id(link->data), wanted) == 0))
            id = g_strdup(g_app_info_get_id(link->data));
    g_list_free_full(apps, g_object_unref);
    return id;
}

// The id of what opens the type without us, owned by the caller; NULL when nothing does. A program for the
// type itself comes before one for what the type is a kind of, also before one that was pinned as such.
static char *present_default(const char *type) {
    g_autoptr(GAppInfo) app = g_app_info_get_default_for_type(type, FALSE);
    const char *now = is_ours(app) ? NULL : g_app_info_get_id(app);
    char *id = now ? first_of_host(g_app_info_get_recommended_for_type(type), now) : NULL;
    if (!id)
        id = first_of_host(g_app_info_get_recommended_for_type(type), NULL);
    if (!id)
        id = now ? g_strdup(now) : first_of_host(g_app_info_get_all_for_type(type), NULL);
    return id;
}

static void remove_key(GKeyFile *keys, const char *group, const char *key) {
    g_key_file_remove_key(keys, group, key, NULL);
    g_auto(GStrv) left = g_key_file_get_keys(keys, group, NULL, NULL);
    if (left && !*left)
        g_key_file_remove_group(keys, group, NULL);
}

static void unpin(GKeyFile *list, GKeyFile *record, const char *const *types) {
    g_auto(GStrv) pinned = g_key_file_get_keys(record, PINNED, NULL, NULL);
    for (char **type = pinned; type && *type; type++) {
        if (g_strv_contains(types, *type))
            continue;
        g_autofree char *ours = g_key_file_get_string(record, PINNED, *type, NULL);
        g_autofree char *now = g_key_file_get_string(list, GROUP, *type, NULL);
        if (now && strcmp(now, ours) == 0)
            remove_key(list, GROUP, *type);
        remove_key(record, PINNED, *type);
    }
}

static void pin(GKeyFile *list, GKeyFile *record, const char *type) {
    g_autofree char *now = g_key_file_get_string(list, GROUP, type, NULL);
    g_autofree char *ours = g_key_file_get_string(record, PINNED, type, NULL);
    g_autofree char *id = NULL;
    if ((now && g_strcmp0(now, ours) != 0) || !(id = present_default(type)))
        return;
    g_key_file_set_string(list, GROUP, type, id);
    g_key_file_set_string(record, PINNED, type, id);
}

static bool save_if_changed(GKeyFile *keys, const char *file, const char *before, GError **error) {
    g_autofree char *now = g_key_file_to_data(keys, NULL, NULL);
    return strcmp(before, now) == 0 || save(keys, file, error);
}

bool defaults_pin(const char *data_home, const char *record_file, const char *const *types, GError **error) {
    g_autofree char *list_file = g_build_filename(data_home, "applications", "mimeapps.list", NULL);
    g_autoptr(GKeyFile) list = load(list_file), record = load(record_file);
    g_autofree char *list_before = g_key_file_to_data(list, NULL, NULL);
    g_autofree char *record_before = g_key_file_to_data(record, NULL, NULL);
    unpin(list, record, types);
    for (; *types; types++)
        if (!g_str_has_prefix(*types, "application/x-extension-"))
            pin(list, record, *types);
    // The record first: a pin that nobody remembers would stay for ever.
    return save_if_changed(record, record_file, record_before, error) &&
           save_if_changed(list, list_file, list_before, error);
}
