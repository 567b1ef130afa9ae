// SPDX-License-Identifier: Apache-2.0
// Geometry authority of one window, as a pure state machine. The guest's word is pushed to the host; what the
// host's window manager makes of it, or what the user does, is asked of the guest once; while a request is in
// flight the guest's older words are not pushed, so that the two sides never chase each other.
#include "rail/placement.h"

#include <string.h>

static const PlacementStep nothing = {PLACEMENT_NOTHING, {0, 0, 0, 0}};

void placement_init(Placement *placement) {
    memset(placement, 0, sizeof *placement);
}

static PlacementStep push(Placement *placement, Box box) {
    placement->in_flight = false;
    placement->late = false;
    if (box_equal(placement->pushed, box) && box_equal(placement->actual, box))
        return nothing;
    placement->pushed = box;
    placement->actual = box;
    return (PlacementStep){PLACEMENT_PUSH, box};
}

static PlacementStep ask(Placement *placement, Box box, uint64_t now_ms) {
    placement->requested = box;
    placement->in_flight = true;
    placement->late = false;
    placement->deadline_ms = now_ms + PLACEMENT_TIMEOUT_MS;
    return (PlacementStep){PLACEMENT_ASK, box};
}

PlacementStep placement_guest_says(Placement *placement, Box box, uint64_t now_ms) {
    placement->server = box;
    if (!placement->known) {
        placement->known = true;
        return push(placement, box);
    }
    if (!placement->in_flight)
        return push(placement, box);
    if (!box_equal(box, placement->requested)) { // older than the request, or all that the guest will do
        if (placement->deadline_ms > now_ms + PLACEMENT_OTHER_MS)
            placement->deadline_ms = now_ms + PLACEMENT_OTHER_MS;
        return nothing;
    }
    placement->in_flight = false;
    if (placement->late && !box_equal(placement->actual, box))
        return ask(placement, placement->actual, now_ms);
    placement->late = false;
    placement->pushed = box;
    return nothing;
}

PlacementStep placement_host_says(Placement *placement, Box box, uint64_t now_ms) {
    placement->actual = box;
    if (!placement->known)
        return nothing;
    if (placement->in_flight) {
        placement->late = !box_equal(box, placement->requested);
        return nothing;
    }
    if (box_equal(box, placement->server))
        return nothing;
    return ask(placement, box, now_ms);
}

void placement_guest_is(Placement *placement, Box box) {
    placement->server = box;
    placement->known = true;
}

void placement_host_is(Placement *placement, Box box) {
    placement->actual = box;
    placement->late = false;
}

PlacementStep placement_time_passed(Placement *placement, uint64_t now_ms) {
    if (!placement->in_flight || now_ms < placement->deadline_ms)
        return nothing;
    return push(placement, placement->server);
}

uint64_t placement_deadline(const Placement *placement) {
    return placement->in_flight ? placement->deadline_ms : 0;
}
