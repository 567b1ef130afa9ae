// SPDX-License-Identifier: Apache-2.0
// RAILPIX messages: what is encoded comes back, golden bytes of each kind, each prefix and each number out of
// its limits is refused.
#include "rail/pixels-message.h"
#include "tests/unit/test.h"

static bool decodes(const uint8_t *bytes, size_t size, PixelsMessage *ret_message) {
    uint8_t *tight = test_tight_copy(bytes, size);
    bool ok = pixels_message_decode(tight, size, ret_message);
    free(tight);
    return ok;
}

static bool decodes_hex(const char *hex) {
    uint8_t bytes[PIXELS_MESSAGE_MAX];
    PixelsMessage message;
    return decodes(bytes, test_from_hex(hex, bytes, sizeof bytes), &message);
}

static void some_message(PixelsMessageKind kind, PixelsMessage *ret_message) {
    memset(ret_message, 0, sizeof *ret_message);
    ret_message->kind = kind;
    if (kind >= PIXELS_SURFACE && kind <= PIXELS_DONE)
        ret_message->surface = 1 + test_random_below(PIXELS_SURFACE_MAX);
    if (kind == PIXELS_OFFER || kind == PIXELS_HELLO)
        test_random_bytes(ret_message->as.token, PIXELS_TOKEN_SIZE);
    if (kind == PIXELS_SURFACE) {
        ret_message->as.made.window = 1 + test_random_below(1000);
        ret_message->as.made.width = 1 + test_random_below(PIXELS_SIDE_MAX);
        ret_message->as.made.height = 1 + test_random_below(PIXELS_SIDE_MAX);
        ret_message->as.made.stride = ret_message->as.made.width * 4;
        ret_message->as.made.buffers = (uint8_t)(1 + test_random_below(PIXELS_BUFFERS_MAX));
        ret_message->as.made.alpha = test_random_below(2);
    }
    if (kind == PIXELS_MONITORS) {
        layout_init(&ret_message->as.monitors, (Box){0, 0, 640, 480});
        ret_message->as.monitors.count = 2;
        ret_message->as.monitors.monitors[1] =
            (LayoutMonitor){{640, 0, 1 + (int32_t)test_random_below(8000), 480}, {640, 0, 100, 100}};
    }
    if (kind == PIXELS_FRAME || kind == PIXELS_DONE)
        ret_message->as.frame.frame = 1 + test_random_below(UINT32_MAX);
    if (kind == PIXELS_FRAME) {
        ret_message->as.frame.buffer = (uint8_t)test_random_below(2);
        ret_message->as.frame.boxes.count = 1 + test_random_below(BOX_LIST_MAX);
        for (uint32_t i = 0; i < ret_message->as.frame.boxes.count; i++)
            ret_message->as.frame.boxes.boxes[i] =
                (Box){(int32_t)test_random_below(8000), (int32_t)test_random_below(8000),
                      (int32_t)(1 + test_random_below(8000)), (int32_t)(1 + test_random_below(8000))};
    }
}

static void messages_come_back(void) {
    for (int kind = PIXELS_OFFER; kind <= PIXELS_MONITORS; kind++)
        for (int i = 0; i < 200; i++) {
            PixelsMessage message, back;
            WireWriter first, second;
            some_message((PixelsMessageKind)kind, &message);
            wire_writer_init(&first);
            wire_writer_init(&second);
            CHECK(pixels_message_encode(&first, &message) && first.size <= PIXELS_MESSAGE_MAX);
            CHECK(decodes(first.data, first.size, &back));
            CHECK_EQUAL(back.kind, kind);
            CHECK_EQUAL(back.surface, message.surface);
            CHECK(pixels_message_encode(&second, &back));
            CHECK(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
            for (size_t size = 0; size < first.size && i < 3; size++)
                CHECK(!decodes(first.data, size, &back));
            wire_put_u8(&first, 0);
            CHECK(!decodes(first.data, first.size, &back));
            wire_writer_clear(&first);
            wire_writer_clear(&second);
        }
}

static void golden_bytes(void) {
    PixelsMessage surface = {.kind = PIXELS_SURFACE, .surface = 3};
    surface.as.made.window = 0x10042;
    surface.as.made.width = 640;
    surface.as.made.height = 480;
    surface.as.made.stride = 2560;
    surface.as.made.buffers = 2;
    surface.as.made.alpha = true;
    PixelsMessage frame = {.kind = PIXELS_FRAME, .surface = 3};
    frame.as.frame.frame = 7;
    frame.as.frame.buffer = 1;
    box_list_add(&frame.as.frame.boxes, (Box){16, 32, 100, 20});
    WireWriter writer;
    wire_writer_init(&writer);
    CHECK(pixels_message_encode(&writer, &surface));
    CHECK_HEX(writer.data, writer.size, "5058 04 01 03000000 42000100 80020000 e0010000 000a0000 02 01");
    wire_writer_clear(&writer);
    wire_writer_init(&writer);
    CHECK(pixels_message_encode(&writer, &frame));
    CHECK_HEX(writer.data, writer.size, "5058 05 01 03000000 07000000 01 01 1000 2000 6400 1400");
    wire_writer_clear(&writer);
}

static void limits_hold(void) {
    CHECK(decodes_hex("5058 04 01 03000000 42000100 80020000 e0010000 000a0000 02 01"));
    CHECK(!decodes_hex("5059 04 01 03000000 42000100 80020000 e0010000 000a0000 02 01")); // magic
    CHECK(!decodes_hex("5058 04 02 03000000 42000100 80020000 e0010000 000a0000 02 01")); // version
    CHECK(!decodes_hex("5058 04 01 00000000 42000100 80020000 e0010000 000a0000 02 01")); // surface 0
    CHECK(!decodes_hex("5058 04 01 00000001 42000100 80020000 e0010000 000a0000 02 01")); // too large
    CHECK(!decodes_hex("5058 04 01 03000000 00000000 80020000 e0010000 000a0000 02 01")); // window 0
    CHECK(!decodes_hex("5058 04 01 03000000 42000100 00000000 e0010000 000a0000 02 01")); // no width
    CHECK(!decodes_hex("5058 04 01 03000000 42000100 80020000 01400000 000a0000 02 01")); // height
    CHECK(!decodes_hex("5058 04 01 03000000 42000100 80020000 e0010000 fc090000 02 01")); // stride
    CHECK(!decodes_hex("5058 04 01 03000000 42000100 80020000 e0010000 010a0000 02 01")); // odd stride
    CHECK(!decodes_hex("5058 04 01 03000000 42000100 80020000 e0010000 000a0000 03 01")); // buffers
    CHECK(!decodes_hex("5058 05 01 03000000 00000000 01 01 1000 2000 6400 1400"));        // frame 0
    CHECK(!decodes_hex("5058 05 01 03000000 07000000 02 01 1000 2000 6400 1400"));        // buffer
    CHECK(!decodes_hex("5058 05 01 03000000 07000000 01 00"));                            // no box
    CHECK(!decodes_hex("5058 05 01 03000000 07000000 01 01 1000 2000 0000 1400"));        // empty box
    CHECK(!decodes_hex("5058 05 01 03000000 07000000 01 01 ffff 2000 6400 1400"));        // outside
    CHECK(!decodes_hex("5058 08 01 03000000"));                                           // kind
}

static void garbage_is_refused_or_harmless(void) {
    for (int i = 0; i < 20000; i++) {
        uint8_t bytes[120] = {0x50, 0x58, (uint8_t)test_random_below(9), 1};
        PixelsMessage message;
        size_t size = 4 + test_random_below(sizeof bytes - 4);
        test_random_bytes(bytes + 4, size - 4);
        if (decodes(bytes, size, &message) && message.kind == PIXELS_FRAME)
            CHECK(message.as.frame.boxes.count >= 1 && message.as.frame.boxes.count <= BOX_LIST_MAX);
    }
}

int main(void) {
    RUN(messages_come_back);
    RUN(golden_bytes);
    RUN(limits_hold);
    RUN(garbage_is_refused_or_harmless);
    return 0;
}
