// SPDX-License-Identifier: Apache-2.0
// The words `railhead guest ...`, and what the parts of the command share.
#pragma once
#include <glib.h>
#include "host-agent/command-line.h"

int cli_guest_list(const CommandLine *line);
int cli_guest_add(const CommandLine *line);
int cli_guest_set(const CommandLine *line);
int cli_guest_remove(const CommandLine *line);
