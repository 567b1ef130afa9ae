// SPDX-License-Identifier: Apache-2.0
// The client's end of the channel "rdpdr" (MS-RDPEFS 3.2), for drives alone: PDUs in, PDUs out.
#pragma once
#include "host-agent/files/drive.h"

typedef struct Server Server;
typedef void (*ServerSend)(void *user, const uint8_t *bytes, size_t size);

Server *server_new(ServerSend send, void *user);
void server_free(Server *server); // closes what the guest has open
void server_receive(Server *server, const uint8_t *untrusted_bytes, size_t size);
void server_share(Server *server, const Share *share, int fd); // owns fd, -1 for SHARE_GONE
