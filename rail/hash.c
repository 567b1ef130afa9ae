// SPDX-License-Identifier: Apache-2.0
// FNV-1a 64.
#include "rail/hash.h"

#include <string.h>

uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001B3u;
    return hash;
}

uint64_t hash_number(uint64_t hash, uint64_t value) {
    uint8_t bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(value >> (8 * i));
    return hash_bytes(hash, bytes, sizeof bytes);
}

uint64_t hash_text(uint64_t hash, const char *text) {
    return hash_bytes(hash, text, strlen(text) + 1);
}

static uint64_t hash_folded(uint64_t hash, const char *text) {
    for (const char *at = text; *at; at++) {
        char folded = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;
        hash = hash_bytes(hash, &folded, 1);
    }
    return hash;
}

uint64_t hash_path(const char *tag, const char *path) {
    uint64_t hash = hash_bytes(hash_folded(HASH_START, tag), ":", 1);
    hash = hash_folded(hash, path);
    return hash ? hash : 1;
}
