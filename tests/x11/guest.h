// SPDX-License-Identifier: Apache-2.0
// The guest of the geometry tests, which does what it is asked, sooner or later.
#pragma once
#include "tests/x11/bench.h"

typedef struct Guest {
    bool answers; // moves and system commands
    guint answer_ms;
    bool paints;                             // a frame of each size that it was asked for
    Box work_area;                           // where it maximises; none: where the window is
    void (*on_intent)(const Intent *intent); // besides, or NULL
} Guest;

extern Guest guest;

void guest_start(void); // after bench_open
void guest_say_show(uint32_t id, GuestShow show, Box box);
Box guest_box(uint32_t id);
GuestShow guest_show(uint32_t id);
