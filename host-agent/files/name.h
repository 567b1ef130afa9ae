// SPDX-License-Identifier: Apache-2.0
// Names as Windows has them against names as the host has them. Pure.
#pragma once
#include <stdbool.h>
#include <stddef.h>

void name_init(void); // once, before the rest

bool name_equals(const char *a, const char *b); // but for upper and lower case
// Patterns of directory queries: * ? and their DOS forms < > " (MS-FSCC 2.1.4.4).
bool name_matches(const char *name, const char *pattern);

// "\a\b" to "a/b"; NULL: a component is no name for Windows, or there is a "." or "..", or it is too long.
// Owned by the caller.
char *name_path_from_windows(const char *path);
