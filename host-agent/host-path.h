// SPDX-License-Identifier: Apache-2.0
// The host's file behind a name of the guest, by the rules of railhead-files.
#pragma once
#include <gio/gio.h>

// untrusted_path: \\tsclient\NAME\...; folders: of SharedFolder; documents: of GuestFile that were handed
// over. The real path of a regular file beneath one of them, owned by the caller; NULL and an error
// (SHARES_ERROR).
char *host_path_of(const GPtrArray *folders, const GPtrArray *documents, const char *untrusted_path,
                   GError **error);
