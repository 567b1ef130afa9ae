// SPDX-License-Identifier: Apache-2.0
// Where the Start menus lie.
#pragma once
#include "guest-agent/win32/wide.h"

typedef enum MenuFolder {
    MENU_COMMON, // of all users
    MENU_USER,
    MENU_COUNT,
} MenuFolder;

// Where the folder Programs of a Start menu lies; it is made where it lacks. False where Windows does not
// know it.
bool menu_folder_path(MenuFolder folder, wchar_t ret_path[WIDE_PATH]);
