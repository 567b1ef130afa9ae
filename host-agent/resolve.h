// SPDX-License-Identifier: Apache-2.0
// Which application is meant by 16 hex digits or by a name.
#pragma once
#include "host-agent/guest.h"

typedef enum ResolveResult { RESOLVE_FOUND, RESOLVE_UNKNOWN, RESOLVE_AMBIGUOUS } ResolveResult;

typedef struct Resolved {
    Guest *guest;
    uint64_t app;
} Resolved;

// guest "": any
ResolveResult resolve_app(GPtrArray *guests, const char *guest, const char *app, Resolved *ret_resolved);
// The guest's own program for a file or an address.
ResolveResult resolve_opener(GPtrArray *guests, const char *guest, const char *uri, Resolved *ret_resolved);
