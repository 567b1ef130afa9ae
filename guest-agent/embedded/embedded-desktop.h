// SPDX-License-Identifier: Apache-2.0
// The whole desktop in place of its windows, for as long as the guest's shell has its own window there
// (rail/PROTOCOL.md 3.8).
#pragma once
#include "guest-agent/embedded/embedded-rail.h"

bool embedded_desktop_take_window(Embedded *embedded,
                                  XWindow *window); // new or changed; true: it is the shell's
void embedded_desktop_take_gone(Embedded *embedded, const XWindow *window);
void embedded_desktop_take_active(Embedded *embedded, uint32_t hwnd);     // as Win32 has it
void embedded_desktop_take_answer(Embedded *embedded, uint32_t question); // of the tracker
void embedded_desktop_look_at_active(Embedded *embedded);                 // this side's may be another now
// Tells a client that is ready what there is: the windows, or that there is only the desktop.
void embedded_desktop_synchronise(Embedded *embedded);
void embedded_desktop_start(Embedded *embedded); // with the windows, or as the options say
void embedded_desktop_stop(Embedded *embedded);
void embedded_desktop_damage(Embedded *embedded, Box box); // of the desktop
