// SPDX-License-Identifier: Apache-2.0
// One end of the socket between railhead-agent and a railhead-session. Owned by whoever made it, lives in one
// GLib loop. Reading takes a bounded number of datagrams per turn, so that a flood does not starve the loop;
// writing never blocks: what the socket refuses waits in order, bounded, and damage that waits is merged per
// surface. The peer's bytes are decoded with limits, a descriptor is only let through beside a surface,
// sealed and large enough for it.
#include "host-agent/link/link.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "host-agent/link/packet.h"

#define READS_PER_TURN  64
#define QUEUE_ITEMS_MAX 8192
#define QUEUE_BYTES_MAX (32u * 1024 * 1024)
#define SOCKET_BUFFER   (1024 * 1024)

G_DEFINE_QUARK(railhead - link - error - quark, link_error)

typedef struct Waiting {
    DeskEventKind kind; // 0 for intents
    uint32_t surface;
    DeskEvent *damage; // DAMAGE: encoded when it is sent
    uint8_t *bytes;
    size_t size;
    int fd; // ours, or -1
} Waiting;

typedef struct LinkSource {
    GSource base;
    Link *link;
} LinkSource;

struct Link {
    int fd;
    int references; // the owner, and a dispatch that runs
    bool freed, closed, reported;
    GError *error;
    GSource *source;
    gpointer tag;
    GQueue waiting;
    size_t waiting_bytes;
    LinkOnEvent on_event;
    LinkOnIntent on_intent;
    LinkOnClosed on_closed;
    gpointer user;
    uint8_t buffer[DESK_EVENT_WIRE_MAX + 1];
};

bool link_pair(int ret_fds[2], GError **error) {
    int fds[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) < 0) {
        g_set_error(error, LINK_ERROR, LINK_ERROR_PEER, "no socket pair: %s", g_strerror(errno));
        return false;
    }
    for (int i = 0; i < 2; i++) {
        int size = SOCKET_BUFFER;
        setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        ret_fds[i] = fds[i];
    }
    return true;
}

static void waiting_free(Waiting *item) {
    if (item->damage) {
        desk_event_clear(item->damage);
        g_free(item->damage);
    }
    if (item->fd >= 0)
        close(item->fd);
    g_free(item->bytes);
    g_free(item);
}

static void drop_queue(Link *link) {
    Waiting *item;
    while ((item = g_queue_pop_head(&link->waiting)))
        waiting_free(item);
    link->waiting_bytes = 0;
}

static void unref(Link *link) {
    if (--link->references > 0)
        return;
    drop_queue(link);
    g_clear_error(&link->error);
    g_free(link);
}

static void watch(Link *link, GIOCondition condition) {
    if (link->source && link->tag)
        g_source_modify_unix_fd(link->source, link->tag, condition);
}

// The owner hears of it in the next turn of the loop, never from within its own call.
static void fail(Link *link, GError *error) {
    if (link->closed) {
        g_clear_error(&error);
        return;
    }
    link->closed = true;
    link->error = error;
    if (link->tag)
        g_source_remove_unix_fd(link->source, link->tag);
    link->tag = NULL;
    drop_queue(link);
    g_source_set_ready_time(link->source, 0);
}

static GError *errno_error(const char *what) {
    if (errno == EPIPE || errno == ECONNRESET)
        return NULL;
    return g_error_new(LINK_ERROR, LINK_ERROR_PEER, "%s: %s", what, g_strerror(errno));
}

// 1 sent, 0 the socket is full, -1 failed
static int send_datagram(Link *link, const uint8_t *bytes, size_t size, int fd) {
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = size};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        memset(&control, 0, sizeof control);
        message.msg_control = control.bytes;
        message.msg_controllen = sizeof control.bytes;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    ssize_t sent;
    do
        sent = sendmsg(link->fd, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0)
        return 1;
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == ETOOMANYREFS)
        return 0;
    fail(link, errno_error("cannot send"));
    return -1;
}

static int send_waiting(Link *link, Waiting *item) {
    if (!item->damage)
        return send_datagram(link, item->bytes, item->size, item->fd);
    WireWriter writer;
    wire_writer_init(&writer);
    int result = 1; // a value that cannot be encoded is dropped
    if (desk_event_encode(&writer, item->damage))
        result = send_datagram(link, writer.data, writer.size, -1);
    wire_writer_clear(&writer);
    return result;
}

static void flush(Link *link) {
    Waiting *item;
    while (!link->closed && (item = g_queue_peek_head(&link->waiting))) {
        if (send_waiting(link, item) != 1)
            break;
        g_queue_pop_head(&link->waiting);
        link->waiting_bytes -= item->size;
        waiting_free(item);
    }
    if (!link->closed)
        watch(link, g_queue_is_empty(&link->waiting) ? G_IO_IN : G_IO_IN | G_IO_OUT);
}

static bool enqueue(Link *link, Waiting *item) {
    if (link->waiting.length >= QUEUE_ITEMS_MAX || link->waiting_bytes + item->size > QUEUE_BYTES_MAX) {
        waiting_free(item);
        fail(link, g_error_new(LINK_ERROR, LINK_ERROR_FULL, "the peer does not read"));
        return false;
    }
    link->waiting_bytes += item->size;
    g_queue_push_tail(&link->waiting, item);
    watch(link, G_IO_IN | G_IO_OUT);
    return true;
}

static Waiting *waiting_new(const WireWriter *writer, int fd) {
    Waiting *item = g_new0(Waiting, 1);
    item->bytes = g_memdup2(writer->data, writer->size);
    item->size = writer->size;
    item->fd = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 3) : -1;
    return item;
}

// Shared pixels: what the surface shows now counts, so damage may move ahead, but not past a new meaning of
// its id.
static bool merge_damage(Link *link, const DeskEvent *event) {
    for (GList *at = link->waiting.tail; at; at = at->prev) {
        Waiting *item = at->data;
        if (!item->kind || item->surface != event->as.damage.surface)
            continue;
        if (!item->damage)
            return false;
        for (uint32_t i = 0; i < event->as.damage.boxes.count; i++)
            box_list_add(&item->damage->as.damage.boxes, event->as.damage.boxes.boxes[i]);
        item->damage->as.damage.frame = event->as.damage.frame;
        item->damage->as.damage.buffer = event->as.damage.buffer;
        return true;
    }
    return false;
}

static bool enqueue_damage(Link *link, const DeskEvent *event) {
    if (merge_damage(link, event))
        return true;
    Waiting *item = g_new0(Waiting, 1);
    item->kind = DESK_EVENT_DAMAGE;
    item->surface = event->as.damage.surface;
    item->damage = g_memdup2(event, sizeof *event);
    item->fd = -1;
    return enqueue(link, item);
}

static bool send_encoded(Link *link, const WireWriter *writer, const DeskEvent *event, int fd) {
    if (g_queue_is_empty(&link->waiting)) {
        int result = send_datagram(link, writer->data, writer->size, fd);
        if (result)
            return result > 0;
    }
    if (event && event->kind == DESK_EVENT_DAMAGE)
        return enqueue_damage(link, event);
    Waiting *item = waiting_new(writer, fd);
    if (fd >= 0 && item->fd < 0) {
        waiting_free(item);
        fail(link, errno_error("no descriptor left"));
        return false;
    }
    if (event && (event->kind == DESK_EVENT_SURFACE || event->kind == DESK_EVENT_SURFACE_GONE)) {
        item->kind = event->kind;
        item->surface = event->as.surface.surface;
    }
    return enqueue(link, item);
}

bool link_send_event(Link *link, const DeskEvent *event, int fd) {
    if (link->closed)
        return false;
    WireWriter writer;
    wire_writer_init(&writer);
    bool sent = desk_event_encode(&writer, event) && send_encoded(link, &writer, event, fd);
    wire_writer_clear(&writer);
    return sent;
}

bool link_send_intent(Link *link, const Intent *intent) {
    if (link->closed)
        return false;
    WireWriter writer;
    wire_writer_init(&writer);
    bool sent = intent_encode(&writer, intent) && send_encoded(link, &writer, NULL, -1);
    if (writer.data)
        explicit_bzero(writer.data, writer.size);
    wire_writer_clear(&writer);
    return sent;
}

// A peer that could shrink the file would kill a reader of the mapping.
bool link_surface_is_sound(const DeskEvent *event, int fd) {
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
        return false;
    int seals = fcntl(fd, F_GET_SEALS);
    uint64_t width = event->as.surface.width, height = event->as.surface.height,
             stride = event->as.surface.stride;
    uint64_t needed = stride * height * (event->as.surface.doubled ? 2 : 1);
    return seals >= 0 && (seals & F_SEAL_SHRINK) && width > 0 && height > 0 && width <= BOX_LIMIT &&
           height <= BOX_LIMIT && stride >= width * 4 && needed <= (uint64_t)status.st_size;
}

static bool deliver_event(Link *link, size_t size, int fd) {
    DeskEvent event;
    if (!desk_event_decode(link->buffer, size, &event)) {
        if (fd >= 0)
            close(fd);
        return false;
    }
    bool sound = event.kind == DESK_EVENT_SURFACE ? link_surface_is_sound(&event, fd) : fd < 0;
    if (sound)
        link->on_event(&event, fd, link->user);
    else if (fd >= 0)
        close(fd);
    desk_event_clear(&event);
    return sound;
}

static bool deliver_intent(Link *link, size_t size, int fd) {
    Intent intent;
    if (fd >= 0)
        close(fd);
    if (fd >= 0 || !intent_decode(link->buffer, size, &intent))
        return false;
    link->on_intent(&intent, link->user);
    intent_clear(&intent);
    return true;
}

// Whether more may be there.
static bool receive(Link *link) {
    int fd;
    bool is_whole;
    ssize_t size = packet_receive(link->fd, link->buffer, sizeof link->buffer, &fd, &is_whole);
    if (size < 0) {
        if (errno == EINTR)
            return true;
        if (errno != EAGAIN && errno != EWOULDBLOCK)
            fail(link, errno_error("cannot receive"));
        return false;
    }
    if (size == 0) {
        if (fd >= 0)
            close(fd);
        fail(link, NULL);
        return false;
    }
    bool sound = is_whole;
    if (!sound && fd >= 0)
        close(fd);
    if (sound)
        sound = link->on_event ? deliver_event(link, size, fd) : deliver_intent(link, size, fd);
    if (!sound && !link->freed)
        fail(link, g_error_new(LINK_ERROR, LINK_ERROR_FORMAT, "the peer sent what is no value"));
    return !link->freed && !link->closed;
}

static gboolean on_check(GSource *source) {
    Link *link = ((LinkSource *)source)->link;
    return link->tag && g_source_query_unix_fd(source, link->tag);
}

static gboolean on_dispatch(GSource *source, GSourceFunc callback, gpointer data) {
    Link *link = ((LinkSource *)source)->link;
    link->references++;
    if (link->tag && g_source_query_unix_fd(source, link->tag) & G_IO_OUT)
        flush(link);
    for (int i = 0; i < READS_PER_TURN && !link->closed && !link->freed && receive(link); i++)
        ;
    if (!link->freed && link->closed && !link->reported) {
        link->reported = true;
        g_source_set_ready_time(source, -1);
        if (link->on_closed)
            link->on_closed(link->error, link->user);
    }
    gboolean more = !link->freed;
    unref(link);
    return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static GSourceFuncs source_functions = {.check = on_check, .dispatch = on_dispatch};

static Link *link_new(int fd, LinkOnClosed on_closed, gpointer user) {
    Link *link = g_new0(Link, 1);
    link->fd = fd;
    link->references = 1;
    link->on_closed = on_closed;
    link->user = user;
    g_queue_init(&link->waiting);
    g_unix_set_fd_nonblocking(fd, TRUE, NULL);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    link->source = g_source_new(&source_functions, sizeof(LinkSource));
    ((LinkSource *)link->source)->link = link;
    g_source_set_static_name(link->source, "railhead link");
    link->tag = g_source_add_unix_fd(link->source, fd, G_IO_IN);
    g_source_set_can_recurse(link->source, TRUE); // it never runs a loop: GLib need not take it out meanwhile
    g_source_attach(link->source, g_main_context_get_thread_default());
    return link;
}

Link *link_new_agent_end(int fd, LinkOnEvent on_event, LinkOnClosed on_closed, gpointer user) {
    Link *link = link_new(fd, on_closed, user);
    link->on_event = on_event;
    return link;
}

Link *link_new_session_end(int fd, LinkOnIntent on_intent, LinkOnClosed on_closed, gpointer user) {
    Link *link = link_new(fd, on_closed, user);
    link->on_intent = on_intent;
    return link;
}

void link_free(Link *link) {
    if (!link)
        return;
    flush(link);
    link->freed = true;
    g_source_destroy(link->source);
    g_source_unref(link->source);
    close(link->fd);
    unref(link);
}
