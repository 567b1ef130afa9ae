// SPDX-License-Identifier: Apache-2.0
// The host's files for one guest: its shares, the documents that were handed over, and railhead-files.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>

typedef struct GuestFiles GuestFiles;

GuestFiles *guest_files_new(const char *guest);
void guest_files_free(GuestFiles *files);
// Starts railhead-files. Returns the descriptor for the session, owned by the caller, or -1 and says why.
int guest_files_start(GuestFiles *files, const char *log_file);
void guest_files_stop(GuestFiles *files);
void guest_files_reload(GuestFiles *files); // the profile's shares have changed

// What the guest is to be told for files (file URIs) and other addresses: hands over what is in no share.
// NULL and an error (AGENT_ERROR) when one of them cannot be; g_strfreev().
char **guest_files_name(GuestFiles *files, const char *const *uris, GError **error);
// The other way round: the real path of a file that the guest names and may read, owned by the caller.
char *guest_files_locate(const GuestFiles *files, const char *untrusted_path, GError **error);
