// SPDX-License-Identifier: Apache-2.0
// Where a Pane is: the part of it that hears the guest's word, sees what the window manager made of it, and
// asks the guest for what the host's user did. rail/placement decides; a size that changes under the user's
// hand is asked for while it changes, a position when it has come to rest.
#include "host-agent/compositor/move-size.h"

#define REST_MS        150  // a position is final
#define RESIZE_MS      40   // a size is asked for this often while it changes
#define PUSH_WAIT_MS   1000 // for the window manager's answer to a push
#define INFLATION_MAX  32   // a maximised window of Windows is this much larger than its work area, at most
#define LAYOUT_WAIT_MS 600  // for window manager and guest to move windows as the monitors are others

static uint64_t now_ms(void) {
    return (uint64_t)(g_get_monotonic_time() / G_TIME_SPAN_MILLISECOND);
}

static const GuestWindow *guest_of(const Pane *pane) {
    return desk_window(pane->compositor->desk, pane->id);
}

static const Monitors *monitors_of(const Pane *pane) {
    return &pane->compositor->screen->monitors;
}

static gboolean on_placement_time(gpointer user);

static void take_step(Pane *pane, PlacementStep step) {
    const GuestWindow *guest = guest_of(pane);
    bool is_managers =
        pane->toplevel.mapped && guest && pane_wanted_show(pane, guest) == GUEST_SHOW_MAXIMISED;
    if (step.action == PLACEMENT_PUSH && !is_managers && !move_size_holds(pane))
        pane->box = step.box;
    if (step.action == PLACEMENT_ASK && !pane->compositor->stale) {
        Intent intent;
        intent_init(&intent, INTENT_MOVE);
        intent.window = pane->id;
        intent.as.box = step.box;
        pane->compositor->callbacks.intent(&intent, pane->compositor->user);
    }
    g_clear_handle_id(&pane->placement_timer, g_source_remove);
    uint64_t deadline = placement_deadline(&pane->placement), now = now_ms();
    if (deadline)
        pane->placement_timer =
            g_timeout_add(deadline > now ? (guint)(deadline - now) : 1, on_placement_time, pane);
}

static gboolean on_placement_time(gpointer user) {
    Pane *pane = user;
    const GuestWindow *guest = guest_of(pane);
    pane->placement_timer = 0;
    take_step(pane, placement_time_passed(&pane->placement, now_ms()));
    if (guest && pane->toplevel.window && toplevel_agrees(&pane->toplevel))
        pane_push(pane, guest);
    return G_SOURCE_REMOVE;
}

void pane_was_pushed(Pane *pane) {
    pane->push_deadline = now_ms() + PUSH_WAIT_MS;
    pane_settle_soon(pane, PUSH_WAIT_MS);
}

// Windows lays the frame of a maximised window outside of the work area (MS-RDPERP 3.2.5.1.6).
static bool is_inflated(const GuestWindow *guest, Box shown) {
    int32_t dx = shown.x - guest->box.x, dy = shown.y - guest->box.y;
    return guest->show == GUEST_SHOW_MAXIMISED && dx >= 0 && dy >= 0 && dx <= INFLATION_MAX &&
           dy <= INFLATION_MAX && guest->box.width - shown.width == 2 * dx &&
           guest->box.height - shown.height == 2 * dy;
}

Box pane_view(const Pane *pane) {
    const GuestWindow *guest = guest_of(pane);
    if (!guest)
        return (Box){0};
    return pane->toplevel.window && is_inflated(guest, pane->box) ? pane->box : guest->box;
}

// A window manager may give a window a size against its hints. The guest is never asked for it, and the
// window manager once for the right one.
static void keep_size(Pane *pane, const GuestWindow *guest, RootBox *actual, Box *box) {
    bool is_fixed = !guest_window_is_resizable(guest) && guest->show == GUEST_SHOW_NORMAL &&
                    pane->toplevel.observed == GUEST_SHOW_NORMAL;
    Box right = pane->placement.in_flight ? pane->placement.requested : guest->box;
    bool is_right = box->width == right.width && box->height == right.height;
    if (is_right || !is_fixed) {
        pane->size_asserted = false;
        return;
    }
    box->width = right.width;
    box->height = right.height;
    if (pane->size_asserted)
        return;
    *actual = monitors_root_from_guest(monitors_of(pane), pane->compositor->scale, *box);
    pane->size_asserted = true;
    pane->toplevel.pushed.box = *actual;
    toplevel_assert_box(&pane->toplevel);
    pane_was_pushed(pane);
}

static void take_actual(Pane *pane, const GuestWindow *guest, RootBox actual) {
    Box box = monitors_guest_from_root(monitors_of(pane), pane->compositor->scale, actual);
    keep_size(pane, guest, &actual, &box);
    bool moved = !box_equal(box, pane->box);
    pane->box = box;
    pane->toplevel.pushed.box = actual;
    if (is_inflated(guest, box))
        placement_host_is(&pane->placement, box);
    else
        take_step(pane, placement_host_says(&pane->placement, box, now_ms()));
    if (moved && guest->show == GUEST_SHOW_MAXIMISED)
        pane_redraw(pane);
}

// The window manager does not follow the guest's show state: then it is a window at the guest's place.
static void take_guests_word(Pane *pane, const GuestWindow *guest) {
    take_step(pane, placement_guest_says(&pane->placement, guest->box, now_ms()));
    pane_push(pane, guest);
}

static bool is_on_monitors(const Pane *pane, RootBox box) {
    int64_t seen = 0;
    const Monitors *monitors = monitors_of(pane);
    for (size_t i = 0; i < monitors->count; i++) {
        RootBox part = root_box_intersect(monitors->boxes[i], box);
        seen += (int64_t)part.width * part.height;
    }
    return seen >= (int64_t)box.width * box.height;
}

// Until now the guest may have moved its windows again after it had done what it was asked for.
static void end_layout(Pane *pane) {
    if (pane->guest_rearranges)
        placement_forget_request(&pane->placement);
    pane->layout_changed = pane->guest_rearranges = false;
}

static void rescue(Pane *pane, RootBox *actual) {
    if (is_on_monitors(pane, *actual) || pane->toplevel.observed != GUEST_SHOW_NORMAL)
        return;
    const Monitors *monitors = monitors_of(pane);
    *actual = root_box_clamp(*actual, monitors->work_areas[monitors_nearest_index(monitors, *actual)]);
    XMoveWindow(pane->compositor->screen->display, pane->toplevel.window, actual->x, actual->y);
}

static gboolean on_settled(gpointer user) {
    Pane *pane = user;
    Toplevel *toplevel = &pane->toplevel;
    const GuestWindow *guest = guest_of(pane);
    RootBox actual;
    pane->settle_timer = 0;
    if (!guest || pane->compositor->stale || !toplevel->mapped || !toplevel->pushed.managed ||
        guest->show == GUEST_SHOW_MINIMISED || toplevel->observed == GUEST_SHOW_MINIMISED ||
        !screen_geometry(pane->compositor->screen, toplevel->window, &actual))
        return G_SOURCE_REMOVE;
    if (move_size_keeps_quiet(pane))
        return G_SOURCE_REMOVE;
    if (root_box_equal(actual, toplevel->pushed.box))
        pane->push_deadline = 0;
    uint64_t now = now_ms();
    toplevel_observe(toplevel);
    if (now < pane->push_deadline) {
        pane_settle_soon(pane, (unsigned)(pane->push_deadline - now));
        return G_SOURCE_REMOVE;
    }
    pane->push_deadline = 0;
    if (pane->layout_changed && now >= pane->layout_deadline) {
        end_layout(pane);
        rescue(pane, &actual);
    }
    if (toplevel_agrees(toplevel) || toplevel->observed == guest->show)
        take_actual(pane, guest, actual);
    else if (!toplevel_awaits_show(toplevel))
        take_guests_word(pane, guest);
    else
        pane_settle_soon(pane, REST_MS);
    if (pane->layout_changed && !pane->settle_timer)
        pane_settle_soon(pane, (unsigned)(pane->layout_deadline - now));
    return G_SOURCE_REMOVE;
}

void pane_settle_soon(Pane *pane, unsigned ms) {
    g_clear_handle_id(&pane->settle_timer, g_source_remove);
    pane->settle_timer = g_timeout_add(ms, on_settled, pane);
}

void pane_settle_now(Pane *pane) {
    g_clear_handle_id(&pane->settle_timer, g_source_remove);
    pane->push_deadline = 0;
    on_settled(pane);
}

void pane_return_to_guest(Pane *pane) {
    const GuestWindow *guest = guest_of(pane);
    RootBox actual;
    if (!guest || !screen_geometry(pane->compositor->screen, pane->toplevel.window, &actual))
        return;
    placement_host_is(&pane->placement,
                      monitors_guest_from_root(monitors_of(pane), pane->compositor->scale, actual));
    pane->toplevel.pushed.box = (RootBox){0}; // it moves on until the window manager has let go
    pane->placement.in_flight = false;
    pane->box = guest->box;
    placement_guest_says(&pane->placement, guest->box, now_ms());
    pane_push(pane, guest);
}

void pane_take_configure(Pane *pane, const XConfigureEvent *event) {
    Scale scale = pane->compositor->scale;
    bool resized = scale_down(scale, event->width) != pane->box.width ||
                   scale_down(scale, event->height) != pane->box.height;
    if (!resized)
        pane_settle_soon(pane, REST_MS);
    else if (!pane->settle_timer || now_ms() < pane->push_deadline)
        pane_settle_soon(pane, RESIZE_MS);
}

void pane_take_layout(Pane *pane, bool of_guest) {
    if (!pane->toplevel.window)
        return;
    pane->layout_changed = true;
    pane->guest_rearranges |= of_guest && pane->toplevel.pushed.managed;
    if (pane->toplevel.pushed.managed)
        pane->box =
            monitors_guest_from_root(monitors_of(pane), pane->compositor->scale, pane->toplevel.pushed.box);
    pane->layout_deadline = now_ms() + LAYOUT_WAIT_MS;
    placement_forget_request(&pane->placement); // it meant other monitors
    pane_settle_soon(pane, LAYOUT_WAIT_MS);
}

void pane_place(Pane *pane, const GuestWindow *guest) {
    bool is_elsewhere =
        guest->show == GUEST_SHOW_MINIMISED ||
        (guest->show == GUEST_SHOW_MAXIMISED && pane->toplevel.mapped && !pane->placement.in_flight);
    bool is_in_layout = pane->guest_rearranges && pane->toplevel.mapped;
    if (is_in_layout && !pane->settle_timer)
        pane_settle_soon(pane, REST_MS);
    if (move_size_keeps_quiet(pane) || is_in_layout)
        placement_guest_is(&pane->placement, guest->box);
    else if (!is_elsewhere)
        take_step(pane, placement_guest_says(&pane->placement, guest->box, now_ms()));
    else if (guest->show == GUEST_SHOW_MAXIMISED)
        placement_guest_is(&pane->placement, guest->box);
    if (!pane->toplevel.window && box_is_empty(pane->box))
        pane->box = guest->box;
    if (guest->show == GUEST_SHOW_MAXIMISED)
        pane_settle_soon(pane, REST_MS);
}
