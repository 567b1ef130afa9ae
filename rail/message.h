// SPDX-License-Identifier: Apache-2.0
// RAILPUB framing (PROTOCOL.md 2): messages in a byte stream, with credits, so that two peers never push at
// each other until both block. One MessageStream is one end of one channel; the same code serves host, guest
// agent and embedded guest.
#pragma once
#include "rail/wire.h"

#define MESSAGE_MAGIC    0x5052 // "RP"
#define MESSAGE_HEADER   8
#define MESSAGE_SIZE_MAX 16384 // with the header
#define MESSAGE_BODY_MAX (MESSAGE_SIZE_MAX - MESSAGE_HEADER)
#define MESSAGE_WINDOW   8 // messages that may be on their way without a credit
#define MESSAGE_QUEUE_MAX                                                                                    \
    8192 // messages that wait for credit; more closes the stream (a peer that never acks)

typedef enum MessageType {
    MESSAGE_ACK = 0, // costs no credit
    MESSAGE_HELLO = 1,
    MESSAGE_PING = 2,
    MESSAGE_PONG = 3,
    MESSAGE_RESYNC = 4,
    MESSAGE_LOG = 5,
    MESSAGE_LOST = 6, // from a relay: the guest agent's end is gone
    MESSAGE_SYNC_BEGIN = 16,
    MESSAGE_SYNC_END = 17,
    MESSAGE_APP = 18,
    MESSAGE_APP_GONE = 19,
    MESSAGE_CATALOGUE_ACK = 20,
    MESSAGE_FILE_TYPE = 21,
    MESSAGE_FILE_TYPE_GONE = 22,
    MESSAGE_ICON_REQUEST = 24,
    MESSAGE_ICON = 25,
    MESSAGE_LAUNCH = 32,
    MESSAGE_LAUNCH_RESULT = 33,
    MESSAGE_LAUNCH_ENDED = 34,
    MESSAGE_LOG_OFF = 35,
    MESSAGE_WINDOW_APP = 40,
    MESSAGE_TRACK = 48,
    MESSAGE_TRACKED = 49,
    MESSAGE_TRACKED_GONE = 50,
    MESSAGE_TRACKED_END = 51,
    MESSAGE_TRACKED_ORDER = 52,
    MESSAGE_WINDOW_COMMAND = 53,
    MESSAGE_DESKTOP = 56,
    MESSAGE_DESKTOP_RESULT = 57,
    MESSAGE_OPEN_REQUEST = 64,
    MESSAGE_OPEN_RESULT = 65,
} MessageType;

typedef struct Message {
    uint16_t type;       // MessageType, or one that this version does not know
    uint16_t size;       // of the body
    const uint8_t *body; // valid until the stream is touched again
} Message;

typedef struct MessageStream MessageStream;

MessageStream *message_stream_new(void);
void message_stream_free(MessageStream *stream);
void message_stream_reset(MessageStream *stream); // a new connection: counters, buffers and queue start anew

// Receiving: push what arrived in any pieces, pull whole messages until false. Garbage is skipped to the next
// magic and counted; ACKs are consumed inside. message_stream_consumed() is implied by the next pull.
void message_stream_push(MessageStream *stream, const void *untrusted_bytes, size_t size);
bool message_stream_pull(MessageStream *stream, Message *ret_message);
uint32_t message_stream_garbage(const MessageStream *stream); // bytes skipped since the start

// Sending: queue whole messages; take what the credits let through, one message at a time (never split, never
// joined).
bool message_stream_queue(MessageStream *stream, uint16_t type, const void *body,
                          size_t size); // false: too big, or full
bool message_stream_take(MessageStream *stream, uint8_t **ret_bytes, size_t *ret_size); // owned by the caller
size_t message_stream_waiting(const MessageStream *stream); // messages queued and not taken

const char *message_type_to_string(uint16_t type);
