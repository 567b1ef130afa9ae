// SPDX-License-Identifier: Apache-2.0
// The one writer of a guest's launchers, icons, types and menu. Touches files named io.railhead.GUEST.* only,
// and the user's pinned defaults.
#pragma once
#include <gio/gio.h>
#include "shortcuts/plan.h"

typedef struct StoreFolders {
    const char *data;   // a data folder of the session: applications, icons, types
    const char *config; // XDG_CONFIG_HOME: the menu; NULL: leave it alone
    const char *state;  // of this guest: what was written
    const char *home;   // XDG_DATA_HOME, for pinned defaults; NULL: leave them alone
    bool pins;          // something of the host's stands behind `data`, so present defaults are pinned
} StoreFolders;

GHashTable *store_installed(const StoreFolders *folders,
                            const char *guest); // relative path -> GBytes, as plan_wanted
bool store_apply(const StoreFolders *folders, const PlanInput *input, const Plan *plan, GHashTable *wanted,
                 GError **error);

// Pins present defaults anew: the host's programs have changed, the guest's have not.
bool store_pin(const StoreFolders *folders, const PlanInput *input, GError **error);

// Brings the folders to what the catalogue and the user's choices want; an empty catalogue removes all of the
// guest. A launcher that the user deleted counts as hidden from then on (choices change and are saved), one
// that he edited stays as it is. Idempotent, and so the next call repairs what this one could not do. On an
// error (the first of them) every file is either as it was or as it should be.
bool store_sync(const StoreFolders *folders, const PlanInput *input, Choices *choices, GError **error);
