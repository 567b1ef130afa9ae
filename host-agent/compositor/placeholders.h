// SPDX-License-Identifier: Apache-2.0
// Windows of a guest that cannot be reached: greyed with their last pixels until the guest has named them
// again and painted them.
#pragma once
#include "host-agent/compositor/pane.h"

// lost: the session has ended, and its surfaces with it; else the guest is silent.
void placeholders_begin(Compositor *compositor, bool lost);
void placeholders_take_event(Compositor *compositor, const DeskEvent *event); // that the replica has taken
void placeholders_end(Compositor *compositor); // the guest is heard again, and its windows are what they were
void placeholders_painted(Pane *pane);         // its pixels, or some of them, are new
bool placeholders_close(Pane *pane); // true: kept in mind until the guest can be told; the window hides
void placeholders_stop(Compositor *compositor);
// The picture that a window was last seen with, of a session that was lost; NULL: there is none.
Surface *placeholders_surface(const Compositor *compositor, uint32_t window);
