// SPDX-License-Identifier: Apache-2.0
// A tar archive (POSIX ustar) of a few texts.
#pragma once
#include <glib.h>

void tar_file_add(GByteArray *archive, const char *name, const char *bytes,
                  gsize size); // name: up to 99 bytes
void tar_file_end(GByteArray *archive);
