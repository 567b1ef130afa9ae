// SPDX-License-Identifier: Apache-2.0
// Icons of programs and libraries as encoded icon sets, found again by the hash of the set.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

typedef struct Icons Icons;

Icons *icons_new(void);
void icons_free(Icons *icons);

// The hash of the icon set of a file's icon (index; negative: resource id), 0 when there is none. Files that
// did not change since they were last asked are not read again.
uint64_t icons_find(Icons *icons, const wchar_t *file, int index);

// The set with that hash, owned by the caller; NULL when none of the icons asked for so far has it.
uint8_t *icons_get(Icons *icons, uint64_t hash, size_t *ret_size);
