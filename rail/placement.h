// SPDX-License-Identifier: Apache-2.0
// Who may move a window now. Three boxes a window: what the guest says, what the host asked of the guest,
// what was pushed to the host's window manager. At most one request is in flight; the identical echo is its
// ack; a timeout returns to the guest's word. Windows lays invisible borders around windows and does not
// always say so: what it takes from a box that was asked for is learned and added from then on. Pure: time
// comes in as milliseconds, decisions go out as values.
#pragma once
#include "rail/box.h"

#define PLACEMENT_TIMEOUT_MS 2000 // for an answer
#define PLACEMENT_OTHER_MS   700  // for a better answer than one that is not what was asked for
#define PLACEMENT_BORDER_MAX 16   // pixels
#define PLACEMENT_LESSONS    3    // a guest that answers otherwise each time has no borders

typedef enum PlacementAction {
    PLACEMENT_NOTHING,
    PLACEMENT_PUSH, // configure the host window to `box`
    PLACEMENT_ASK,  // send the guest a Client Window Move (MS-RDPERP 2.2.2.7.4) to `box`, which has the
                    // borders
} PlacementAction;

typedef struct PlacementStep {
    PlacementAction action;
    Box box;
} PlacementStep;

typedef struct PlacementEdges {
    int32_t left, top, right, bottom;
} PlacementEdges;

typedef struct Placement {
    Box server, requested, pushed, actual; // requested: without the borders
    PlacementEdges borders;                // beyond the margins that the guest tells, in pixels
    int lessons;                           // how often they were learned
    bool known, in_flight;
    bool late;            // `actual` moved on while a request was in flight
    uint64_t deadline_ms; // of the request in flight
} Placement;

void placement_init(Placement *placement);
PlacementStep placement_guest_says(Placement *placement, Box box,
                                   uint64_t now_ms); // a window order with geometry
PlacementStep placement_host_says(Placement *placement, Box box,
                                  uint64_t now_ms); // a settled ConfigureNotify
// The same where the show state decides (a maximised window): remembered, and nothing follows from it but
// that a request may be answered.
void placement_guest_is(Placement *placement, Box box);
void placement_host_is(Placement *placement, Box box);
void placement_forget_request(Placement *placement); // what was asked for need not come about any more
PlacementStep placement_time_passed(Placement *placement, uint64_t now_ms);
uint64_t placement_deadline(const Placement *placement); // ms, 0 when there is none
