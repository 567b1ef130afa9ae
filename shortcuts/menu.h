// SPDX-License-Identifier: Apache-2.0
// The guest's folders of the Start menu as a submenu of the host's (Desktop Menu Specification 1.1).
#pragma once
#include <glib.h>
#include "rail/catalogue.h"

// Adds the .menu file and a .directory file for each folder to `wanted` (path -> GBytes). Only applications
// for which `shown` says so stand in it; without any there are no files.
typedef bool (*MenuShown)(const App *app, gpointer user);
void menu_want(GHashTable *wanted, const char *guest, const char *title, const Catalogue *catalogue,
               MenuShown shown, gpointer user);
