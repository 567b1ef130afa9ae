// SPDX-License-Identifier: Apache-2.0
// Paths on drives of the host, \\tsclient\NAME\...
#pragma once
#include <stdbool.h>
#include <wchar.h>

// Whether the path can be asked for: it is there, it is not to be seen, or it is elsewhere. A drive of the
// host comes some time after the session.
bool redirected_has_come(const wchar_t *path);
bool redirected_drive_has_come(const wchar_t *path); // its drive alone

// The path with a drive letter in place of \\tsclient\NAME, for programs that take no network names: a letter
// that the drive has, else one that it gets. NULL: there is none. Owned by the caller.
wchar_t *redirected_with_letter(const wchar_t *path);

// Whether the program is one of those: of DOS, of 16-bit Windows, or a batch file.
bool redirected_needs_letter(const wchar_t *program);

// A document as the host knows it, \\tsclient\...: by that name or by a letter. Owned by the caller; NULL: it
// is on no drive of the host.
wchar_t *redirected_to_host(const wchar_t *path);
