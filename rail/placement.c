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

static Box with_borders(const Placement *placement, Box box) {
    const PlacementEdges *borders = &placement->borders;
    return (Box){box.x - borders->left, box.y - borders->top, box.width + borders->left + borders->right,
                 box.height + borders->top + borders->bottom};
}

static PlacementStep ask(Placement *placement, Box box, uint64_t now_ms) {
    placement->requested = box;
    placement->in_flight = true;
    placement->late = false;
    placement->deadline_ms = now_ms + PLACEMENT_TIMEOUT_MS;
    return (PlacementStep){PLACEMENT_ASK, with_borders(placement, box)};
}

static bool is_border(int32_t pixels) {
    return pixels >= 0 && pixels <= PLACEMENT_BORDER_MAX;
}

// The borders of Windows 10 are 7, 0, 7, 7: as much on the left as on the right. An answer to an earlier step
// of a resize has one of its sides where it was asked for; one that repeats itself answers nothing.
static bool learn(Placement *placement, Box answer, Box before) {
    Box sent = with_borders(placement, placement->requested);
    PlacementEdges taken = {answer.x - sent.x, answer.y - sent.y,
                            sent.x + sent.width - answer.x - answer.width,
                            sent.y + sent.height - answer.y - answer.height};
    bool none = box_equal(answer, sent);
    bool some = taken.left == taken.right && taken.left > 0 && is_border(taken.left) &&
                is_border(taken.top) && is_border(taken.bottom);
    if (!(none || some) || placement->lessons == PLACEMENT_LESSONS || box_equal(answer, before))
        return false;
    placement->borders = taken;
    placement->lessons++;
    return true;
}

PlacementStep placement_guest_says(Placement *placement, Box box, uint64_t now_ms) {
    Box before = placement->server;
    placement->server = box;
    if (!placement->known) {
        placement->known = true;
        return push(placement, box);
    }
    if (!placement->in_flight)
        return push(placement, box);
    if (!box_equal(box, placement->requested)) { // older than the request, or all that the guest will do
        if (learn(placement, box, before))
            return ask(placement, placement->late ? placement->actual : placement->requested, now_ms);
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
    placement->in_flight = placement->in_flight && !box_equal(box, placement->requested);
}

void placement_forget_request(Placement *placement) {
    placement->in_flight = false;
    placement->late = false;
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
