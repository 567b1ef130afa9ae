// SPDX-License-Identifier: Apache-2.0
// The carrier between an agent in Wine and this process. Owned by the Embedded or the Tracker, in their loop.
// Never blocks: what the socket does not take waits in a queue with a limit, and an agent that breaks the
// framing is cut off.
#include "guest-agent/embedded/bridge.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HEADER    4
#define FRAME_MAX (1u << 20)
#define QUEUE_MAX (8u << 20)
enum { KIND_DATA, KIND_CONNECTED, KIND_DISCONNECTED };

struct Bridge {
    int fd;
    guint readable, writable, child, lost;
    GByteArray *in, *out;
    BridgeEvents events;
    void *user;
};

static gboolean on_lost_idle(gpointer user) {
    Bridge *bridge = user;
    bridge->lost = 0;
    bridge->events.on_lost(bridge->user);
    return G_SOURCE_REMOVE;
}

static void lose(Bridge *bridge) {
    if (bridge->readable)
        g_source_remove(bridge->readable);
    if (bridge->writable)
        g_source_remove(bridge->writable);
    bridge->readable = bridge->writable = 0;
    if (bridge->fd >= 0)
        close(bridge->fd);
    bridge->fd = -1;
    if (!bridge->lost)
        bridge->lost = g_idle_add(on_lost_idle, bridge);
}

// Hands whole frames on; false when the framing is broken.
static bool take_frames(Bridge *bridge) {
    size_t at = 0;
    while (bridge->in->len - at >= HEADER) {
        const uint8_t *frame = bridge->in->data + at;
        size_t size = frame[1] | (size_t)frame[2] << 8 | (size_t)frame[3] << 16;
        if (size > FRAME_MAX)
            return false;
        if (bridge->in->len - at < HEADER + size)
            break;
        if (frame[0] == KIND_DATA)
            bridge->events.on_data(bridge->user, frame + HEADER, size);
        at += HEADER + size;
    }
    if (at)
        g_byte_array_remove_range(bridge->in, 0, (guint)at);
    return true;
}

static gboolean on_readable(int fd, GIOCondition condition, gpointer user) {
    Bridge *bridge = user;
    uint8_t bytes[65536];
    ssize_t got = read(fd, bytes, sizeof(bytes));
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    if (got > 0) {
        g_byte_array_append(bridge->in, bytes, (guint)got);
        if (take_frames(bridge))
            return G_SOURCE_CONTINUE;
        g_warning("an agent broke the carrier's framing");
    }
    lose(bridge);
    return G_SOURCE_CONTINUE;
}

static gboolean on_writable(int fd, GIOCondition condition, gpointer user) {
    Bridge *bridge = user;
    ssize_t put = send(fd, bridge->out->data, bridge->out->len, MSG_NOSIGNAL);
    if (put > 0)
        g_byte_array_remove_range(bridge->out, 0, (guint)put);
    if (bridge->out->len && (put >= 0 || errno == EAGAIN || errno == EINTR))
        return G_SOURCE_CONTINUE;
    bridge->writable = 0;
    return G_SOURCE_REMOVE;
}

static void put_frame(Bridge *bridge, uint8_t kind, const uint8_t *bytes, size_t size) {
    if (bridge->fd < 0 || size > FRAME_MAX)
        return;
    if (bridge->out->len + size > QUEUE_MAX) {
        g_warning("an agent does not read");
        lose(bridge);
        return;
    }
    uint8_t header[HEADER] = {kind, (uint8_t)size, (uint8_t)(size >> 8), (uint8_t)(size >> 16)};
    g_byte_array_append(bridge->out, header, HEADER);
    if (size)
        g_byte_array_append(bridge->out, bytes, (guint)size);
    if (!bridge->writable)
        bridge->writable = g_unix_fd_add(bridge->fd, G_IO_OUT, on_writable, bridge);
}

static void on_child_ended(GPid pid, int status, gpointer user) {
    Bridge *bridge = user;
    bridge->child = 0;
    g_message("agent %d ended with status %d", (int)pid, status);
    lose(bridge);
}

Bridge *bridge_new(const Wine *wine, const char *argument, const BridgeEvents *events, void *user,
                   GError **error) {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_FAILED, g_strerror(errno));
        return NULL;
    }
    const char *argv[] = {"C:\\railhead\\railhead-guest.exe", argument, NULL};
    GPid pid = wine_start(wine, argv, fds[1], fds[1], error);
    close(fds[1]);
    if (!pid) {
        close(fds[0]);
        return NULL;
    }
    Bridge *bridge = g_new0(Bridge, 1);
    bridge->fd = fds[0];
    g_unix_set_fd_nonblocking(bridge->fd, TRUE, NULL);
    bridge->events = *events;
    bridge->user = user;
    bridge->in = g_byte_array_new();
    bridge->out = g_byte_array_new();
    bridge->readable = g_unix_fd_add(bridge->fd, G_IO_IN | G_IO_HUP, on_readable, bridge);
    bridge->child = g_child_watch_add(pid, on_child_ended, bridge);
    return bridge;
}

void bridge_free(Bridge *bridge) {
    if (!bridge)
        return;
    if (bridge->readable)
        g_source_remove(bridge->readable);
    if (bridge->writable)
        g_source_remove(bridge->writable);
    if (bridge->child)
        g_source_remove(bridge->child);
    if (bridge->lost)
        g_source_remove(bridge->lost);
    if (bridge->fd >= 0)
        close(bridge->fd);
    g_byte_array_unref(bridge->in);
    g_byte_array_unref(bridge->out);
    g_free(bridge);
}

void bridge_connected(Bridge *bridge, bool is_connected) {
    put_frame(bridge, is_connected ? KIND_CONNECTED : KIND_DISCONNECTED, NULL, 0);
}

void bridge_send(Bridge *bridge, const uint8_t *bytes, size_t size) {
    put_frame(bridge, KIND_DATA, bytes, size);
}
