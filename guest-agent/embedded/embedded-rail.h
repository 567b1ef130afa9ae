// SPDX-License-Identifier: Apache-2.0
// What the client asks for on "rail". Private to embedded and embedded-rail.
#pragma once
#include "guest-agent/embedded/embedded.h"
#include "guest-agent/embedded/publication.h"
#include "guest-agent/embedded/drives.h"
#include "guest-agent/embedded/tracker.h"
#include "guest-agent/embedded/x-capture.h"
#include "guest-agent/embedded/x-input.h"
#include "guest-agent/embedded/x-manager.h"
#include "guest-agent/embedded/x-cursor.h"
#include "guest-agent/embedded/x-tray.h"

typedef struct EmbeddedMove { // see embedded-move.h
    uint32_t window;          // 0 for none
    uint16_t type;            // RAIL_WMSZ_*
    int direction;            // of _NET_WM_MOVERESIZE
    bool is_local;            // the client does it
    Box from;
    int x, y; // of the press
} EmbeddedMove;

struct Embedded {
    EmbeddedOptions options;
    XServer x;
    XWindows *windows;
    XTray tray;
    XCursor cursor;
    Wine wine;
    Tracker *tracker;
    Drives *drives;
    Publication publication;
    RdpKey key;
    RdpServer *server;
    PixelsDoor *door; // NULL: pixels are not shared
    char *socket_path;
    uint32_t dpi; // of the client's monitors
    guint display_timer, display_watch;
    bool display_again;
    EmbeddedMove move;
    bool shows_desktop;       // see embedded-desktop.h
    uint32_t told_active;     // Win32's active window
    guint active_due;         // source: ask again which one that is
    uint32_t active_question; // to the tracker, 0: none
    guint desktop_look;       // source: whether the shell's window is gone for good
};

void embedded_send_stack(Embedded *embedded, uint32_t flags); // order and active window; of embedded.c

void embedded_rail_pdu(Embedded *embedded, const RailPdu *untrusted_pdu);
