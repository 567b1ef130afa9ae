// SPDX-License-Identifier: Apache-2.0
// Memory that is there or the process ends: callers never see NULL. Sizes are checked before they are
// multiplied.
#pragma once
#include <stddef.h>

void *mem_new(size_t size);                     // zeroed
void *mem_new_array(size_t count, size_t size); // zeroed; ends the process when count * size overflows
void *mem_resize(void *old, size_t count, size_t size); // contents kept, new bytes undefined
void *mem_copy(const void *bytes, size_t size);         // NULL for size 0
char *mem_string(const char *text);                     // NULL-safe: NULL gives NULL
void mem_free(void *memory); // NULL-safe; memory of these functions is the C library's
