// SPDX-License-Identifier: Apache-2.0
// The monitors that the guest's desktop spans, with the part of each that panels leave free.
#pragma once
#include "rail/box.h"
#include "rail/wire.h"

#define LAYOUT_MONITORS_MAX 16 // MS-RDPBCGR 2.2.1.3.6
#define LAYOUT_DPI          96

typedef struct LayoutMonitor {
    Box box, work_area; // (0,0) is the top left of the bounding box of all monitors
} LayoutMonitor;

typedef struct Layout {
    uint32_t count;
    uint32_t dpi;
    LayoutMonitor monitors[LAYOUT_MONITORS_MAX]; // the primary one first
} Layout;

void layout_init(Layout *layout, Box desktop); // one monitor, no panels
bool layout_equal(const Layout *a, const Layout *b);
bool layout_same_monitors(const Layout *a, const Layout *b); // work areas may differ
bool layout_is_seamless(const Layout *layout);               // no overlap, and each touches the others
Box layout_bounds(const Layout *layout);
void layout_clip(Layout *layout, Box desktop); // what lies outside of a guest's desktop does not exist for it
// What a guest can be told of the monitors at all (MS-RDPBCGR 2.2.1.3.6, MS-RDPEDISP 2.2.2.2.1): they, or,
// where they overlap, leave gaps, or have sides that the protocol forbids, one monitor that spans them.
// max_pixels: of all together, 0: any.
void layout_make_tellable(Layout *layout, uint32_t max_monitors, uint64_t max_pixels);
uint32_t layout_scale(const Layout *layout);        // percent, 100 to 500
uint32_t layout_device_scale(const Layout *layout); // 100, 140 or 180 percent, as Windows knows devices
void layout_put(WireWriter *writer, const Layout *layout);
void layout_get(WireReader *reader, Layout *ret_layout); // the reader fails on what is no layout
