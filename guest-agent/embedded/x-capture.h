// SPDX-License-Identifier: Apache-2.0
// Pixels of redirected windows: named pixmaps, damage, and reading of rectangles through shared memory.
#pragma once
#include "guest-agent/embedded/x-windows.h"

void x_capture_watch(XWindow *window);  // from its creation: the first damage is the program's drawing
void x_capture_attach(XWindow *window); // it was mapped
void x_capture_detach(XWindow *window); // it was unmapped
void x_capture_unwatch(XWindow *window);
void x_capture_resized(XWindow *window);
void x_capture_forget_damage(XWindow *window);
void x_capture_fetch_damage(XWindow *window, XID region); // without waiting for the X server
// Around a move that keeps the size: the X server's own copying is no damage.
void x_capture_begin_move(XWindow *window);
void x_capture_end_move(XWindow *window);
size_t x_capture_take_damage(XWindow *window, Box *ret_boxes, size_t max);
// Reads box (window coordinates) as rows of 32-bit BGRX or BGRA; what lies outside the window stays as it is.
bool x_capture_read(XWindow *window, Box box, uint8_t *pixels, size_t stride);
// Composes box of the desktop from all announced windows, in stacking order, over black.
void x_capture_compose(XWindows *windows, Box box, uint8_t *pixels, size_t stride);
void x_capture_stop(void); // gives the shared memory back
