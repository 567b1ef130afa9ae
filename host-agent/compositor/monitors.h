// SPDX-License-Identifier: Apache-2.0
// Where the host's monitors are, and the one place where guest coordinates become root coordinates: the
// guest's (0,0) is the top left of the bounding box of all monitors.
#pragma once
#include "host-agent/compositor/x11.h"
#include "rail/box.h"

#define MONITORS_MAX 16

typedef struct RootBox { // X root coordinates; a type of its own so that it cannot be taken for a Box
    int32_t x, y, width, height;
} RootBox;

typedef struct Monitors {
    size_t count;
    RootBox boxes[MONITORS_MAX]; // the primary one first
    RootBox bounds, work_area;
} Monitors;

void monitors_read(Display *display, Window root, Atom net_workarea, Monitors *ret_monitors);
RootBox monitors_root_from_guest(const Monitors *monitors, Box box);
Box monitors_guest_from_root(const Monitors *monitors, RootBox box);
RootBox monitors_nearest(const Monitors *monitors,
                         RootBox box);               // the one that shows most of the box, else the first
RootBox root_box_clamp(RootBox box, RootBox limits); // moved inside, never resized
bool root_box_equal(RootBox a, RootBox b);
