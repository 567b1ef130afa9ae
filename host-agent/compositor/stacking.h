// SPDX-License-Identifier: Apache-2.0
// Who lies over whom. The host's window manager decides between families of windows (and other programs), the
// guest decides inside a family, and among windows that come back from its whole desktop; pop-ups lie
// directly above their family and never higher.
#pragma once
#include "host-agent/compositor/pane.h"

void stacking_take_root_event(Compositor *compositor, const XEvent *event);
void stacking_stop(Compositor *compositor);
void stacking_follow_guest(Compositor *compositor);                    // the guest has another order
void stacking_family_changed(Compositor *compositor, uint32_t window); // its style, owner or show
void stacking_place_popups(Compositor *compositor);
bool stacking_is_listed(Screen *screen, Window window); // the window manager lists it, or what it lies in
// Before the guest hears of a button in this window: it brings the window to the front of the guest, where
// something else lies there, and the user to the dialog that disables the window.
void stacking_before_press(Pane *pane, const XButtonEvent *event);
