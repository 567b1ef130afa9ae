// SPDX-License-Identifier: Apache-2.0
// The publishing end of RAILPUB without any Windows in it: one MessageStream, the catalogue as it is, the
// catalogue as the host was last told, and at most one update and one icon on their way. Owned by the guest
// agent's loop (and by the unit tests). Long answers are fed to the stream piece by piece as the host's
// credits free its queue. Never blocks, never trusts a byte that it receives.
#include "guest-agent/publisher.h"

#include "rail/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FEED_BELOW        32   // messages waiting in the stream under which the next piece is made
#define ICON_REQUESTS_MAX 1024 // open requests; a host asks again for what it lacks

typedef struct Update {
    bool active, delta, begun;
    CatalogueDelta changes;
    size_t app, gone_app, type, gone_type; // next of each list of changes
    uint64_t hash;
    uint32_t count;
} Update;

struct Publisher {
    PublisherSource source;
    HelloBody hello;
    MessageStream *stream;
    uint32_t features, generation, opens;
    bool greeted, broken; // greeted: the host's HELLO has come
    Catalogue now, told;
    Update update;
    uint64_t wanted_icons[ICON_REQUESTS_MAX];
    size_t n_wanted_icons;
    uint64_t icon; // on its way
    uint8_t *icon_bytes;
    size_t icon_size, icon_at;
};

static void queue(Publisher *publisher, uint16_t type, WireWriter *writer) {
    bool queued =
        !writer->failed && message_stream_queue(publisher->stream, type, writer->data, writer->size);
    if (!queued && !writer->failed)
        publisher->broken = true;
    wire_writer_clear(writer);
}

static void queue_u32(Publisher *publisher, uint16_t type, uint32_t value) {
    WireWriter writer;
    wire_writer_init(&writer);
    u32_encode(&writer, value);
    queue(publisher, type, &writer);
}

static void queue_empty(Publisher *publisher, uint16_t type) {
    WireWriter writer;
    wire_writer_init(&writer);
    queue(publisher, type, &writer);
}

static void queue_hello(Publisher *publisher) {
    WireWriter writer;
    wire_writer_init(&writer);
    publisher->hello.catalogue = catalogue_hash(&publisher->now);
    hello_encode(&writer, &publisher->hello);
    queue(publisher, MESSAGE_HELLO, &writer);
}

static void queue_sync(Publisher *publisher, uint16_t type, const SyncBody *sync) {
    WireWriter writer;
    wire_writer_init(&writer);
    sync_encode(&writer, sync);
    queue(publisher, type, &writer);
}

static void update_drop(Publisher *publisher) {
    if (publisher->update.active)
        catalogue_delta_clear(&publisher->update.changes);
    publisher->update = (Update){0};
}

// From now on `told` is what the host will hold once the update has arrived.
static void update_start(Publisher *publisher, bool delta) {
    Update *update = &publisher->update;
    update_drop(publisher);
    if (!delta)
        catalogue_clear(&publisher->told);
    catalogue_diff(&publisher->told, &publisher->now, &update->changes);
    catalogue_clear(&publisher->told);
    catalogue_copy(&publisher->told, &publisher->now);
    update->active = true;
    update->delta = delta;
    update->hash = catalogue_hash(&publisher->now);
    update->count = (uint32_t)(publisher->now.apps.count + publisher->now.types.count);
    publisher->generation++;
}

static void feed_update(Publisher *publisher) {
    Update *update = &publisher->update;
    CatalogueDelta *changes = &update->changes;
    WireWriter writer;
    wire_writer_init(&writer);
    SyncBody sync = {.generation = publisher->generation,
                     .count = update->count,
                     .catalogue = update->hash,
                     .delta = update->delta};
    if (!update->begun) {
        update->begun = true;
        queue_sync(publisher, MESSAGE_SYNC_BEGIN, &sync);
    } else if (update->app < changes->apps.changed.count) {
        app_encode(&writer, changes->apps.changed.items[update->app++]);
        queue(publisher, MESSAGE_APP, &writer);
    } else if (update->gone_app < changes->apps.n_removed) {
        id_encode(&writer, changes->apps.removed[update->gone_app++]);
        queue(publisher, MESSAGE_APP_GONE, &writer);
    } else if (update->type < changes->types.changed.count) {
        file_type_encode(&writer, changes->types.changed.items[update->type++]);
        queue(publisher, MESSAGE_FILE_TYPE, &writer);
    } else if (update->gone_type < changes->types.n_removed) {
        id_encode(&writer, changes->types.removed[update->gone_type++]);
        queue(publisher, MESSAGE_FILE_TYPE_GONE, &writer);
    } else {
        queue_sync(publisher, MESSAGE_SYNC_END, &sync);
        update_drop(publisher);
    }
}

static void icon_drop(Publisher *publisher) {
    free(publisher->icon_bytes);
    publisher->icon_bytes = NULL;
    publisher->icon = publisher->icon_size = publisher->icon_at = 0;
}

static void icon_start(Publisher *publisher) {
    publisher->icon = publisher->wanted_icons[0];
    publisher->n_wanted_icons--;
    memmove(publisher->wanted_icons, publisher->wanted_icons + 1,
            publisher->n_wanted_icons * sizeof publisher->wanted_icons[0]);
    publisher->icon_bytes =
        publisher->source.icon(publisher->source.context, publisher->icon, &publisher->icon_size);
    publisher->icon_at = 0;
    if (!publisher->icon_bytes)
        publisher->icon_size = 0;
}

static void feed_icon(Publisher *publisher) {
    if (!publisher->icon)
        icon_start(publisher);
    size_t size = publisher->icon_size - publisher->icon_at;
    if (size > ICON_PIECE_MAX)
        size = ICON_PIECE_MAX;
    IconPiece piece = {.icon = publisher->icon,
                       .total = (uint32_t)publisher->icon_size,
                       .offset = (uint32_t)publisher->icon_at,
                       .size = (uint16_t)size,
                       .bytes = publisher->icon_bytes ? publisher->icon_bytes + publisher->icon_at : NULL};
    WireWriter writer;
    wire_writer_init(&writer);
    icon_piece_encode(&writer, &piece);
    queue(publisher, MESSAGE_ICON, &writer);
    publisher->icon_at += size;
    if (publisher->icon_at >= publisher->icon_size)
        icon_drop(publisher);
}

static bool update_is_due(const Publisher *publisher) {
    return (publisher->features & RAILPUB_CATALOGUE) && !publisher->update.active &&
           !catalogue_equal(&publisher->told, &publisher->now);
}

static void feed(Publisher *publisher) {
    while (!publisher->broken && message_stream_waiting(publisher->stream) < FEED_BELOW) {
        if (update_is_due(publisher))
            update_start(publisher, true);
        if (publisher->update.active)
            feed_update(publisher);
        else if (publisher->icon || publisher->n_wanted_icons)
            feed_icon(publisher);
        else
            break;
    }
}

static bool on_hello(Publisher *publisher, const Message *message) {
    HelloBody hello;
    if (!hello_decode(message->body, message->size, &hello))
        return false;
    if (publisher->greeted) // the host began anew on a channel that stayed open
        queue_hello(publisher);
    publisher->greeted = true;
    if (hello.version < publisher->hello.oldest_version || publisher->hello.version < hello.oldest_version) {
        publisher_log(publisher, 0, "no common version of RAILPUB");
        return true;
    }
    publisher->features = hello.features & publisher->hello.features;
    update_drop(publisher);
    icon_drop(publisher);
    publisher->n_wanted_icons = 0;
    if (publisher->features & RAILPUB_CATALOGUE) {
        if (hello.catalogue == catalogue_hash(&publisher->now)) {
            SyncBody sync = {
                .generation = ++publisher->generation, .catalogue = hello.catalogue, .unchanged = true};
            catalogue_clear(&publisher->told);
            catalogue_copy(&publisher->told, &publisher->now);
            queue_sync(publisher, MESSAGE_SYNC_END, &sync);
        } else {
            update_start(publisher, false);
        }
    }
    if (publisher->source.agreed)
        publisher->source.agreed(publisher->source.context, publisher->features);
    return true;
}

static bool on_icon_request(Publisher *publisher, const Message *message) {
    uint64_t icon;
    if (!id_decode(message->body, message->size, &icon))
        return false;
    for (size_t i = 0; i < publisher->n_wanted_icons; i++)
        if (publisher->wanted_icons[i] == icon)
            return true;
    if (icon && icon != publisher->icon && publisher->n_wanted_icons < ICON_REQUESTS_MAX)
        publisher->wanted_icons[publisher->n_wanted_icons++] = icon;
    return true;
}

void publisher_launched(Publisher *publisher, const LaunchResultBody *result) {
    WireWriter writer;
    wire_writer_init(&writer);
    launch_result_encode(&writer, result);
    queue(publisher, MESSAGE_LAUNCH_RESULT, &writer);
}

static bool on_launch(Publisher *publisher, const Message *message) {
    LaunchBody launch;
    if (!launch_decode(message->body, message->size, &launch))
        return false;
    LaunchResultBody result = {.request = launch.request, .status = LAUNCH_UNKNOWN_APP};
    const App *app = catalogue_find(&publisher->now, launch.app);
    const FileType *type = catalogue_find_type(&publisher->now, launch.type);
    const FileVerb *verb = type ? file_type_find_verb(type, launch.verb) : NULL;
    if (launch.type && !verb)
        result.status = LAUNCH_UNKNOWN_VERB;
    else if (app && (publisher->features & RAILPUB_LAUNCH))
        publisher->source.launch(publisher->source.context, app, verb, launch.arguments, launch.n_arguments,
                                 &result);
    result.request = launch.request;
    if (result.status != LAUNCH_LATER)
        publisher_launched(publisher, &result);
    launch_clear(&launch);
    return true;
}

static bool on_track(Publisher *publisher, const Message *message) {
    uint32_t cookie;
    if (!u32_decode(message->body, message->size, &cookie))
        return false;
    if (publisher->source.track && (publisher->features & RAILPUB_TRACK))
        publisher->source.track(publisher->source.context, cookie);
    return true;
}

static bool on_open_result(Publisher *publisher, const Message *message) {
    OpenResultBody result;
    if (!open_result_decode(message->body, message->size, &result))
        return false;
    if (publisher->source.opened)
        publisher->source.opened(publisher->source.context, result.request, result.status);
    return true;
}

static bool on_desktop(Publisher *publisher, const Message *message) {
    DesktopBody wanted;
    if (!desktop_decode(message->body, message->size, &wanted))
        return false;
    if (publisher->source.desktop && (publisher->features & RAILPUB_SHELL))
        publisher->source.desktop(publisher->source.context, &wanted);
    return true;
}

static bool on_window_command(Publisher *publisher, const Message *message) {
    static Intent wanted; // large
    if (!window_command_decode(message->body, message->size, &wanted))
        return false;
    if (publisher->source.command && (publisher->features & RAILPUB_COMMAND))
        publisher->source.command(publisher->source.context, &wanted);
    return true;
}

static bool on_ping(Publisher *publisher, const Message *message) {
    uint32_t cookie;
    if (!u32_decode(message->body, message->size, &cookie))
        return false;
    queue_u32(publisher, MESSAGE_PONG, cookie);
    return true;
}

static bool on_message(Publisher *publisher, const Message *message) {
    switch (message->type) {
    case MESSAGE_HELLO:
        return on_hello(publisher, message);
    case MESSAGE_PING:
        return on_ping(publisher, message);
    case MESSAGE_RESYNC:
        if (publisher->features & RAILPUB_CATALOGUE)
            update_start(publisher, false);
        return true;
    case MESSAGE_ICON_REQUEST:
        return on_icon_request(publisher, message);
    case MESSAGE_LAUNCH:
        return on_launch(publisher, message);
    case MESSAGE_LOG_OFF:
        if (publisher->source.log_off && (publisher->features & RAILPUB_LOG_OFF))
            publisher->source.log_off(publisher->source.context);
        return true;
    case MESSAGE_TRACK:
        return on_track(publisher, message);
    case MESSAGE_OPEN_RESULT:
        return on_open_result(publisher, message);
    case MESSAGE_WINDOW_COMMAND:
        return on_window_command(publisher, message);
    case MESSAGE_DESKTOP:
        return on_desktop(publisher, message);
    default: // acknowledgements, and what a later version may say
        return true;
    }
}

Publisher *publisher_new(const PublisherSource *source, const HelloBody *hello) {
    Publisher *publisher = mem_new(sizeof *publisher);
    publisher->source = *source;
    publisher->hello = *hello;
    publisher->stream = message_stream_new();
    catalogue_init(&publisher->now);
    catalogue_init(&publisher->told);
    return publisher;
}

void publisher_free(Publisher *publisher) {
    if (!publisher)
        return;
    update_drop(publisher);
    icon_drop(publisher);
    catalogue_clear(&publisher->now);
    catalogue_clear(&publisher->told);
    message_stream_free(publisher->stream);
    free(publisher);
}

void publisher_connect(Publisher *publisher) {
    message_stream_reset(publisher->stream);
    update_drop(publisher);
    icon_drop(publisher);
    publisher->n_wanted_icons = 0;
    publisher->features = 0;
    publisher->broken = false;
    publisher->greeted = false;
    queue_hello(publisher);
}

void publisher_receive(Publisher *publisher, const void *untrusted_bytes, size_t size) {
    Message message;
    message_stream_push(publisher->stream, untrusted_bytes, size);
    while (!publisher->broken && message_stream_pull(publisher->stream, &message)) {
        if (!on_message(publisher, &message))
            queue_empty(publisher, MESSAGE_RESYNC);
    }
}

bool publisher_take(Publisher *publisher, uint8_t **ret_bytes, size_t *ret_size) {
    feed(publisher);
    return message_stream_take(publisher->stream, ret_bytes, ret_size);
}

bool publisher_is_broken(const Publisher *publisher) {
    return publisher->broken;
}

void publisher_set_catalogue(Publisher *publisher, const Catalogue *catalogue) {
    catalogue_clear(&publisher->now);
    catalogue_copy(&publisher->now, catalogue);
}

const Catalogue *publisher_catalogue(const Publisher *publisher) {
    return &publisher->now;
}

uint32_t publisher_features(const Publisher *publisher) {
    return publisher->features;
}

uint32_t publisher_open(Publisher *publisher, OpenKind kind, const char *target) {
    WireWriter writer;
    bool is_whole = strlen(target) <= OPEN_TARGET_BYTES / 2; // a part of an address is another one
    if (!(publisher->features & RAILPUB_OPEN) || !is_whole)
        return 0;
    OpenRequestBody body = {.request = ++publisher->opens ? publisher->opens : ++publisher->opens,
                            .kind = kind,
                            .target = (char *)target};
    wire_writer_init(&writer);
    open_request_encode(&writer, &body);
    queue(publisher, MESSAGE_OPEN_REQUEST, &writer);
    return publisher->broken ? 0 : body.request;
}

void publisher_log(Publisher *publisher, uint8_t level, const char *utf8) {
    LogBody log = {.level = level};
    snprintf(log.text, sizeof log.text, "%s", utf8);
    WireWriter writer;
    wire_writer_init(&writer);
    log_encode(&writer, &log);
    queue(publisher, MESSAGE_LOG, &writer);
}

void publisher_launch_ended(Publisher *publisher, uint32_t process) {
    if (publisher->features & RAILPUB_LAUNCH_ENDED)
        queue_u32(publisher, MESSAGE_LAUNCH_ENDED, process);
}

void publisher_window_app(Publisher *publisher, const WindowAppBody *body) {
    WireWriter writer;
    if (!(publisher->features & RAILPUB_WINDOW_APP))
        return;
    wire_writer_init(&writer);
    window_app_encode(&writer, body);
    queue(publisher, MESSAGE_WINDOW_APP, &writer);
}

void publisher_tracked(Publisher *publisher, const TrackedWindow *tracked) {
    WireWriter writer;
    wire_writer_init(&writer);
    tracked_encode(&writer, tracked);
    queue(publisher, MESSAGE_TRACKED, &writer);
}

void publisher_tracked_gone(Publisher *publisher, uint32_t window) {
    queue_u32(publisher, MESSAGE_TRACKED_GONE, window);
}

void publisher_tracked_end(Publisher *publisher, uint32_t cookie) {
    queue_u32(publisher, MESSAGE_TRACKED_END, cookie);
}

void publisher_tracked_order(Publisher *publisher, uint32_t active, const uint32_t *order, uint32_t count) {
    WireWriter writer;
    wire_writer_init(&writer);
    tracked_order_encode(&writer, active, order, count);
    queue(publisher, MESSAGE_TRACKED_ORDER, &writer);
}

void publisher_desktop_result(Publisher *publisher, const DesktopResultBody *result) {
    WireWriter writer;
    wire_writer_init(&writer);
    desktop_result_encode(&writer, result);
    queue(publisher, MESSAGE_DESKTOP_RESULT, &writer);
}
