// SPDX-License-Identifier: Apache-2.0
// Wire form of the messages of RAILPIX: u16 magic, u8 kind, u8 version, fields. Both ends decode what a peer
// sends that may have been taken over: every number has its limits here, sizes against the memory itself are
// checked where the descriptor is.
#include "rail/pixels-message.h"

#include <string.h>

#define MAGIC      0x5850 // "PX"
#define FLAG_ALPHA 1

static void put_boxes(WireWriter *writer, const BoxList *list) {
    wire_put_u8(writer, (uint8_t)list->count);
    for (uint32_t i = 0; i < list->count; i++) {
        Box box = list->boxes[i];
        if (box.x < 0 || box.y < 0 || box.width <= 0 || box.height <= 0 ||
            box.x + box.width > PIXELS_SIDE_MAX || box.y + box.height > PIXELS_SIDE_MAX)
            writer->failed = true;
        wire_put_u16(writer, (uint16_t)box.x);
        wire_put_u16(writer, (uint16_t)box.y);
        wire_put_u16(writer, (uint16_t)box.width);
        wire_put_u16(writer, (uint16_t)box.height);
    }
}

static bool has_surface(PixelsMessageKind kind) {
    return kind >= PIXELS_SURFACE && kind <= PIXELS_DONE;
}

bool pixels_message_encode(WireWriter *writer, const PixelsMessage *message) {
    wire_put_u16(writer, MAGIC);
    wire_put_u8(writer, (uint8_t)message->kind);
    wire_put_u8(writer, PIXELS_VERSION);
    if (has_surface(message->kind))
        wire_put_u32(writer, message->surface);
    switch (message->kind) {
    case PIXELS_OFFER:
    case PIXELS_HELLO:
        wire_put_bytes(writer, message->as.token, PIXELS_TOKEN_SIZE);
        break;
    case PIXELS_SURFACE:
        wire_put_u32(writer, message->as.made.window);
        wire_put_u32(writer, message->as.made.width);
        wire_put_u32(writer, message->as.made.height);
        wire_put_u32(writer, message->as.made.stride);
        wire_put_u8(writer, message->as.made.buffers);
        wire_put_u8(writer, message->as.made.alpha ? FLAG_ALPHA : 0);
        break;
    case PIXELS_FRAME:
        wire_put_u32(writer, message->as.frame.frame);
        wire_put_u8(writer, message->as.frame.buffer);
        put_boxes(writer, &message->as.frame.boxes);
        break;
    case PIXELS_DONE:
        wire_put_u32(writer, message->as.frame.frame);
        break;
    case PIXELS_MONITORS:
        layout_put(writer, &message->as.monitors);
        break;
    case PIXELS_DECLINE:
    case PIXELS_GONE:
        break;
    }
    return !writer->failed;
}

static void get_surface(WireReader *reader, PixelsMessage *message) {
    message->as.made.window = wire_get_u32(reader);
    message->as.made.width = wire_get_u32(reader);
    message->as.made.height = wire_get_u32(reader);
    message->as.made.stride = wire_get_u32(reader);
    message->as.made.buffers = wire_get_u8(reader);
    uint8_t flags = wire_get_u8(reader);
    message->as.made.alpha = flags & FLAG_ALPHA;
    uint32_t width = message->as.made.width, height = message->as.made.height,
             stride = message->as.made.stride;
    if (!message->as.made.window || !width || width > PIXELS_SIDE_MAX || !height ||
        height > PIXELS_SIDE_MAX || stride % 4 || stride < width * 4 || stride > PIXELS_SIDE_MAX * 4 ||
        message->as.made.buffers < 1 || message->as.made.buffers > PIXELS_BUFFERS_MAX || flags > FLAG_ALPHA)
        reader->failed = true;
}

static void get_frame(WireReader *reader, PixelsMessage *message) {
    BoxList *list = &message->as.frame.boxes;
    message->as.frame.frame = wire_get_u32(reader);
    message->as.frame.buffer = wire_get_u8(reader);
    uint32_t count = wire_get_u8(reader);
    if (!message->as.frame.frame || message->as.frame.buffer >= PIXELS_BUFFERS_MAX || count < 1 ||
        count > BOX_LIST_MAX)
        reader->failed = true;
    for (list->count = 0; !reader->failed && list->count < count; list->count++) {
        Box box;
        box.x = wire_get_u16(reader);
        box.y = wire_get_u16(reader);
        box.width = wire_get_u16(reader);
        box.height = wire_get_u16(reader);
        if (box_is_empty(box) || box.x + box.width > PIXELS_SIDE_MAX || box.y + box.height > PIXELS_SIDE_MAX)
            reader->failed = true;
        list->boxes[list->count] = box;
    }
}

static void get_body(WireReader *reader, PixelsMessage *message) {
    const uint8_t *token;
    switch (message->kind) {
    case PIXELS_OFFER:
    case PIXELS_HELLO:
        if ((token = wire_get_bytes(reader, PIXELS_TOKEN_SIZE)))
            memcpy(message->as.token, token, PIXELS_TOKEN_SIZE);
        break;
    case PIXELS_SURFACE:
        get_surface(reader, message);
        break;
    case PIXELS_FRAME:
        get_frame(reader, message);
        break;
    case PIXELS_DONE:
        message->as.frame.frame = wire_get_u32(reader);
        break;
    case PIXELS_MONITORS:
        layout_get(reader, &message->as.monitors);
        break;
    case PIXELS_DECLINE:
    case PIXELS_GONE:
        break;
    default:
        reader->failed = true;
        break;
    }
}

bool pixels_message_decode(const uint8_t *untrusted_bytes, size_t size, PixelsMessage *ret_message) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_bytes, size);
    memset(ret_message, 0, sizeof *ret_message);
    uint16_t magic = wire_get_u16(&reader);
    ret_message->kind = (PixelsMessageKind)wire_get_u8(&reader);
    if (magic != MAGIC || wire_get_u8(&reader) != PIXELS_VERSION)
        return false;
    if (has_surface(ret_message->kind)) {
        ret_message->surface = wire_get_u32(&reader);
        if (!ret_message->surface || ret_message->surface > PIXELS_SURFACE_MAX)
            return false;
    }
    get_body(&reader, ret_message);
    return wire_at_end(&reader);
}
