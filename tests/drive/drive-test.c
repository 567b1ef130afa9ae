// SPDX-License-Identifier: Apache-2.0
// The two ends of "rdpdr" against each other without RDP or Wine between them: the host's files (host-agent/
// files) shared from a folder, mounted by the embedded guest's FUSE drive, and a program that works on the
// mount. drive-test PROGRAM: runs it with MOUNT and SHARE as arguments; at a SIGUSR1 the client is lost, with
// all it had open, and at the next another one comes. 77: no FUSE here.
#include <fcntl.h>
#include <ftw.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <unistd.h>

#include "guest-agent/embedded/fuse-drive.h"
#include "host-agent/files/name.h"
#include "host-agent/files/server.h"

typedef struct Pair {
    Server *server; // NULL while the client is lost
    const char *root;
    RdpDevices *devices;
    GMainLoop *loop;
    GQueue to_server, to_devices; // of GBytes: each end answers in a turn of its own
    guint turn;
    int code;
} Pair;

static gboolean on_turn(gpointer user) {
    Pair *pair = user;
    GBytes *bytes;
    pair->turn = 0;
    for (guint i = g_queue_get_length(&pair->to_server); i; i--) {
        bytes = g_queue_pop_head(&pair->to_server);
        if (pair->server)
            server_receive(pair->server, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
        g_bytes_unref(bytes);
    }
    while ((bytes = g_queue_pop_head(&pair->to_devices))) {
        rdp_devices_receive(pair->devices, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
        g_bytes_unref(bytes);
    }
    return G_SOURCE_REMOVE;
}

static void queue(Pair *pair, GQueue *to, const uint8_t *bytes, size_t size) {
    g_queue_push_tail(to, g_bytes_new(bytes, size));
    if (!pair->turn)
        pair->turn = g_idle_add_full(G_PRIORITY_DEFAULT, on_turn, pair, NULL);
}

static void on_server_sends(void *user, const uint8_t *bytes, size_t size) {
    Pair *pair = user;
    queue(pair, &pair->to_devices, bytes, size);
}

static void on_devices_send(void *user, const uint8_t *bytes, size_t size) {
    Pair *pair = user;
    queue(pair, &pair->to_server, bytes, size);
}

static void on_drive(void *user, const char *name) {
}

static void on_ended(GObject *source, GAsyncResult *result, gpointer user) {
    Pair *pair = user;
    pair->code = g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL) &&
                         g_subprocess_get_if_exited(G_SUBPROCESS(source))
                     ? g_subprocess_get_exit_status(G_SUBPROCESS(source))
                     : 1;
    g_main_loop_quit(pair->loop);
}

static void share(Pair *pair, ShareKind kind, const char *name, const char *folder, const char *document,
                  bool read_only) {
    Share value = {.kind = kind, .read_only = read_only};
    g_strlcpy(value.name, name, sizeof value.name);
    g_strlcpy(value.document, document, sizeof value.document);
    g_mkdir(folder, 0700);
    server_share(pair->server, &value, open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC));
}

static void start_client(Pair *pair) {
    g_autofree char *docs = g_build_filename(pair->root, "docs", NULL),
                    *fixed = g_build_filename(pair->root, "fixed", NULL);
    g_autofree char *letters = g_build_filename(pair->root, "letters", NULL);
    pair->server = server_new(on_server_sends, pair);
    share(pair, SHARE_FOLDER, "docs", docs, "", false);
    share(pair, SHARE_FOLDER, "fixed", fixed, "", true);
    share(pair, SHARE_DOCUMENT, "1f", letters, "Letter.doc", false);
    rdp_devices_connect(pair->devices);
}

static void lose_client(Pair *pair) {
    rdp_devices_disconnect(pair->devices);
    g_clear_pointer(&pair->server, server_free);
    g_queue_clear_full(&pair->to_server, (GDestroyNotify)g_bytes_unref);
    g_queue_clear_full(&pair->to_devices, (GDestroyNotify)g_bytes_unref);
}

static gboolean on_signal(gpointer user) {
    Pair *pair = user;
    if (pair->server)
        lose_client(pair);
    else
        start_client(pair);
    return G_SOURCE_CONTINUE;
}

static int on_entry(const char *path, const struct stat *status, int flag, struct FTW *ftw) {
    return remove(path);
}

static int run(Pair *pair, const char *root, const char *program) {
    static const RdpDevicesEvents events = {on_devices_send, on_drive, on_drive};
    g_autofree char *mount = g_build_filename(root, "drives", NULL);
    g_autoptr(GError) error = NULL;
    pair->devices = rdp_devices_new(&events, pair);
    FuseDrive *drive = fuse_drive_new(mount, pair->devices, &error);
    if (!drive) {
        printf("%s\n", error->message);
        rdp_devices_free(pair->devices);
        return 77;
    }
    pair->loop = g_main_loop_new(NULL, FALSE);
    start_client(pair);
    guint signal_source = g_unix_signal_add(SIGUSR1, on_signal, pair);
    g_autoptr(GSubprocess) child =
        g_subprocess_new(G_SUBPROCESS_FLAGS_NONE, &error, program, mount, root, NULL);
    if (!child)
        return 1;
    g_subprocess_wait_async(child, NULL, on_ended, pair);
    g_main_loop_run(pair->loop);
    g_source_remove(signal_source);
    fuse_drive_free(drive);
    rdp_devices_free(pair->devices);
    if (pair->turn)
        g_source_remove(pair->turn);
    g_queue_clear_full(&pair->to_server, (GDestroyNotify)g_bytes_unref);
    g_queue_clear_full(&pair->to_devices, (GDestroyNotify)g_bytes_unref);
    server_free(pair->server);
    g_main_loop_unref(pair->loop);
    return pair->code;
}

int main(int argc, char **argv) {
    Pair pair = {0};
    g_autofree char *root = g_dir_make_tmp("railhead-drive-XXXXXX", NULL);
    if (argc != 2 || !root)
        return 2;
    pair.root = root;
    name_init();
    int code = run(&pair, root, argv[1]);
    if (code == 0 || code == 77)
        nftw(root, on_entry, 16, FTW_DEPTH | FTW_PHYS);
    else
        printf("kept: %s\n", root);
    return code;
}
