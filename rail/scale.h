// SPDX-License-Identifier: Apache-2.0
// How much larger the host shows a guest than the guest paints: a fraction of at least 1. Each pixel of the
// host shows exactly one pixel of the guest and each pixel of the guest is shown; input goes the same way
// back.
#pragma once
#include "rail/box.h"

#define SCALE_DIVISOR 4 // steps of 25 %
#define SCALE_MAX     4 // times

typedef struct Scale {
    int32_t up, down; // up / down; both 0: 1
} Scale;

Scale scale_new(uint32_t percent); // the nearest that there is, at least 1
Scale scale_for_dpi(uint32_t dpi); // of a guest that paints for 96
bool scale_is_one(Scale scale);
bool scale_is_whole(Scale scale); // no pixel of the host lies between two of the guest
bool scale_equal(Scale a, Scale b);
int32_t scale_up(Scale scale, int32_t at);   // the first host pixel of a guest pixel
int32_t scale_down(Scale scale, int32_t at); // the guest pixel that a host pixel shows
Box scale_box_up(Scale scale, Box box);      // edge by edge: what of the host shows the box
Box scale_box_down(Scale scale, Box box);    // what of the guest is seen in the box
// A window: its corner where scale_up() has it, its size of its own, so that a window looks the same wherever
// it is. There and back is where it was; back and there is at most up/down - 1 pixels smaller.
Box scale_window_up(Scale scale, Box box);
Box scale_window_down(Scale scale, Box box);
