// SPDX-License-Identifier: Apache-2.0
// Where the host's monitors are, and the one place where guest coordinates become root coordinates: the
// guest's (0,0) is the top left of the bounding box of all monitors.
#pragma once
#include "host-agent/compositor/x11.h"
#include "rail/layout.h"

#define MONITORS_MAX LAYOUT_MONITORS_MAX

typedef struct RootBox { // X root coordinates; a type of its own so that it cannot be taken for a Box
    int32_t x, y, width, height;
} RootBox;

typedef struct Monitors {
    size_t count;
    RootBox boxes[MONITORS_MAX]; // the primary one first
    RootBox work_areas[MONITORS_MAX];
    RootBox bounds, root;
} Monitors;

void monitors_read(Display *display, Window root, Monitors *ret_monitors); // work areas: whole monitors
RootBox monitors_root_from_guest(const Monitors *monitors, Box box);
Box monitors_guest_from_root(const Monitors *monitors, RootBox box);
size_t monitors_nearest_index(const Monitors *monitors,
                              RootBox box); // the one that shows most of the box, else the closest
RootBox monitors_nearest(const Monitors *monitors, RootBox box);
void monitors_layout(const Monitors *monitors, Layout *ret_layout);
RootBox root_box_clamp(RootBox box, RootBox limits); // moved inside, never resized
RootBox root_box_intersect(RootBox a, RootBox b);    // {0} when they do not meet
bool root_box_equal(RootBox a, RootBox b);
bool root_box_is_empty(RootBox box);
