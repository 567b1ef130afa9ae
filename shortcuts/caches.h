// SPDX-License-Identifier: Apache-2.0
// The desktop's own caches over what the store has written: brought up to date by the desktop's tools, and
// gone with the last guest.
#pragma once
#include <stdbool.h>

typedef enum CachesChange { CACHES_ICONS = 1, CACHES_TYPES = 2, CACHES_LAUNCHERS = 4 } CachesChange;

void caches_refresh(const char *data, unsigned changes,
                    bool waits); // changes: of CachesChange; waits: for the tools
// After a guest's files are gone: what the tools made of nothing, and folders that hold nothing any more.
void caches_tidy(const char *data, const char *config); // config may be NULL
