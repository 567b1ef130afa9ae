// SPDX-License-Identifier: Apache-2.0
// The guest's end of RAILPIX for one client. Owned by an RdpFrames, in the one loop. Of each window at most
// one frame is on its way: the next is written when the client has said DONE, into the picture that it no
// longer reads, so what is shown is never written. Damage collects in the X server meanwhile. A client that
// sends what it should not, or goes, turns this off for good, and the frames travel by RDPGFX.
#include "guest-agent/embedded/rdp-shared.h"

#include <errno.h>
#include <poll.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <winpr/wtsapi.h>
#include <freerdp/channels/wtsvc.h>

#define WAIT_SECONDS      3 // for a client that said nothing to the offer
#define FRAME_INTERVAL_US 15000
#define MESSAGES_PER_TURN 64
#define SOCKET_BUFFER     (1024 * 1024)

typedef struct Window {
    uint32_t window, surface, retired; // surface: 0 until it is announced; retired: the one before
    Box box;
    bool has_alpha, is_touched, is_queued;
    uint32_t frame, done;
    XShare *share;
} Window;

struct RdpShared {
    RdpSharedSource source;
    PixelsDoor *door;
    HANDLE channel;
    RdpSharedState state;
    int fd;
    guint watch, writable, timer, deadline;
    GHashTable *windows;  // id -> Window (owned)
    GHashTable *surfaces; // id -> Window
    GQueue touched;       // Window: something changed since its last frame
    uint32_t next_surface;
    int64_t last;
};

static void schedule(RdpShared *shared);

static void turn_off(RdpShared *shared, const char *why) {
    if (shared->state == RDP_SHARED_OFF)
        return;
    g_message("pixels are not shared: %s", why);
    guint *sources[] = {&shared->watch, &shared->writable, &shared->timer, &shared->deadline};
    for (size_t i = 0; i < G_N_ELEMENTS(sources); i++)
        if (*sources[i])
            g_source_remove(*sources[i]);
    shared->watch = shared->writable = shared->timer = shared->deadline = 0;
    if (shared->fd >= 0)
        close(shared->fd);
    shared->fd = -1;
    pixels_door_forget(shared->door);
    g_queue_clear(&shared->touched);
    g_hash_table_remove_all(shared->surfaces);
    g_hash_table_remove_all(shared->windows);
    shared->state = RDP_SHARED_OFF;
    shared->source.on_state(shared->source.owner, RDP_SHARED_OFF);
}

static bool send_packet(RdpShared *shared, const PixelsMessage *message, int fd) {
    WireWriter writer;
    wire_writer_init(&writer);
    if (!pixels_message_encode(&writer, message)) {
        wire_writer_clear(&writer);
        return false;
    }
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec part = {writer.data, writer.size};
    struct msghdr packet = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        packet.msg_control = control.bytes;
        packet.msg_controllen = sizeof(control.bytes);
        struct cmsghdr *header = CMSG_FIRSTHDR(&packet);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &fd, sizeof(fd));
    }
    ssize_t sent = sendmsg(shared->fd, &packet, MSG_NOSIGNAL | MSG_DONTWAIT);
    wire_writer_clear(&writer);
    return sent >= 0;
}

static bool send_gone(RdpShared *shared, uint32_t surface) {
    PixelsMessage gone = {.kind = PIXELS_GONE, .surface = surface};
    return !surface || shared->state != RDP_SHARED_ON || send_packet(shared, &gone, -1);
}

// Its last picture stays with the client until there is one of the new size.
static void retire(RdpShared *shared, Window *window) {
    if (!window->surface)
        return;
    send_gone(shared, window->retired);
    g_hash_table_remove(shared->surfaces, GUINT_TO_POINTER(window->surface));
    g_clear_pointer(&window->share, x_share_free);
    window->retired = window->surface;
    window->surface = 0;
    window->frame = window->done = 0;
}

static bool announce(RdpShared *shared, Window *window) {
    PixelsMessage made = {.kind = PIXELS_SURFACE};
    if (!shared->source.share(shared->source.user, window->window, &window->share))
        return false;
    if (!window->share)
        return true; // it has no pixels now: it will be touched when it has
    made.surface = shared->next_surface = shared->next_surface % PIXELS_SURFACE_MAX + 1;
    made.as.made.window = window->window;
    made.as.made.stride = x_share_size(window->share, &made.as.made.width, &made.as.made.height);
    made.as.made.buffers = 2;
    made.as.made.alpha = window->has_alpha;
    if (!send_packet(shared, &made, x_share_fd(window->share)))
        return false;
    window->surface = made.surface;
    g_hash_table_insert(shared->surfaces, GUINT_TO_POINTER(window->surface), window);
    return true;
}

static bool send_frame(RdpShared *shared, Window *window) {
    window->is_touched = false;
    if (!window->surface && !announce(shared, window))
        return false;
    PixelsMessage frame = {.kind = PIXELS_FRAME, .surface = window->surface};
    if (!window->surface || !shared->source.capture(shared->source.user, window->window, window->share,
                                                    &frame.as.frame.buffer, &frame.as.frame.boxes))
        return true;
    window->frame = window->frame == UINT32_MAX ? 1 : window->frame + 1;
    frame.as.frame.frame = window->frame;
    uint32_t retired = window->retired;
    window->retired = 0;
    return send_packet(shared, &frame, -1) && send_gone(shared, retired);
}

static gboolean on_writable(int fd, GIOCondition condition, gpointer user) {
    RdpShared *shared = user;
    shared->writable = 0;
    schedule(shared);
    return G_SOURCE_REMOVE;
}

// The socket takes three packets at least once it says that it is writable.
static bool is_writable(RdpShared *shared) {
    struct pollfd output = {.fd = shared->fd, .events = POLLOUT};
    if (poll(&output, 1, 0) == 1)
        return true;
    if (!shared->writable)
        shared->writable = g_unix_fd_add(shared->fd, G_IO_OUT, on_writable, shared);
    return false;
}

static gboolean on_frame_time(gpointer user) {
    RdpShared *shared = user;
    shared->timer = 0;
    shared->last = g_get_monotonic_time();
    for (guint left = shared->touched.length; left > 0 && is_writable(shared); left--) {
        Window *window = g_queue_pop_head(&shared->touched);
        window->is_queued = false;
        if (window->frame == window->done && !send_frame(shared, window)) {
            turn_off(shared, "the X server does not share, or the client does not take frames");
            break;
        }
    }
    return G_SOURCE_REMOVE;
}

static void schedule(RdpShared *shared) {
    if (shared->timer || shared->writable || shared->state != RDP_SHARED_ON ||
        g_queue_is_empty(&shared->touched))
        return;
    int64_t passed = g_get_monotonic_time() - shared->last;
    guint wait = passed >= FRAME_INTERVAL_US ? 0 : (guint)((FRAME_INTERVAL_US - passed) / 1000);
    shared->timer = g_timeout_add_full(G_PRIORITY_DEFAULT_IDLE, wait, on_frame_time, shared, NULL);
}

static bool is_new(const Window *window) {
    return !window->surface && !window->retired;
}

// Frames have a common pace, but the first one of a window is what somebody waits for.
static void queue(RdpShared *shared, Window *window) {
    window->is_touched = true;
    if (is_new(window)) {
        g_clear_handle_id(&shared->timer, g_source_remove);
        shared->last = 0;
    }
    if (!window->is_queued && window->frame == window->done) {
        g_queue_push_tail(&shared->touched, window);
        window->is_queued = true;
    }
    schedule(shared);
}

static bool take_message(RdpShared *shared, const PixelsMessage *untrusted_message) {
    if (untrusted_message->kind != PIXELS_DONE)
        return false;
    Window *window = g_hash_table_lookup(shared->surfaces, GUINT_TO_POINTER(untrusted_message->surface));
    if (!window || untrusted_message->as.frame.frame != window->frame)
        return true; // of a surface or a frame that is over
    window->done = window->frame;
    if (window->is_touched)
        queue(shared, window);
    return true;
}

static gboolean on_readable(int fd, GIOCondition condition, gpointer user) {
    RdpShared *shared = user;
    for (int i = 0; i < MESSAGES_PER_TURN; i++) {
        uint8_t untrusted_bytes[PIXELS_MESSAGE_MAX];
        PixelsMessage message;
        ssize_t size = recv(fd, untrusted_bytes, sizeof(untrusted_bytes), MSG_DONTWAIT | MSG_TRUNC);
        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            return G_SOURCE_CONTINUE;
        if (size > 0 && (size_t)size <= sizeof(untrusted_bytes) &&
            pixels_message_decode(untrusted_bytes, (size_t)size, &message) && take_message(shared, &message))
            continue;
        turn_off(shared, size > 0 ? "the client sent what is no message" : "the client has left");
        return G_SOURCE_REMOVE;
    }
    return G_SOURCE_CONTINUE;
}

static void on_client(void *user, int fd) {
    RdpShared *shared = user;
    if (shared->deadline)
        g_source_remove(shared->deadline);
    shared->deadline = 0;
    int buffer = SOCKET_BUFFER;
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof(buffer));
    shared->fd = fd;
    shared->state = RDP_SHARED_ON;
    shared->watch = g_unix_fd_add(fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, shared);
    g_source_set_can_recurse(g_main_context_find_source_by_id(NULL, shared->watch), TRUE);
    g_message("pixels are shared");
    shared->source.on_state(shared->source.owner, RDP_SHARED_ON);
    schedule(shared);
}

static gboolean on_nobody(gpointer user) {
    RdpShared *shared = user;
    shared->deadline = 0;
    turn_off(shared, "the client did not come");
    return G_SOURCE_REMOVE;
}

static bool write_channel(RdpShared *shared, const PixelsMessage *message) {
    WireWriter writer;
    ULONG written = 0;
    wire_writer_init(&writer);
    bool sent = pixels_message_encode(&writer, message) &&
                WTSVirtualChannelWrite(shared->channel, (PCHAR)writer.data, (ULONG)writer.size, &written);
    wire_writer_clear(&writer);
    return sent;
}

static bool offer(RdpShared *shared) {
    PixelsMessage message = {.kind = PIXELS_OFFER};
    if (!pixels_door_expect(shared->door, message.as.token, on_client, shared))
        return false;
    bool sent = write_channel(shared, &message);
    explicit_bzero(message.as.token, sizeof(message.as.token));
    return sent;
}

bool rdp_shared_tell_monitors(RdpShared *shared, const Layout *layout) {
    PixelsMessage message = {.kind = PIXELS_MONITORS, .as.monitors = *layout};
    return write_channel(shared, &message);
}

static void free_window(gpointer data) {
    Window *window = data;
    x_share_free(window->share);
    g_free(window);
}

RdpShared *rdp_shared_new(HANDLE manager, PixelsDoor *door, const RdpSharedSource *source) {
    HANDLE channel = door && WTSVirtualChannelManagerIsChannelJoined(manager, PIXELS_CHANNEL)
                         ? WTSVirtualChannelOpen(manager, WTS_CURRENT_SESSION, (LPSTR)PIXELS_CHANNEL)
                         : NULL;
    if (!channel)
        return NULL;
    RdpShared *shared = g_new0(RdpShared, 1);
    shared->source = *source;
    shared->door = door;
    shared->channel = channel;
    shared->fd = -1;
    shared->windows = g_hash_table_new_full(NULL, NULL, NULL, free_window);
    shared->surfaces = g_hash_table_new(NULL, NULL);
    g_queue_init(&shared->touched);
    if (!offer(shared)) {
        rdp_shared_free(shared);
        return NULL;
    }
    shared->deadline = g_timeout_add_seconds(WAIT_SECONDS, on_nobody, shared);
    return shared;
}

static void on_state_unheard(void *owner, RdpSharedState state) {
}

void rdp_shared_free(RdpShared *shared) {
    if (!shared)
        return;
    shared->source.on_state = on_state_unheard;
    turn_off(shared, "the connection ends");
    WTSVirtualChannelClose(shared->channel);
    g_hash_table_destroy(shared->surfaces);
    g_hash_table_destroy(shared->windows);
    g_free(shared);
}

RdpSharedState rdp_shared_state(const RdpShared *shared) {
    return shared ? shared->state : RDP_SHARED_OFF;
}

void rdp_shared_pump(RdpShared *shared) {
    uint8_t untrusted_bytes[PIXELS_MESSAGE_MAX];
    ULONG size = 0, got = 0;
    PixelsMessage message;
    WTSVirtualChannelRead(shared->channel, 0, NULL, 0, &size);
    if (!size)
        return;
    bool is_read = size <= sizeof(untrusted_bytes) &&
                   WTSVirtualChannelRead(shared->channel, 0, (PCHAR)untrusted_bytes, size, &got) && got;
    if (is_read && pixels_message_decode(untrusted_bytes, got, &message) && message.kind == PIXELS_DECLINE)
        turn_off(shared, "the client declines");
    else
        turn_off(shared, "the client answers with what is no message");
}

void rdp_shared_window(RdpShared *shared, uint32_t window, Box box, bool has_alpha) {
    if (shared->state == RDP_SHARED_OFF || !window)
        return;
    Window *known = g_hash_table_lookup(shared->windows, GUINT_TO_POINTER(window));
    if (!known) {
        if (g_hash_table_size(shared->windows) >= PIXELS_SURFACES_MAX)
            return;
        known = g_new0(Window, 1);
        known->window = window;
        g_hash_table_insert(shared->windows, GUINT_TO_POINTER(window), known);
    } else if (known->box.width != box.width || known->box.height != box.height ||
               known->has_alpha != has_alpha) {
        retire(shared, known);
    } else {
        known->box = box;
        return;
    }
    known->box = box;
    known->has_alpha = has_alpha;
    queue(shared, known);
}

void rdp_shared_gone(RdpShared *shared, uint32_t window) {
    Window *known = g_hash_table_lookup(shared->windows, GUINT_TO_POINTER(window));
    if (!known)
        return;
    retire(shared, known);
    send_gone(shared, known->retired);
    if (known->is_queued)
        g_queue_remove(&shared->touched, known);
    g_hash_table_remove(shared->windows, GUINT_TO_POINTER(window));
}

void rdp_shared_touch(RdpShared *shared, uint32_t window, bool is_whole) {
    Window *known = g_hash_table_lookup(shared->windows, GUINT_TO_POINTER(window));
    if (!known)
        return;
    if (is_whole && known->share)
        x_share_forget(known->share);
    queue(shared, known);
}
