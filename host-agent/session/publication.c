// SPDX-License-Identifier: Apache-2.0
// The host's end of the channel RAILPUB (rail/PROTOCOL.md): framing, credits, hello and the watch over the
// guest agent end here; all other messages pass as they are between channel and link. One per session, in its
// loop.
#include "host-agent/session/session.h"

#include <freerdp/svc.h>
#include <unistd.h>
#include "rail/catalogue-message.h"

#define PING_INTERVAL 15 // seconds
#define PINGS_LOST    2
#define QUIET_MS      2000 // of the whole guest; then it is asked for a sign of life

static void write_out(Session *session) {
    uint8_t *bytes;
    size_t size;
    while (message_stream_take(session->stream, &bytes, &size)) {
        static_channel_write(session->publication_channel, bytes, size);
        free(bytes);
    }
}

static void send_hello(Session *session) {
    HelloBody hello = {.version = RAILPUB_VERSION, .oldest_version = 1, .process = getpid()};
    hello.features = RAILPUB_CATALOGUE | RAILPUB_LAUNCH | RAILPUB_WINDOW_APP | RAILPUB_LAUNCH_ENDED |
                     RAILPUB_LOG_OFF | RAILPUB_OPEN | RAILPUB_SHELL | RAILPUB_IN_PLACE | RAILPUB_TRACK |
                     RAILPUB_COMMAND;
    hello.catalogue = session->connect.as.connect.catalogue;
    g_strlcpy(hello.agent, "railhead-session " RAILHEAD_VERSION, sizeof hello.agent);
    WireWriter writer;
    wire_writer_init(&writer);
    hello_encode(&writer, &hello);
    message_stream_queue(session->stream, MESSAGE_HELLO, writer.data, writer.size);
    wire_writer_clear(&writer);
    write_out(session);
}

// What the agent saved up belongs to a peer that is no more.
static void restart_agent(Session *session, const char *why) {
    session->greeted = session->probing = false;
    session->unanswered = 0;
    message_stream_reset(session->stream);
    session_set_state(session, SESSION_AGENT_LOST, 0, why);
    send_hello(session);
    rail_channel_exec_later(session);
}

static void forward(Session *session, const Message *message) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_PUBLICATION);
    event.as.publication.type = message->type;
    event.as.publication.size = message->size;
    event.as.publication.body = (uint8_t *)message->body; // lent for the call
    session_send(session, &event, -1);
}

// Where this side cuts the windows out of the desktop it can show all of that, too.
static void forward_hello_in_place(Session *session, HelloBody *hello) {
    WireWriter writer;
    wire_writer_init(&writer);
    hello->features |= RAILPUB_IN_PLACE;
    hello_encode(&writer, hello);
    forward(session, &(Message){.type = MESSAGE_HELLO, .size = (uint16_t)writer.size, .body = writer.data});
    wire_writer_clear(&writer);
}

static uint32_t quiet_ms(const Session *session) {
    gint64 passed = (g_get_monotonic_time() - session->heard_at) / G_TIME_SPAN_MILLISECOND;
    return session->greeted ? (uint32_t)CLAMP(passed, 0, G_MAXINT32) : 0; // else nobody could answer
}

static void queue_ping(Session *session) {
    WireWriter writer;
    wire_writer_init(&writer);
    u32_encode(&writer, session->unanswered);
    message_stream_queue(session->stream, MESSAGE_PING, writer.data, writer.size);
    wire_writer_clear(&writer);
    write_out(session);
}

// The agent asks whether all is well: how long nothing at all has come from the guest. At most one ping is on
// its way for that, since a guest that stands still does not give credits back.
static void answer_ping(Session *session) {
    uint32_t quiet = quiet_ms(session);
    WireWriter writer;
    wire_writer_init(&writer);
    u32_encode(&writer, quiet);
    forward(session, &(Message){.type = MESSAGE_PONG, .size = (uint16_t)writer.size, .body = writer.data});
    wire_writer_clear(&writer);
    if (quiet < QUIET_MS || session->probing)
        return;
    session->probing = true;
    queue_ping(session);
}

static gboolean on_ping_time(gpointer data) {
    Session *session = data;
    if (quiet_ms(session) >= PING_INTERVAL * 1000) // not this program's fault
        return G_SOURCE_CONTINUE;
    if (!session->greeted || session->heard) {
        session->heard = false;
        return G_SOURCE_CONTINUE;
    }
    if (session->unanswered >= PINGS_LOST) {
        restart_agent(session, "the program inside the guest does not answer");
        return G_SOURCE_CONTINUE;
    }
    session->unanswered++;
    queue_ping(session);
    return G_SOURCE_CONTINUE;
}

static void on_hello(Session *session, const Message *message) {
    HelloBody hello;
    if (!hello_decode(message->body, message->size, &hello)) {
        message_stream_queue(session->stream, MESSAGE_RESYNC, NULL, 0);
        return;
    }
    bool again = session->greeted; // the stream has reset its counters for a HELLO midway
    session->greeted = true;
    if (again)
        send_hello(session);
    if (tracked_take_hello(session, &hello))
        forward_hello_in_place(session, &hello);
    else
        forward(session, message);
    session_set_state(session, SESSION_PUBLISHED, 0, hello.agent);
}

static void handle(Session *session, const Message *message) {
    session->heard = true;
    session->probing = false;
    session->unanswered = 0;
    switch (message->type) {
    case MESSAGE_HELLO:
        on_hello(session, message);
        break;
    case MESSAGE_PING:
        message_stream_queue(session->stream, MESSAGE_PONG, message->body, message->size);
        break;
    case MESSAGE_PONG:
        break;
    case MESSAGE_LOST:
        restart_agent(session, "the program inside the guest has ended");
        break;
    default:
        if (!tracked_take_message(session, message))
            forward(session, message);
    }
}

static void on_chunk(Session *session, const uint8_t *untrusted_bytes, size_t size, bool first, bool last) {
    Message message;
    message_stream_push(session->stream, untrusted_bytes, size);
    while (message_stream_pull(session->stream, &message))
        handle(session, &message);
    write_out(session);
}

static void on_opened(Session *session) {
    message_stream_reset(session->stream);
    session->greeted = session->probing = false;
    send_hello(session);
    if (!session->ping_timer)
        session->ping_timer = g_timeout_add_seconds(PING_INTERVAL, on_ping_time, session);
}

bool publication_load(Session *session) {
    session->stream = message_stream_new();
    return static_channel_load(&session->publication_channel, session, "RAILPUB",
                               CHANNEL_OPTION_INITIALIZED | CHANNEL_OPTION_ENCRYPT_RDP,
                               (StaticChannelCalls){on_opened, on_chunk});
}

void publication_send(Session *session, const Intent *intent) {
    if (!session->stream || intent->as.publication.type == MESSAGE_HELLO)
        return;
    if (intent->as.publication.type == MESSAGE_PING) {
        answer_ping(session);
        return;
    }
    message_stream_queue(session->stream, intent->as.publication.type, intent->as.publication.body,
                         intent->as.publication.size);
    write_out(session);
}

void publication_clear(Session *session) {
    g_clear_handle_id(&session->ping_timer, g_source_remove);
    g_clear_handle_id(&session->exec_timer, g_source_remove);
    g_clear_pointer(&session->stream, message_stream_free);
}
