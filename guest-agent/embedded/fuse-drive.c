// SPDX-License-Identifier: Apache-2.0
// Mounts the drives and hands the kernel's requests to fuse-operations.c from the one loop. Owned by the
// Embedded. The process must never touch its own mount.
#include "guest-agent/embedded/fuse-drive.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/mount.h>

#include "guest-agent/embedded/fuse-private.h"

static gboolean on_kernel(gint fd, GIOCondition condition, gpointer user) {
    FuseDrive *drive = user;
    int size = fuse_session_receive_buf(drive->session, &drive->buffer);
    if (size == -EINTR || size == -EAGAIN)
        return G_SOURCE_CONTINUE;
    if (size <= 0 || fuse_session_exited(drive->session)) {
        g_message("the drives were unmounted");
        drive->watch = 0;
        return G_SOURCE_REMOVE;
    }
    fuse_session_process_buf(drive->session, &drive->buffer);
    return G_SOURCE_CONTINUE;
}

// What a run that was killed left behind answers ENOTCONN.
static bool make_mount_point(const char *dir, GError **error) {
    umount2(dir, MNT_DETACH);
    const char *argv[] = {"fusermount3", "-u", "-z", "-q", dir, NULL};
    struct stat status;
    if (lstat(dir, &status) < 0 && errno == ENOTCONN)
        g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
    if (g_mkdir(dir, 0700) == 0 || errno == EEXIST)
        return true;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", dir, g_strerror(errno));
    return false;
}

static bool mount_drive(FuseDrive *drive, GError **error) {
    struct fuse_args arguments = FUSE_ARGS_INIT(0, NULL);
    fuse_opt_add_arg(&arguments, "railhead");
    fuse_opt_add_arg(&arguments, "-ofsname=railhead,subtype=rdpdr,nosuid,nodev,max_read=65536");
    drive->session = fuse_session_new(&arguments, &fuse_operations, sizeof fuse_operations, drive);
    fuse_opt_free_args(&arguments);
    if (drive->session && fuse_session_mount(drive->session, drive->dir) == 0) {
        int fd = fuse_session_fd(drive->session);
        g_unix_set_fd_nonblocking(fd, TRUE, NULL);
        drive->watch = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_kernel, drive);
        return true;
    }
    if (drive->session)
        fuse_session_destroy(drive->session);
    drive->session = NULL;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                g_access("/dev/fuse", R_OK | W_OK) == 0 ? "FUSE does not mount %s (is fusermount3 installed?)"
                                                        : "there is no /dev/fuse to mount %s with",
                drive->dir);
    return false;
}

FuseDrive *fuse_drive_new(const char *dir, RdpDevices *devices, GError **error) {
    FuseDrive *drive = g_new0(FuseDrive, 1);
    drive->devices = devices;
    drive->dir = g_strdup(dir);
    fuse_nodes_init(&drive->nodes);
    if (make_mount_point(dir, error) && mount_drive(drive, error))
        return drive;
    fuse_drive_free(drive);
    return NULL;
}

void fuse_drive_free(FuseDrive *drive) {
    if (!drive)
        return;
    rdp_devices_disconnect(drive->devices); // answers all calls
    if (drive->watch)
        g_source_remove(drive->watch);
    if (drive->session) {
        fuse_session_unmount(drive->session);
        fuse_session_destroy(drive->session);
        g_rmdir(drive->dir);
    }
    free(drive->buffer.mem);
    fuse_nodes_clear(&drive->nodes);
    g_free(drive->dir);
    g_free(drive);
}
