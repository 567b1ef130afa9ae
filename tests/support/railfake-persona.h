// SPDX-License-Identifier: Apache-2.0
// Which Windows the scripted server plays: what it says on the wire, and its manners as a desktop.
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef enum FakeSecurity { FAKE_SECURITY_RDP, FAKE_SECURITY_TLS, FAKE_SECURITY_NLA } FakeSecurity;

typedef struct FakePersona {
    const char *name;
    FakeSecurity security;
    bool answers_negotiation; // no: X.224 connection confirm without RDP_NEG_RSP, as before Vista
    bool announces_rail;      // capability sets 0x17 and 0x18
    bool extended_handshake;
    bool hidef;        // RDPGFX surfaces mapped to windows, when the client can
    bool has_app_id;   // answers Get AppId
    bool has_display;  // takes other monitors while connected
    const char *shell; // alternate shell without which there is no RAIL, or NULL
    uint32_t build, handshake_flags, depth;
    int outset;      // how far a maximised window goes beyond the work area on each side
    uint16_t margin; // left, right and bottom resize margin of sizable windows
    uint32_t marker; // Z-order marker window, 0: none
} FakePersona;

const FakePersona *fake_persona_named(const char *name); // NULL: no such
