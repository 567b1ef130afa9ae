// SPDX-License-Identifier: Apache-2.0
// Opens an address or a file with the host's own program, never with one of a guest.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>

#define HOST_PROGRAM_OURS "io.railhead." // begins the id of every launcher of ours

GAppInfo *host_program_for_scheme(const char *scheme); // NULL: the host has none
bool host_program_open_address(const char *address, const char *scheme, GError **error);
// Refuses what its program might run rather than show: programs, scripts, launchers.
bool host_program_open_file(const char *path, GError **error);

// What was the default before Railhead became it (`railhead links on`): a group of scheme=id.
#define HOST_PROGRAM_BEFORE "before"
bool host_program_remember(GKeyFile *before, GError **error);
void host_program_forget(void);
