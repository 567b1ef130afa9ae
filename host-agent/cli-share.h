// SPDX-License-Identifier: Apache-2.0
// `railhead share ...`.
#pragma once
#include <gio/gio.h>
#include "host-agent/command-line.h"

int cli_share_add(const CommandLine *line); // exit codes (AgentError)
int cli_share_remove(const CommandLine *line);
int cli_share_list(const CommandLine *line);
