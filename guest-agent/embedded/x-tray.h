// SPDX-License-Identifier: Apache-2.0
// Owner of the system tray of the private display, so that Wine's icons dock instead of opening a window of
// their own.
#pragma once
#include "guest-agent/embedded/x-server.h"

typedef struct XTray {
    XServer *server;
    Window window;
    GArray *icons; // Window
} XTray;

void x_tray_start(XTray *tray, XServer *server);
bool x_tray_event(XTray *tray, const XEvent *event);
void x_tray_stop(XTray *tray);
