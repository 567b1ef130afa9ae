// SPDX-License-Identifier: Apache-2.0
// One RDP connection of the scripted server.
#pragma once
#include "guest-agent/embedded/rdp-display.h"
#include "guest-agent/embedded/rdp-key.h"
#include "guest-agent/embedded/rdp-orders.h"
#include "guest-agent/embedded/rdp-rail.h"
#include "tests/support/railfake-persona.h"
#include "tests/support/record.h"

typedef struct FakeOptions {
    const FakePersona *persona;
    const RdpKey *key;
    FakeSecurity security;
    uint32_t depth;
    int width, height;
    const char *user, *password; // NULL: anybody
    bool refuses_salted_macs;    // as some servers do that speak Standard RDP Security
    bool hides_rail;             // is not announced
    bool refuses_rail;           // no handshake
    bool is_silent;              // takes the connection and never says a word
} FakeOptions;

bool fake_settings_apply(rdpSettings *settings, const FakeOptions *options); // railfake-settings.c

typedef struct FakePeer FakePeer;

typedef struct FakePeerEvents {
    void (*record)(void *user, Record *record); // takes it
    void (*on_ready)(void *user);               // the RAIL handshake is through
    void (*on_rail)(void *user, const RailPdu *untrusted_pdu);
    void (*on_publication)(void *user, const uint8_t *untrusted_bytes, size_t size);
    void (*on_gfx)(void *user); // surfaces can be made now
    void (*on_layout)(void *user, const Layout *layout);
    void (*on_resized)(void *user);
    void (*on_over)(void *user, FakePeer *peer); // free it, but not inside
} FakePeerEvents;

FakePeer *fake_peer_new(int fd, const FakeOptions *options, const FakePeerEvents *events,
                        void *user); // owns fd
void fake_peer_free(FakePeer *peer);
rdpContext *fake_peer_context(FakePeer *peer);
// Of what RAIL counts from, the primary monitor, on the desktop.
void fake_peer_origin(const FakePeer *peer, int32_t *ret_x, int32_t *ret_y);
RdpOrders *fake_peer_orders(FakePeer *peer);
RdpRail *fake_peer_rail(FakePeer *peer);
struct FakeGfx *fake_peer_gfx(FakePeer *peer); // NULL: this client gets one desktop
bool fake_peer_has_left(const FakePeer *peer); // closed by the client, and perhaps not noticed yet
bool fake_peer_is_ready(const FakePeer *peer);
void fake_peer_take_layout(FakePeer *peer, const Layout *layout);      // its desktop has these monitors
void fake_peer_pdu(FakePeer *peer, const uint8_t *bytes, size_t size); // raw, below any encryption but TLS
void fake_peer_end(FakePeer *peer, uint32_t error_info);               // in order: says why and disconnects
void fake_peer_drop(FakePeer *peer);                                   // shuts the socket at once
