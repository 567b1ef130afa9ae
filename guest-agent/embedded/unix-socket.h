// SPDX-License-Identifier: Apache-2.0
// A Unix socket of this user alone.
#pragma once

int unix_socket_listen(const char *path, int type); // mode 0600, non-blocking; -1 and errno
