// SPDX-License-Identifier: Apache-2.0
// Smooth scrolling: what a device reports against the rotation that the guest gets.
#include "rail/wheel.h"
#include "tests/unit/test.h"

#include <math.h>

static int moved(WheelAxis *axis, double place) {
    int units = 0;
    CHECK(wheel_axis_move(axis, place, &units));
    return units;
}

static void first_place_scrolls_nothing(void) {
    WheelAxis axis;
    int units = 7;
    wheel_axis_init(&axis, 15);
    CHECK(!wheel_axis_move(&axis, 1000, &units));
    CHECK_EQUAL(units, 0);
    CHECK_EQUAL(moved(&axis, 1015), WHEEL_NOTCH);
    CHECK_EQUAL(moved(&axis, 1007.5), -WHEEL_NOTCH / 2);
    wheel_axis_forget(&axis);
    CHECK(!wheel_axis_move(&axis, -500, &units)); // scrolled elsewhere meanwhile
    CHECK_EQUAL(moved(&axis, -500), 0);
}

static void nothing_is_lost(void) { // in both directions, however small the steps
    static const double increments[] = {15, -15, 120, 1, 0.3, 53};
    for (size_t i = 0; i < sizeof increments / sizeof *increments; i++) {
        WheelAxis axis;
        int units = 0, sum = 0;
        double place = 0;
        wheel_axis_init(&axis, increments[i]);
        wheel_axis_move(&axis, place, &units);
        for (int step = 0; step < 10000; step++) {
            place += (test_random_between(-40, 60) / 1000.0) * increments[i];
            sum += moved(&axis, place);
        }
        double exact = place / increments[i] * WHEEL_NOTCH;
        CHECK(fabs(exact - sum) < 1.01);
    }
}

static void rest_is_forgotten_with_the_place(void) {
    WheelAxis axis;
    int units = 0;
    wheel_axis_init(&axis, 120);
    wheel_axis_move(&axis, 0, &units);
    CHECK_EQUAL(moved(&axis, 0.9), 0);
    wheel_axis_forget(&axis);
    wheel_axis_move(&axis, 0.9, &units);
    CHECK_EQUAL(moved(&axis, 1.5), 0);
    CHECK_EQUAL(moved(&axis, 2.0), 1);
}

static void nonsense_is_bounded(void) {
    WheelAxis axis;
    int units = 0;
    wheel_axis_init(&axis, 15);
    wheel_axis_move(&axis, 0, &units);
    CHECK_EQUAL(moved(&axis, 1e300), WHEEL_MAX);
    CHECK_EQUAL(moved(&axis, -1e300), -WHEEL_MAX);
    CHECK_EQUAL(moved(&axis, (double)NAN), 0);
    CHECK_EQUAL(moved(&axis, 15), 0);
    CHECK_EQUAL(moved(&axis, 30), WHEEL_NOTCH);
    wheel_axis_init(&axis, 0);
    wheel_axis_move(&axis, 1, &units);
    CHECK_EQUAL(moved(&axis, 1), 0);
    CHECK_EQUAL(moved(&axis, 2), WHEEL_MAX);
}

int main(void) {
    RUN(first_place_scrolls_nothing);
    RUN(nothing_is_lost);
    RUN(rest_is_forgotten_with_the_place);
    RUN(nonsense_is_bounded);
    return 0;
}
