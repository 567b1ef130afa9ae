// SPDX-License-Identifier: Apache-2.0
// Readers of what Railhead writes for the desktop, stricter than any desktop's: each refuses what its
// specification does not allow, and what we have no reason to write.
#pragma once
#include <glib.h>
#include <stdbool.h>

// NULL: the file is as it has to be; else what is wrong with it, owned by the caller. `path` is relative to
// the data folder, and says which kind of file it is; `railhead` is the command, as Exec= has it.
char *strict_problem(const char *path, GBytes *bytes, const char *guest, const char *railhead);
// The same for each file of a plan (path -> GBytes).
char *strict_problem_of_all(GHashTable *files, const char *guest, const char *railhead);
