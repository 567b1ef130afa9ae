// SPDX-License-Identifier: Apache-2.0
// Files that are whole at each moment: written beside their place and renamed over it.
#pragma once
#include <glib.h>
#include <stdbool.h>

// lasting: not even a power failure leaves half of it. Makes the folder.
bool whole_file_write(const char *path, const void *bytes, size_t size, bool lasting, GError **error);
void whole_file_tidy(const char *path); // what a process left beside it that died while it wrote
