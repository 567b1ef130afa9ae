// SPDX-License-Identifier: Apache-2.0
// Text between Win32 (wchar_t) and rail (UTF-8), and the little that every Win32 file of the guest agent
// needs.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#define WIDE_PATH 520 // characters of the paths we handle; what is longer is left out

char *wide_to_utf8(const wchar_t *wide);   // owned by the caller; NULL is ""
wchar_t *wide_from_utf8(const char *utf8); // owned by the caller, ends with a NUL

// folder \ name; false when it does not fit
bool wide_join(wchar_t ret_path[WIDE_PATH], const wchar_t *folder, const wchar_t *name);

// Text that may stand for a resource ("@file,-id") as Windows shows it, cut where it does not fit. False when
// there is no such resource.
bool wide_display(const wchar_t *text, wchar_t *ret_text, size_t capacity);

// One line to stderr: what failed and the Win32 error of it.
void wide_log_error(const char *what, unsigned long error);
