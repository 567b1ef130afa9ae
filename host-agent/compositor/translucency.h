// SPDX-License-Identifier: Apache-2.0
// Layered windows with an alpha channel: blended where the desktop has a compositing manager, cut out where
// it has none, and never in the way of a click where they cannot be seen.
#pragma once
#include "host-agent/compositor/pane.h"

bool translucency_wants_argb(const Pane *pane, const GuestWindow *guest);
void translucency_update(Pane *pane);  // what can be seen of it has changed, or how it is shown
void translucency_damaged(Pane *pane); // its pixels have: looked at again soon
void translucency_take_root_event(Compositor *compositor,
                                  const XEvent *event); // a compositing manager came or went
void translucency_stop(Pane *pane);
