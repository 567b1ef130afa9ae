// SPDX-License-Identifier: Apache-2.0
// Where the host's monitors are, and the one place where guest coordinates become root coordinates: the
// guest's (0,0) is the top left of the bounding box of all monitors.
#pragma once
#include "host-agent/compositor/x11.h"
#include "rail/layout.h"
#include "rail/scale.h"

#define MONITORS_MAX LAYOUT_MONITORS_MAX

typedef struct RootBox { // X root coordinates; a type of its own so that it cannot be taken for a Box
    int32_t x, y, width, height;
} RootBox;

typedef struct Monitors {
    size_t count;
    RootBox boxes[MONITORS_MAX]; // the primary one first
    RootBox work_areas[MONITORS_MAX];
    RootBox bounds, root;
    int millimetres; // width of the primary one, as it says
    uint32_t dpi;    // that the host's programs paint for
} Monitors;

void monitors_read(Display *display, Window root, Monitors *ret_monitors); // work areas: whole monitors
// Windows; the guest is shown `scale` times as large as it paints.
RootBox monitors_root_from_guest(const Monitors *monitors, Scale scale, Box box);
Box monitors_guest_from_root(const Monitors *monitors, Scale scale, RootBox box);
size_t monitors_nearest_index(const Monitors *monitors,
                              RootBox box); // the one that shows most of the box, else the closest
RootBox monitors_nearest(const Monitors *monitors, RootBox box);
void monitors_layout(const Monitors *monitors, Scale scale, Layout *ret_layout); // as the guest is to know it
RootBox root_box_clamp(RootBox box, RootBox limits); // moved inside, never resized
RootBox root_box_intersect(RootBox a, RootBox b);    // {0} when they do not meet
bool root_box_equal(RootBox a, RootBox b);
bool root_box_is_empty(RootBox box);
