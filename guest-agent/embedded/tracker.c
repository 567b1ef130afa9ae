// SPDX-License-Identifier: Apache-2.0
// Host side of RAILPUB for the window tracker (PROTOCOL.md 3.6). Owned by the Embedded, in its loop. The
// tracker is started again when it ends, a few times; without it windows go by their X ids.
#include "guest-agent/embedded/tracker.h"
#include "rail/message.h"
#include "rail/window-message.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STARTS_MAX 5

struct Tracker {
    const Wine *wine;
    TrackerEvents events;
    void *user;
    Bridge *bridge;
    MessageStream *stream;
    uint32_t cookie;
    unsigned starts;
    bool is_ready;
};

static void start(Tracker *tracker);

static void flush(Tracker *tracker) {
    uint8_t *bytes;
    size_t size;
    while (tracker->bridge && message_stream_take(tracker->stream, &bytes, &size)) {
        bridge_send(tracker->bridge, bytes, size);
        free(bytes);
    }
}

static void queue(Tracker *tracker, MessageType type, WireWriter *writer) {
    if (!writer->failed)
        message_stream_queue(tracker->stream, type, writer->data, writer->size);
    wire_writer_clear(writer);
}

static void say_hello(Tracker *tracker) {
    HelloBody hello = {.version = RAILPUB_VERSION,
                       .oldest_version = RAILPUB_VERSION,
                       .features = RAILPUB_TRACK,
                       .process = (uint32_t)getpid(),
                       .agent = "railhead-embedded"};
    WireWriter writer;
    wire_writer_init(&writer);
    hello_encode(&writer, &hello);
    queue(tracker, MESSAGE_HELLO, &writer);
    flush(tracker);
}

uint32_t tracker_ask(Tracker *tracker) {
    if (!tracker || !tracker->is_ready)
        return 0;
    if (message_stream_waiting(tracker->stream) > 2)
        return tracker->cookie; // not on its way yet
    WireWriter writer;
    wire_writer_init(&writer);
    u32_encode(&writer, ++tracker->cookie);
    queue(tracker, MESSAGE_TRACK, &writer);
    flush(tracker);
    return tracker->cookie;
}

static void on_message(Tracker *tracker, const Message *message) {
    static DeskEvent order; // large
    TrackedWindow window;
    HelloBody hello;
    LogBody log;
    uint32_t value;
    switch (message->type) {
    case MESSAGE_HELLO:
        if (!hello_decode(message->body, message->size, &hello) || !(hello.features & RAILPUB_TRACK))
            break;
        tracker->is_ready = true;
        tracker->events.on_ready(tracker->user, true);
        tracker_ask(tracker);
        break;
    case MESSAGE_TRACKED:
        if (tracked_decode(message->body, message->size, &window))
            tracker->events.on_window(tracker->user, &window);
        break;
    case MESSAGE_TRACKED_ORDER:
        if (tracked_order_decode(message->body, message->size, &order))
            tracker->events.on_active(tracker->user, order.as.stacking.active);
        break;
    case MESSAGE_TRACKED_GONE:
        if (u32_decode(message->body, message->size, &value))
            tracker->events.on_gone(tracker->user, value);
        break;
    case MESSAGE_TRACKED_END:
        if (u32_decode(message->body, message->size, &value))
            tracker->events.on_answer(tracker->user, value);
        break;
    case MESSAGE_LOG:
        if (log_decode(message->body, message->size, &log))
            g_message("tracker: %s", log.text);
        break;
    case MESSAGE_PING:
        message_stream_queue(tracker->stream, MESSAGE_PONG, message->body, message->size);
        break;
    default:
        break;
    }
}

static void on_data(void *user, const uint8_t *untrusted_bytes, size_t size) {
    Tracker *tracker = user;
    Message message;
    message_stream_push(tracker->stream, untrusted_bytes, size);
    while (message_stream_pull(tracker->stream, &message))
        on_message(tracker, &message);
    flush(tracker);
}

static void on_lost(void *user) {
    Tracker *tracker = user;
    bridge_free(tracker->bridge);
    tracker->bridge = NULL;
    tracker->is_ready = false;
    tracker->events.on_ready(tracker->user, false);
    if (tracker->starts < STARTS_MAX)
        start(tracker);
    else
        g_warning("the window tracker ended %u times and is left alone", tracker->starts);
}

static void start(Tracker *tracker) {
    static const BridgeEvents events = {on_data, on_lost};
    g_autoptr(GError) error = NULL;
    tracker->starts++;
    message_stream_reset(tracker->stream);
    tracker->bridge = bridge_new(tracker->wine, "/track", &events, tracker, &error);
    if (!tracker->bridge) {
        g_warning("the window tracker does not start: %s", error->message);
        return;
    }
    bridge_connected(tracker->bridge, true);
    say_hello(tracker);
}

Tracker *tracker_new(const Wine *wine, const TrackerEvents *events, void *user) {
    Tracker *tracker = g_new0(Tracker, 1);
    tracker->wine = wine;
    tracker->events = *events;
    tracker->user = user;
    tracker->stream = message_stream_new();
    start(tracker);
    return tracker;
}

void tracker_free(Tracker *tracker) {
    if (!tracker)
        return;
    bridge_free(tracker->bridge);
    message_stream_free(tracker->stream);
    g_free(tracker);
}
