// SPDX-License-Identifier: Apache-2.0
// The one writer of launchers and icons below a data folder (XDG_DATA_HOME). Touches files named
// io.railhead.GUEST.* only.
#pragma once
#include <gio/gio.h>
#include "shortcuts/plan.h"

GHashTable *store_installed(const char *data_home, const char *guest); // relative path -> GBytes
bool store_apply(const char *data_home, const Plan *plan, GHashTable *wanted, GError **error);

// Brings the folder to what the catalogue wants; an empty catalogue removes all of the guest. Idempotent. On
// an error what was there stays, except what had been replaced as a whole before.
bool store_sync(const char *data_home, const PlanInput *input, GError **error);
