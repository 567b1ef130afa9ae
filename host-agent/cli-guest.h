// SPDX-License-Identifier: Apache-2.0
// Which guest a command is about.
#pragma once
#include "host-agent/command-line.h"
#include "host-agent/profile.h"

bool cli_guest_is_wanted(const CommandLine *line, const Profile *profile); // --guest names it, or no other
// The guest that --guest names, or the only one. Owned by the caller; NULL after a sentence.
char *cli_guest_find(const CommandLine *line, int *ret_code);
int cli_guest_changed(void); // tells the agent; the exit code
