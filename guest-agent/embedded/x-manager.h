// SPDX-License-Identifier: Apache-2.0
// The window manager of the private display: what ICCCM and EWMH ask of one, without frames.
#pragma once
#include "guest-agent/embedded/x-windows.h"

bool x_manager_start(XWindows *windows, GError **error);
bool x_manager_event(XWindows *windows, XEvent *event); // true: it was for the window manager
void x_manager_read_hints(XWindow *window);
void x_manager_on_mapped(XWindow *window);
void x_manager_on_unmapped(XWindow *window);
void x_manager_activate(XWindow *window);     // raise and focus
void x_manager_offer_focus(XWindow *window);  // of a new window, once it is announced
void x_manager_deactivate(XWindows *windows); // no window has the focus
void x_manager_move(XWindow *window, Box box);
Box x_manager_work_area(const XWindow *window); // of the monitor that shows most of it
// Of the monitor that it lies on; maximised windows follow. True: programs see another one than before.
bool x_manager_set_work_area(XWindows *windows, Box area);
void x_manager_forget_work_areas(XWindows *windows);
// All of the desktop is seen: windows are raised here, and the shell's taskbar lies outside the work area.
void x_manager_set_desktop(XWindows *windows, bool is_desktop);
void x_manager_close(XWindow *window);
void x_manager_minimise(XWindow *window);
void x_manager_maximise(XWindow *window);
void x_manager_restore(XWindow *window);
