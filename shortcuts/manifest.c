// SPDX-License-Identifier: Apache-2.0
// A line per file: the hashes of what may lie there, and the path. Saved before files are written, with the
// old hash and the new one, and after, with the new one alone: whatever a crash leaves is recognised as ours.
// "-" is the hash of a file that is not there yet. Owned by the store for one run.
#include "shortcuts/manifest.h"
#include <stdio.h>
#include <string.h>
#include "rail/hash.h"
#include "shortcuts/whole-file.h"

#define ABSENT "-"

struct Manifest {
    char *file;
    GHashTable *hashes; // path -> GStrv of hashes, both owned
};

static char *hash_of(GBytes *content) {
    gsize size = 0;
    const void *bytes = content ? g_bytes_get_data(content, &size) : NULL;
    return content ? g_strdup_printf("%016" G_GINT64_MODIFIER "x", hash_bytes(HASH_START, bytes, size))
                   : g_strdup(ABSENT);
}

Manifest *manifest_load(const char *file) {
    Manifest *manifest = g_new0(Manifest, 1);
    g_autofree char *text = NULL;
    manifest->file = g_strdup(file);
    whole_file_tidy(file);
    manifest->hashes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
    if (!g_file_get_contents(file, &text, NULL, NULL) || !g_utf8_validate(text, -1, NULL))
        return manifest;
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        char *blank = strchr(*line, ' ');
        if (!blank || !blank[1])
            continue;
        *blank = '\0';
        g_hash_table_replace(manifest->hashes, g_strdup(blank + 1), g_strsplit(*line, ",", 2));
    }
    return manifest;
}

void manifest_free(Manifest *manifest) {
    if (!manifest)
        return;
    g_hash_table_unref(manifest->hashes);
    g_free(manifest->file);
    g_free(manifest);
}

bool manifest_save(const Manifest *manifest, GError **error) {
    g_autoptr(GString) text = g_string_new(NULL);
    GHashTableIter iter;
    gpointer path, hashes;
    g_hash_table_iter_init(&iter, manifest->hashes);
    while (g_hash_table_iter_next(&iter, &path, &hashes)) {
        g_autofree char *joined = g_strjoinv(",", hashes);
        g_string_append_printf(text, "%s %s\n", joined, (char *)path);
    }
    return whole_file_write(manifest->file, text->str, text->len, true, error);
}

ManifestState manifest_state(const Manifest *manifest, const char *path, GBytes *content) {
    const char *const *hashes = g_hash_table_lookup(manifest->hashes, path);
    g_autofree char *hash = hash_of(content);
    if (!hashes)
        return MANIFEST_NEW;
    if (g_strv_contains(hashes, hash))
        return MANIFEST_OURS;
    return content ? MANIFEST_EDITED : MANIFEST_DELETED;
}

GPtrArray *manifest_paths(const Manifest *manifest) {
    GPtrArray *paths = g_ptr_array_new();
    GHashTableIter iter;
    gpointer path;
    g_hash_table_iter_init(&iter, manifest->hashes);
    while (g_hash_table_iter_next(&iter, &path, NULL))
        g_ptr_array_add(paths, path);
    return paths;
}

void manifest_expect(Manifest *manifest, const char *path, GBytes *content) {
    char **old = g_hash_table_lookup(manifest->hashes, path);
    g_autofree char *hash = hash_of(content);
    const char *hashes[] = {old ? old[0] : ABSENT, hash, NULL};
    g_hash_table_replace(manifest->hashes, g_strdup(path), g_strdupv((char **)hashes));
}

void manifest_settle(Manifest *manifest, const char *path, GBytes *content) {
    if (!content) {
        g_hash_table_remove(manifest->hashes, path);
        return;
    }
    g_autofree char *hash = hash_of(content);
    const char *hashes[] = {hash, NULL};
    g_hash_table_replace(manifest->hashes, g_strdup(path), g_strdupv((char **)hashes));
}
