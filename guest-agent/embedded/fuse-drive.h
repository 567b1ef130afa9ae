// SPDX-License-Identifier: Apache-2.0
// The client's drives as folders of a FUSE file system: DIR/NAME is the drive NAME.
#pragma once
#include "guest-agent/embedded/rdp-devices.h"

#include <glib.h>

typedef struct FuseDrive FuseDrive;

// Makes DIR. NULL and an error where FUSE cannot be had. No program of the guest may look into DIR while this
// process waits for it.
FuseDrive *fuse_drive_new(const char *dir, RdpDevices *devices, GError **error);
void fuse_drive_free(FuseDrive *drive); // what waits fails, DIR is empty
