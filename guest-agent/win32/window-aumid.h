// SPDX-License-Identifier: Apache-2.0
// Whose a window is for the taskbar.
#pragma once
#include <windows.h>

// The AppUserModelID that the window's program gave it, owned by the caller; NULL for none, and on Windows
// before 7.
char *window_aumid(HWND window);
