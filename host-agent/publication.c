// SPDX-License-Identifier: Apache-2.0
// SYNC_BEGIN opens a copy, APP and APP_GONE change the copy, SYNC_END compares hashes and swaps. An update
// that is damaged is asked for again, a few times; one that is too much is not. Owned by a Guest; never shows
// half an update.
#include "host-agent/publication.h"
#include "rail/catalogue-message.h"
#include "rail/message.h"
#include "rail/wire.h"

#define FILE_MAGIC  0x32434C52u // "RLC2"
#define BYTES_MAX   (16u << 20) // of all bodies of a catalogue
#define RESYNCS_MAX 3           // without a good update in between

typedef enum Taken { TAKEN, DAMAGED, TOO_MUCH } Taken;

struct Publication {
    char *file;
    PublicationCallbacks callbacks;
    gpointer user;
    Catalogue catalogue, pending;
    bool open, fresh;
    Taken verdict;       // of the update that is open
    size_t bytes, held;  // of pending, of the catalogue
    unsigned resyncs;    // since the last good update
    const char *refusal; // why the last update was not taken, or NULL
    char *problem;       // why the file is not what the catalogue is, or NULL
};

// What MESSAGE_APP and MESSAGE_FILE_TYPE carry, on the wire as in the file.
static Taken put(Catalogue *catalogue, uint16_t type, const uint8_t *untrusted_body, size_t size) {
    if (type == MESSAGE_FILE_TYPE) {
        FileType *file_type = file_type_decode(untrusted_body, size);
        return !file_type ? DAMAGED : catalogue_put_type(catalogue, file_type) ? TAKEN : TOO_MUCH;
    }
    App *app = type == MESSAGE_APP ? app_decode(untrusted_body, size) : NULL;
    return !app ? DAMAGED : catalogue_put(catalogue, app) ? TAKEN : TOO_MUCH;
}

static size_t body_size(const Catalogue *catalogue, size_t index, bool is_type) {
    WireWriter writer;
    wire_writer_init(&writer);
    if (is_type)
        file_type_encode(&writer, catalogue_type(catalogue, index));
    else
        app_encode(&writer, catalogue_app(catalogue, index));
    size_t size = writer.size;
    wire_writer_clear(&writer);
    return size;
}

static size_t bytes_of(const Catalogue *catalogue) {
    size_t bytes = 0;
    for (size_t i = 0; i < catalogue->apps.count; i++)
        bytes += body_size(catalogue, i, false);
    for (size_t i = 0; i < catalogue->types.count; i++)
        bytes += body_size(catalogue, i, true);
    return bytes;
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
        good = body && put(&publication->catalogue, type, body, length) == TAKEN;
    }
    publication->held = size;
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
    return publication->refusal ? publication->refusal : publication->problem;
}

static void close_update(Publication *publication) {
    catalogue_clear(&publication->pending);
    catalogue_init(&publication->pending);
    publication->open = false;
    publication->verdict = TAKEN;
    publication->bytes = 0;
}

void publication_begin_connection(Publication *publication) {
    close_update(publication);
    publication->fresh = false;
    publication->resyncs = 0;
}

bool publication_is_fresh(const Publication *publication) {
    return publication->fresh;
}

// The catalogue stays as it was, and the next whole one may be better.
static void refuse(Publication *publication, const char *why) {
    bool is_news = publication->refusal != why;
    publication->refusal = why;
    if (is_news)
        publication->callbacks.updated(false, publication->user);
}

// A guest that cannot do it right is not asked for ever.
static void resync(Publication *publication) {
    if (publication->resyncs++ < RESYNCS_MAX)
        publication->callbacks.send(MESSAGE_RESYNC, NULL, 0, publication->user);
    else
        refuse(publication,
               "what the guest publishes does not hold together, and its launchers stay as they were");
}

static void give_up(Publication *publication) {
    bool too_much = publication->verdict == TOO_MUCH;
    close_update(publication);
    if (too_much)
        refuse(publication,
               "the guest publishes more than is taken of one guest, and its launchers stay as they were");
    else
        resync(publication);
}

static void begin(Publication *publication, const SyncBody *sync) {
    close_update(publication);
    publication->open = true;
    if (!sync->delta)
        return;
    catalogue_copy(&publication->pending, &publication->catalogue);
    if (publication->held > BYTES_MAX / 2) // changes were counted beside what they replaced
        publication->held = bytes_of(&publication->pending);
    publication->bytes = publication->held;
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
    if (publication->verdict != TAKEN || catalogue_hash(result) != sync->catalogue)
        return false;
    bool changed = false;
    if (!sync->unchanged) {
        changed = !catalogue_equal(&publication->catalogue, &publication->pending);
        Catalogue old = publication->catalogue;
        publication->catalogue = publication->pending;
        publication->pending = old;
        publication->held = publication->bytes;
    }
    close_update(publication);
    publication->fresh = true;
    publication->resyncs = 0;
    publication->refusal = NULL;
    if (changed || publication->problem)
        save(publication);
    acknowledge(publication, sync);
    publication->callbacks.updated(changed, publication->user);
    return true;
}

static void take_gone(Publication *publication, uint16_t type, const uint8_t *untrusted_body, size_t size) {
    uint64_t id;
    if (!publication->open || publication->verdict != TAKEN)
        return;
    if (!id_decode(untrusted_body, size, &id))
        publication->verdict = DAMAGED;
    else if (type == MESSAGE_APP_GONE)
        catalogue_remove(&publication->pending, id);
    else
        catalogue_remove_type(&publication->pending, id);
}

// What comes after the verdict has fallen is not looked at.
static void take_item(Publication *publication, uint16_t type, const uint8_t *untrusted_body, size_t size) {
    if (!publication->open || publication->verdict != TAKEN)
        return;
    publication->bytes += size;
    publication->verdict =
        publication->bytes > BYTES_MAX ? TOO_MUCH : put(&publication->pending, type, untrusted_body, size);
}

bool publication_take(Publication *publication, uint16_t type, const uint8_t *untrusted_body, size_t size) {
    SyncBody sync;
    switch (type) {
    case MESSAGE_SYNC_BEGIN:
        if (sync_decode(untrusted_body, size, &sync))
            begin(publication, &sync);
        else
            give_up(publication);
        return true;
    case MESSAGE_APP: // outside of an update they mean nothing
    case MESSAGE_FILE_TYPE:
        take_item(publication, type, untrusted_body, size);
        return true;
    case MESSAGE_APP_GONE:
    case MESSAGE_FILE_TYPE_GONE:
        take_gone(publication, type, untrusted_body, size);
        return true;
    case MESSAGE_SYNC_END:
        if (!sync_decode(untrusted_body, size, &sync) || !end(publication, &sync))
            give_up(publication);
        return true;
    default:
        return false;
    }
}
