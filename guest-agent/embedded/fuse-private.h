// SPDX-License-Identifier: Apache-2.0
// What fuse-drive.c and fuse-operations.c share. Private to them.
#pragma once
#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>

#include "guest-agent/embedded/fuse-drive.h"
#include "guest-agent/embedded/fuse-node.h"

struct FuseDrive {
    RdpDevices *devices;
    char *dir;
    FuseNodes nodes;
    struct fuse_session *session;
    struct fuse_buf buffer;
    guint watch;
};

extern const struct fuse_lowlevel_ops fuse_operations; // their user data is the FuseDrive
