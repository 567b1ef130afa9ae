// SPDX-License-Identifier: Apache-2.0
// The listener and its one client. Owned by the Embedded, in its one loop; FreeRDP starts no thread here. A
// second client is refused while there is one. On TCP the client must give the one-time user and password.
#include "guest-agent/embedded/rdp-peer.h"
#include "guest-agent/embedded/rdp-pointer.h"
#include "guest-agent/embedded/unix-socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <freerdp/channels/channels.h>
#include <freerdp/channels/wtsvc.h>
#include <freerdp/primitives.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>
#include <winpr/ssl.h>
#include <winpr/wtsapi.h>

#define SECRET_BYTES 16

struct RdpServer {
    RdpServerOptions options;
    int fd, port;
    guint watch, end;
    unsigned clients;
    RdpPeer *peer;
    char user[2 * SECRET_BYTES + 1], password[2 * SECRET_BYTES + 1];
};

static bool make_secret(char *ret_text) {
    uint8_t bytes[SECRET_BYTES];
    if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
        return false;
    for (size_t i = 0; i < sizeof(bytes); i++)
        g_snprintf(ret_text + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

static int listen_tcp(int *ret_port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, size) == 0 && listen(fd, 4) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &size) == 0) {
        *ret_port = ntohs(address.sin_port);
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

static gboolean on_end_idle(gpointer user) {
    RdpServer *server = user;
    server->end = 0;
    RdpPeer *peer = server->peer;
    bool was_ready = peer && peer->is_ready;
    server->peer = NULL;
    if (peer)
        g_message("client %u is gone", peer->number);
    rdp_peer_free(peer);
    if (was_ready)
        server->options.events.on_gone(server->options.user);
    return G_SOURCE_REMOVE;
}

static void on_peer_end(void *user) {
    RdpServer *server = user;
    if (!server->end)
        server->end = g_idle_add_full(G_PRIORITY_HIGH, on_end_idle, server, NULL);
}

static gboolean on_connection(int fd, GIOCondition condition, gpointer user) {
    RdpServer *server = user;
    int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0)
        return G_SOURCE_CONTINUE;
    if (server->peer) {
        g_warning("a second client was refused");
        close(client);
        return G_SOURCE_CONTINUE;
    }
    int on = 1;
    if (!server->options.socket_path)
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    bool is_open = server->options.socket_path != NULL;
    server->peer = rdp_peer_new(client, &server->options, is_open ? NULL : server->user,
                                is_open ? NULL : server->password, ++server->clients, on_peer_end, server);
    if (!server->peer)
        g_warning("a client could not be served");
    return G_SOURCE_CONTINUE;
}

RdpServer *rdp_server_new(const RdpServerOptions *options, GError **error) {
    RdpServer *server = g_new0(RdpServer, 1);
    server->options = *options;
    primitives_set_hints(PRIMITIVES_ONLY_CPU);
    winpr_InitializeSSL(WINPR_SSL_INIT_DEFAULT);
    WTSRegisterWtsApiFunctionTable(FreeRDP_InitWtsApi());
    bool has_secrets = make_secret(server->user) && make_secret(server->password);
    server->fd = options->socket_path ? unix_socket_listen(options->socket_path, SOCK_STREAM)
                                      : listen_tcp(&server->port);
    if (server->fd < 0 || !has_secrets) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "the RDP server cannot listen: %s",
                    g_strerror(errno));
        if (server->fd >= 0)
            close(server->fd);
        g_free(server);
        return NULL;
    }
    server->watch = g_unix_fd_add(server->fd, G_IO_IN, on_connection, server);
    return server;
}

void rdp_server_free(RdpServer *server) {
    if (!server)
        return;
    g_source_remove(server->watch);
    if (server->end)
        g_source_remove(server->end);
    rdp_peer_free(server->peer);
    close(server->fd);
    if (server->options.socket_path)
        unlink(server->options.socket_path);
    explicit_bzero(server->password, sizeof(server->password));
    g_free(server);
}

int rdp_server_port(const RdpServer *server) {
    return server->port;
}

const char *rdp_server_user(const RdpServer *server) {
    return server->user;
}

const char *rdp_server_password(const RdpServer *server) {
    return server->password;
}

static RdpPeer *ready_peer(const RdpServer *server) {
    return server && server->peer && server->peer->is_ready && !server->end ? server->peer : NULL;
}

RdpOrders *rdp_server_orders(RdpServer *server) {
    RdpPeer *peer = ready_peer(server);
    return peer ? &peer->orders : NULL;
}

void rdp_server_pointer(RdpServer *server, const Raster *raster, uint16_t hot_x, uint16_t hot_y) {
    RdpPeer *peer = ready_peer(server);
    if (peer)
        rdp_pointer_send(peer->peer->context, raster, hot_x, hot_y);
}

RdpFrames *rdp_server_frames(RdpServer *server) {
    RdpPeer *peer = ready_peer(server);
    return peer ? peer->frames : NULL;
}

void rdp_server_rail(RdpServer *server, const RailPdu *pdu) {
    RdpPeer *peer = ready_peer(server);
    if (peer)
        rdp_rail_send(&peer->rail, pdu);
}

void rdp_server_publish(RdpServer *server, const uint8_t *bytes, size_t size) {
    RdpPeer *peer = ready_peer(server);
    if (peer)
        rdp_rail_publish(&peer->rail, bytes, size);
}

void rdp_server_send_devices(RdpServer *server, const uint8_t *bytes, size_t size) {
    RdpPeer *peer = ready_peer(server);
    if (peer)
        rdp_rail_send_devices(&peer->rail, bytes, size);
}

uint32_t rdp_server_client_status(const RdpServer *server) {
    RdpPeer *peer = ready_peer(server);
    return peer ? peer->status : 0;
}
