// SPDX-License-Identifier: Apache-2.0
// Keys between two keyboard layouts: by place while host and guest have the same layout, by meaning
// otherwise.
#pragma once
#include "host-agent/compositor/display.h"

#define KEYBOARD_KEYCODES 256
#define KEYBOARD_TEXT_MAX 16
#define KEYBOARD_NAME_MAX 64
#define KEYBOARD_US       0x409u // what a guest has that was told of no layout

typedef struct Keyboard {
    Screen *screen;
    char guest[KEYBOARD_NAME_MAX], host[KEYBOARD_NAME_MAX]; // XKB's "layout" or "layout(variant)"
    uint16_t places[128]; // scan codes of ASCII characters in the guest's layout
    Window window;        // of the input context
    XIM im;
    XIC ic;
    bool composing;
} Keyboard;

typedef struct KeyStroke {
    uint16_t scan_code; // 0: none
    size_t n_text;      // UTF-16 units
    uint16_t text[KEYBOARD_TEXT_MAX];
} KeyStroke;

void keyboard_start(Keyboard *keyboard, Screen *screen);
void keyboard_stop(Keyboard *keyboard);
// The guest gets the layout that the host has now, or that of the United States: the Windows layout id.
uint32_t keyboard_bind(Keyboard *keyboard, bool united_states);
void keyboard_host_changed(Keyboard *keyboard); // group or map
bool keyboard_is_same(const Keyboard *keyboard);
KeyStroke keyboard_press(Keyboard *keyboard, XKeyEvent *event);
