// SPDX-License-Identifier: Apache-2.0
// Conversions and one-line error reports of the guest agent's Win32 files. Stateless.
#include "guest-agent/win32/wide.h"

#include "rail/mem.h"
#include "rail/utf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <shlwapi.h>

char *wide_to_utf8(const wchar_t *wide) {
    if (!wide)
        wide = L"";
    return utf8_from_utf16le((const uint8_t *)wide, wcslen(wide) * sizeof *wide);
}

wchar_t *wide_from_utf8(const char *utf8) {
    size_t size;
    uint8_t *bytes = utf16le_from_utf8(utf8, &size);
    wchar_t *wide = mem_new(size + sizeof *wide);
    if (size)
        memcpy(wide, bytes, size);
    free(bytes);
    return wide;
}

bool wide_join(wchar_t ret_path[WIDE_PATH], const wchar_t *folder, const wchar_t *name) {
    size_t a = wcslen(folder), b = wcslen(name);
    if (a + b + 2 > WIDE_PATH)
        return false;
    memmove(ret_path, folder, a * sizeof *folder);
    ret_path[a] = L'\\';
    memcpy(ret_path + a + 1, name, (b + 1) * sizeof *name);
    return true;
}

bool wide_display(const wchar_t *text, wchar_t *ret_text, size_t capacity) {
    if (*text == L'@')
        return SUCCEEDED(SHLoadIndirectString(text, ret_text, (UINT)capacity, NULL));
    wcsncpy(ret_text, text, capacity - 1);
    ret_text[capacity - 1] = 0;
    return true;
}

void wide_log_error(const char *what, unsigned long error) {
    fprintf(stderr, "railhead-guest: %s: error %lu\n", what, error);
}
