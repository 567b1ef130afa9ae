// SPDX-License-Identifier: Apache-2.0
// A value that goes from the compositor to the session, which tells the guest. Never empty once it is
// initialised.
#include "rail/layout.h"

#include <string.h>

#define DPI_MAX  960
#define SIDE_MIN 200 // of a monitor, in the protocols
#define SIDE_MAX 8192

void layout_init(Layout *layout, Box desktop) {
    memset(layout, 0, sizeof *layout);
    layout->count = 1;
    layout->dpi = LAYOUT_DPI;
    layout->monitors[0] = (LayoutMonitor){desktop, desktop};
}

bool layout_same_monitors(const Layout *a, const Layout *b) {
    if (a->count != b->count || a->dpi != b->dpi)
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!box_equal(a->monitors[i].box, b->monitors[i].box))
            return false;
    return true;
}

bool layout_equal(const Layout *a, const Layout *b) {
    if (!layout_same_monitors(a, b))
        return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!box_equal(a->monitors[i].work_area, b->monitors[i].work_area))
            return false;
    return true;
}

static bool touch(Box a, Box b) {
    Box wide = {a.x - 1, a.y, a.width + 2, a.height}, high = {a.x, a.y - 1, a.width, a.height + 2};
    return !box_is_empty(box_intersect(wide, b)) || !box_is_empty(box_intersect(high, b));
}

static bool overlap(const Layout *layout) {
    for (uint32_t i = 0; i < layout->count; i++)
        for (uint32_t j = 0; j < i; j++)
            if (!box_is_empty(box_intersect(layout->monitors[i].box, layout->monitors[j].box)))
                return true;
    return false;
}

bool layout_is_seamless(const Layout *layout) {
    uint32_t reached = 1, before = 0; // bits of monitors
    while (reached != before) {
        before = reached;
        for (uint32_t i = 0; i < layout->count; i++)
            for (uint32_t j = 0; j < layout->count; j++)
                if (reached & 1u << i && touch(layout->monitors[i].box, layout->monitors[j].box))
                    reached |= 1u << j;
    }
    return reached == (1u << layout->count) - 1 && !overlap(layout);
}

Box layout_bounds(const Layout *layout) {
    Box bounds = {0};
    for (uint32_t i = 0; i < layout->count; i++)
        bounds = box_union(bounds, layout->monitors[i].box);
    return bounds;
}

void layout_clip(Layout *layout, Box desktop) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < layout->count; i++) {
        LayoutMonitor monitor = {box_intersect(layout->monitors[i].box, desktop),
                                 box_intersect(layout->monitors[i].work_area, desktop)};
        if (box_is_empty(monitor.box))
            continue;
        if (box_is_empty(monitor.work_area))
            monitor.work_area = monitor.box;
        layout->monitors[kept++] = monitor;
    }
    layout->count = kept;
    if (!kept)
        layout_init(layout, desktop);
}

static bool is_side(int32_t side) {
    return side >= SIDE_MIN && side <= SIDE_MAX;
}

static bool is_tellable(const Layout *layout, uint32_t max_monitors, uint64_t max_pixels) {
    uint64_t pixels = 0;
    for (uint32_t i = 0; i < layout->count; i++) {
        Box box = layout->monitors[i].box;
        if (!is_side(box.width) || !is_side(box.height) || box.width % 2)
            return false;
        pixels += (uint64_t)box.width * (uint64_t)box.height;
    }
    return layout->count <= max_monitors && (!max_pixels || pixels <= max_pixels) &&
           layout_is_seamless(layout);
}

static int32_t side(int32_t wanted, int32_t step) {
    int32_t even = wanted - wanted % step;
    return even < SIDE_MIN ? SIDE_MIN : even > SIDE_MAX ? SIDE_MAX : even;
}

void layout_make_tellable(Layout *layout, uint32_t max_monitors, uint64_t max_pixels) {
    if (is_tellable(layout, max_monitors, max_pixels))
        return;
    Box whole = layout_bounds(layout), area = layout->monitors[0].work_area;
    uint32_t count = layout->count, dpi = layout->dpi;
    whole.width = side(whole.width, 2);
    whole.height = side(whole.height, 1);
    if (max_pixels && (uint64_t)whole.width * (uint64_t)whole.height > max_pixels)
        whole.height = side((int32_t)(max_pixels / (uint64_t)whole.width), 1);
    layout_init(layout, whole);
    layout->dpi = dpi;
    if (count == 1 && !box_is_empty(box_intersect(area, whole)))
        layout->monitors[0].work_area = box_intersect(area, whole);
}

uint32_t layout_scale(const Layout *layout) {
    uint32_t percent = (layout->dpi * 100 + LAYOUT_DPI / 2) / LAYOUT_DPI;
    return percent < 100 ? 100 : percent > 500 ? 500 : percent;
}

uint32_t layout_device_scale(const Layout *layout) {
    uint32_t percent = layout_scale(layout);
    return percent < 140 ? 100 : percent < 180 ? 140 : 180;
}

static void put_box(WireWriter *writer, Box box) {
    wire_put_i32(writer, box.x);
    wire_put_i32(writer, box.y);
    wire_put_i32(writer, box.width);
    wire_put_i32(writer, box.height);
}

static Box get_box(WireReader *reader) {
    Box box;
    box.x = wire_get_i32(reader);
    box.y = wire_get_i32(reader);
    box.width = wire_get_i32(reader);
    box.height = wire_get_i32(reader);
    if (!box_is_sane(box) || box_is_empty(box))
        reader->failed = true;
    return box;
}

void layout_put(WireWriter *writer, const Layout *layout) {
    wire_put_u8(writer, (uint8_t)layout->count);
    wire_put_u16(writer, (uint16_t)layout->dpi);
    for (uint32_t i = 0; i < layout->count; i++) {
        put_box(writer, layout->monitors[i].box);
        put_box(writer, layout->monitors[i].work_area);
    }
}

void layout_get(WireReader *reader, Layout *ret_layout) {
    memset(ret_layout, 0, sizeof *ret_layout);
    ret_layout->count = wire_get_u8(reader);
    ret_layout->dpi = wire_get_u16(reader);
    if (!ret_layout->count || ret_layout->count > LAYOUT_MONITORS_MAX || ret_layout->dpi > DPI_MAX) {
        reader->failed = true;
        ret_layout->count = 0;
    }
    for (uint32_t i = 0; i < ret_layout->count; i++) {
        ret_layout->monitors[i].box = get_box(reader);
        ret_layout->monitors[i].work_area = get_box(reader);
    }
}
