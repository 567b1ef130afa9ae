// SPDX-License-Identifier: Apache-2.0
// Reads and writes the shares in a guest's key file, and leaves the rest of it as it is. The agent reads, the
// command writes.
#include "host-agent/profile-shares.h"

#include <string.h>

#define PREFIX "share "

static char *file_of(const char *profiles, const char *guest) {
    g_autofree char *name = g_strconcat(guest, ".conf", NULL);
    return g_build_filename(profiles, name, NULL);
}

static GKeyFile *load(const char *path, GError **error) {
    g_autoptr(GKeyFile) file = g_key_file_new();
    return g_key_file_load_from_file(file, path, G_KEY_FILE_KEEP_COMMENTS, error) ? g_steal_pointer(&file)
                                                                                  : NULL;
}

static int by_name(gconstpointer a, gconstpointer b) {
    return strcmp((*(const SharedFolder *const *)a)->name, (*(const SharedFolder *const *)b)->name);
}

static void add_group(GPtrArray *folders, GKeyFile *file, const char *guest, const char *group) {
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_key_file_get_string(file, group, "folder", NULL);
    bool read_only = g_key_file_get_boolean(file, group, "read-only", NULL);
    SharedFolder *folder = shared_folder_new(group + strlen(PREFIX), path ? path : "", read_only, &error);
    if (folder)
        g_ptr_array_add(folders, folder);
    else
        g_printerr("railhead: guest %s: %s\n", guest, error->message);
}

GPtrArray *profile_shares_load(const char *profiles, const char *guest, bool *ret_allows_documents) {
    GPtrArray *folders = g_ptr_array_new_with_free_func((GDestroyNotify)shared_folder_free);
    g_autofree char *path = file_of(profiles, guest);
    g_autoptr(GKeyFile) file = load(path, NULL);
    *ret_allows_documents = true;
    if (!file)
        return folders;
    g_autofree char *documents = g_key_file_get_string(file, "guest", "documents", NULL);
    *ret_allows_documents = !documents || strcmp(documents, "allow") == 0;
    g_auto(GStrv) groups = g_key_file_get_groups(file, NULL);
    for (char **group = groups; *group; group++)
        if (g_str_has_prefix(*group, PREFIX))
            add_group(folders, file, guest, *group);
    g_ptr_array_sort(folders, by_name);
    return folders;
}

static bool save(GKeyFile *file, const char *path, GError **error) {
    gsize length = 0;
    g_autofree char *text = g_key_file_to_data(file, &length, NULL);
    return g_file_set_contents_full(path, text, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

bool profile_shares_add(const char *profiles, const char *guest, const SharedFolder *folder, GError **error) {
    g_autofree char *path = file_of(profiles, guest), *group = g_strconcat(PREFIX, folder->name, NULL);
    g_autoptr(GKeyFile) file = load(path, error);
    if (!file)
        return false;
    if (g_key_file_has_group(file, group)) {
        g_set_error(error, SHARES_ERROR, SHARES_ERROR_NAME, "guest %s has a share %s already", guest,
                    folder->name);
        return false;
    }
    g_key_file_set_string(file, group, "folder", folder->path);
    g_key_file_set_boolean(file, group, "read-only", folder->read_only);
    return save(file, path, error);
}

bool profile_shares_remove(const char *profiles, const char *guest, const char *name, GError **error) {
    g_autofree char *path = file_of(profiles, guest), *group = g_strconcat(PREFIX, name, NULL);
    g_autoptr(GKeyFile) file = load(path, error);
    if (!file)
        return false;
    if (!g_key_file_remove_group(file, group, NULL)) {
        g_set_error(error, SHARES_ERROR, SHARES_ERROR_MISSING, "guest %s has no share %s", guest, name);
        return false;
    }
    return save(file, path, error);
}
