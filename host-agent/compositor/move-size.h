// SPDX-License-Identifier: Apache-2.0
// Moves and resizes that the guest hands to the host's window manager (MS-RDPERP 1.3.2.5).
#pragma once
#include "host-agent/compositor/pane.h"

void move_size_take_order(Compositor *compositor, const DeskEvent *event); // Server Move/Size Start or End
// An event of a window under such a move; true: it is not for the guest.
bool move_size_take_event(Pane *pane, const XEvent *event);
void move_size_forget(Compositor *compositor, uint32_t window); // 0: whichever there is
bool move_size_holds(const Pane *pane);       // the guest's word about its place is not pushed now
bool move_size_keeps_quiet(const Pane *pane); // and what the host makes of it is not asked for
