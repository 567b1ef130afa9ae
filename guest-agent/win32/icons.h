// SPDX-License-Identifier: Apache-2.0
// Icons of programs and libraries as encoded icon sets, by a name that changes with the file.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

typedef struct Icons Icons;

Icons *icons_new(void);
void icons_free(Icons *icons);

// The name of a file's icon (index; negative: resource id), from the path and the file's size and time; the
// icon itself is not read. 0 where there is no such file on a drive.
uint64_t icons_find(Icons *icons, const wchar_t *file, int index);
void icons_forget(Icons *icons); // all names

// The set of that name, owned by the caller; NULL when it was not asked for by icons_find, or when the file
// has no such icon.
uint8_t *icons_get(Icons *icons, uint64_t id, size_t *ret_size);
