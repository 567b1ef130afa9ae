// SPDX-License-Identifier: Apache-2.0
// Applications of the Store, which have no shortcut.
#pragma once
#include "rail/catalogue-message.h"
#include "rail/catalogue.h"

// Adds those of this user; none before Windows 8. COM must be initialised.
void store_apps_read(Catalogue *catalogue);

// Starts the application when it is one of them, and says how that went; false when it is none.
bool store_app_start(const App *app, LaunchResultBody *ret_result);
