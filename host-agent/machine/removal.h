// SPDX-License-Identifier: Apache-2.0
// Deletes a folder of ours with all that is in it, and nothing else.
#pragma once
#include <glib.h>
#include <stdbool.h>

// A link, at the path or below it, is removed and not followed; another file system mounted below it is left,
// which is an error. What is not there is none.
bool removal_of_tree(const char *path, GError **error);
