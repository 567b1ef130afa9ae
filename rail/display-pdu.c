// SPDX-License-Identifier: Apache-2.0
// Decodes what a client says of its monitors into a Layout, which counts from the corner of all of them where
// the protocol counts from the primary one. Pure; owns nothing.
#include "rail/display-pdu.h"

#include <string.h>

#define TYPE_CAPS      5
#define TYPE_LAYOUT    2
#define CAPS_SIZE      20
#define HEADER_SIZE    8
#define RECORD_SIZE    40
#define RECORD_MAX     256
#define FLAG_PRIMARY   1
#define SCALE_MIN      100 // percent
#define SCALE_MAX      500
#define SCALE_STANDARD 100

typedef struct Reading {
    Layout layout;
    uint32_t primaries;
} Reading;

void display_caps_encode(WireWriter *writer, uint32_t max_monitors, uint32_t area_a, uint32_t area_b) {
    wire_put_u32(writer, TYPE_CAPS);
    wire_put_u32(writer, CAPS_SIZE);
    wire_put_u32(writer, max_monitors);
    wire_put_u32(writer, area_a);
    wire_put_u32(writer, area_b);
}

static bool is_side(uint32_t untrusted_side) {
    return untrusted_side >= DISPLAY_SIDE_MIN && untrusted_side <= DISPLAY_SIDE_MAX;
}

static bool is_place(int32_t untrusted_place) {
    return untrusted_place >= -BOX_LIMIT && untrusted_place <= BOX_LIMIT;
}

static uint32_t dpi_of(uint32_t untrusted_scale) {
    uint32_t scale =
        untrusted_scale < SCALE_MIN || untrusted_scale > SCALE_MAX ? SCALE_STANDARD : untrusted_scale;
    return scale * LAYOUT_DPI / SCALE_STANDARD;
}

// The primary monitor goes to the front, as in every Layout.
static void keep(Reading *reading, Box box, bool is_primary, uint32_t dpi) {
    Layout *layout = &reading->layout;
    LayoutMonitor *slot = &layout->monitors[layout->count++];
    if (is_primary) {
        *slot = layout->monitors[0];
        slot = &layout->monitors[0];
        layout->dpi = dpi;
        reading->primaries++;
    }
    *slot = (LayoutMonitor){box, box};
}

static bool get_monitor(WireReader *reader, uint32_t record, Reading *reading) {
    uint32_t flags = wire_get_u32(reader);
    int32_t left = wire_get_i32(reader), top = wire_get_i32(reader);
    uint32_t width = wire_get_u32(reader), height = wire_get_u32(reader);
    wire_get_bytes(reader, 12); // physical size and orientation
    uint32_t scale = wire_get_u32(reader);
    wire_get_bytes(reader, record - RECORD_SIZE + 4);
    bool is_primary = flags & FLAG_PRIMARY;
    if (reader->failed || !is_side(width) || !is_side(height) || width % 2 || !is_place(left) ||
        !is_place(top) || (is_primary && (left || top)))
        return false;
    keep(reading, (Box){left, top, (int32_t)width, (int32_t)height}, is_primary, dpi_of(scale));
    return true;
}

static void count_from_corner(Layout *layout) {
    Box bounds = layout_bounds(layout);
    for (uint32_t i = 0; i < layout->count; i++) {
        layout->monitors[i].box = box_shift(layout->monitors[i].box, -bounds.x, -bounds.y);
        layout->monitors[i].work_area = layout->monitors[i].box;
    }
}

bool display_layout_decode(const uint8_t *untrusted_bytes, size_t size, Layout *ret_layout) {
    WireReader reader;
    Reading reading = {.layout = {.dpi = LAYOUT_DPI}};
    wire_reader_init(&reader, untrusted_bytes, size);
    uint32_t type = wire_get_u32(&reader), length = wire_get_u32(&reader);
    uint32_t record = wire_get_u32(&reader), count = wire_get_u32(&reader);
    if (reader.failed || type != TYPE_LAYOUT || length != size || record < RECORD_SIZE ||
        record > RECORD_MAX || !count || count > LAYOUT_MONITORS_MAX ||
        size < HEADER_SIZE + 8 + (size_t)record * count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!get_monitor(&reader, record, &reading))
            return false;
    Box bounds = layout_bounds(&reading.layout);
    if (reading.primaries != 1 || !layout_is_seamless(&reading.layout) || bounds.width > BOX_LIMIT ||
        bounds.height > BOX_LIMIT)
        return false;
    count_from_corner(&reading.layout);
    *ret_layout = reading.layout;
    return true;
}
