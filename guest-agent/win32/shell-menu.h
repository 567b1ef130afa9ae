// SPDX-License-Identifier: Apache-2.0
// The Start menu of our shell: what the Start-menu folders hold, in their folders.
#pragma once
#include <stdbool.h>
#include <windows.h>

typedef struct ShellMenu ShellMenu;

ShellMenu *shell_menu_new(void);
void shell_menu_free(ShellMenu *menu);
// Opens it upwards from a place of the screen and starts what is chosen. True: the user wants to leave.
bool shell_menu_track(ShellMenu *menu, HWND owner, LONG x, LONG y);
