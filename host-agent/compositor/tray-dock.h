// SPDX-License-Identifier: Apache-2.0
// A small icon in the tray of desktops that know the X protocols only (freedesktop System Tray, XEmbed).
#pragma once
#include "host-agent/compositor/compositor.h"

typedef struct TrayDock TrayDock;

// x, y: root coordinates of the press.
typedef void (*TrayDockPressed)(int x, int y, uint32_t x_time, gpointer user);

TrayDock *tray_dock_new(Screen *screen, TrayDockPressed pressed, gpointer user);
void tray_dock_free(TrayDock *dock);
void tray_dock_set_icon(TrayDock *dock, const Raster *raster); // copied; also sets how big it wants to be
