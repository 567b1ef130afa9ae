// SPDX-License-Identifier: Apache-2.0
// Keeps a guest's application from becoming the default of a type by standing first: where our launchers lie
// in the user's own folder, the present default of each of their types is pinned there, below what the user
// chooses (mime-apps specification 1.0.1). What we pinned is remembered and taken back.
#pragma once
#include <glib.h>
#include <stdbool.h>

// types: of this guest's launchers, NULL-terminated; none takes all pins of the guest back. record: the file
// that remembers them.
bool defaults_pin(const char *data_home, const char *record, const char *const *types, GError **error);
