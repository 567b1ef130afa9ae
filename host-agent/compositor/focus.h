// SPDX-License-Identifier: Apache-2.0
// Focus between host and guest: what the host's focus means for the guest, and what the guest may ask of the
// host.
#pragma once
#include "host-agent/compositor/pane.h"

void focus_take_event(Pane *pane, const XFocusChangeEvent *event);
void focus_resume(Compositor *compositor); // the guest was away, and the focus may have come meanwhile
void focus_pane_gone(Compositor *compositor, uint32_t window);
void focus_stop(Compositor *compositor);
// The guest chose another of its windows: the host follows while the focus is in this guest anyway, otherwise
// the window asks for attention.
void focus_follow_guest(Compositor *compositor);
// Time of the user's act that this new window answers; 0: none, it must not take the focus.
Time focus_time_of_map(const Pane *pane);
void focus_note_time(Screen *screen, Time time); // of an act of the user in one of our windows
void focus_mapped(Pane *pane);                   // asks for attention where the window may not take the focus
