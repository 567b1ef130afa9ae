// SPDX-License-Identifier: Apache-2.0
// Icons on their way from the guest and at rest on disk. A few requests are in flight at a time, so that a
// guest cannot make the agent hold more than that many sets, and all that it has kept has a limit. Each set
// is encoded when it is complete, so that no more than one is encoded in a turn of the loop. Owned by a
// Guest. Keeps nothing of what the guest sent but pixels.
#include "host-agent/icon-cache.h"
#include <glib/gstdio.h>
#include <string.h>
#include "rail/wire.h"

#define FILE_MAGIC    0x31494C52u // "RLI1"
#define SUFFIX        ".icons"
#define IN_FLIGHT_MAX 8
#define KEPT_MAX      (256u << 20) // bytes of all files

typedef struct Assembly {
    uint8_t *bytes;
    uint32_t total, have;
} Assembly;

typedef struct Picture {
    uint32_t side, size;
    uint8_t tail[ICON_FILE_TAIL];
} Picture;

typedef struct Entry { // a file that is kept; without pictures: the guest has no such icon
    uint32_t bytes;
    bool known; // its pictures have been read
    size_t count;
    Picture pictures[ICON_SIZES_MAX];
} Entry;

struct IconCache {
    char *folder;
    IconCacheRequest request;
    gpointer user;
    GHashTable *in_flight, *refused; // by icon: Assembly; nothing
    GHashTable *kept, *wanted;       // by icon: Entry; nothing
    GQueue queue;                    // of uint64_t*
    uint64_t kept_bytes;
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
    return g_strdup_printf("%s/%016" G_GINT64_MODIFIER "x" SUFFIX, cache->folder, icon);
}

static void add_entry(IconCache *cache, uint64_t icon, const Entry *entry) {
    g_hash_table_replace(cache->kept, key_of(icon), g_memdup2(entry, sizeof *entry));
    cache->kept_bytes += entry->bytes;
}

static void look_at_folder(IconCache *cache) {
    g_autoptr(GDir) dir = g_dir_open(cache->folder, 0, NULL);
    const char *name;
    while (dir && (name = g_dir_read_name(dir))) {
        GStatBuf facts;
        g_autofree char *path = g_build_filename(cache->folder, name, NULL);
        if (strlen(name) == 16 + strlen(SUFFIX) && g_str_has_suffix(name, SUFFIX) &&
            g_stat(path, &facts) == 0)
            add_entry(cache, g_ascii_strtoull(name, NULL, 16), &(Entry){.bytes = (uint32_t)facts.st_size});
    }
}

IconCache *icon_cache_new(const char *folder, IconCacheRequest request, gpointer user) {
    IconCache *cache = g_new0(IconCache, 1);
    cache->folder = g_strdup(folder);
    cache->request = request;
    cache->user = user;
    cache->in_flight = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, assembly_free);
    cache->refused = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    cache->kept = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    cache->wanted = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    g_queue_init(&cache->queue);
    look_at_folder(cache);
    return cache;
}

void icon_cache_free(IconCache *cache) {
    if (!cache)
        return;
    g_hash_table_unref(cache->in_flight);
    g_hash_table_unref(cache->refused);
    g_hash_table_unref(cache->kept);
    g_hash_table_unref(cache->wanted);
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

// What is wanted

static void forget(IconCache *cache, uint64_t icon) {
    const Entry *entry = g_hash_table_lookup(cache->kept, &icon);
    g_autofree char *file = file_of(cache, icon);
    if (!entry)
        return;
    g_unlink(file);
    cache->kept_bytes -= entry->bytes;
    g_hash_table_remove(cache->kept, &icon);
}

static void ask_more(IconCache *cache) {
    while (g_hash_table_size(cache->in_flight) < IN_FLIGHT_MAX && cache->queue.head) {
        g_autofree uint64_t *icon = g_queue_pop_head(&cache->queue);
        g_hash_table_insert(cache->in_flight, key_of(*icon), g_new0(Assembly, 1));
        cache->request(*icon, cache->user);
    }
}

void icon_cache_begin(IconCache *cache) {
    g_queue_clear_full(&cache->queue, g_free); // what is still wanted comes again
    g_hash_table_remove_all(cache->wanted);
}

void icon_cache_want(IconCache *cache, uint64_t icon) {
    if (icon == 0 || !g_hash_table_add(cache->wanted, key_of(icon)) ||
        g_hash_table_contains(cache->in_flight, &icon) || g_hash_table_contains(cache->refused, &icon) ||
        g_hash_table_contains(cache->kept, &icon))
        return;
    g_queue_push_tail(&cache->queue, key_of(icon));
    ask_more(cache);
}

void icon_cache_drop_unwanted(IconCache *cache) {
    g_autoptr(GPtrArray) gone = g_ptr_array_new();
    GHashTableIter iter;
    gpointer icon;
    g_hash_table_iter_init(&iter, cache->kept);
    while (g_hash_table_iter_next(&iter, &icon, NULL))
        if (!g_hash_table_contains(cache->wanted, icon))
            g_ptr_array_add(gone, icon);
    for (guint i = 0; i < gone->len; i++)
        forget(cache, *(uint64_t *)g_ptr_array_index(gone, i));
}

// What arrives. A file is: magic, count, for each picture side, size and tail, then the PNG files.

static bool has_side(const Entry *entry, uint32_t side) {
    for (size_t i = 0; i < entry->count; i++)
        if (entry->pictures[i].side == side)
            return true;
    return false;
}

static void add_picture(Entry *entry, const Raster *raster, GBytes **ret_files) {
    uint32_t side = icon_file_side(raster);
    GBytes *png = has_side(entry, side) ? NULL : icon_file_encode(raster);
    gsize size = 0;
    const uint8_t *bytes = png ? g_bytes_get_data(png, &size) : NULL;
    if (!png)
        return;
    Picture *picture = &entry->pictures[entry->count];
    *picture = (Picture){.side = side, .size = (uint32_t)size};
    memcpy(picture->tail, bytes + size - ICON_FILE_TAIL, ICON_FILE_TAIL);
    ret_files[entry->count++] = png;
}

// The smallest come first, and so suit their side best.
static void encode(const uint8_t *untrusted_bytes, size_t size, Entry *ret_entry, GBytes **ret_files) {
    Raster *rasters[ICON_SIZES_MAX];
    for (size_t count = icon_set_decode(untrusted_bytes, size, rasters); count; count--) {
        add_picture(ret_entry, rasters[count - 1], ret_files);
        raster_free(rasters[count - 1]);
    }
}

static void write_file(WireWriter *writer, const Entry *entry, GBytes *const *files) {
    wire_put_u32(writer, FILE_MAGIC);
    wire_put_u8(writer, (uint8_t)entry->count);
    for (size_t i = 0; i < entry->count; i++) {
        wire_put_u32(writer, entry->pictures[i].side);
        wire_put_u32(writer, entry->pictures[i].size);
        wire_put_bytes(writer, entry->pictures[i].tail, ICON_FILE_TAIL);
    }
    for (size_t i = 0; i < entry->count; i++) {
        gsize size;
        const void *bytes = g_bytes_get_data(files[i], &size);
        wire_put_bytes(writer, bytes, size);
    }
}

static void set_problem(IconCache *cache, const char *why) {
    g_free(cache->problem);
    cache->problem = why ? g_strdup_printf("an icon cannot be kept: %s", why) : NULL;
}

// A disk that is full may have room later; a guest that has filled its share has not.
static void store(IconCache *cache, uint64_t icon, Entry *entry, GBytes *const *files) {
    g_autoptr(GError) error = NULL;
    g_autofree char *file = file_of(cache, icon);
    WireWriter writer;
    wire_writer_init(&writer);
    write_file(&writer, entry, files);
    entry->bytes = (uint32_t)writer.size;
    g_mkdir_with_parents(cache->folder, 0700);
    if (cache->kept_bytes + writer.size > KEPT_MAX) {
        g_hash_table_add(cache->refused, key_of(icon));
        set_problem(cache, "the guest has more of them than is taken of one guest");
    } else if (g_file_set_contents_full(file, (const char *)writer.data, (gssize)writer.size,
                                        G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error)) {
        add_entry(cache, icon, entry);
        set_problem(cache, NULL);
    } else {
        set_problem(cache, error->message);
    }
    wire_writer_clear(&writer);
}

static void keep(IconCache *cache, uint64_t icon, const Assembly *assembly) {
    GBytes *files[ICON_SIZES_MAX];
    Entry entry = {.known = true};
    encode(assembly->bytes, assembly->total, &entry, files);
    if (entry.count || assembly->total == 0)
        store(cache, icon, &entry, files);
    else
        g_hash_table_add(cache->refused, key_of(icon));
    for (size_t i = 0; i < entry.count; i++)
        g_bytes_unref(files[i]);
}

static bool add_piece(Assembly *assembly, const IconPiece *piece) {
    if (piece->offset != assembly->have || (piece->size == 0 && piece->total > 0) ||
        (assembly->bytes && piece->total != assembly->total))
        return false;
    if (!assembly->bytes) {
        assembly->total = piece->total;
        assembly->bytes = g_malloc(MAX(piece->total, 1));
    }
    if (piece->size)
        memcpy(assembly->bytes + piece->offset, piece->bytes, piece->size);
    assembly->have += piece->size;
    return true;
}

// One that is announced as larger than any may be is refused, and does not hold up the others.
static uint64_t name_of_bad(const uint8_t *untrusted_body, size_t size) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    return wire_get_u64(&reader);
}

bool icon_cache_take(IconCache *cache, const uint8_t *untrusted_body, size_t size) {
    IconPiece piece;
    bool good = icon_piece_decode(untrusted_body, size, &piece);
    uint64_t icon = good ? piece.icon : name_of_bad(untrusted_body, size);
    Assembly *assembly = g_hash_table_lookup(cache->in_flight, &icon);
    if (!assembly)
        return false;
    good = good && add_piece(assembly, &piece);
    if (good && assembly->have < assembly->total)
        return false;
    if (good)
        keep(cache, icon, assembly);
    else
        g_hash_table_add(cache->refused, key_of(icon));
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

// What is kept

static void read_pictures(WireReader *reader, Entry *entry) {
    bool good = wire_get_u32(reader) == FILE_MAGIC;
    size_t count = wire_get_u8(reader);
    entry->count = 0;
    for (size_t i = 0; good && i < count && i < ICON_SIZES_MAX; i++) {
        Picture *picture = &entry->pictures[i];
        picture->side = wire_get_u32(reader);
        picture->size = wire_get_u32(reader);
        const uint8_t *tail = wire_get_bytes(reader, ICON_FILE_TAIL);
        if (!tail)
            break;
        memcpy(picture->tail, tail, ICON_FILE_TAIL);
        entry->count++;
    }
    entry->known = true;
}

// The whole file; a damaged one is forgotten and asked for again.
static char *read_file(IconCache *cache, uint64_t icon, Entry *entry, WireReader *ret_reader) {
    g_autofree char *file = file_of(cache, icon), *bytes = NULL;
    gsize size = 0;
    size_t total = 0;
    if (g_file_get_contents(file, &bytes, &size, NULL)) {
        wire_reader_init(ret_reader, bytes, size);
        read_pictures(ret_reader, entry);
        for (size_t i = 0; i < entry->count; i++)
            total += entry->pictures[i].size;
        if (!ret_reader->failed && wire_left(ret_reader) == total)
            return g_steal_pointer(&bytes);
    }
    forget(cache, icon);
    return NULL;
}

size_t icon_cache_files(IconCache *cache, uint64_t icon, bool contents, IconFile ret_files[ICON_SIZES_MAX]) {
    Entry *entry = g_hash_table_lookup(cache->kept, &icon);
    WireReader reader;
    if (!entry || (entry->known && entry->count == 0))
        return 0;
    bool has_to_read = contents || !entry->known;
    g_autofree char *bytes = has_to_read ? read_file(cache, icon, entry, &reader) : NULL;
    if (has_to_read && !bytes)
        return 0;
    for (size_t i = 0; i < entry->count; i++) {
        const Picture *picture = &entry->pictures[i];
        ret_files[i].side = picture->side;
        ret_files[i].bytes = contents ? g_bytes_new(wire_get_bytes(&reader, picture->size), picture->size)
                                      : icon_file_stamp(picture->size, picture->tail);
    }
    return entry->count;
}

size_t icon_cache_load(IconCache *cache, uint64_t icon, Raster *ret_rasters[ICON_SIZES_MAX]) {
    IconFile files[ICON_SIZES_MAX];
    size_t count = icon_cache_files(cache, icon, true, files), good = 0;
    for (size_t i = 0; i < count; i++) {
        Raster *raster = icon_file_decode(files[i].bytes);
        if (raster)
            ret_rasters[good++] = raster;
        g_bytes_unref(files[i].bytes);
    }
    return good;
}
