// SPDX-License-Identifier: Apache-2.0
// What a file system wants of a file behind RDPDR, as one job of several requests.
#pragma once
#include "guest-agent/embedded/rdp-devices.h"
#include "rail/file-info.h"

#include <glib.h>

#define REMOTE_CHANGES_MAX 2

typedef struct RemoteJob {
    uint32_t device, file; // file: one that is open; 0: `path` is opened
    char *path;            // "\a\b"; owned
    uint32_t access, disposition, options;
    FileChange changes[REMOTE_CHANGES_MAX]; // made in this order; owned
    size_t n_changes;
    bool wants_info, wants_volume, keeps_open;
    void (*done)(struct RemoteJob *job); // once; the job is freed then
    void *user;
    // for done
    NtStatus status;
    FileInfo info;
    VolumeInfo volume;
    // private
    RdpDevices *devices;
    int step;
    size_t change;
    bool opened;
} RemoteJob;

RemoteJob *remote_job_new(uint32_t device, void (*done)(RemoteJob *job), void *user);
void remote_job_run(RemoteJob *job, RdpDevices *devices); // takes the job over

void remote_close(RdpDevices *devices, uint32_t device, uint32_t file); // nobody waits for it

// All entries of a folder, without "." and "..".
typedef struct RemoteEntry {
    char *name;
    FileInfo info;
} RemoteEntry;
typedef void (*RemoteListed)(void *user, NtStatus status, GArray *entries); // of RemoteEntry, the callee's
void remote_list(RdpDevices *devices, uint32_t device, const char *path, RemoteListed done, void *user);

int remote_errno(NtStatus status);
