// SPDX-License-Identifier: Apache-2.0
// `railhead guest kit`: what goes into a Windows to make it a guest.
#pragma once
#include "host-agent/command-line.h"

int cli_guest_kit(const CommandLine *line);
