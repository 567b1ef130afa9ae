// SPDX-License-Identifier: Apache-2.0
// The pointer's shape over the windows of one guest.
#pragma once
#include "host-agent/compositor/pane.h"

void cursor_take_event(Compositor *compositor, const DeskEvent *event); // DESK_EVENT_POINTER
void cursor_show_on(const Pane *pane);                                  // a window that has just been made
void cursor_stop(Compositor *compositor);
