// SPDX-License-Identifier: Apache-2.0
// Moves and resizes that a program asks its window manager for (_NET_WM_MOVERESIZE): the client's window
// manager does them (MS-RDPERP 1.3.2.5), or the pointer's way does where the client cannot.
#pragma once
#include "guest-agent/embedded/embedded-rail.h"

void embedded_move_start(Embedded *embedded, XWindow *window, int direction, int x, int y);
void embedded_move_pointer(Embedded *embedded, uint16_t flags, int x, int y); // after each pointer event
void embedded_move_placed(Embedded *embedded, const XWindow *window);         // the client has named a place
