// SPDX-License-Identifier: Apache-2.0
// The keys of a profile as text: their names, what they may hold, and the fields of Profile that they are.
#pragma once
#include "host-agent/profile.h"

const char *profile_key_at(guint index);                        // NULL after the last
char *profile_key_get(const Profile *profile, const char *key); // NULL: as by default; owned by the caller
bool profile_key_set(Profile *profile, const char *key, const char *value, GError **error);
// The key is known, or an error that names all of them.
bool profile_key_check(const Profile *profile, const char *key, GError **error);
