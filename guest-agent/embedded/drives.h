// SPDX-License-Identifier: Apache-2.0
// The client's drives as Wine's programs see them: \\tsclient\NAME, and a drive letter for each.
#pragma once
#include "guest-agent/embedded/rdp-devices.h"
#include "guest-agent/embedded/wine.h"

typedef struct Drives Drives;

typedef void (*DrivesSend)(void *user, const uint8_t *bytes, size_t size);

// Removes what an earlier run left in the prefix. Without FUSE it says so in the log, and there are no
// drives.
Drives *drives_new(const Wine *wine, const char *runtime, DrivesSend send, void *user);
void drives_free(Drives *drives); // before Wine's programs are ended: some may wait for a file
void drives_connect(Drives *drives);
void drives_disconnect(Drives *drives);
void drives_receive(Drives *drives, const uint8_t *untrusted_bytes, size_t size);
