// SPDX-License-Identifier: Apache-2.0
// FNV-1a 64, the hash of all identities and contents of the catalogue. Not for secrets.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define HASH_START 0xCBF29CE484222325u

uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t size);
uint64_t hash_number(uint64_t hash, uint64_t value);   // its eight bytes, little-endian
uint64_t hash_text(uint64_t hash, const char *text);   // with its NUL
uint64_t hash_path(const char *tag, const char *path); // tag, ':', path; ASCII letters folded; never 0
