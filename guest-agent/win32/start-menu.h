// SPDX-License-Identifier: Apache-2.0
// The Start menus of all users and of this one, as a catalogue.
#pragma once
#include "guest-agent/win32/icons.h"
#include "rail/catalogue.h"

typedef struct StartMenu StartMenu;

StartMenu *start_menu_new(void);
void start_menu_free(StartMenu *menu);

// Walks both folders and adds what they hold. Shortcuts that did not change since the last walk are taken
// from `before`, the catalogue that it gave. COM must be initialised.
void start_menu_read(StartMenu *menu, Icons *icons, const Catalogue *before, Catalogue *catalogue);
