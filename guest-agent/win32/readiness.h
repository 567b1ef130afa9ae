// SPDX-License-Identifier: Apache-2.0
// What keeps this Windows from showing its windows on a host, and nobody but its owner can change.
#pragma once
#include <stddef.h>

#define READINESS_MAX 8

// Sentences, NULL-terminated, owned by this file; their number.
size_t readiness_missing(const char *ret_sentences[READINESS_MAX + 1]);
