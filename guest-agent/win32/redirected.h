// SPDX-License-Identifier: Apache-2.0
// Paths on drives of the host, \\tsclient\NAME\...
#pragma once
#include <stdbool.h>
#include <wchar.h>

// A drive comes some time after the session: waits for what the path names, 10 seconds at most. At once for
// paths elsewhere.
void redirected_await(const wchar_t *path);

// The path with a drive letter in place of \\tsclient\NAME, for programs that take no network names: a letter
// that the drive has, else one that it gets. NULL: there is none. Owned by the caller.
wchar_t *redirected_with_letter(const wchar_t *path);

// Whether the program is one of those: of DOS, of 16-bit Windows, or a batch file.
bool redirected_needs_letter(const wchar_t *program);

// A document as the host knows it, \\tsclient\...: by that name or by a letter. Owned by the caller; NULL: it
// is on no drive of the host.
wchar_t *redirected_to_host(const wchar_t *path);
