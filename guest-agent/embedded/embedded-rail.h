// SPDX-License-Identifier: Apache-2.0
// What the client asks for on "rail". Private to embedded and embedded-rail.
#pragma once
#include "guest-agent/embedded/embedded.h"
#include "guest-agent/embedded/publication.h"
#include "guest-agent/embedded/tracker.h"
#include "guest-agent/embedded/x-capture.h"
#include "guest-agent/embedded/x-input.h"
#include "guest-agent/embedded/x-manager.h"
#include "guest-agent/embedded/x-tray.h"

struct Embedded {
    EmbeddedOptions options;
    XServer x;
    XWindows *windows;
    XTray tray;
    Wine wine;
    Tracker *tracker;
    Publication publication;
    RdpKey key;
    RdpServer *server;
    PixelsDoor *door; // NULL: pixels are not shared
    char *socket_path;
    uint32_t moving; // window of the local move or size that the client was asked for, 0 for none
    uint16_t move_type;
};

void embedded_rail_pdu(Embedded *embedded, const RailPdu *untrusted_pdu);
void embedded_rail_start_move(Embedded *embedded, XWindow *window, int direction, int x,
                              int y);                           // _NET_WM_MOVERESIZE
void embedded_rail_pointer(Embedded *embedded, uint16_t flags); // after each pointer event
