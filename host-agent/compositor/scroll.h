// SPDX-License-Identifier: Apache-2.0
// Pointers with smooth wheels: XInput 2 events of our windows, as core events and rotation.
#pragma once
#include "host-agent/compositor/display.h"

typedef struct ScrollTurn {
    int vertical, horizontal; // units of rotation; away from the user, and to the right, are positive
} ScrollTurn;

void scroll_start(Screen *screen);
void scroll_stop(Screen *screen);
void scroll_select(Screen *screen, Window window); // its pointer events are XInput's from then on
void scroll_take_root_event(Screen *screen, const XEvent *event);
// An event of XInput in one of our windows. True: ret_core is what the core protocol would have said. A
// button that the X server made of the same rotation is said by neither.
bool scroll_read(Screen *screen, const XEvent *event, ScrollTurn *ret_turn, XEvent *ret_core);
bool scroll_is_motion(const Screen *screen, const XEvent *event); // and scrolls nothing
bool scroll_outdates(const XEvent *newer,
                     const XEvent *older); // both are motions: the older one need not be told
