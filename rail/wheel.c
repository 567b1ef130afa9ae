// SPDX-License-Identifier: Apache-2.0
// Arithmetic of smooth scrolling. A device that reports nonsense scrolls nothing.
#include "rail/wheel.h"

#define FIXED_POINT 0.001 // of a unit: X servers count in binary fractions, and 7 sevenths are a notch

void wheel_axis_init(WheelAxis *axis, double increment) {
    *axis = (WheelAxis){.increment = increment};
}

void wheel_axis_forget(WheelAxis *axis) {
    axis->known = false;
    axis->rest = 0;
}

static double bounded(double value) {
    return value > WHEEL_MAX ? WHEEL_MAX : value < -WHEEL_MAX ? -WHEEL_MAX : value;
}

bool wheel_axis_move(WheelAxis *axis, double place, int *ret_units) {
    bool was_known = axis->known;
    double way = place - axis->last, units = way / axis->increment * WHEEL_NOTCH;
    axis->known = true;
    axis->last = place;
    *ret_units = 0;
    if (!was_known)
        return false;
    if (units != units) // not a number
        return true;
    units = bounded(units + axis->rest);
    *ret_units = (int)(units + (units < 0 ? -FIXED_POINT : FIXED_POINT));
    axis->rest = units - *ret_units;
    return true;
}
