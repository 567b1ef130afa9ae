// SPDX-License-Identifier: Apache-2.0
// Who has the focus. Part of a Compositor, in the agent's loop. The guest hears of activation only when the
// user has really gone to another of its windows, or away from all of them: what passes in between (grabs,
// pop-ups, a window manager that has not chosen yet) is never reported, since the guest would close its
// menus. Nothing here takes the focus from another program.
#include "host-agent/compositor/focus.h"

#include "host-agent/compositor/hints.h"
#include "host-agent/compositor/popups.h"
#include "host-agent/compositor/stacking.h"
#include "rail/family.h"

#define ACTIVE_WAIT_MS 1000
#define NOBODY_MS      250 // a window manager may leave the focus with nobody while it chooses
#define STATE_REMOVE   0
#define STATE_ADD      1

static Pane *find_pane(const Compositor *compositor, uint32_t id) {
    return g_hash_table_lookup(compositor->panes, GUINT_TO_POINTER(id));
}

static bool owns_x_window(const Compositor *compositor, Window window) {
    GHashTableIter iter;
    gpointer value;
    if (window && window == desktop_view_window(compositor->desktop_view))
        return true;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (((const Pane *)value)->toplevel.window == window)
            return true;
    return false;
}

// Not in a window that the window manager lists: nobody's, its frame's or the window manager's own, where it
// parks the focus while it chooses.
static bool is_nobody(const Compositor *compositor, Window focus) {
    return focus == None || focus == PointerRoot || !stacking_is_listed(compositor->screen, focus);
}

static void leave(Compositor *compositor) {
    input_focus_left(&compositor->input);
    popups_focus_left(compositor);
}

static gboolean on_still_nobody(gpointer user) {
    Compositor *compositor = user;
    Window focus = None;
    int revert = 0;
    compositor->focus_check = 0;
    XGetInputFocus(compositor->screen->display, &focus, &revert);
    if (!owns_x_window(compositor, focus))
        leave(compositor);
    return G_SOURCE_REMOVE;
}

static gboolean on_focus_check(gpointer user) {
    Compositor *compositor = user;
    Window focus = None;
    int revert = 0;
    compositor->focus_check = 0;
    XGetInputFocus(compositor->screen->display, &focus, &revert);
    if (owns_x_window(compositor, focus))
        return G_SOURCE_REMOVE;
    if (is_nobody(compositor, focus))
        compositor->focus_check = g_timeout_add(NOBODY_MS, on_still_nobody, compositor);
    else
        leave(compositor);
    return G_SOURCE_REMOVE;
}

static void check_soon(Compositor *compositor) {
    if (!compositor->focus_check)
        compositor->focus_check = g_idle_add(on_focus_check, compositor);
}

static bool is_real_change(const XFocusChangeEvent *event) {
    return event->mode != NotifyGrab && event->mode != NotifyUngrab && event->detail != NotifyInferior &&
           event->detail != NotifyPointer && event->detail != NotifyPointerRoot &&
           event->detail != NotifyDetailNone;
}

static void ask_attention(Pane *pane, bool wanted) {
    Screen *screen = pane->compositor->screen;
    if (pane->wants_attention == wanted || !pane->toplevel.mapped || !pane->toplevel.pushed.managed)
        return;
    pane->wants_attention = wanted;
    screen_send_root(screen, pane->toplevel.window, screen->atoms._NET_WM_STATE,
                     wanted ? STATE_ADD : STATE_REMOVE, (long)screen->atoms._NET_WM_STATE_DEMANDS_ATTENTION,
                     0, 1);
}

static void enter(Pane *pane) {
    Compositor *compositor = pane->compositor;
    g_clear_handle_id(&compositor->focus_check, g_source_remove);
    if (compositor->input.focused != pane->id) {
        compositor->asked_active = pane->id;
        compositor->active_deadline = g_get_monotonic_time() + ACTIVE_WAIT_MS * G_TIME_SPAN_MILLISECOND;
    }
    g_debug("focus: window 0x%x has it, 0x%x is the guest's active one", pane->id,
            desk_active(compositor->desk));
    ask_attention(pane, false);
    input_focus_in(&compositor->input, pane->id, desk_active(compositor->desk) == pane->id);
    popups_focus_entered(compositor);
}

void focus_take_event(Pane *pane, const XFocusChangeEvent *event) {
    Compositor *compositor = pane->compositor;
    if (!is_real_change(event) || compositor->stale)
        return;
    if (event->type == FocusOut) {
        check_soon(compositor);
        return;
    }
    if (pane->concealed) // its window manager's choice while one window after another went
        return;
    Pane *enabled = find_pane(compositor, family_enabled(compositor->desk, pane->id));
    bool blocked = enabled && enabled != pane && enabled->toplevel.mapped;
    if (blocked) // a window manager that does not know modal windows
        compositor_raise(compositor, enabled->id, (uint32_t)compositor->screen->user_time);
    enter(blocked ? enabled : pane);
}

void focus_resume(Compositor *compositor) {
    Window focus = None;
    int revert = 0;
    GHashTableIter iter;
    gpointer value;
    XGetInputFocus(compositor->screen->display, &focus, &revert);
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (((const Pane *)value)->toplevel.window == focus && focus) {
            enter(value);
            return;
        }
}

void focus_pane_gone(Compositor *compositor, uint32_t window) {
    if (compositor->input.focused == window)
        check_soon(compositor);
}

void focus_stop(Compositor *compositor) {
    g_clear_handle_id(&compositor->focus_check, g_source_remove);
    g_clear_handle_id(&compositor->follow_timer, g_source_remove);
}

static gboolean on_follow_time(gpointer user) {
    Compositor *compositor = user;
    compositor->follow_timer = 0;
    if (!compositor->stale)
        focus_follow_guest(compositor);
    XFlush(compositor->screen->display);
    return G_SOURCE_REMOVE;
}

void focus_follow_guest(Compositor *compositor) {
    uint32_t active = desk_active(compositor->desk), before = compositor->guest_active;
    compositor->guest_active = active;
    g_debug("focus: 0x%x is the guest's active window, asked was 0x%x, 0x%x has the focus", active,
            compositor->asked_active, compositor->input.focused);
    if (active == compositor->asked_active)
        compositor->asked_active = 0;
    Pane *pane = active ? find_pane(compositor, active) : NULL;
    if (!pane || !pane->toplevel.mapped || !pane->toplevel.pushed.managed ||
        !pane->toplevel.pushed.takes_focus || active == compositor->input.focused)
        return;
    if (!compositor->input.focused) {
        bool chosen = !before || find_pane(compositor, before); // and not what was left over
        if (chosen && active != before && !compositor->syncing && !compositor->stale)
            ask_attention(pane, true);
    } else if (!compositor->asked_active || g_get_monotonic_time() >= compositor->active_deadline) {
        compositor->asked_active = 0;
        compositor_raise(compositor, active, (uint32_t)compositor->screen->user_time);
    } else if (!compositor->follow_timer) { // it may not have heard of the user's choice yet
        gint64 wait = compositor->active_deadline - g_get_monotonic_time();
        compositor->follow_timer =
            g_timeout_add((guint)(wait / G_TIME_SPAN_MILLISECOND + 1), on_follow_time, compositor);
    }
}

void focus_note_time(Screen *screen, Time time) {
    if (time && (int32_t)((uint32_t)time - (uint32_t)screen->user_time) > 0)
        screen->user_time = time;
}

Time focus_time_of_map(const Pane *pane) {
    const Compositor *compositor = pane->compositor;
    Time launched = hints_startup_time(pane->startup_id);
    focus_note_time(compositor->screen, launched);
    if (launched)
        return launched;
    bool follows = compositor->input.focused && desk_active(compositor->desk) == pane->id;
    return follows || pane->takes_over ? compositor->screen->user_time : 0;
}

void focus_mapped(Pane *pane) {
    const Compositor *compositor = pane->compositor;
    const ToplevelState *state = &pane->toplevel.pushed;
    bool is_main = state->role == GUEST_ROLE_NORMAL || state->role == GUEST_ROLE_DIALOG;
    if (is_main && state->takes_focus && !pane->startup_id && !pane->from_sync &&
        !compositor->input.focused && !compositor->stale)
        ask_attention(pane, true);
}
