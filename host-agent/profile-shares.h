// SPDX-License-Identifier: Apache-2.0
// The shares of a guest in its profile: a group [share NAME] with `folder` and `read-only` for each, and in
// [guest] the key `documents` (allow, refuse).
#pragma once
#include "host-agent/policy/shares.h"

// Of SharedFolder, ordered by name; a broken one is told on stderr and left out.
GPtrArray *profile_shares_load(const char *profiles, const char *guest, bool *ret_allows_documents);
bool profile_shares_add(const char *profiles, const char *guest, const SharedFolder *folder, GError **error);
bool profile_shares_remove(const char *profiles, const char *guest, const char *name, GError **error);
