// SPDX-License-Identifier: Apache-2.0
// The Start menus of all users and of this one, as a catalogue.
#pragma once
#include "guest-agent/win32/icons.h"
#include "guest-agent/win32/wide.h"
#include "rail/catalogue.h"

typedef enum StartMenuFolder {
    START_MENU_COMMON, // tag "common"
    START_MENU_USER,   // tag "user"
    START_MENU_COUNT,
} StartMenuFolder;

// Where the folder Programs of a Start menu lies; it is made where it lacks. False where Windows does not
// know it.
bool start_menu_path(StartMenuFolder folder, wchar_t ret_path[WIDE_PATH]);

// Walks both folders and adds what they hold. COM must be initialised.
void start_menu_read(Icons *icons, Catalogue *catalogue);
