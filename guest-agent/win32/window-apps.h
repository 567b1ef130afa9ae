// SPDX-License-Identifier: Apache-2.0
// Tells the host which application each top-level window belongs to.
#pragma once
#include "guest-agent/publisher.h"
#include "guest-agent/win32/launcher.h"

#include <windows.h>

typedef struct WindowApps WindowApps;

WindowApps *window_apps_new(Publisher *publisher, const Launcher *launcher);
void window_apps_free(WindowApps *apps);
void window_apps_forget(WindowApps *apps); // a new host: everything is to be told again
void window_apps_learn(
    WindowApps *apps); // the catalogue has changed: the next scan asks again for unknown windows
void window_apps_scan(WindowApps *apps); // all windows; tells what is new or has become known
