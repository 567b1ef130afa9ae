// SPDX-License-Identifier: Apache-2.0
// One end of a RAILPUB channel (PROTOCOL.md 2): finds whole messages in what arrives, counts credits, and
// lets out what the peer has room for. Knows nothing of what messages mean, except HELLO (a new beginning)
// and ACK.
#include "rail/message.h"

#include <string.h>

#include "rail/mem.h"

typedef struct Waiting {
    struct Waiting *next;
    size_t size;
    uint8_t bytes[];
} Waiting;

struct MessageStream {
    uint8_t *in;
    size_t in_size, in_at, in_capacity;
    bool skipping;
    bool resync_due; // garbage was skipped and a message found again
    uint32_t garbage;
    uint16_t sent, acked, received, told; // modulo 65536
    Waiting *first, *last;
    size_t waiting;
};

MessageStream *message_stream_new(void) {
    return mem_new(sizeof(MessageStream));
}

static void forget_waiting(MessageStream *stream) {
    while (stream->first) {
        Waiting *next = stream->first->next;
        mem_free(stream->first);
        stream->first = next;
    }
    stream->last = NULL;
    stream->waiting = 0;
}

void message_stream_reset(MessageStream *stream) {
    forget_waiting(stream);
    stream->in_size = stream->in_at = 0;
    stream->skipping = stream->resync_due = false;
    stream->sent = stream->acked = stream->received = stream->told = 0;
}

void message_stream_free(MessageStream *stream) {
    if (!stream)
        return;
    forget_waiting(stream);
    mem_free(stream->in);
    mem_free(stream);
}

void message_stream_push(MessageStream *stream, const void *untrusted_bytes, size_t size) {
    if (!size)
        return;
    if (stream->in_at) {
        memmove(stream->in, stream->in + stream->in_at, stream->in_size - stream->in_at);
        stream->in_size -= stream->in_at;
        stream->in_at = 0;
    }
    if (stream->in_capacity - stream->in_size < size) {
        stream->in_capacity = stream->in_size + size + MESSAGE_SIZE_MAX;
        stream->in = mem_resize(stream->in, stream->in_capacity, 1);
    }
    memcpy(stream->in + stream->in_size, untrusted_bytes, size);
    stream->in_size += size;
}

static uint16_t peek(const MessageStream *stream, size_t offset) {
    const uint8_t *at = stream->in + stream->in_at + offset;
    return (uint16_t)(at[0] | at[1] << 8);
}

// Stands at a header whose magic and size are right, or runs out of bytes.
static bool find_header(MessageStream *stream) {
    while (stream->in_size - stream->in_at >= MESSAGE_HEADER) {
        if (peek(stream, 0) == MESSAGE_MAGIC && peek(stream, 4) >= MESSAGE_HEADER &&
            peek(stream, 4) <= MESSAGE_SIZE_MAX) {
            if (stream->skipping)
                stream->resync_due = true;
            stream->skipping = false;
            return true;
        }
        stream->skipping = true;
        stream->garbage++;
        stream->in_at++;
    }
    return false;
}

static void take_ack(MessageStream *stream, uint16_t untrusted_received) {
    uint16_t outstanding = (uint16_t)(stream->sent - stream->acked);
    uint16_t newly = (uint16_t)(untrusted_received - stream->acked);
    if (newly <= outstanding)
        stream->acked = untrusted_received;
}

// A peer that began anew counts from nothing: so do we, and what waited was meant for its former life.
static void begin_anew(MessageStream *stream) {
    if (!stream->received)
        return;
    forget_waiting(stream);
    stream->sent = stream->acked = stream->received = stream->told = 0;
}

bool message_stream_pull(MessageStream *stream, Message *ret_message) {
    while (find_header(stream)) {
        uint16_t type = peek(stream, 2), size = peek(stream, 4), received = peek(stream, 6);
        if (stream->in_size - stream->in_at < size)
            return false;
        const uint8_t *body = stream->in + stream->in_at + MESSAGE_HEADER;
        stream->in_at += size;
        if (type == MESSAGE_HELLO)
            begin_anew(stream);
        take_ack(stream, received);
        if (type == MESSAGE_ACK)
            continue;
        stream->received++;
        if (stream->resync_due) {
            stream->resync_due = false;
            message_stream_queue(stream, MESSAGE_RESYNC, NULL, 0);
        }
        *ret_message = (Message){type, (uint16_t)(size - MESSAGE_HEADER), body};
        return true;
    }
    return false;
}

uint32_t message_stream_garbage(const MessageStream *stream) {
    return stream->garbage;
}

bool message_stream_queue(MessageStream *stream, uint16_t type, const void *body, size_t size) {
    if (size > MESSAGE_BODY_MAX || stream->waiting >= MESSAGE_QUEUE_MAX)
        return false;
    WireWriter writer;
    wire_writer_init(&writer);
    wire_put_u16(&writer, MESSAGE_MAGIC);
    wire_put_u16(&writer, type);
    wire_put_u16(&writer, (uint16_t)(MESSAGE_HEADER + size));
    wire_put_u16(&writer, 0);
    wire_put_bytes(&writer, body, size);
    Waiting *waiting = mem_new(sizeof *waiting + writer.size);
    waiting->size = writer.size;
    memcpy(waiting->bytes, writer.data, writer.size);
    wire_writer_clear(&writer);
    if (stream->last)
        stream->last->next = waiting;
    else
        stream->first = waiting;
    stream->last = waiting;
    stream->waiting++;
    return true;
}

static void give(MessageStream *stream, uint8_t *bytes, size_t size, uint8_t **ret_bytes, size_t *ret_size) {
    bytes[6] = (uint8_t)stream->received;
    bytes[7] = (uint8_t)(stream->received >> 8);
    stream->told = stream->received;
    *ret_bytes = bytes;
    *ret_size = size;
}

bool message_stream_take(MessageStream *stream, uint8_t **ret_bytes, size_t *ret_size) {
    if (stream->first && (uint16_t)(stream->sent - stream->acked) < MESSAGE_WINDOW) {
        Waiting *waiting = stream->first;
        stream->first = waiting->next;
        if (!stream->first)
            stream->last = NULL;
        stream->waiting--;
        stream->sent++;
        give(stream, mem_copy(waiting->bytes, waiting->size), waiting->size, ret_bytes, ret_size);
        mem_free(waiting);
        return true;
    }
    if ((uint16_t)(stream->received - stream->told) >= MESSAGE_WINDOW / 2) {
        static const uint8_t ack[MESSAGE_HEADER] = {0x52, 0x50, MESSAGE_ACK, 0, MESSAGE_HEADER, 0, 0, 0};
        give(stream, mem_copy(ack, sizeof ack), sizeof ack, ret_bytes, ret_size);
        return true;
    }
    return false;
}

size_t message_stream_waiting(const MessageStream *stream) {
    return stream->waiting;
}

const char *message_type_to_string(uint16_t type) {
    static const struct {
        uint16_t type;
        const char *name;
    } names[] = {
        {MESSAGE_ACK, "ack"},
        {MESSAGE_HELLO, "hello"},
        {MESSAGE_PING, "ping"},
        {MESSAGE_PONG, "pong"},
        {MESSAGE_RESYNC, "resync"},
        {MESSAGE_LOG, "log"},
        {MESSAGE_LOST, "lost"},
        {MESSAGE_SYNC_BEGIN, "sync-begin"},
        {MESSAGE_SYNC_END, "sync-end"},
        {MESSAGE_APP, "app"},
        {MESSAGE_APP_GONE, "app-gone"},
        {MESSAGE_CATALOGUE_ACK, "catalogue-ack"},
        {MESSAGE_FILE_TYPE, "file-type"},
        {MESSAGE_FILE_TYPE_GONE, "file-type-gone"},
        {MESSAGE_ICON_REQUEST, "icon-request"},
        {MESSAGE_ICON, "icon"},
        {MESSAGE_LAUNCH, "launch"},
        {MESSAGE_LAUNCH_RESULT, "launch-result"},
        {MESSAGE_LAUNCH_ENDED, "launch-ended"},
        {MESSAGE_LOG_OFF, "log-off"},
        {MESSAGE_WINDOW_APP, "window-app"},
        {MESSAGE_TRACK, "track"},
        {MESSAGE_TRACKED, "tracked"},
        {MESSAGE_TRACKED_GONE, "tracked-gone"},
        {MESSAGE_TRACKED_END, "tracked-end"},
        {MESSAGE_TRACKED_ORDER, "tracked-order"},
        {MESSAGE_WINDOW_COMMAND, "window-command"},
        {MESSAGE_DESKTOP, "desktop"},
        {MESSAGE_DESKTOP_RESULT, "desktop-result"},
        {MESSAGE_OPEN_REQUEST, "open-request"},
        {MESSAGE_OPEN_RESULT, "open-result"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].type == type)
            return names[i].name;
    return "unknown";
}
