// SPDX-License-Identifier: Apache-2.0
// Icons on their way from the guest and at rest on disk. A few requests are in flight at a time, so that a
// guest cannot make the agent hold more than that many sets. Owned by a Guest. Never keeps a set whose hash
// is not its name.
#include "host-agent/icon-cache.h"
#include <string.h>

#define IN_FLIGHT_MAX 8

typedef struct Assembly {
    uint8_t *bytes;
    uint32_t total, have;
} Assembly;

struct IconCache {
    char *folder;
    IconCacheRequest request;
    gpointer user;
    GHashTable *in_flight, *refused; // by icon: Assembly; nothing
    GHashTable *present;
    GQueue queue;  // of uint64_t*
    char *problem; // of the last set that was to be kept, or NULL
};

static void assembly_free(gpointer data) {
    Assembly *assembly = data;
    g_free(assembly->bytes);
    g_free(assembly);
}

static uint64_t *key_of(uint64_t icon) {
    return g_memdup2(&icon, sizeof icon);
}

static char *file_of(const IconCache *cache, uint64_t icon) {
    return g_strdup_printf("%s/%016" G_GINT64_MODIFIER "x.icons", cache->folder, icon);
}

IconCache *icon_cache_new(const char *folder, IconCacheRequest request, gpointer user) {
    IconCache *cache = g_new0(IconCache, 1);
    cache->folder = g_strdup(folder);
    cache->request = request;
    cache->user = user;
    cache->in_flight = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, assembly_free);
    cache->refused = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    cache->present = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_queue_init(&cache->queue);
    return cache;
}

void icon_cache_free(IconCache *cache) {
    if (!cache)
        return;
    g_hash_table_unref(cache->in_flight);
    g_hash_table_unref(cache->refused);
    g_hash_table_unref(cache->present);
    g_queue_clear_full(&cache->queue, g_free);
    g_free(cache->folder);
    g_free(cache->problem);
    g_free(cache);
}

void icon_cache_reset(IconCache *cache) {
    g_hash_table_remove_all(cache->in_flight);
    g_hash_table_remove_all(cache->refused);
    g_queue_clear_full(&cache->queue, g_free);
    g_clear_pointer(&cache->problem, g_free);
}

static bool is_present(IconCache *cache, uint64_t icon) {
    if (g_hash_table_contains(cache->present, &icon))
        return true;
    g_autofree char *file = file_of(cache, icon);
    bool present = g_file_test(file, G_FILE_TEST_IS_REGULAR);
    if (present)
        g_hash_table_add(cache->present, key_of(icon));
    return present;
}

static void ask_more(IconCache *cache) {
    while (g_hash_table_size(cache->in_flight) < IN_FLIGHT_MAX && cache->queue.head) {
        g_autofree uint64_t *icon = g_queue_pop_head(&cache->queue);
        if (g_hash_table_contains(cache->in_flight, icon) || is_present(cache, *icon))
            continue;
        g_hash_table_insert(cache->in_flight, key_of(*icon), g_new0(Assembly, 1));
        cache->request(*icon, cache->user);
    }
}

void icon_cache_want(IconCache *cache, uint64_t icon) {
    if (icon == 0 || g_hash_table_contains(cache->in_flight, &icon) ||
        g_hash_table_contains(cache->refused, &icon) || is_present(cache, icon))
        return;
    g_queue_push_tail(&cache->queue, key_of(icon));
    ask_more(cache);
}

static void keep(IconCache *cache, uint64_t icon, const Assembly *assembly) {
    g_autoptr(GError) error = NULL;
    g_autofree char *file = file_of(cache, icon);
    Raster *rasters[ICON_SIZES_MAX];
    size_t count = icon_set_hash(assembly->bytes, assembly->total) == icon
                       ? icon_set_decode(assembly->bytes, assembly->total, rasters)
                       : 0;
    for (size_t i = 0; i < count; i++)
        raster_free(rasters[i]);
    g_mkdir_with_parents(cache->folder, 0700);
    if (count == 0) {
        g_hash_table_add(cache->refused, key_of(icon));
        return;
    }
    g_clear_pointer(&cache->problem, g_free);
    if (!g_file_set_contents(file, (const char *)assembly->bytes, assembly->total, &error))
        cache->problem = g_strdup_printf("an icon cannot be kept: %s", error->message);
}

static bool add_piece(Assembly *assembly, const IconPiece *piece) {
    if (piece->total > ICON_BYTES_MAX || piece->offset != assembly->have || piece->size == 0 ||
        piece->size > piece->total - piece->offset || (assembly->bytes && piece->total != assembly->total))
        return false;
    if (!assembly->bytes) {
        assembly->total = piece->total;
        assembly->bytes = g_malloc(piece->total);
    }
    memcpy(assembly->bytes + piece->offset, piece->bytes, piece->size);
    assembly->have += piece->size;
    return true;
}

bool icon_cache_take(IconCache *cache, const IconPiece *untrusted_piece) {
    uint64_t icon = untrusted_piece->icon;
    Assembly *assembly = g_hash_table_lookup(cache->in_flight, &icon);
    if (!assembly)
        return false;
    bool broken = untrusted_piece->offset > untrusted_piece->total || !add_piece(assembly, untrusted_piece);
    if (!broken && assembly->have < assembly->total)
        return false;
    if (broken)
        g_hash_table_add(cache->refused, key_of(icon));
    else
        keep(cache, icon, assembly);
    g_hash_table_remove(cache->in_flight, &icon);
    ask_more(cache);
    return true;
}

const char *icon_cache_problem(const IconCache *cache) {
    return cache->problem;
}

bool icon_cache_waiting(const IconCache *cache) {
    return g_hash_table_size(cache->in_flight) > 0;
}

size_t icon_cache_load(IconCache *cache, uint64_t icon, Raster *ret_rasters[ICON_SIZES_MAX]) {
    g_autofree char *file = file_of(cache, icon), *bytes = NULL;
    gsize size = 0;
    if (icon == 0 || !g_file_get_contents(file, &bytes, &size, NULL))
        return 0;
    if (icon_set_hash((const uint8_t *)bytes, size) != icon)
        return 0;
    return icon_set_decode((const uint8_t *)bytes, size, ret_rasters);
}
