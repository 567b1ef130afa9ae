// SPDX-License-Identifier: Apache-2.0
// Allocation that ends the process when memory is exhausted, so that no decoder has an untested path for it.
#include "rail/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory) {
    if (!memory) {
        fputs("railhead: out of memory\n", stderr);
        abort();
    }
    return memory;
}

void *mem_new(size_t size) {
    return checked(calloc(1, size ? size : 1));
}

void *mem_new_array(size_t count, size_t size) {
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void *mem_resize(void *old, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size)
        checked(NULL);
    size_t bytes = count * size;
    return checked(realloc(old, bytes ? bytes : 1));
}

void *mem_copy(const void *bytes, size_t size) {
    if (!size)
        return NULL;
    return memcpy(mem_new(size), bytes, size);
}

char *mem_string(const char *text) {
    return text ? mem_copy(text, strlen(text) + 1) : NULL;
}

void mem_free(void *memory) {
    free(memory);
}
