// SPDX-License-Identifier: Apache-2.0
// Where things of a guest lie on the host (ARCHITECTURE.md, contracts), and our own programs. Strings owned
// by the caller.
#pragma once
#include <glib.h>
#include <stdbool.h>

char *folder_profiles(void);
char *folder_data(const char *guest);
char *folder_state(const char *guest);
char *folder_runtime(const char *guest);
// A log to append to, begun anew when it has grown to 1 MiB; a process that is still ending goes on in the
// same file. -1: it cannot be opened.
int folder_open_log(const char *path);
bool folder_make(const char *path, GError **error); // with parents, 0700
char *program_find(const char *name);               // absolute path, or NULL when it is not installed
