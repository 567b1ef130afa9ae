// SPDX-License-Identifier: Apache-2.0
// What a guest may have opened on the host, and the rules for domains: the keys "open-links" and
// "open-documents" of its key file, and the group [sites].
#pragma once
#include "host-agent/policy/addresses.h"

typedef struct ProfileOpens {
    OpenPolicy links, documents;
    GPtrArray *rules; // of SiteRule
} ProfileOpens;

void profile_opens_load(const char *profiles, const char *guest, ProfileOpens *ret_opens); // missing: asks
void profile_opens_clear(ProfileOpens *opens);
// Sets or replaces the rule for a pattern, or removes it.
bool profile_opens_add(const char *profiles, const char *guest, const char *pattern, bool in_guest,
                       GError **error);
bool profile_opens_remove(const char *profiles, const char *guest, const char *pattern, GError **error);
