// SPDX-License-Identifier: Apache-2.0
// Keys by place, not by meaning: X servers of today number keys as evdev does plus 8, and evdev's first 88
// numbers are the scan codes of set 1 themselves. The guest's own layout turns them into characters. A pure
// table.
#include "host-agent/compositor/keymap.h"

#include <stddef.h>

#define EVDEV_OFFSET    8
#define EVDEV_SAME_LAST 88

static const struct {
    uint8_t evdev;
    uint16_t scan_code;
} keys[] = {
    {89, 0x73},   // Ro
    {92, 0x79},   // Henkan
    {93, 0x70},   // Katakana and hiragana
    {94, 0x7B},   // Muhenkan
    {96, 0x11C},  // keypad Enter
    {97, 0x11D},  // right Ctrl
    {98, 0x135},  // keypad divide
    {99, 0x137},  // Print
    {100, 0x138}, // right Alt
    {102, 0x147}, // Home
    {103, 0x148}, // Up
    {104, 0x149}, // Page up
    {105, 0x14B}, // Left
    {106, 0x14D}, // Right
    {107, 0x14F}, // End
    {108, 0x150}, // Down
    {109, 0x151}, // Page down
    {110, 0x152}, // Insert
    {111, 0x153}, // Delete
    {113, 0x120}, // Mute
    {114, 0x12E}, // quieter
    {115, 0x130}, // louder
    {117, 0x59},  // keypad equal
    {119, 0x146}, // Break
    {121, 0x7E},  // keypad comma
    {122, 0xF2},  // Hangul
    {123, 0xF1},  // Hanja
    {124, 0x7D},  // Yen
    {125, 0x15B}, // left Windows
    {126, 0x15C}, // right Windows
    {127, 0x15D}, // Menu
    {183, 0x64},  // F13 to F23
    {184, 0x65},  {185, 0x66}, {186, 0x67}, {187, 0x68}, {188, 0x69},
    {189, 0x6A},  {190, 0x6B}, {191, 0x6C}, {192, 0x6D}, {193, 0x6E},
};

uint16_t keymap_scan_code(unsigned x_keycode) {
    if (x_keycode <= EVDEV_OFFSET)
        return 0;
    unsigned evdev = x_keycode - EVDEV_OFFSET;
    if (evdev <= EVDEV_SAME_LAST)
        return evdev == 84 || evdev == 85 ? 0 : (uint16_t)evdev;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].evdev == evdev)
            return keys[i].scan_code;
    return 0;
}
