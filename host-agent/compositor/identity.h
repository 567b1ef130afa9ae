// SPDX-License-Identifier: Apache-2.0
// Whose window it is, as the desktop sees it: class, group, icons, title and the mark of the guest.
#pragma once
#include "host-agent/compositor/pane.h"

#define IDENTITY_ICONS_MAX 64 // icons of window orders that are kept for one guest

void identity_start(Pane *pane); // its X window has just been made
void identity_ask(Pane *pane);   // whose window it is; also when that may have changed
void identity_name_rest(
    Pane *pane); // before the map: what nobody knows takes its owner's class, or the guest's
void identity_set_icon(Pane *pane, bool big, Raster *icon); // takes it
void identity_stop_asking(Pane *pane);                      // its X window is about to go
void identity_stop(Pane *pane);
void identity_forget(Compositor *compositor); // the groups
