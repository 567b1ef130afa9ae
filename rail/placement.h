// SPDX-License-Identifier: Apache-2.0
// Who may move a window now. Three boxes a window: what the guest says, what the host asked of the guest,
// what was pushed to the host's window manager. At most one request is in flight; the identical echo is its
// ack; a timeout returns to the guest's word. Pure: time comes in as milliseconds, decisions go out as
// values.
#pragma once
#include "rail/box.h"

#define PLACEMENT_TIMEOUT_MS 2000 // for an answer
#define PLACEMENT_OTHER_MS   700  // for a better answer than one that is not what was asked for

typedef enum PlacementAction {
    PLACEMENT_NOTHING,
    PLACEMENT_PUSH, // configure the host window to `box`
    PLACEMENT_ASK,  // send the guest a Client Window Move (MS-RDPERP 2.2.2.7.4) to `box`
} PlacementAction;

typedef struct PlacementStep {
    PlacementAction action;
    Box box;
} PlacementStep;

typedef struct Placement {
    Box server, requested, pushed, actual;
    bool known, in_flight;
    bool late;            // `actual` moved on while a request was in flight
    uint64_t deadline_ms; // of the request in flight
} Placement;

void placement_init(Placement *placement);
PlacementStep placement_guest_says(Placement *placement, Box box,
                                   uint64_t now_ms); // a window order with geometry
PlacementStep placement_host_says(Placement *placement, Box box,
                                  uint64_t now_ms); // a settled ConfigureNotify
// The same where the show state decides (a maximised window): remembered, and nothing follows from it.
void placement_guest_is(Placement *placement, Box box);
void placement_host_is(Placement *placement, Box box);
PlacementStep placement_time_passed(Placement *placement, uint64_t now_ms);
uint64_t placement_deadline(const Placement *placement); // ms, 0 when there is none
