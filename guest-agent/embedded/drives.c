// SPDX-License-Identifier: Apache-2.0
// Wires RDPDR, FUSE and Wine: the mount is in the runtime folder, Wine reaches it as \\tsclient by a link of
// its folder for network names, and each drive by a letter, from Y: downwards. Owned by the Embedded.
#include "guest-agent/embedded/drives.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "guest-agent/embedded/fuse-drive.h"

#define FIRST_LETTER 'y'
#define LAST_LETTER  'e'

struct Drives {
    RdpDevices *devices;
    FuseDrive *fuse;      // NULL: none here
    char *folder, *links; // of the mount, of Wine's drive letters
    DrivesSend send;
    void *user;
};

static bool make_link(const char *target, const char *path) {
    g_unlink(path);
    if (symlink(target, path) == 0)
        return true;
    g_warning("%s: %s", path, g_strerror(errno));
    return false;
}

static char *link_of(const Drives *drives, char letter) {
    char name[] = {letter, ':', '\0'};
    return g_build_filename(drives->links, name, NULL);
}

static void on_send(void *user, const uint8_t *bytes, size_t size) {
    Drives *drives = user;
    drives->send(drives->user, bytes, size);
}

static void on_drive(void *user, const char *name) {
    Drives *drives = user;
    g_autofree char *target = g_build_filename(drives->folder, name, NULL);
    for (char letter = FIRST_LETTER; letter >= LAST_LETTER; letter--) {
        g_autofree char *path = link_of(drives, letter);
        g_autofree char *old = g_file_read_link(path, NULL);
        if (old)
            continue;
        if (make_link(target, path))
            g_message("drive %s of the client is %c: and \\\\tsclient\\%s", name, g_ascii_toupper(letter),
                      name);
        return;
    }
}

static void remove_letters(Drives *drives, const char *target) { // NULL: all that lead into the mount
    for (char letter = FIRST_LETTER; letter >= LAST_LETTER; letter--) {
        g_autofree char *path = link_of(drives, letter);
        g_autofree char *old = g_file_read_link(path, NULL);
        if (old && (target ? g_str_equal(old, target) : g_str_has_prefix(old, drives->folder)))
            g_unlink(path);
    }
}

static void on_drive_gone(void *user, const char *name) {
    Drives *drives = user;
    g_autofree char *target = g_build_filename(drives->folder, name, NULL);
    remove_letters(drives, target);
}

Drives *drives_new(const Wine *wine, const char *runtime, DrivesSend send, void *user) {
    static const RdpDevicesEvents events = {on_send, on_drive, on_drive_gone};
    g_autoptr(GError) error = NULL;
    Drives *drives = g_new0(Drives, 1);
    drives->send = send;
    drives->user = user;
    drives->folder = g_build_filename(runtime, "drives", NULL);
    drives->links = g_build_filename(wine->prefix, "dosdevices", NULL);
    drives->devices = rdp_devices_new(&events, drives);
    remove_letters(drives, NULL);
    drives->fuse = fuse_drive_new(drives->folder, drives->devices, &error);
    if (!drives->fuse)
        g_warning("host files cannot be opened in this guest: %s", error->message);
    g_autofree char *unc = g_build_filename(drives->links, "unc", NULL);
    g_autofree char *link = g_build_filename(unc, "tsclient", NULL);
    g_mkdir(unc, 0700);
    make_link(drives->folder, link);
    return drives;
}

void drives_free(Drives *drives) {
    if (!drives)
        return;
    rdp_devices_disconnect(drives->devices);
    fuse_drive_free(drives->fuse);
    rdp_devices_free(drives->devices);
    g_free(drives->folder);
    g_free(drives->links);
    g_free(drives);
}

void drives_connect(Drives *drives) {
    if (drives->fuse)
        rdp_devices_connect(drives->devices);
}

void drives_disconnect(Drives *drives) {
    rdp_devices_disconnect(drives->devices);
}

void drives_receive(Drives *drives, const uint8_t *untrusted_bytes, size_t size) {
    rdp_devices_receive(drives->devices, untrusted_bytes, size);
}
