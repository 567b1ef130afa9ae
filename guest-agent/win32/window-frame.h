// SPDX-License-Identifier: Apache-2.0
// What of a window is to be seen: since Windows 8 its rectangle has invisible borders, and it may be cloaked.
#pragma once
#include <stdbool.h>
#include <windows.h>
#include "rail/box.h"

bool window_frame_is_cloaked(HWND window);
Box window_frame_seen(HWND window);            // without borders that are not seen
Box window_frame_outer(HWND window, Box seen); // with them
