// SPDX-License-Identifier: Apache-2.0
// Text between Windows (UTF-16LE) and the host (UTF-8), and guest text made safe to show.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool utf8_is_valid(const char *bytes,
                   size_t size); // no NUL, no surrogates, no overlong forms, at most U+10FFFF

// UTF-16LE of n_bytes (an odd last byte is ignored) to UTF-8, owned by the caller, never NULL. Stops at a
// NUL; a lone surrogate becomes U+FFFD.
char *utf8_from_utf16le(const uint8_t *bytes, size_t n_bytes);

// UTF-8 to UTF-16LE without a NUL, owned by the caller; invalid bytes become U+FFFD. *ret_bytes is even.
uint8_t *utf16le_from_utf8(const char *utf8, size_t *ret_bytes);

// Cuts an owned text at a character where it is longer than max_bytes of UTF-16.
void utf8_fit_utf16(char **text, size_t max_bytes);

// Guest text as a label on the host: valid UTF-8, no control characters, no bidirectional overrides or
// isolates, no zero-width marks, blanks collapsed and trimmed, at most max_bytes (cut at a character). Owned
// by the caller, never NULL.
char *utf8_label(const char *untrusted_text, size_t max_bytes);
