// SPDX-License-Identifier: Apache-2.0
// The tooltips of notification icons in Wine, where they belong to a tooltip control beside each icon.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

// The icon in Wine's tray whose tooltip or balloon the window is, or NULL. Icons are no top-level windows:
// this is how they are found.
HWND tray_tip_icon(HWND window);
bool tray_tip_is_balloon(HWND window);
// The text of an icon's tooltip, or of a balloon, and the icon; false: the window is neither, or its program
// does not answer. A balloon's title cannot be asked for.
bool tray_tip_read(HWND window, wchar_t *ret_text, size_t size, HWND *ret_icon);
