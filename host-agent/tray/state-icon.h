// SPDX-License-Identifier: Apache-2.0
// The icon of Railhead's own item: a window whose dot tells how the guests are. Drawn here for desktops that
// do not have the installed icons.
#pragma once
#include "rail/raster.h"

typedef enum TrayState { TRAY_OFF, TRAY_BUSY, TRAY_READY, TRAY_LOST } TrayState;

Raster *state_icon_draw(TrayState state, uint32_t side); // owned by the caller
const char *state_icon_name(TrayState state);            // of an icon theme
