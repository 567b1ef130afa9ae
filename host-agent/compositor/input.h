// SPDX-License-Identifier: Apache-2.0
// Keys, buttons and focus of the windows of one guest, as intents.
#pragma once
#include "host-agent/compositor/keyboard.h"
#include "host-agent/compositor/scroll.h"
#include "rail/intent.h"

#define INPUT_SCAN_CODES 0x200

typedef struct Input {
    Screen *screen;
    void (*emit)(const Intent *intent, gpointer user);
    gpointer user;
    uint32_t focused; // guest window, 0: none of this guest
    Keyboard keyboard;
    bool held[INPUT_SCAN_CODES];
    uint16_t pressed[KEYBOARD_KEYCODES]; // scan code that went down with a key of the host
} Input;

void input_start(Input *input, Screen *screen);
void input_stop(Input *input);
// A window's event in a guest window whose box is `guest_box`; true when it was one of input.
bool input_take_event(Input *input, uint32_t window, Box guest_box, const XEvent *event);
void input_turn(Input *input, uint32_t window, Box guest_box, const XMotionEvent *at,
                const ScrollTurn *turn);                               // a smooth wheel
void input_focus_in(Input *input, uint32_t window, bool guest_did_it); // guest_did_it: it knows already
void input_activate(Input *input, uint32_t window);   // to the front of the guest, whatever the host's focus
void input_reactivate(Input *input, uint32_t window); // the guest closes what a loss of the focus closes
void input_focus_left(Input *input);                  // to a window that is not this guest's
void input_forget(Input *input); // the session is gone: nothing is held or focused, nothing is said
