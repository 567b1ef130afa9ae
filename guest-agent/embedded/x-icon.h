// SPDX-License-Identifier: Apache-2.0
// Icons of windows, from _NET_WM_ICON.
#pragma once
#include "guest-agent/embedded/x-windows.h"
#include "rail/raster.h"

Raster *x_icon_read(const XWindow *window, int side); // NULL when it has none of exactly that size
