// SPDX-License-Identifier: Apache-2.0
// What happens on the guest's desktop: the values that the session process sends to the agent, one per
// datagram (SOCK_SEQPACKET), and that recordings and tests are made of. A DESK_EVENT_SURFACE travels with one
// file descriptor.
#pragma once
#include "rail/guest-icon.h"
#include "rail/guest-window.h"
#include "rail/raster.h"
#include "rail/wire.h"

#define DESK_EVENT_WIRE_MAX 65536
#define DESK_STACK_MAX      255
#define DESK_TEXT_MAX       511

typedef enum DeskEventKind {
    DESK_EVENT_SESSION = 1,   // life of the connection
    DESK_EVENT_SYNC_BEGAN,    // ARC_BEGAN: what is not announced until SYNC_ENDED is gone
    DESK_EVENT_SYNC_ENDED,    // ARC_COMPLETED
    DESK_EVENT_NOT_MONITORED, // logon screen, UAC, lock, full desktop: no windows, only the desktop
    DESK_EVENT_WINDOW,        // new or changed
    DESK_EVENT_WINDOW_GONE,
    DESK_EVENT_WINDOW_ICON,
    DESK_EVENT_STACKING,
    DESK_EVENT_SURFACE, // pixels: with a sealed memfd
    DESK_EVENT_SURFACE_GONE,
    DESK_EVENT_DAMAGE,
    DESK_EVENT_MOVE_SIZE, // Server Move/Size Start or End
    DESK_EVENT_MIN_MAX,
    DESK_EVENT_EXEC_RESULT,
    DESK_EVENT_PUBLICATION, // one RAILPUB message, framing and credits taken off
    DESK_EVENT_POINTER,     // the pointer's shape over windows of the guest
    DESK_EVENT_NOTIFY_ICON, // a notification icon, new or changed
    DESK_EVENT_NOTIFY_ICON_GONE,
    DESK_EVENT_SECURITY, // what protects the connection, before a secret goes over it
    DESK_EVENT_DISPLAY,  // what came of the monitors that the guest was told
} DeskEventKind;

typedef enum SessionState {
    SESSION_CONNECTING = 1,
    SESSION_CONNECTED,  // RDP is up, RAIL handshake done
    SESSION_READY,      // windows are synchronised
    SESSION_PUBLISHED,  // the guest agent has said hello
    SESSION_AGENT_LOST, // the guest agent is gone and is being started again
    SESSION_ENDED,      // code and text say why; the process ends after this
} SessionState;

#define SESSION_BY_TRACKER "by the window tracker" // text of SESSION_READY for a guest without a RAIL server

typedef enum PointerKind { POINTER_DEFAULT, POINTER_HIDDEN, POINTER_SHAPE } PointerKind;
#define POINTER_SIDE_MAX 96

typedef enum SessionEnd { // code of SESSION_ENDED
    SESSION_END_ASKED = 0,
    SESSION_END_UNREACHABLE = 1,
    SESSION_END_REFUSED = 2,     // by the guest, or what it offers is not enough
    SESSION_END_LOST = 3,        // the connection broke
    SESSION_END_GUEST = 4,       // logged off
    SESSION_END_FAULT = 5,       // of this program
    SESSION_END_TAKEN = 6,       // another client, an administrator or a time limit; its programs run on
    SESSION_END_LOGON = 7,       // the user name or password is wrong, or one is missing
    SESSION_END_CERTIFICATE = 8, // the guest shows another certificate than the known one
} SessionEnd;

typedef enum SecurityVerdict {
    SECURITY_VERDICT_NONE,  // nothing was shown, or nobody else can be at the other end
    SECURITY_VERDICT_KNOWN, // the certificate is the one that was asked for
    SECURITY_VERDICT_FIRST, // none was asked for
    SECURITY_VERDICT_OTHER, // it is another one: the connection ends
} SecurityVerdict;

typedef struct DeskEvent {
    DeskEventKind kind;
    uint32_t window; // WINDOW*, ICON, MOVE_SIZE, MIN_MAX, NOTIFY_ICON*; SURFACE: the window it shows, 0 the
                     // whole desktop
    union {
        struct {
            SessionState state;
            uint32_t code;
            char text[DESK_TEXT_MAX + 1];
        } session;
        struct {
            bool is_new; // NEW: all fields not given take their defaults
            GuestWindowDelta delta;
        } change;
        struct {
            bool big;
            Raster *raster; // owned by the event
        } icon;
        struct {
            bool has_active, has_order;
            uint32_t active;                       // window id
            uint32_t count, order[DESK_STACK_MAX]; // front to back
        } stacking;
        struct {
            uint32_t surface, width, height, stride; // bytes; BGRX or BGRA 32, top-down
            bool alpha;
            bool doubled; // two pictures of this size, one below the other: buffers 0 and 1
        } surface;        // SURFACE, SURFACE_GONE (surface alone)
        struct {
            uint32_t surface;
            uint32_t frame; // 0, or what INTENT_FRAME_DONE answers
            uint8_t buffer; // which picture the surface shows from now on
            BoxList boxes;  // in surface coordinates
        } damage;
        struct {
            bool start;
            uint16_t type; // RAIL_WMSZ_*
            int16_t x, y;
        } move_size;
        struct {
            int16_t max_width, max_height, max_x, max_y, min_track_width, min_track_height, max_track_width,
                max_track_height;
        } min_max;
        struct {
            uint16_t result; // RAIL_EXEC_*
            uint32_t raw;
            char program[DESK_TEXT_MAX + 1];
        } exec;
        struct {
            bool follows;   // false: its desktop stays as it is
            int32_t dx, dy; // how far all its windows are from where they were, since their origin is another
        } display;
        struct {
            PointerKind kind;
            uint16_t hot_x, hot_y; // inside the raster
            Raster *raster;        // SHAPE: straight alpha, at most POINTER_SIDE_MAX; owned by the event
        } pointer;
        struct {
            uint32_t id; // beside the window that it belongs to
            bool is_new; // NOTIFY_ICON
            GuestIconDelta delta;
        } notify; // NOTIFY_ICON; NOTIFY_ICON_GONE: id alone
        struct {
            uint16_t type; // MessageType
            uint16_t size;
            uint8_t *body; // owned by the event
        } publication;
        struct {
            uint8_t protocol; // one IntentSecurity
            SecurityVerdict verdict;
            char fingerprint[DESK_TEXT_MAX + 1]; // sha256 of the certificate in hex, "" without one
        } security;
    } as;
} DeskEvent;

void desk_event_init(DeskEvent *event, DeskEventKind kind);
void desk_event_clear(DeskEvent *event);
bool desk_event_encode(WireWriter *writer,
                       const DeskEvent *event); // false: it does not fit DESK_EVENT_WIRE_MAX
bool desk_event_decode(const uint8_t *untrusted_bytes, size_t size, DeskEvent *ret_event);
const char *desk_event_kind_to_string(DeskEventKind kind);
bool session_end_is_final(uint32_t code); // trying the same again would end the same, or lock an account
const char *session_state_to_string(SessionState state);
