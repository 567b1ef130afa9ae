// SPDX-License-Identifier: Apache-2.0
// Windows that go past the window manager: which may, where, and until when. What a hostile guest could make
// look like another program is bounded here.
#pragma once
#include "host-agent/compositor/pane.h"

#define POPUPS_SHARE       50 // per cent of its monitor that one may cover,
#define POPUPS_SHARE_SUM   60 // and all of a guest together
#define POPUPS_UNWATCHED_S 1  // those without an owner go when the user has been elsewhere for so long
#define POPUPS_ASKED_US    (3 * G_USEC_PER_SEC) // for a menu to come after the click on a notification icon

// Whether the window manager gets this window. Once it has, it keeps it until the guest hides the window.
bool popups_is_managed(const Pane *pane, const GuestWindow *guest, RootBox box);
RootBox popups_clamp(const Pane *pane, RootBox box);      // inside a monitor that shows its owner
uint32_t popups_owner(const Pane *pane);                  // its owner, or the window it came up over; 0: none
bool popups_were_asked_for(const Compositor *compositor); // the user has just clicked on a notification icon
void popups_mapped(Pane *pane);
void popups_revalidate(Pane *pane, const XConfigureEvent *event); // whoever has moved it
// A press beside all windows of the guest that leaves the focus where it is (on the desktop, on a panel)
// closes its menus, as it does on Windows.
void popups_take_root_event(Compositor *compositor, const XEvent *event);
void popups_stop(Compositor *compositor);
void popups_focus_left(Compositor *compositor);
void popups_focus_entered(Compositor *compositor);
