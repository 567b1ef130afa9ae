// SPDX-License-Identifier: Apache-2.0
// The one writer of launchers and icons below a data folder (XDG_DATA_HOME). Touches files named
// io.railhead.GUEST.* only.
#pragma once
#include <gio/gio.h>
#include "shortcuts/plan.h"

GHashTable *store_installed(const char *data_home, const char *guest); // relative path -> GBytes
bool store_apply(const char *data_home, const Plan *plan, GHashTable *wanted, GError **error);

// Brings the folder to what the catalogue wants; an empty catalogue removes all of the guest. Idempotent, and
// so the next call repairs what this one could not do. On an error (the first of them) every file is either
// as it was or as it should be.
bool store_sync(const char *data_home, const PlanInput *input, GError **error);
