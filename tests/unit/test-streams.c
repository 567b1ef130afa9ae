// SPDX-License-Identifier: Apache-2.0
// RAILPUB framing: any chunking, garbage, credits, a peer that began anew.
#include "rail/message.h"
#include "tests/unit/test.h"

static void framing_golden_bytes(void) {
    MessageStream *a = message_stream_new();
    uint8_t *bytes;
    size_t size;
    for (int i = 0; i < 3; i++) {
        uint8_t frame[8];
        message_stream_push(a, frame,
                            test_from_hex("5052 0000 0800 0000", frame, 8)); // no magic: P and R swapped
        message_stream_push(a, frame, test_from_hex("5250 6300 0800 0000", frame, 8));
    }
    Message message;
    int pulled = 0;
    while (message_stream_pull(a, &message))
        pulled += message.type == 99 && message.size == 0;
    CHECK_EQUAL(pulled, 3);
    CHECK_EQUAL(message_stream_garbage(a), 24);
    CHECK(message_stream_queue(a, MESSAGE_PING, "\x07\0\0\0", 4));
    while (message_stream_take(a, &bytes, &size)) {
        if (bytes[2] == MESSAGE_PING)
            CHECK_HEX(bytes, size, "5250 0200 0c00 0300 07000000");
        free(bytes);
    }
    message_stream_free(a);
}

static bool carry(MessageStream *from, MessageStream *to, uint32_t max_chunk) // whether something moved
{
    uint8_t *bytes;
    size_t size;
    bool moved = false;
    while (message_stream_take(from, &bytes, &size)) {
        CHECK(size >= MESSAGE_HEADER && size <= MESSAGE_SIZE_MAX);
        for (size_t at = 0; at < size;) {
            size_t chunk = 1 + test_random_below(max_chunk);
            chunk = chunk < size - at ? chunk : size - at;
            uint8_t *tight = test_tight_copy(bytes + at, chunk);
            message_stream_push(to, tight, chunk);
            free(tight);
            at += chunk;
        }
        free(bytes);
        moved = true;
    }
    return moved;
}

static void fill_body(uint8_t *body, size_t size, uint32_t number) {
    for (size_t i = 0; i < size; i++)
        body[i] = (uint8_t)(number * 31 + i);
}

static size_t body_size(uint32_t number) {
    return number % 17 == 0 ? MESSAGE_BODY_MAX : number * 37 % 900;
}

static uint32_t receive(MessageStream *stream, uint32_t expected) {
    Message message;
    static uint8_t body[MESSAGE_BODY_MAX];
    while (message_stream_pull(stream, &message)) {
        CHECK_EQUAL(message.type, MESSAGE_APP);
        CHECK_EQUAL(message.size, body_size(expected));
        fill_body(body, message.size, expected);
        CHECK(memcmp(body, message.body, message.size) == 0);
        expected++;
    }
    return expected;
}

static void all_arrives_in_order_in_any_pieces(void) {
    static const uint32_t chunks[] = {1, 3, 7, 100, 5000, 40000};
    static uint8_t body[MESSAGE_BODY_MAX];
    for (size_t c = 0; c < sizeof chunks / sizeof *chunks; c++) {
        MessageStream *a = message_stream_new(), *b = message_stream_new();
        uint32_t count = 300, at_b = 0, at_a = 0;
        for (uint32_t i = 0; i < count; i++) {
            fill_body(body, body_size(i), i);
            CHECK(message_stream_queue(a, MESSAGE_APP, body, body_size(i)));
            CHECK(message_stream_queue(b, MESSAGE_APP, body, body_size(i)));
        }
        bool moved = true;
        while (moved) {
            moved = carry(a, b, chunks[c]);
            at_b = receive(b, at_b);
            moved |= carry(b, a, chunks[c]);
            at_a = receive(a, at_a);
        }
        CHECK_EQUAL(at_b, count);
        CHECK_EQUAL(at_a, count);
        CHECK_EQUAL(message_stream_garbage(a) + message_stream_garbage(b), 0);
        CHECK_EQUAL(message_stream_waiting(a) + message_stream_waiting(b), 0);
        message_stream_free(a);
        message_stream_free(b);
    }
}

static void credits_hold_back(void) {
    MessageStream *a = message_stream_new();
    uint8_t *bytes, frame[8];
    size_t size;
    int taken = 0;
    for (int i = 0; i < 30; i++)
        CHECK(message_stream_queue(a, MESSAGE_PING, "abcd", 4));
    for (; message_stream_take(a, &bytes, &size); taken++)
        free(bytes);
    CHECK_EQUAL(taken, MESSAGE_WINDOW);
    Message message;
    message_stream_push(a, frame,
                        test_from_hex("5250 0000 0800 ff7f", frame, 8)); // counts what was never sent
    message_stream_push(a, frame, test_from_hex("5250 0000 0800 0300", frame, 8));
    CHECK(!message_stream_pull(a, &message));
    for (; message_stream_take(a, &bytes, &size); taken++)
        free(bytes);
    CHECK_EQUAL(taken, MESSAGE_WINDOW + 3);
    CHECK_EQUAL(message_stream_waiting(a), 30 - MESSAGE_WINDOW - 3);
    message_stream_free(a);
}

static void counters_wrap(void) {
    MessageStream *a = message_stream_new(), *b = message_stream_new();
    Message message;
    uint32_t arrived = 0;
    for (uint32_t i = 0; i < 70000; i++) {
        CHECK(message_stream_queue(a, MESSAGE_PONG, &i, 4));
        carry(a, b, 100);
        while (message_stream_pull(b, &message))
            arrived++;
        carry(b, a, 100);
        while (message_stream_pull(a, &message))
            ;
    }
    CHECK_EQUAL(arrived, 70000);
    CHECK_EQUAL(message_stream_waiting(a), 0);
    message_stream_free(a);
    message_stream_free(b);
}

static void garbage_is_skipped(void) {
    for (int round = 0; round < 300; round++) {
        MessageStream *stream = message_stream_new();
        uint8_t garbage[200];
        size_t size = test_random_below(sizeof garbage);
        Message message;
        bool seen = false;
        test_random_bytes(garbage, size);
        for (size_t i = 0; i < size; i++)
            if (garbage[i] == 0x52) // nothing that could be a frame
                garbage[i] = 0;
        message_stream_push(stream, garbage, size);
        while (message_stream_pull(stream, &message))
            CHECK(false);
        message_stream_push(stream, "\x52\x50\x02\x00\x0c\x00\x00\x00\x01\x02\x03\x04", 12);
        while (message_stream_pull(stream, &message))
            seen |= message.type == MESSAGE_PING && message.size == 4 && message.body[3] == 4;
        CHECK(seen);
        CHECK_EQUAL(message_stream_garbage(stream), size);
        message_stream_free(stream);
    }
}

static void a_peer_that_never_acks_is_bounded(void) {
    MessageStream *stream = message_stream_new();
    uint32_t queued = 0;
    while (queued < 100000 && message_stream_queue(stream, MESSAGE_LOG, "x", 1))
        queued++;
    CHECK(queued <= MESSAGE_QUEUE_MAX);
    static uint8_t body[MESSAGE_BODY_MAX + 1];
    message_stream_reset(stream);
    CHECK(!message_stream_queue(stream, MESSAGE_LOG, body, sizeof body));
    CHECK(message_stream_queue(stream, MESSAGE_LOG, body, MESSAGE_BODY_MAX));
    CHECK_EQUAL(message_stream_waiting(stream), 1);
    message_stream_free(stream);
}

int main(void) {
    RUN(framing_golden_bytes);
    RUN(all_arrives_in_order_in_any_pieces);
    RUN(credits_hold_back);
    RUN(counters_wrap);
    RUN(garbage_is_skipped);
    RUN(a_peer_that_never_acks_is_bounded);
    return 0;
}
