// SPDX-License-Identifier: Apache-2.0
// The identity of a guest's application on the host, and the text of its .desktop file.
#pragma once
#include <glib.h>
#include "rail/app.h"

#define LAUNCHER_NAME_BYTES 120

bool launcher_guest_name_is_valid(const char *guest); // [a-z0-9-]{1,32}
char *launcher_prefix(const char *guest);             // "io.railhead.GUEST."
char *launcher_id(const char *guest, uint64_t app);   // "io.railhead.GUEST.aHEX"; app 0: "io.railhead.GUEST"
char *launcher_icon_name(const char *guest, uint64_t icon);
char *launcher_label(const App *app); // the name as people may see it, never ""

// The whole .desktop file. `railhead` is the absolute path of the command.
char *launcher_text(const char *guest, const App *app, bool has_icon, const char *railhead);
