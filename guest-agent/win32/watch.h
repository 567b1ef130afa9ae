// SPDX-License-Identifier: Apache-2.0
// Tells that something below a folder, or below a key of the registry, has changed.
#pragma once
#include <stdbool.h>
#include <wchar.h>
#include <windows.h>

typedef struct Watch Watch;

Watch *watch_new(const wchar_t *folder);             // NULL when the folder cannot be opened
Watch *watch_new_key(HKEY root, const wchar_t *key); // NULL when there is no such key
void watch_free(Watch *watch);
HANDLE watch_event(const Watch *watch); // set: call watch_rearm, then look again
bool watch_rearm(Watch *watch);         // false: the folder or key is gone
