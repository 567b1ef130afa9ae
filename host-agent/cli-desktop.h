// SPDX-License-Identifier: Apache-2.0
// railhead desktop: the whole desktop of a guest.
#pragma once
#include "host-agent/command-line.h"

int cli_desktop(const CommandLine *line); // the exit code, after a sentence where it is not 0
