// SPDX-License-Identifier: Apache-2.0
// _NET_WM_SYNC_REQUEST (EWMH, basic counter): a window manager's live resize waits for what is painted.
#pragma once
#include "host-agent/compositor/pane.h"

#define PACING_WAIT_MS 100 // a guest that paints later is not waited for

void pacing_start(Pane *pane); // its X window has just been made
void pacing_stop(Pane *pane);
void pacing_take_request(Pane *pane, const XClientMessageEvent *event);
void pacing_configured(Pane *pane, int width, int height);
void pacing_painted(Pane *pane);
