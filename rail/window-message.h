// SPDX-License-Identifier: Apache-2.0
// Bodies of RAILPUB about windows and the desktop (PROTOCOL.md 3.8 to 3.10): what stands for "rail" where a
// guest has no RAIL server, and the guest's shell for a view of the whole desktop.
#pragma once
#include "rail/box.h"
#include "rail/desk-event.h"
#include "rail/intent.h"

typedef struct DesktopBody { // host -> guest
    uint32_t request;
    bool shell; // it is to run; false: it is to end
} DesktopBody;
void desktop_encode(WireWriter *writer, const DesktopBody *body);
bool desktop_decode(const uint8_t *untrusted_body, size_t size, DesktopBody *ret_body);

typedef enum DesktopStatus {
    DESKTOP_DONE = 0,   // it runs, or is gone, as was asked
    DESKTOP_FAILED = 1, // see error
    DESKTOP_KEPT = 2,   // it runs, but was not started for the host and is not ended for it
} DesktopStatus;
typedef struct DesktopResultBody {
    uint32_t request;
    DesktopStatus status;
    uint32_t error; // Win32 error code
} DesktopResultBody;
void desktop_result_encode(WireWriter *writer, const DesktopResultBody *body);
bool desktop_result_decode(const uint8_t *untrusted_body, size_t size, DesktopResultBody *ret_body);

// The order of a tracked desktop and its active window: a DESK_EVENT_STACKING.
void tracked_order_encode(WireWriter *writer, uint32_t active, const uint32_t *order, uint32_t count);
bool tracked_order_decode(const uint8_t *untrusted_body, size_t size, DeskEvent *ret_event);

// What the host wants of one window: ACTIVATE, MOVE and SYSTEM_COMMAND intents.
bool window_command_encode(WireWriter *writer, const Intent *intent); // false: of another kind
bool window_command_decode(const uint8_t *untrusted_body, size_t size, Intent *ret_intent);
