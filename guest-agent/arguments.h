// SPDX-License-Identifier: Apache-2.0
// Arguments of a program as one Windows command line, so that CommandLineToArgvW and the C run times take
// them apart again.
#pragma once
#include <stdbool.h>
#include <stddef.h>

// The shortcut's own arguments as they stand, then each of the others quoted where it needs it. Owned by the
// caller.
char *arguments_join(const char *shortcut_arguments, char *const *arguments, size_t count);
