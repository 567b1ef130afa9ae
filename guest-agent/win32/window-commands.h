// SPDX-License-Identifier: Apache-2.0
// What the host wants of a window where there is no RAIL server to do it (PROTOCOL.md 3.10).
#pragma once
#include "rail/intent.h"

void window_command(const Intent *wanted);
