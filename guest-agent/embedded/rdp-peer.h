// SPDX-License-Identifier: Apache-2.0
// One client of the RDP server. Private to rdp-server and rdp-peer.
#pragma once
#include "guest-agent/embedded/rdp-server.h"
#include <freerdp/peer.h>

typedef struct RdpPeer {
    const RdpServerOptions *options;
    const char *user, *password; // NULL: none asked for
    freerdp_peer *peer;
    HANDLE manager;
    RdpRail rail;
    RdpOrders orders;
    RdpDisplay display;
    Layout layout; // of the desktop, as the client knows it
    RdpFrames *frames;
    GSource *source;
    bool is_active, is_ready, is_handshaken;
    uint32_t status;
    guint deadline;
    unsigned number;
    void (*on_end)(void *user); // the peer may be freed then
    void *user_data;
} RdpPeer;

RdpPeer *rdp_peer_new(int fd, const RdpServerOptions *options, const char *user, const char *password,
                      unsigned number, void (*on_end)(void *user), void *user_data); // NULL on error
void rdp_peer_free(RdpPeer *peer);
