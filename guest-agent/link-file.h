// SPDX-License-Identifier: Apache-2.0
// A shortcut as it lies in its file (MS-SHLLINK 2), without asking the shell.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINK_FILE_BYTES_MAX 65536

typedef struct LinkFile {
    uint8_t show; // SW_ value: 1 normal, 3 maximised, 7 minimised
    uint16_t hotkey;
    int32_t icon_index;
    char *
        target; // may hold %variables%; "" when only the shell can tell: no path, a folder of the shell's own
    char *name, *arguments, *directory, *icon; // "" for none, like all strings here; untrusted text
    char *darwin;                              // the descriptor of what Windows Installer advertises
    char *aumid;                               // AppUserModelID
} LinkFile;

// Text of the guest's code page as UTF-8, owned by the caller.
typedef char *(*LinkFileText)(const uint8_t *bytes, size_t size);

// False when the bytes are no shortcut, or are cut short.
bool link_file_read(const uint8_t *untrusted_bytes, size_t size, LinkFileText text, LinkFile *ret_link);
void link_file_clear(LinkFile *link);
