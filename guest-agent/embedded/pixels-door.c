// SPDX-License-Identifier: Apache-2.0
// Listens as long as the RDP server does, in its one loop, so that the socket is there before a client's
// sandbox closes. A caller is heard when it is of the same user and its first packet is the HELLO with the
// token that waits; one caller at a time, the newest. Never sends anything itself.
#include "guest-agent/embedded/pixels-door.h"
#include "guest-agent/embedded/unix-socket.h"

#include <glib-unix.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

struct PixelsDoor {
    char *path;
    int fd, caller; // caller: has not said who it is; -1 none
    guint watch, caller_watch;
    uint8_t token[PIXELS_TOKEN_SIZE];
    PixelsDoorOnClient on_client; // NULL: nobody is expected
    void *user;
};

static void drop_caller(PixelsDoor *door) {
    if (door->caller_watch)
        g_source_remove(door->caller_watch);
    if (door->caller >= 0)
        close(door->caller);
    door->caller_watch = 0;
    door->caller = -1;
}

static bool token_equals(const uint8_t *a, const uint8_t *b) {
    uint8_t difference = 0;
    for (size_t i = 0; i < PIXELS_TOKEN_SIZE; i++)
        difference |= a[i] ^ b[i];
    return difference == 0;
}

static gboolean on_hello(int fd, GIOCondition condition, gpointer user) {
    PixelsDoor *door = user;
    uint8_t untrusted_bytes[PIXELS_MESSAGE_MAX];
    PixelsMessage message;
    ssize_t size = recv(fd, untrusted_bytes, sizeof(untrusted_bytes), MSG_DONTWAIT | MSG_TRUNC);
    bool is_known = size > 0 && (size_t)size <= sizeof(untrusted_bytes) && door->on_client &&
                    pixels_message_decode(untrusted_bytes, (size_t)size, &message) &&
                    message.kind == PIXELS_HELLO && token_equals(message.as.token, door->token);
    door->caller_watch = 0;
    if (!is_known) {
        g_warning("a caller at %s did not know the token", door->path);
        drop_caller(door);
        return G_SOURCE_REMOVE;
    }
    PixelsDoorOnClient on_client = door->on_client;
    void *client_user = door->user;
    door->caller = -1;
    pixels_door_forget(door);
    on_client(client_user, fd);
    return G_SOURCE_REMOVE;
}

static gboolean on_caller(int listener, GIOCondition condition, gpointer user) {
    PixelsDoor *door = user;
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return G_SOURCE_CONTINUE;
    struct ucred peer = {.uid = (uid_t)-1};
    socklen_t size = sizeof(peer);
    if (!door->on_client || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 ||
        peer.uid != geteuid()) {
        g_warning("a caller at %s was refused", door->path);
        close(fd);
        return G_SOURCE_CONTINUE;
    }
    drop_caller(door);
    door->caller = fd;
    door->caller_watch = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_hello, door);
    return G_SOURCE_CONTINUE;
}

PixelsDoor *pixels_door_new(const char *path) {
    int fd = unix_socket_listen(path, SOCK_SEQPACKET);
    if (fd < 0)
        return NULL;
    PixelsDoor *door = g_new0(PixelsDoor, 1);
    door->path = g_strdup(path);
    door->fd = fd;
    door->caller = -1;
    door->watch = g_unix_fd_add(fd, G_IO_IN, on_caller, door);
    return door;
}

void pixels_door_free(PixelsDoor *door) {
    if (!door)
        return;
    drop_caller(door);
    g_source_remove(door->watch);
    close(door->fd);
    unlink(door->path);
    explicit_bzero(door->token, sizeof(door->token));
    g_free(door->path);
    g_free(door);
}

bool pixels_door_expect(PixelsDoor *door, uint8_t ret_token[PIXELS_TOKEN_SIZE], PixelsDoorOnClient on_client,
                        void *user) {
    pixels_door_forget(door);
    if (getrandom(door->token, sizeof(door->token), 0) != sizeof(door->token))
        return false;
    memcpy(ret_token, door->token, sizeof(door->token));
    door->on_client = on_client;
    door->user = user;
    return true;
}

void pixels_door_forget(PixelsDoor *door) {
    drop_caller(door);
    explicit_bzero(door->token, sizeof(door->token));
    door->on_client = NULL;
    door->user = NULL;
}
