// SPDX-License-Identifier: Apache-2.0
// Input of the RDP client, injected into the private display.
#pragma once
#include "guest-agent/embedded/x-windows.h"

void x_input_key(XWindows *windows, bool down, bool extended, uint8_t scancode); // set 1
void x_input_unicode(XWindows *windows, bool down, uint16_t character);
void x_input_mouse(XWindows *windows, uint16_t flags, uint16_t x, uint16_t y); // PTR_FLAGS_ of MS-RDPBCGR
void x_input_extended_mouse(XWindows *windows, uint16_t flags, uint16_t x, uint16_t y); // PTR_XFLAGS_
void x_input_locks(XWindows *windows, bool caps, bool num);
void x_input_release(XWindows *windows); // lets go of every key and button that is down
