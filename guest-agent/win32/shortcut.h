// SPDX-License-Identifier: Apache-2.0
// One shortcut: what it starts, and with which icon.
#pragma once
#include "guest-agent/win32/wide.h"
#include "rail/app.h"

typedef struct Shortcut {
    App *app;      // target, arguments, directory, description, show state, hotkey, AppUserModelID, kind
    wchar_t *icon; // the file of its icon
    int icon_index;
    bool advertised; // by Windows Installer: what it starts may change while the shortcut does not
} Shortcut;

// Reads the file at `path`; false when it is no shortcut, or nothing can be started by it.
bool shortcut_read(const wchar_t *path, Shortcut *ret_shortcut);
void shortcut_clear(Shortcut *shortcut);

// Whether there is still what the shortcut starts; sets kind and of_windows. What lies on the network counts
// as there, since to look could take half a minute.
bool shortcut_target(App *app);
