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
char *launcher_quoted(const char *path); // as Exec= has it
char *launcher_label(const App *app);    // the name as people may see it, never ""

typedef struct LauncherDetails {
    const char *guest;
    const char *railhead;  // absolute path of the command
    bool has_icon;         // the application's own is installed
    const char *name;      // the user's choices, or NULL
    const char *icon;      //
    GPtrArray *mime_types; // that it opens, or NULL
    GPtrArray *actions;    // of App: other entries for the same program, or NULL
} LauncherDetails;

// The whole .desktop file. InitialPreference 0 keeps it from becoming anybody's default.
char *launcher_text(const App *app, const LauncherDetails *details);
