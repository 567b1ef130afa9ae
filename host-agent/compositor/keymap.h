// SPDX-License-Identifier: Apache-2.0
// X keycodes to the scan codes of set 1 that RDP carries.
#pragma once
#include <stdint.h>

uint16_t keymap_scan_code(unsigned x_keycode); // 0x100: extended; 0: no such key on a PC keyboard
