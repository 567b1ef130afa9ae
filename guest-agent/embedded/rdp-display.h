// SPDX-License-Identifier: Apache-2.0
// The server's end of the display channel: what a client says of its monitors while it is connected.
#pragma once
#include "rail/display-pdu.h"
#include "rail/rail-pdu.h" // these two before FreeRDP, which has macros of some of their names
#include "rail/window-order.h"
#include <freerdp/freerdp.h>

typedef struct RdpDisplay {
    HANDLE manager, channel;
    bool has_asked, is_greeted;
} RdpDisplay;

typedef void (*RdpDisplayOnLayout)(void *user, const Layout *layout);

void rdp_display_init(RdpDisplay *display, HANDLE manager);
void rdp_display_close(RdpDisplay *display);
HANDLE rdp_display_event(const RdpDisplay *display);
void rdp_display_pump(RdpDisplay *display, RdpDisplayOnLayout on_layout, void *user);

// As the protocol counts them, from the primary one.
uint32_t rdp_display_monitors(const Layout *layout, MONITOR_DEF ret_monitors[LAYOUT_MONITORS_MAX]);
// What the client has said of its monitors when it connected; the corner of all of them is (0,0). One that is
// no layout becomes one monitor of the desktop's size.
void rdp_display_read(const rdpSettings *settings, Layout *ret_layout);
// What the next activation tells the client of the desktop and its monitors (MS-RDPBCGR 2.2.12.1).
bool rdp_display_adopt(rdpSettings *settings, const Layout *layout);
