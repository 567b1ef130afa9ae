// SPDX-License-Identifier: Apache-2.0
// Rectangles of the guest's desktop. Coordinates are guest desktop pixels, (0,0) the top left of the guest's
// primary monitor, right and bottom exclusive. (The host's root window coordinates are another type:
// compositor/monitors.h.)
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOX_LIST_MAX 64
#define BOX_LIMIT                                                                                            \
    32767 // positions lie within +-BOX_LIMIT and sizes below it: what X11 and RAIL's 16 bits can say

typedef struct Box {
    int32_t x, y, width, height;
} Box;

// A few boxes by value. A list that would outgrow BOX_LIST_MAX becomes its bounding box.
typedef struct BoxList {
    uint32_t count;
    Box boxes[BOX_LIST_MAX];
} BoxList;

bool box_equal(Box a, Box b);
bool box_is_empty(Box box);
bool box_is_sane(Box box); // within BOX_LIMIT, no negative size
bool box_contains(Box box, int32_t x, int32_t y);
Box box_intersect(Box a, Box b); // {0,0,0,0} when they do not meet
Box box_union(Box a, Box b);     // bounding box; an empty one does not count
Box box_shift(Box box, int32_t dx, int32_t dy);

bool box_list_equal(const BoxList *a, const BoxList *b);
void box_list_add(BoxList *list, Box box); // damage: swallows what the new box covers, merges on overflow
void box_list_subtract(BoxList *list, Box hole);    // what of the list lies outside the hole
void box_list_intersect(BoxList *list, Box limits); // what of the list lies inside
Box box_list_bounds(const BoxList *list);
