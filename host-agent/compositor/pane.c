// SPDX-License-Identifier: Apache-2.0
// One guest window on the host: decides from the replica what its X window should be, and when it may be
// seen: when the guest shows it, its pixels are there and its application is known. Owned by a Compositor.
// Where it may move is rail/placement's decision; it never asks the guest for a place that the guest has just
// named.
#include "host-agent/compositor/pane.h"

#include <string.h>
#include "host-agent/compositor/cursor.h"
#include "host-agent/compositor/focus.h"
#include "host-agent/compositor/hints.h"
#include "host-agent/compositor/identity.h"
#include "host-agent/compositor/pacing.h"
#include "host-agent/compositor/popups.h"
#include "host-agent/compositor/scroll.h"
#include "host-agent/compositor/stacking.h"
#include "host-agent/compositor/translucency.h"
#include "rail/family.h"

#define SIDE_MAX          16384
#define STATE_REST_MS     100
#define WORKSPACE_REST_US (500 * G_TIME_SPAN_MILLISECOND) // windows of another one may be iconic until then

static const GuestWindow *guest_of(const Pane *pane) {
    return desk_window(pane->compositor->desk, pane->id);
}

static const Monitors *monitors_of(const Pane *pane) {
    return &pane->compositor->screen->monitors;
}

Pane *pane_new(Compositor *compositor, uint32_t id) {
    Pane *pane = g_new0(Pane, 1);
    pane->compositor = compositor;
    pane->id = id;
    pane->from_sync = compositor->syncing;
    pane->concealed = !desk_is_monitored(compositor->desk);
    pane->painter =
        (Painter){.screen = compositor->screen, .scale = compositor->scale, .stale = compositor->stale};
    toplevel_init(&pane->toplevel, compositor->screen);
    placement_init(&pane->placement);
    return pane;
}

void pane_free(Pane *pane) {
    if (!pane)
        return;
    g_clear_handle_id(&pane->settle_timer, g_source_remove);
    g_clear_handle_id(&pane->placement_timer, g_source_remove);
    g_clear_handle_id(&pane->show_timer, g_source_remove);
    g_clear_handle_id(&pane->close_timer, g_source_remove);
    pacing_stop(pane);
    translucency_stop(pane);
    identity_stop(pane);
    toplevel_clear(&pane->toplevel);
    g_free(pane);
}

// Full screen is the host's user's to give: a window that covers its monitor is a maximised one.
static bool covers_monitor(const Pane *pane, RootBox box) {
    RootBox monitor = monitors_nearest(monitors_of(pane), box);
    return !pane->toplevel.fullscreen && root_box_equal(root_box_intersect(box, monitor), monitor);
}

GuestShow pane_wanted_show(const Pane *pane, const GuestWindow *guest) {
    bool is_plain = guest->show == GUEST_SHOW_NORMAL && guest_role(guest) != GUEST_ROLE_POPUP;
    RootBox box = monitors_root_from_guest(monitors_of(pane), pane->compositor->scale, guest->box);
    return is_plain && covers_monitor(pane, box) ? GUEST_SHOW_MAXIMISED : guest->show;
}

static bool is_shaped(const GuestWindow *guest) {
    Box whole = {0, 0, guest->box.width, guest->box.height};
    if (guest->shape.count == 1) {
        Box seen = box_intersect(guest->shape.boxes[0], whole), only = guest->shape.boxes[0];
        return !box_equal(seen, whole) && (only.width < whole.width || only.height < whole.height);
    }
    return guest->shape.count > 1;
}

static Window owner_window(const Pane *pane, uint32_t id) {
    const Pane *owner = g_hash_table_lookup(pane->compositor->panes, GUINT_TO_POINTER(id));
    return owner && owner != pane ? owner->toplevel.window : None;
}

static RootBox limited(RootBox box) {
    box.width = MIN(box.width, SIDE_MAX);
    box.height = MIN(box.height, SIDE_MAX);
    return box;
}

// A place of the host that is the wanted one for the guest is not left for another such.
static RootBox place_on_host(const Pane *pane) {
    const Monitors *monitors = monitors_of(pane);
    Scale scale = pane->compositor->scale;
    RootBox is = pane->toplevel.pushed.box;
    bool stays = pane->toplevel.window && box_equal(monitors_guest_from_root(monitors, scale, is), pane->box);
    return stays ? is : limited(monitors_root_from_guest(monitors, scale, pane->box));
}

static void describe(const Pane *pane, const GuestWindow *guest, ToplevelState *ret_wanted) {
    const GuestWindow *owner = family_owner(pane->compositor->desk, guest);
    GuestRole role = guest_role(guest);
    if (role == GUEST_ROLE_DIALOG && !owner)
        role = GUEST_ROLE_NORMAL; // of a window that nobody sees
    RootBox box = limited(monitors_root_from_guest(monitors_of(pane), pane->compositor->scale, guest->box));
    *ret_wanted = (ToplevelState){.role = role, .show = pane_wanted_show(pane, guest)};
    ret_wanted->managed = popups_is_managed(pane, guest, box);
    ret_wanted->box = ret_wanted->managed ? place_on_host(pane) : popups_clamp(pane, box);
    if (guest->show == GUEST_SHOW_MINIMISED && !pane->toplevel.window) // Windows keeps it at (-32000, -32000)
        ret_wanted->box = root_box_clamp(ret_wanted->box, monitors_nearest(monitors_of(pane), box));
    memcpy(ret_wanted->title, guest->title, sizeof guest->title);
    ret_wanted->transient_for = owner_window(pane, owner                      ? owner->id
                                                   : role == GUEST_ROLE_POPUP ? popups_owner(pane)
                                                                              : 0);
    ret_wanted->modal = family_is_modal(pane->compositor->desk, guest);
    if (is_shaped(guest)) {
        ret_wanted->shape = guest->shape;
        box_list_intersect(&ret_wanted->shape, (Box){0, 0, guest->box.width, guest->box.height});
        for (uint32_t i = 0; i < ret_wanted->shape.count; i++)
            ret_wanted->shape.boxes[i] = scale_box_up(pane->compositor->scale, ret_wanted->shape.boxes[i]);
    }
    ret_wanted->argb = translucency_wants_argb(pane, guest);
    ret_wanted->resizable = guest_window_is_resizable(guest) || ret_wanted->show == GUEST_SHOW_MAXIMISED;
    // a disabled window keeps its hint: a window manager that sees the focused one lose it lets no dialog
    // have it
    ret_wanted->takes_focus = role != GUEST_ROLE_POPUP && !(guest->ex_style & GUEST_EX_STYLE_NOACTIVATE);
    ret_wanted->above = guest->ex_style & GUEST_EX_STYLE_TOPMOST;
    ret_wanted->skip_taskbar = role != GUEST_ROLE_NORMAL || guest->no_taskbar_button;
}

static void make(Pane *pane, const GuestWindow *guest);

// A window of another depth is another window.
static void make_again(Pane *pane, const GuestWindow *guest) {
    pacing_stop(pane);
    identity_stop_asking(pane);
    toplevel_clear(&pane->toplevel);
    pane->painter.viewable = pane->painter.in_flight = pane->painted = false;
    make(pane, guest);
}

void pane_push(Pane *pane, const GuestWindow *guest) {
    ToplevelState wanted;
    describe(pane, guest, &wanted);
    if (wanted.argb != pane->toplevel.pushed.argb) {
        make_again(pane, guest);
        return;
    }
    if (toplevel_push(&pane->toplevel, &wanted) && wanted.managed)
        pane_was_pushed(pane);
}

void pane_identity_is_late(Pane *pane) {
    pane->identity_late = true;
    pane->has_pixels |= pane_surface(pane) && pane_surface(pane)->drawn;
    pane_update(pane, 0);
}

static void ask_pixels(Pane *pane, const GuestWindow *guest) {
    const Surface *surface = pane_surface(pane);
    if (pane->pixels_asked || pane->has_pixels || !surface || surface->window || !surface->drawn)
        return;
    pane->pixels_asked = true;
    Intent intent;
    intent_init(&intent, INTENT_REFRESH);
    intent.as.box = guest->box;
    pane->compositor->callbacks.intent(&intent, pane->compositor->user);
}

static void map_when_ready(Pane *pane, const GuestWindow *guest) {
    bool known = pane->identified || pane->identity_late || pane->toplevel.pushed.role == GUEST_ROLE_POPUP;
    bool drawn = pane->has_pixels || guest->show == GUEST_SHOW_MINIMISED;
    ask_pixels(pane, guest);
    if (pane->toplevel.mapped || !known || !drawn)
        return;
    identity_name_rest(pane);
    hints_set_startup(pane->compositor->screen, pane->toplevel.window, pane->startup_id,
                      focus_time_of_map(pane));
    pane->takes_over = false;
    pane->came_over = pane->compositor->input.focused;
    pane->was_asked_for = popups_were_asked_for(pane->compositor);
    toplevel_map(&pane->toplevel);
    popups_mapped(pane);
    focus_mapped(pane);
    stacking_follow_guest(pane->compositor);
    pane_was_pushed(pane);
}

static void hide(Pane *pane) {
    toplevel_unmap(&pane->toplevel);
    pane->painter.viewable = pane->painter.in_flight = false;
    pane->painted = pane->pixels_asked = pane->wants_attention = pane->takes_over = pane->returns = false;
}

static bool is_menu_of_guest_away(const Pane *pane) {
    return pane->compositor->stale && pane->toplevel.window && !pane->toplevel.pushed.managed;
}

void pane_update(Pane *pane, uint32_t fields) {
    const GuestWindow *guest = guest_of(pane);
    if (!guest)
        return;
    if (pane->concealed)
        return;
    if (!guest_window_is_shown(guest) || pane->unwatched || pane->closing || is_menu_of_guest_away(pane)) {
        hide(pane);
        return;
    }
    if (!pane->toplevel.window || (fields & (GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE | GUEST_WINDOW_SHOW)))
        pane_place(pane, guest);
    GuestShow before = pane->toplevel.pushed.show;
    if (pane->toplevel.window)
        pane_push(pane, guest);
    else
        make(pane, guest);
    if (!fields || fields & (GUEST_WINDOW_STYLE | GUEST_WINDOW_SIZE))
        translucency_update(pane);
    // minimised and restored in one go reads as no change, but the host's user saw one
    if (fields & GUEST_WINDOW_SHOW && pane->toplevel.pushed.show == before)
        toplevel_assert_show(&pane->toplevel);
    map_when_ready(pane, guest);
}

// On the desktop's picture there is now what is no window's.
void pane_conceal(Pane *pane) {
    const Surface *surface = pane_surface(pane);
    pane->concealed = true;
    pane->has_pixels = pane->has_pixels && surface && surface->window;
    toplevel_conceal(&pane->toplevel);
    hide(pane);
}

void pane_reveal(Pane *pane, bool takes_over) {
    if (!pane->concealed)
        return;
    pane->concealed = false;
    pane->from_sync = pane->returns = true;
    pane->takes_over = takes_over;
    pane_update(pane, GUEST_WINDOW_ALL);
}

void pane_take_popups(const Pane *owner, bool seen) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, owner->compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Pane *pane = value;
        const GuestWindow *guest = guest_of(pane);
        if (!guest || guest->owner != owner->id || pane->toplevel.pushed.managed || !pane->toplevel.window)
            continue;
        if (seen)
            pane_update(pane, 0);
        else
            hide(pane);
    }
}

void pane_damage(Pane *pane, Box box) {
    if (box_is_empty(box))
        return;
    painter_damage(&pane->painter, box);
    translucency_damaged(pane);
    if (!pane->has_pixels) {
        pane->has_pixels = true;
        pane_update(pane, 0);
    }
    pane_flush(pane);
}

Surface *pane_surface(const Pane *pane) {
    GHashTable *shown = pane->compositor->shown;
    Surface *own = g_hash_table_lookup(shown, GUINT_TO_POINTER(pane->id));
    return own ? own : g_hash_table_lookup(shown, GUINT_TO_POINTER(0));
}

static bool hides(const Compositor *compositor, uint32_t id) {
    const GuestWindow *guest = desk_window(compositor->desk, id);
    return guest && guest_window_is_shown(guest) && guest->show != GUEST_SHOW_MINIMISED;
}

static void subtract_window(const Pane *pane, Box view, uint32_t other, BoxList *list) {
    if (other != pane->id && hides(pane->compositor, other))
        box_list_subtract(list, box_shift(desk_window(pane->compositor->desk, other)->box, -view.x, -view.y));
}

// On the desktop's picture other windows of the guest may lie over this one; popups that are not in the
// stacking order yet count as above.
static void subtract_higher(const Pane *pane, Box view, BoxList *list) {
    const Desk *desk = pane->compositor->desk;
    const uint32_t *order = NULL;
    size_t n = desk_stacking(desk, &order), place_in_order = 0;
    while (place_in_order < n && order[place_in_order] != pane->id)
        place_in_order++;
    if (place_in_order == n)
        return;
    for (size_t i = 0; i < place_in_order; i++)
        subtract_window(pane, view, order[i], list);
    for (size_t i = 0; i < desk_count(desk); i++) {
        const GuestWindow *other = desk_window_at(desk, i);
        bool listed = false;
        for (size_t j = 0; j < n && !listed; j++)
            listed = order[j] == other->id;
        if (!listed && guest_role(other) == GUEST_ROLE_POPUP)
            subtract_window(pane, view, other->id, list);
    }
}

BoxList pane_own_pixels(const Pane *pane, const Surface *surface) {
    const GuestWindow *guest = guest_of(pane);
    Box view = pane_view(pane);
    BoxList list = {0};
    if (!guest)
        return list;
    box_list_add(&list, (Box){0, 0, view.width, view.height});
    if (!surface->window)
        subtract_higher(pane, view, &list);
    return list;
}

static void report_painted(Pane *pane) {
    pacing_painted(pane);
    if (pane->painted || !pane->painter.viewable)
        return;
    pane->painted = true;
    if (pane->compositor->callbacks.painted)
        pane->compositor->callbacks.painted(pane->id, pane->compositor->user);
}

static void draw_frame(const Pane *pane) {
    const GuestWindow *guest = guest_of(pane);
    Box view = guest ? pane_view(pane) : (Box){0};
    if (guest && pane->compositor->frame != COMPOSITOR_NO_FRAME)
        painter_draw_frame(&pane->painter, scale_up(pane->compositor->scale, view.width),
                           scale_up(pane->compositor->scale, view.height), pane->compositor->frame);
}

void pane_flush(Pane *pane) {
    const GuestWindow *guest = guest_of(pane);
    Surface *surface = pane_surface(pane);
    if (!guest || !surface)
        return;
    BoxList allowed = pane_own_pixels(pane, surface);
    Box view = pane_view(pane);
    RootBox host = pane->toplevel.pushed.box;
    PaintSource source = {surface,
                          view.x - (surface->window ? guest->box.x : 0),
                          view.y - (surface->window ? guest->box.y : 0),
                          &allowed,
                          view.width,
                          view.height,
                          host.width,
                          host.height};
    PaintResult result = painter_flush(&pane->painter, &source);
    if (result != PAINT_NOTHING)
        draw_frame(pane);
    if (result == PAINT_DONE)
        report_painted(pane);
}

void pane_take_expose(Pane *pane, Box box) {
    pane->painter.viewable = pane->toplevel.mapped;
    painter_damage(&pane->painter, box);
    pane_flush(pane);
    draw_frame(pane); // whether or not the guest has pixels there
}

void pane_take_completion(Pane *pane) {
    painter_completed(&pane->painter);
    report_painted(pane);
    pane_flush(pane);
}

void pane_redraw(Pane *pane) {
    Box view = pane_view(pane);
    painter_damage(&pane->painter, (Box){0, 0, view.width, view.height});
    pane_flush(pane);
}

static void tell_show(Pane *pane, GuestShow show) {
    Intent intent;
    intent_init(&intent, INTENT_SYSTEM_COMMAND);
    intent.window = pane->id;
    intent.as.command = show == GUEST_SHOW_MINIMISED   ? SYSTEM_COMMAND_MINIMISE
                        : show == GUEST_SHOW_MAXIMISED ? SYSTEM_COMMAND_MAXIMISE
                                                       : SYSTEM_COMMAND_RESTORE;
    pane->compositor->callbacks.intent(&intent, pane->compositor->user);
}

static gboolean on_show_read(gpointer user) {
    Pane *pane = user;
    GuestShow show;
    pane->show_timer = 0;
    if (g_get_monotonic_time() - pane->compositor->screen->workspace_changed < WORKSPACE_REST_US) {
        pane_take_show(pane);
        return G_SOURCE_REMOVE;
    }
    if (toplevel_read_show(&pane->toplevel, &show) && !pane->compositor->stale)
        tell_show(pane, show);
    if (pane->toplevel.mapped && !toplevel_agrees(&pane->toplevel) && toplevel_awaits_show(&pane->toplevel)) {
        toplevel_insist(&pane->toplevel);
        pane_take_show(pane);
    }
    return G_SOURCE_REMOVE;
}

// A window manager writes several properties for one change, a workspace switch even on several windows.
void pane_take_show(Pane *pane) {
    if (!pane->show_timer)
        pane->show_timer = g_timeout_add(STATE_REST_MS, on_show_read, pane);
}

static void make(Pane *pane, const GuestWindow *guest) {
    ToplevelState wanted;
    describe(pane, guest, &wanted);
    toplevel_make(&pane->toplevel, pane->compositor->guest_name, &wanted);
    pane->painter.window = pane->toplevel.window;
    pane->painter.argb = wanted.argb;
    screen_listen(pane->compositor->screen, pane->toplevel.window, pane->compositor->on_window_event, pane);
    scroll_select(pane->compositor->screen, pane->toplevel.window);
    stacking_family_changed(pane->compositor, pane->id);
    cursor_show_on(pane);
    pacing_start(pane);
    identity_start(pane);
}
