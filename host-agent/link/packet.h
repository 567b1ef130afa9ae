// SPDX-License-Identifier: Apache-2.0
// One packet of a SOCK_SEQPACKET socket, with at most one descriptor beside it.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// As recv without waiting: 0 is the end, -1 an error in errno. ret_fd: owned by the caller, or -1.
// ret_is_whole: false when the packet was larger than the buffer, or descriptors were lost.
ssize_t packet_receive(int socket, uint8_t *ret_bytes, size_t capacity, int *ret_fd, bool *ret_is_whole);
