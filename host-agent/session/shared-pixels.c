// SPDX-License-Identifier: Apache-2.0
// The host's end of RAILPIX (rail/PROTOCOL.md): a guest on this machine lays its windows' pixels into memfds,
// which pass through here to the agent as they are, unread. Tried when the RDP server is a Unix socket; a
// guest that offers nothing, or breaks the rules, is shown by what RDP has. One per session, in its loop.
#include "host-agent/session/session.h"

#include <errno.h>
#include <freerdp/svc.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "host-agent/link/packet.h"
#include "rail/pixels-message.h"

#define SURFACE_BASE     0x01000000u // beyond the ids of RDPGFX
#define PACKETS_PER_TURN 64

typedef struct Shared { // what a FRAME is held against
    Box limits;
    uint8_t buffers;
} Shared;

struct SharedPixels {
    int fd;
    guint watch;
    GHashTable *surfaces; // id -> Shared
};

static bool send_message(Session *session, const PixelsMessage *message, bool on_channel) {
    WireWriter writer;
    wire_writer_init(&writer);
    bool sent = pixels_message_encode(&writer, message);
    if (sent && on_channel)
        sent = static_channel_write(session->pixels_channel, writer.data, writer.size);
    else if (sent)
        sent = send(session->shared->fd, writer.data, writer.size, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0;
    wire_writer_clear(&writer);
    return sent;
}

static void send_gone(Session *session, uint32_t surface) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_SURFACE_GONE);
    event.as.surface.surface = SURFACE_BASE + surface;
    session_send(session, &event, -1);
}

// The guest sees the end of the socket and goes on by RDPGFX.
static void stop(Session *session, const char *why) {
    SharedPixels *shared = session->shared;
    GHashTableIter iter;
    gpointer surface;
    if (shared->fd < 0)
        return;
    g_printerr("railhead-session: pixels are no longer shared: %s\n", why);
    g_clear_handle_id(&shared->watch, g_source_remove);
    close(shared->fd);
    shared->fd = -1;
    g_hash_table_iter_init(&iter, shared->surfaces);
    while (g_hash_table_iter_next(&iter, &surface, NULL))
        send_gone(session, GPOINTER_TO_UINT(surface));
    g_hash_table_remove_all(shared->surfaces);
}

static bool take_surface(Session *session, const PixelsMessage *untrusted_message, int fd) {
    SharedPixels *shared = session->shared;
    gpointer id = GUINT_TO_POINTER(untrusted_message->surface);
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_SURFACE);
    event.window = untrusted_message->as.made.window;
    event.as.surface.surface = SURFACE_BASE + untrusted_message->surface;
    event.as.surface.width = untrusted_message->as.made.width;
    event.as.surface.height = untrusted_message->as.made.height;
    event.as.surface.stride = untrusted_message->as.made.stride;
    event.as.surface.alpha = untrusted_message->as.made.alpha;
    event.as.surface.doubled = untrusted_message->as.made.buffers == 2;
    if (!link_surface_is_sound(&event, fd) || g_hash_table_contains(shared->surfaces, id) ||
        g_hash_table_size(shared->surfaces) >= PIXELS_SURFACES_MAX)
        return false;
    Shared *kept = g_new(Shared, 1);
    *kept =
        (Shared){{0, 0, event.as.surface.width, event.as.surface.height}, untrusted_message->as.made.buffers};
    g_hash_table_insert(shared->surfaces, id, kept);
    session_send(session, &event, fd);
    return true;
}

static bool take_frame(Session *session, const PixelsMessage *untrusted_message) {
    const Shared *kept =
        g_hash_table_lookup(session->shared->surfaces, GUINT_TO_POINTER(untrusted_message->surface));
    if (!kept || untrusted_message->as.frame.buffer >= kept->buffers)
        return false;
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_DAMAGE);
    event.as.damage.surface = SURFACE_BASE + untrusted_message->surface;
    event.as.damage.frame = untrusted_message->as.frame.frame;
    event.as.damage.buffer = untrusted_message->as.frame.buffer;
    event.as.damage.boxes = untrusted_message->as.frame.boxes;
    box_list_intersect(&event.as.damage.boxes, kept->limits);
    session_send(session, &event, -1);
    return true;
}

static bool take_packet(Session *session, const uint8_t *untrusted_bytes, size_t size, int fd) {
    PixelsMessage message;
    if (!pixels_message_decode(untrusted_bytes, size, &message))
        return false;
    switch (message.kind) {
    case PIXELS_SURFACE:
        return take_surface(session, &message, fd);
    case PIXELS_FRAME:
        return fd < 0 && take_frame(session, &message);
    case PIXELS_GONE:
        if (g_hash_table_remove(session->shared->surfaces, GUINT_TO_POINTER(message.surface)))
            send_gone(session, message.surface);
        return fd < 0;
    default:
        return false;
    }
}

static gboolean on_readable(int socket, GIOCondition condition, gpointer user) {
    Session *session = user;
    for (int i = 0; i < PACKETS_PER_TURN; i++) {
        uint8_t untrusted_bytes[PIXELS_MESSAGE_MAX];
        int fd;
        bool is_whole;
        ssize_t size = packet_receive(socket, untrusted_bytes, sizeof untrusted_bytes, &fd, &is_whole);
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            return G_SOURCE_CONTINUE;
        bool is_sound = size > 0 && is_whole && take_packet(session, untrusted_bytes, (size_t)size, fd);
        if (fd >= 0)
            close(fd);
        if (is_sound)
            continue;
        stop(session, size > 0 ? "the guest sent what is no message" : "the guest closed the socket");
        return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
}

static int connect_beside(const char *rdp_socket) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_autofree char *folder = g_path_get_dirname(rdp_socket);
    g_autofree char *path = g_build_filename(folder, PIXELS_SOCKET, NULL);
    if (g_strlcpy(address.sun_path, path, sizeof address.sun_path) >= sizeof address.sun_path)
        return -1;
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static void on_chunk(Session *session, const uint8_t *untrusted_bytes, size_t size, bool first, bool last) {
    SharedPixels *shared = session->shared;
    PixelsMessage offer;
    if (!first || !last || !pixels_message_decode(untrusted_bytes, size, &offer))
        return;
    if (offer.kind == PIXELS_MONITORS)
        display_confirmed_by_sharer(session, &offer.as.monitors);
    if (shared->fd >= 0 || offer.kind != PIXELS_OFFER)
        return;
    PixelsMessage hello = {.kind = PIXELS_HELLO}, decline = {.kind = PIXELS_DECLINE};
    memcpy(hello.as.token, offer.as.token, sizeof hello.as.token);
    shared->fd = connect_beside(session->connect.as.connect.address);
    if (shared->fd >= 0 && send_message(session, &hello, false)) {
        shared->watch = g_unix_fd_add(shared->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, session);
        g_source_set_can_recurse(g_main_context_find_source_by_id(NULL, shared->watch), TRUE);
        g_printerr("railhead-session: pixels are shared\n");
        return;
    }
    stop(session, "the socket cannot be reached");
    send_message(session, &decline, true);
}

static void on_opened(Session *session) {
}

bool shared_pixels_load(Session *session) {
    const Intent *connect = &session->connect;
    if (connect->as.connect.address[0] != '/' || connect->as.connect.pixels != INTENT_PIXELS_AUTO)
        return true;
    session->shared = g_new0(SharedPixels, 1);
    session->shared->fd = -1;
    session->shared->surfaces = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return static_channel_load(&session->pixels_channel, session, PIXELS_CHANNEL,
                               CHANNEL_OPTION_INITIALIZED | CHANNEL_OPTION_ENCRYPT_RDP,
                               (StaticChannelCalls){on_opened, on_chunk});
}

void shared_pixels_done(Session *session, const Intent *intent) {
    SharedPixels *shared = session->shared;
    if (!shared || shared->fd < 0 || intent->as.done.surface < SURFACE_BASE)
        return;
    PixelsMessage done = {.kind = PIXELS_DONE, .surface = intent->as.done.surface - SURFACE_BASE};
    done.as.frame.frame = intent->as.done.frame;
    if (g_hash_table_contains(shared->surfaces, GUINT_TO_POINTER(done.surface)) &&
        !send_message(session, &done, false))
        stop(session, "the guest does not read");
}

void shared_pixels_clear(Session *session) {
    SharedPixels *shared = session->shared;
    if (!shared)
        return;
    g_clear_handle_id(&shared->watch, g_source_remove);
    if (shared->fd >= 0)
        close(shared->fd);
    g_hash_table_unref(shared->surfaces);
    g_clear_pointer(&session->shared, g_free);
}
