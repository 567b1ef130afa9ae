// SPDX-License-Identifier: Apache-2.0
// What the user, through the agent, wants of the guest: the values that the agent sends to the session
// process, one per datagram.
#pragma once
#include "rail/layout.h"
#include "rail/wire.h"

#define INTENT_WIRE_MAX 32768
#define INTENT_TEXT_MAX 511

typedef enum IntentKind {
    INTENT_CONNECT = 1, // the first one
    INTENT_DISCONNECT,
    INTENT_ACTIVATE,       // TS_RAIL_ORDER_ACTIVATE
    INTENT_MOVE,           // TS_RAIL_ORDER_WINDOWMOVE, box without margins
    INTENT_SYSTEM_COMMAND, // TS_RAIL_ORDER_SYSCOMMAND
    INTENT_KEY,
    INTENT_UNICODE,
    INTENT_POINTER,
    INTENT_LOCKS,
    INTENT_MONITORS,    // work areas or monitors changed
    INTENT_REFRESH,     // repaint a box of the guest's desktop
    INTENT_PUBLICATION, // one RAILPUB message
    INTENT_FRAME_DONE,  // nothing reads a buffer of the surface but that of this frame
    INTENT_NOTIFY,      // TS_RAIL_ORDER_NOTIFY_EVENT, for a notification icon of the window
} IntentKind;

typedef enum IntentPixels {
    INTENT_PIXELS_AUTO = 0,
    INTENT_PIXELS_GFX = 1,
    INTENT_PIXELS_LEGACY = 2
} IntentPixels;

enum { // system commands, MS-RDPERP 2.2.2.6.3
    SYSTEM_COMMAND_SIZE = 0xF000,
    SYSTEM_COMMAND_MOVE = 0xF010,
    SYSTEM_COMMAND_MINIMISE = 0xF020,
    SYSTEM_COMMAND_MAXIMISE = 0xF030,
    SYSTEM_COMMAND_CLOSE = 0xF060,
    SYSTEM_COMMAND_KEYMENU = 0xF100,
    SYSTEM_COMMAND_RESTORE = 0xF120,
};

enum { // INTENT_POINTER flags, MS-RDPBCGR 2.2.8.1.1.3.1.1.3
    POINTER_MOVE = 0x0800,
    POINTER_DOWN = 0x8000,
    POINTER_BUTTON1 = 0x1000, // left
    POINTER_BUTTON2 = 0x2000, // right
    POINTER_BUTTON3 = 0x4000, // middle
    POINTER_WHEEL = 0x0200,   // low 9 bits: signed rotation
    POINTER_HWHEEL = 0x0400,
};

typedef enum IntentSecurity { // what the connection may be protected with; a CONNECT has a set of them
    INTENT_SECURITY_NLA = 1,  // TLS, and a proof of the password that does not tell it
    INTENT_SECURITY_TLS = 2,
    INTENT_SECURITY_RDP = 4, // Standard RDP Security, which does not prove who the guest is
    INTENT_SECURITY_NEGOTIATE = INTENT_SECURITY_NLA | INTENT_SECURITY_TLS,
    INTENT_SECURITY_ALL = 7,
} IntentSecurity;

typedef struct Intent {
    IntentKind kind;
    uint32_t window;
    union {
        struct {
            char address[INTENT_TEXT_MAX + 1]; // "/path/socket" or "host:port"
            char user[INTENT_TEXT_MAX + 1], domain[INTENT_TEXT_MAX + 1], password[INTENT_TEXT_MAX + 1];
            char fingerprint[INTENT_TEXT_MAX + 1]; // "" or sha256 in hex that the certificate must have
            IntentPixels pixels;
            uint8_t security;       // IntentSecurity, at least one; RDP alone: the guest is a Windows XP
            bool old_tls;           // TLS 1.0 and 1.1, too
            uint8_t depth;          // bits per pixel, 0: the most
            uint32_t width, height; // of the guest's desktop
            uint32_t layout;        // keyboard layout id of Windows, 0x409 US
            Layout monitors;
            uint64_t catalogue; // hash of the catalogue that the host holds
        } connect;
        bool enabled; // ACTIVATE
        Box box;      // MOVE, REFRESH
        Layout monitors;
        uint16_t command; // SYSTEM_COMMAND
        struct {
            uint16_t code; // KEY: scan code, 0x100 extended; UNICODE: UTF-16 unit
            bool down, repeat;
        } key;
        struct {
            uint16_t flags; // POINTER_*
            bool extended;  // MS-RDPBCGR 2.2.8.1.1.3.1.1.4: flags are those of a TS_POINTERX_EVENT (buttons 4
                            // and 5)
            int32_t x, y;   // guest desktop coordinates
        } pointer;
        uint8_t locks; // LOCKS: 1 scroll, 2 num, 4 caps, 8 kana
        struct {
            uint16_t type, size;
            uint8_t *body; // owned by the intent
        } publication;
        struct {
            uint32_t surface, frame; // of a DESK_EVENT_DAMAGE
        } done;
        struct {
            uint32_t icon, message; // GUEST_ICON_* of guest-icon.h
        } notify;
    } as;
} Intent;

void intent_init(Intent *intent, IntentKind kind);
void intent_clear(Intent *intent); // wipes a password
bool intent_encode(WireWriter *writer, const Intent *intent);
bool intent_decode(const uint8_t *bytes, size_t size, Intent *ret_intent);
const char *intent_security_to_string(uint8_t security); // "nla,tls"
const char *intent_kind_to_string(IntentKind kind);
