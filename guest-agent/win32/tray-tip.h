// SPDX-License-Identifier: Apache-2.0
// The tooltips of notification icons in Wine, where they belong to a tooltip control beside each icon.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

// The icon in Wine's tray whose tooltip the window is, or NULL. Icons are no top-level windows: this is how
// they are found.
HWND tray_tip_icon(HWND window);
// Of an icon in Wine's tray: its text, cut to what fits; false: it is none, or its program does not answer.
bool tray_tip_read(HWND icon, wchar_t *ret_text, size_t size);
