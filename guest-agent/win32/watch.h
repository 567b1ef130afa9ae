// SPDX-License-Identifier: Apache-2.0
// Tells that something below a folder has changed.
#pragma once
#include <stdbool.h>
#include <wchar.h>
#include <windows.h>

typedef struct Watch Watch;

Watch *watch_new(const wchar_t *folder); // NULL when the folder cannot be opened
void watch_free(Watch *watch);
HANDLE watch_event(const Watch *watch); // set: call watch_rearm, then look at the folder
bool watch_rearm(Watch *watch);         // false: the folder is gone
