// SPDX-License-Identifier: Apache-2.0
// `railhead doctor` and `railhead report`.
#pragma once
#include "host-agent/command-line.h"

int cli_doctor(const CommandLine *line);
int cli_report(const CommandLine *line);
