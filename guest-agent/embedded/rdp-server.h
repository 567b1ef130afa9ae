// SPDX-License-Identifier: Apache-2.0
// The RDP server of the embedded guest: listens, takes one client, and hands on what it says.
#pragma once
#include "guest-agent/embedded/rdp-display.h"
#include "guest-agent/embedded/rdp-frames.h"
#include "guest-agent/embedded/rdp-key.h"
#include "guest-agent/embedded/rdp-orders.h"
#include "guest-agent/embedded/rdp-rail.h"

typedef enum RdpPixels {
    RDP_PIXELS_AUTO,
    RDP_PIXELS_SHARED, // as GFX for a client that cannot share memory
    RDP_PIXELS_GFX,
    RDP_PIXELS_LEGACY,
} RdpPixels;

typedef struct RdpServer RdpServer;

typedef struct RdpServerEvents {
    void (*on_ready)(void *user); // the client's handshake is through: it wants the windows
    void (*on_gone)(void *user);  // the client that was ready is gone
    // the client's monitors; ret_layout: those that the desktop has got
    void (*on_layout)(void *user, const Layout *layout, Layout *ret_layout);
    void (*on_rail)(void *user, const RailPdu *untrusted_pdu);
    void (*on_publication)(void *user, const uint8_t *untrusted_bytes, size_t size);
    void (*on_devices)(void *user, const uint8_t *untrusted_bytes, size_t size);
    void (*on_key)(void *user, bool down, bool extended, uint8_t scancode);
    void (*on_unicode)(void *user, bool down, uint16_t character);
    void (*on_mouse)(void *user, bool is_extended, uint16_t flags, uint16_t x, uint16_t y);
    void (*on_locks)(void *user, bool caps, bool num);
    void (*on_refresh)(void *user);
} RdpServerEvents;

typedef struct RdpServerOptions {
    const char *socket_path; // NULL: TCP on the loopback interface
    PixelsDoor *door;        // NULL: pixels are not shared
    const RdpKey *key;       // lives as long as the server
    RdpPixels pixels;
    bool has_no_rail; // a plain desktop: no window orders, no channel "rail"
    RdpServerEvents events;
    RdpFramesSource source;
    void *user;
} RdpServerOptions;

RdpServer *rdp_server_new(const RdpServerOptions *options, GError **error);
void rdp_server_free(RdpServer *server);
int rdp_server_port(const RdpServer *server);
const char *rdp_server_user(const RdpServer *server);     // TCP only
const char *rdp_server_password(const RdpServer *server); // TCP only

// What goes to the client; NULL and no effect while there is none that is ready.
RdpOrders *rdp_server_orders(RdpServer *server);
void rdp_server_pointer(RdpServer *server, const Raster *raster, uint16_t hot_x,
                        uint16_t hot_y); // NULL: not seen
RdpFrames *rdp_server_frames(RdpServer *server);
void rdp_server_rail(RdpServer *server, const RailPdu *pdu);
void rdp_server_publish(RdpServer *server, const uint8_t *bytes, size_t size);
void rdp_server_send_devices(RdpServer *server, const uint8_t *bytes, size_t size);
uint32_t rdp_server_client_status(const RdpServer *server); // RAIL_STATUS_ flags
