// SPDX-License-Identifier: Apache-2.0
// railhead-files: the host's files for one guest, and nothing else of the host. Started by the agent beside
// railhead-session. Descriptor 3 brings shares from the agent, each with the descriptor of its folder;
// descriptor 4 carries the channel "rdpdr" from and to the session, as u32 size and a PDU. It has no view of
// the file system of its own, decodes no pictures, and ends when the agent does. One loop, no thread.
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host-agent/files/name.h"
#include "host-agent/files/sandbox.h"
#include "host-agent/files/server.h"
#include "rail/mem.h"

#define CONTROL 3
#define CHANNEL 4

typedef struct Channel {
    uint8_t *bytes; // owned
    size_t size;
    bool closed;
} Channel;

static bool write_all(const void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t more = send(CHANNEL, (const uint8_t *)bytes + done, size - done, MSG_NOSIGNAL);
        if (more < 0 && errno != EINTR)
            return false;
        done += more > 0 ? (size_t)more : 0;
    }
    return true;
}

static void on_send(void *user, const uint8_t *bytes, size_t size) {
    Channel *channel = user;
    uint8_t head[4] = {(uint8_t)size, (uint8_t)(size >> 8), (uint8_t)(size >> 16), (uint8_t)(size >> 24)};
    if (!channel->closed && (!write_all(head, sizeof head) || !write_all(bytes, size)))
        channel->closed = true;
}

static size_t size_at(const uint8_t *bytes) {
    return bytes[0] | (size_t)bytes[1] << 8 | (size_t)bytes[2] << 16 | (size_t)bytes[3] << 24;
}

static void take_pdus(Channel *channel, Server *server) {
    size_t at = 0;
    while (channel->size - at >= 4) {
        size_t size = size_at(channel->bytes + at);
        if (size > DEVICE_PDU_MAX) {
            channel->closed = true;
            return;
        }
        if (channel->size - at - 4 < size)
            break;
        server_receive(server, channel->bytes + at + 4, size);
        at += 4 + size;
    }
    channel->size -= at;
    memmove(channel->bytes, channel->bytes + at, channel->size);
}

static void read_channel(Channel *channel, Server *server) {
    ssize_t got =
        recv(CHANNEL, channel->bytes + channel->size, DEVICE_PDU_MAX + 4 - channel->size, MSG_DONTWAIT);
    if (got > 0) {
        channel->size += (size_t)got;
        take_pdus(channel, server);
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        channel->closed = true;
    }
}

// False: the agent is gone.
static bool read_control(Server *server) {
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    uint8_t bytes[SHARE_WIRE_MAX];
    struct iovec part = {bytes, sizeof bytes};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t size = recvmsg(CONTROL, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (size <= 0)
        return size < 0 && (errno == EAGAIN || errno == EINTR);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    int fd = -1;
    if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS)
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
    Share share;
    if (share_decode(bytes, (size_t)size, &share) && (fd >= 0) == (share.kind != SHARE_GONE)) {
        server_share(server, &share, fd);
    } else {
        fprintf(stderr, "railhead-files: what the agent sent is no share\n");
        if (fd >= 0)
            close(fd);
    }
    return true;
}

static void serve(Channel *channel, Server *server) {
    bool has_agent = true;
    while (has_agent && !channel->closed) {
        struct pollfd fds[] = {{.fd = CONTROL, .events = POLLIN}, {.fd = CHANNEL, .events = POLLIN}};
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return;
        if (fds[0].revents)
            has_agent = read_control(server);
        else if (fds[1].revents) // what is shared first counts for what is asked then
            read_channel(channel, server);
    }
}

int main(void) {
    struct rlimit files;
    if (close_range(CHANNEL + 1, ~0u, 0) < 0 ||
        getsockopt(CONTROL, SOL_SOCKET, SO_TYPE, &(int){0}, &(socklen_t){sizeof(int)}) < 0 ||
        getsockopt(CHANNEL, SOL_SOCKET, SO_TYPE, &(int){0}, &(socklen_t){sizeof(int)}) < 0) {
        fprintf(stderr,
                "railhead-files: descriptors 3 and 4 are no sockets; the agent starts this program\n");
        return 2;
    }
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    name_init();
    sandbox_enter();
    Channel channel = {.bytes = mem_new(DEVICE_PDU_MAX + 4)};
    Server *server = server_new(on_send, &channel);
    serve(&channel, server);
    server_free(server);
    mem_free(channel.bytes);
    return 0;
}
