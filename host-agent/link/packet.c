// SPDX-License-Identifier: Apache-2.0
// Receiving of packets with descriptors, for the link and for the session's pixels. Descriptors that nobody
// asked for are closed, so that a peer cannot fill the table of this process.
#include "host-agent/link/packet.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FDS_MAX 4

static int take_descriptor(struct msghdr *message) {
    int first = -1;
    for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
            continue;
        size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (size_t i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
            if (first < 0)
                first = fd;
            else
                close(fd);
        }
    }
    return first;
}

ssize_t packet_receive(int socket, uint8_t *ret_bytes, size_t capacity, int *ret_fd, bool *ret_is_whole) {
    union {
        char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec part = {.iov_base = ret_bytes, .iov_len = capacity};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    *ret_fd = size < 0 ? -1 : take_descriptor(&message);
    *ret_is_whole = size > 0 && !(message.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
    return size;
}
