// SPDX-License-Identifier: Apache-2.0
// SYNC_BEGIN opens a copy, APP and APP_GONE change the copy, SYNC_END compares hashes and swaps. A body that
// does not decode poisons the update and is answered with RESYNC. Owned by a Guest; never shows half an
// update.
#include "host-agent/publication.h"
#include "rail/catalogue-message.h"
#include "rail/message.h"
#include "rail/wire.h"

#define FILE_MAGIC 0x32434C52u // "RLC2"

struct Publication {
    char *file;
    PublicationCallbacks callbacks;
    gpointer user;
    Catalogue catalogue, pending;
    bool open, poisoned, fresh;
    char *problem; // why the file is not what the catalogue is, or NULL
};

// What MESSAGE_APP and MESSAGE_FILE_TYPE carry, on the wire as in the file.
static bool put(Catalogue *catalogue, uint16_t type, const uint8_t *untrusted_body, size_t size) {
    if (type == MESSAGE_FILE_TYPE) {
        FileType *file_type = file_type_decode(untrusted_body, size);
        return file_type && catalogue_put_type(catalogue, file_type);
    }
    App *app = type == MESSAGE_APP ? app_decode(untrusted_body, size) : NULL;
    return app && catalogue_put(catalogue, app);
}

static void load(Publication *publication) {
    g_autofree char *bytes = NULL;
    gsize size = 0;
    if (!g_file_get_contents(publication->file, &bytes, &size, NULL))
        return;
    WireReader reader;
    wire_reader_init(&reader, bytes, size);
    bool good = wire_get_u32(&reader) == FILE_MAGIC;
    uint64_t hash = wire_get_u64(&reader);
    while (good && !reader.failed && wire_left(&reader) > 0) {
        uint16_t type = wire_get_u16(&reader);
        uint32_t length = wire_get_u32(&reader);
        const uint8_t *body = wire_get_bytes(&reader, length);
        good = body && put(&publication->catalogue, type, body, length);
    }
    if (good && !reader.failed && catalogue_hash(&publication->catalogue) == hash)
        return;
    g_warning("%s is damaged and is not used", publication->file);
    catalogue_clear(&publication->catalogue);
    catalogue_init(&publication->catalogue);
}

static size_t begin_record(WireWriter *writer, uint16_t type) {
    wire_put_u16(writer, type);
    size_t at = writer->size;
    wire_put_u32(writer, 0);
    return at;
}

static void end_record(WireWriter *writer, size_t at) {
    wire_patch_u32(writer, at, writer->size - at - 4);
}

static void save(Publication *publication) {
    g_autoptr(GError) error = NULL;
    WireWriter writer;
    wire_writer_init(&writer);
    wire_put_u32(&writer, FILE_MAGIC);
    wire_put_u64(&writer, catalogue_hash(&publication->catalogue));
    for (size_t i = 0; i < publication->catalogue.apps.count; i++) {
        size_t at = begin_record(&writer, MESSAGE_APP);
        app_encode(&writer, catalogue_app(&publication->catalogue, i));
        end_record(&writer, at);
    }
    for (size_t i = 0; i < publication->catalogue.types.count; i++) {
        size_t at = begin_record(&writer, MESSAGE_FILE_TYPE);
        file_type_encode(&writer, catalogue_type(&publication->catalogue, i));
        end_record(&writer, at);
    }
    g_autofree char *folder = g_path_get_dirname(publication->file);
    g_mkdir_with_parents(folder, 0700);
    g_clear_pointer(&publication->problem, g_free);
    if (!writer.failed &&
        !g_file_set_contents(publication->file, (const char *)writer.data, writer.size, &error))
        publication->problem = g_strdup_printf("the catalogue cannot be kept: %s", error->message);
    wire_writer_clear(&writer);
}

Publication *publication_new(const char *file, const PublicationCallbacks *callbacks, gpointer user) {
    Publication *publication = g_new0(Publication, 1);
    publication->file = g_strdup(file);
    publication->callbacks = *callbacks;
    publication->user = user;
    catalogue_init(&publication->catalogue);
    catalogue_init(&publication->pending);
    load(publication);
    return publication;
}

void publication_free(Publication *publication) {
    if (!publication)
        return;
    catalogue_clear(&publication->catalogue);
    catalogue_clear(&publication->pending);
    g_free(publication->file);
    g_free(publication->problem);
    g_free(publication);
}

const Catalogue *publication_catalogue(const Publication *publication) {
    return &publication->catalogue;
}

const char *publication_problem(const Publication *publication) {
    return publication->problem;
}

static void close_update(Publication *publication) {
    catalogue_clear(&publication->pending);
    catalogue_init(&publication->pending);
    publication->open = publication->poisoned = false;
}

void publication_begin_connection(Publication *publication) {
    close_update(publication);
    publication->fresh = false;
}

bool publication_is_fresh(const Publication *publication) {
    return publication->fresh;
}

static void resync(Publication *publication) {
    publication->callbacks.send(MESSAGE_RESYNC, NULL, 0, publication->user);
}

static void begin(Publication *publication, const SyncBody *sync) {
    close_update(publication);
    publication->open = true;
    if (sync->delta)
        catalogue_copy(&publication->pending, &publication->catalogue);
}

static void acknowledge(Publication *publication, const SyncBody *sync) {
    WireWriter writer;
    wire_writer_init(&writer);
    sync_encode(&writer, sync);
    publication->callbacks.send(MESSAGE_CATALOGUE_ACK, writer.data, writer.size, publication->user);
    wire_writer_clear(&writer);
}

static bool end(Publication *publication, const SyncBody *sync) {
    if (!sync->unchanged && !publication->open)
        return true; // the end of an update that was given up
    const Catalogue *result = sync->unchanged ? &publication->catalogue : &publication->pending;
    if (publication->poisoned || catalogue_hash(result) != sync->catalogue)
        return false;
    bool changed = false;
    if (!sync->unchanged) {
        changed = !catalogue_equal(&publication->catalogue, &publication->pending);
        Catalogue old = publication->catalogue;
        publication->catalogue = publication->pending;
        publication->pending = old;
    }
    close_update(publication);
    publication->fresh = true;
    if (changed || publication->problem)
        save(publication);
    acknowledge(publication, sync);
    publication->callbacks.updated(changed, publication->user);
    return true;
}

static bool take_gone(Publication *publication, uint16_t type, const uint8_t *untrusted_body, size_t size) {
    uint64_t id;
    if (!id_decode(untrusted_body, size, &id))
        return false;
    if (type == MESSAGE_APP_GONE)
        catalogue_remove(&publication->pending, id);
    else
        catalogue_remove_type(&publication->pending, id);
    return true;
}

bool publication_take(Publication *publication, uint16_t type, const uint8_t *untrusted_body, size_t size) {
    SyncBody sync;
    bool good = true;
    switch (type) {
    case MESSAGE_SYNC_BEGIN:
        good = sync_decode(untrusted_body, size, &sync);
        if (good)
            begin(publication, &sync);
        break;
    case MESSAGE_APP: // outside of an update they mean nothing
    case MESSAGE_FILE_TYPE:
        good = !publication->open || put(&publication->pending, type, untrusted_body, size);
        break;
    case MESSAGE_APP_GONE:
    case MESSAGE_FILE_TYPE_GONE:
        good = !publication->open || take_gone(publication, type, untrusted_body, size);
        break;
    case MESSAGE_SYNC_END:
        good = sync_decode(untrusted_body, size, &sync) && end(publication, &sync);
        if (!good)
            close_update(publication), resync(publication);
        return true;
    default:
        return false;
    }
    if (!good && publication->open)
        publication->poisoned = true; // SYNC_END will ask for all of it again
    else if (!good)
        resync(publication);
    return true;
}
