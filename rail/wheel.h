// SPDX-License-Identifier: Apache-2.0
// One axis of a device that scrolls smoothly: places of a valuator become rotation of a Windows wheel, and
// what is less than a unit waits for more. Pure.
#pragma once
#include <stdbool.h>

#define WHEEL_NOTCH 120 // units of rotation (MS-RDPBCGR 2.2.8.1.1.3.1.1.3)
#define WHEEL_MAX   (32 * WHEEL_NOTCH)

typedef struct WheelAxis {
    double increment; // of the valuator, for a notch; negative where it counts the other way round
    double last, rest;
    bool known; // `last` is where it was in the event before
} WheelAxis;

void wheel_axis_init(WheelAxis *axis, double increment);
void wheel_axis_forget(WheelAxis *axis); // it may have moved unseen
// The units since the event before, between -WHEEL_MAX and WHEEL_MAX. False: there was none to count from.
bool wheel_axis_move(WheelAxis *axis, double place, int *ret_units);
