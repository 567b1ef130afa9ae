// SPDX-License-Identifier: Apache-2.0
// The text of a key file with one key changed, and all else as somebody wrote it.
#pragma once

// value NULL: without the key. Owned by the caller.
char *profile_text_set(const char *text, const char *group, const char *key, const char *value);
