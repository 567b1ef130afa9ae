// SPDX-License-Identifier: Apache-2.0
// The bounds of override-redirect windows. Part of a Compositor, in the agent's loop. A window that would
// pass a bound becomes an ordinary managed one: nothing is lost, and the user can move it away and close it.
// Menus of Windows have no owner: they count as of the window that had the focus when they came.
#include "host-agent/compositor/popups.h"

#include "host-agent/compositor/stacking.h"
#include "rail/family.h"

#define PRESS_WAIT_MS 100 // for the focus to follow a press elsewhere

static const Monitors *monitors_of(const Pane *pane) {
    return &pane->compositor->screen->monitors;
}

static int64_t area_of(RootBox box) {
    return (int64_t)box.width * box.height;
}

uint32_t popups_owner(const Pane *pane) {
    const Compositor *compositor = pane->compositor;
    const GuestWindow *guest = desk_window(compositor->desk, pane->id);
    const GuestWindow *owner = guest ? family_owner(compositor->desk, guest) : NULL;
    if (owner)
        return owner->id;
    return pane->toplevel.mapped ? pane->came_over : compositor->input.focused;
}

static int64_t area_of_others(const Pane *pane) {
    GHashTableIter iter;
    gpointer value;
    int64_t sum = 0;
    g_hash_table_iter_init(&iter, pane->compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Pane *other = value;
        if (other != pane && other->toplevel.mapped && !other->toplevel.pushed.managed)
            sum += area_of(other->toplevel.pushed.box);
    }
    return sum;
}

// A menu of a notification icon: its window is not shown, and the click on the icon is not the guest's.
bool popups_were_asked_for(const Compositor *compositor) {
    return compositor->pointed && g_get_monotonic_time() - compositor->pointed < POPUPS_ASKED_US;
}

static bool was_asked_for(const Pane *pane) {
    return pane->toplevel.mapped ? pane->was_asked_for : popups_were_asked_for(pane->compositor);
}

bool popups_is_managed(const Pane *pane, const GuestWindow *guest, RootBox box) {
    RootBox monitor = monitors_nearest(monitors_of(pane), popups_clamp(pane, box));
    int64_t whole = area_of(monitor), own = area_of(box);
    if (guest_role(guest) != GUEST_ROLE_POPUP || (pane->toplevel.mapped && pane->toplevel.pushed.managed))
        return true;
    if (box.width > monitor.width || box.height > monitor.height || own * 100 > whole * POPUPS_SHARE)
        return true;
    return (!popups_owner(pane) && !was_asked_for(pane)) ||
           (own + area_of_others(pane)) * 100 > whole * POPUPS_SHARE_SUM;
}

static bool meets(RootBox a, RootBox b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

RootBox popups_clamp(const Pane *pane, RootBox box) {
    const Compositor *compositor = pane->compositor;
    const Monitors *monitors = monitors_of(pane);
    const GuestWindow *owner = desk_window(compositor->desk, popups_owner(pane));
    RootBox monitor = monitors_nearest(monitors, root_box_clamp(box, monitors->bounds));
    if (owner) {
        RootBox owners = monitors_root_from_guest(monitors, compositor->scale, owner->box);
        if (!meets(monitor, owners))
            monitor = monitors_nearest(monitors, owners);
    }
    return root_box_clamp(box, monitor);
}

void popups_mapped(Pane *pane) {
    static uint64_t serial;
    if (pane->toplevel.pushed.managed)
        return;
    pane->map_serial = ++serial;
    stacking_place_popups(pane->compositor);
}

void popups_revalidate(Pane *pane, const XConfigureEvent *event) {
    RootBox wanted = pane->toplevel.pushed.box, seen = {event->x, event->y, event->width, event->height};
    if (pane->toplevel.pushed.managed || !pane->toplevel.mapped || root_box_equal(wanted, seen) ||
        event->serial < pane->toplevel.configure_serial)
        return;
    toplevel_assert_box(&pane->toplevel);
}

static bool has_any(const Compositor *compositor) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (((const Pane *)value)->toplevel.mapped && !((const Pane *)value)->toplevel.pushed.managed)
            return true;
    return false;
}

static bool is_over_guest(const Compositor *compositor) {
    const Screen *screen = compositor->screen;
    Window root = None, child = screen->root, of = None;
    int x = 0, y = 0, window_x = 0, window_y = 0;
    unsigned state = 0;
    while (child) {
        of = child;
        if (g_hash_table_contains(screen->listeners, GSIZE_TO_POINTER(of)))
            return true;
        if (!XQueryPointer(screen->display, of, &root, &child, &x, &y, &window_x, &window_y, &state))
            return false;
    }
    return false;
}

static bool has_asked_for(const Compositor *compositor) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Pane *pane = value;
        if (pane->toplevel.mapped && !pane->toplevel.pushed.managed && pane->was_asked_for)
            return true;
    }
    return false;
}

static bool is_free(const Compositor *compositor, int32_t x, int32_t y) {
    const GuestWindow *window;
    for (size_t i = 0; (window = desk_window_at(compositor->desk, i)); i++)
        if (window->show != GUEST_SHOW_HIDDEN && box_contains(window->box, x, y))
            return false;
    return true;
}

static void send_pointer(Compositor *compositor, uint16_t flags, int32_t x, int32_t y) {
    Intent intent;
    intent_init(&intent, INTENT_POINTER);
    intent.as.pointer.flags = flags;
    intent.as.pointer.x = x;
    intent.as.pointer.y = y;
    compositor->input.emit(&intent, compositor->input.user);
}

// The menu of a notification icon belongs to a program that may have no window to be deactivated. What ends
// it in any case is a press beside it, where the guest has nothing else.
static void press_nothing(Compositor *compositor) {
    enum { STEPS = 16 };
    RootBox bounds = compositor->screen->monitors.bounds;
    for (int i = 0; i < STEPS * STEPS; i++) {
        int32_t x = bounds.width * (i % STEPS) / STEPS, y = bounds.height * (STEPS - 1 - i / STEPS) / STEPS;
        if (!is_free(compositor, x, y))
            continue;
        send_pointer(compositor, POINTER_MOVE, x, y);
        send_pointer(compositor, POINTER_BUTTON1 | POINTER_DOWN, x, y);
        send_pointer(compositor, POINTER_BUTTON1, x, y);
        return;
    }
}

static gboolean on_pressed_outside(gpointer user) {
    Compositor *compositor = user;
    uint32_t focused = compositor->input.focused;
    compositor->press_check = 0;
    if (has_asked_for(compositor))
        press_nothing(compositor);
    else if (focused && has_any(compositor))
        input_reactivate(&compositor->input, focused);
    return G_SOURCE_REMOVE;
}

void popups_take_root_event(Compositor *compositor, const XEvent *event) {
    const XIRawEvent *raw = event->xcookie.data;
    if (event->type != GenericEvent || event->xcookie.evtype != XI_RawButtonPress ||
        raw->detail > (int)Button3 || compositor->press_check ||
        !(compositor->input.focused ? has_any(compositor) : has_asked_for(compositor)) ||
        is_over_guest(compositor))
        return;
    compositor->press_check = g_timeout_add(PRESS_WAIT_MS, on_pressed_outside, compositor);
}

void popups_stop(Compositor *compositor) {
    g_clear_handle_id(&compositor->unwatched_timer, g_source_remove);
    g_clear_handle_id(&compositor->press_check, g_source_remove);
}

static void set_unwatched(Compositor *compositor, bool unwatched) {
    GHashTableIter iter;
    gpointer value;
    g_autoptr(GPtrArray) changed = g_ptr_array_new();
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Pane *pane = value;
        const GuestWindow *guest = desk_window(compositor->desk, pane->id);
        bool goes = unwatched && pane->toplevel.mapped && !pane->toplevel.pushed.managed && guest &&
                    !family_owner(compositor->desk, guest);
        if (goes != pane->unwatched && (goes || !unwatched)) {
            pane->unwatched = goes;
            g_ptr_array_add(changed, pane);
        }
    }
    for (guint i = 0; i < changed->len; i++)
        pane_update(g_ptr_array_index(changed, i), 0);
}

static gboolean on_unwatched(gpointer user) {
    Compositor *compositor = user;
    compositor->unwatched_timer = 0;
    set_unwatched(compositor, true);
    XFlush(compositor->screen->display);
    return G_SOURCE_REMOVE;
}

void popups_focus_left(Compositor *compositor) {
    if (!compositor->unwatched_timer)
        compositor->unwatched_timer = g_timeout_add_seconds(POPUPS_UNWATCHED_S, on_unwatched, compositor);
}

void popups_focus_entered(Compositor *compositor) {
    g_clear_handle_id(&compositor->unwatched_timer, g_source_remove);
    set_unwatched(compositor, false);
}
