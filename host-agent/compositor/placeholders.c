// SPDX-License-Identifier: Apache-2.0
// What is left of windows while their guest is away. Part of a Compositor, in the agent's loop. X windows,
// their places and their workspaces stay; what the user does to them meanwhile is told to the guest once it
// is back. The surfaces of a lost session are kept until those of the next one have been painted, window by
// window. Nothing is sent to a guest that is away.
#include "host-agent/compositor/placeholders.h"

#include "host-agent/compositor/focus.h"
#include "host-agent/compositor/move-size.h"

#define SYNC_WAIT_MS  3000 // for a guest that names its windows without saying when it has begun
#define PAINT_WAIT_MS 2000 // for the pixels of all windows
#define CLOSE_WAIT_MS 1000 // then a window that was asked to close is shown again

static GPtrArray *list_panes(const Compositor *compositor) {
    GPtrArray *panes = g_ptr_array_new();
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        g_ptr_array_add(panes, value);
    return panes;
}

Surface *placeholders_surface(const Compositor *compositor, uint32_t window) {
    return g_hash_table_lookup(compositor->last_surfaces, GUINT_TO_POINTER(window));
}

static gboolean keep_surface(gpointer key, gpointer value, gpointer user) {
    Compositor *compositor = user;
    Surface *surface = value;
    gpointer window = GUINT_TO_POINTER(surface->window);
    if (!surface->drawn && g_hash_table_contains(compositor->last_surfaces, window))
        return FALSE;
    surface->outdated = true;
    g_hash_table_replace(compositor->last_surfaces, window, surface);
    g_hash_table_replace(compositor->shown, window, surface);
    return TRUE;
}

static void keep_surfaces(Compositor *compositor) {
    g_hash_table_foreach_steal(compositor->surfaces, keep_surface, compositor);
    g_hash_table_remove_all(compositor->surfaces);
}

static gboolean is_outdated(gpointer key, gpointer value, gpointer user) {
    return ((const Surface *)value)->outdated;
}

static void drop_surfaces(Compositor *compositor) {
    g_hash_table_foreach_remove(compositor->shown, is_outdated, NULL);
    g_hash_table_remove_all(compositor->last_surfaces);
}

static void set_stale(Pane *pane, bool stale) {
    if (pane->painter.stale == stale)
        return;
    pane->painter.stale = stale;
    pane_redraw(pane);
}

// A menu of a guest that is away would lie over everything.
static void update_popups(Compositor *compositor) {
    g_autoptr(GPtrArray) panes = list_panes(compositor);
    for (guint i = 0; i < panes->len; i++) {
        Pane *pane = g_ptr_array_index(panes, i);
        if (pane->toplevel.window && !pane->toplevel.pushed.managed)
            pane_update(pane, 0);
    }
}

void placeholders_begin(Compositor *compositor, bool lost) {
    g_autoptr(GPtrArray) panes = list_panes(compositor);
    compositor->stale = true;
    g_clear_handle_id(&compositor->paint_timer, g_source_remove);
    g_clear_handle_id(&compositor->sync_timer, g_source_remove);
    if (lost) {
        desk_hold(compositor->desk);
        keep_surfaces(compositor);
    }
    for (guint i = 0; i < panes->len; i++)
        set_stale(g_ptr_array_index(panes, i), true);
    update_popups(compositor);
}

static bool is_fresh(const Pane *pane) {
    const Surface *surface = pane_surface(pane);
    const GuestWindow *guest = desk_window(pane->compositor->desk, pane->id);
    if (!guest || !surface || !pane->painter.viewable)
        return true;
    if (surface->outdated || !surface->drawn)
        return false;
    if (surface->window)
        return true;
    Box view = pane_view(pane);
    BoxList own = pane_own_pixels(pane, surface);
    for (uint32_t i = 0; i < surface->missing.count; i++)
        for (uint32_t j = 0; j < own.count; j++)
            if (!box_is_empty(
                    box_intersect(box_shift(surface->missing.boxes[i], -view.x, -view.y), own.boxes[j])))
                return false;
    return true;
}

void placeholders_painted(Pane *pane) {
    if (pane->painter.stale && !pane->compositor->stale && is_fresh(pane))
        set_stale(pane, false);
}

static gboolean on_paint_time(gpointer user) {
    Compositor *compositor = user;
    g_autoptr(GPtrArray) panes = list_panes(compositor);
    compositor->paint_timer = 0;
    drop_surfaces(compositor);
    for (guint i = 0; i < panes->len; i++)
        set_stale(g_ptr_array_index(panes, i), false);
    XFlush(compositor->screen->display);
    return G_SOURCE_REMOVE;
}

static gboolean on_close_time(gpointer user) {
    Pane *pane = user;
    pane->close_timer = 0;
    pane->closing = false;
    pane_update(pane, 0);
    XFlush(pane->compositor->screen->display);
    return G_SOURCE_REMOVE;
}

static void tell_closed(Pane *pane) {
    Intent intent;
    intent_init(&intent, INTENT_SYSTEM_COMMAND);
    intent.window = pane->id;
    intent.as.command = SYSTEM_COMMAND_CLOSE;
    pane->compositor->callbacks.intent(&intent, pane->compositor->user);
    pane->close_timer = g_timeout_add(CLOSE_WAIT_MS, on_close_time, pane);
}

// What the user has done to the window meanwhile.
static void catch_up(Pane *pane) {
    if (pane->closing && !pane->close_timer)
        tell_closed(pane);
    if (!pane->toplevel.mapped || !pane->toplevel.pushed.managed)
        return;
    pane_settle_soon(pane, 0);
    pane_take_show(pane);
}

static void ask_pixels(const Pane *pane) {
    const GuestWindow *guest = desk_window(pane->compositor->desk, pane->id);
    Intent intent;
    intent_init(&intent, INTENT_REFRESH);
    intent.as.box = guest->box;
    pane->compositor->callbacks.intent(&intent, pane->compositor->user);
}

void placeholders_end(Compositor *compositor) {
    if (!compositor->stale)
        return;
    g_autoptr(GPtrArray) panes = list_panes(compositor);
    compositor->stale = false;
    g_clear_handle_id(&compositor->sync_timer, g_source_remove);
    g_clear_handle_id(&compositor->paint_timer, g_source_remove);
    compositor->paint_timer = g_timeout_add(PAINT_WAIT_MS, on_paint_time, compositor);
    update_popups(compositor);
    for (guint i = 0; i < panes->len; i++) {
        Pane *pane = g_ptr_array_index(panes, i);
        placeholders_painted(pane);
        if (pane->painter.stale)
            ask_pixels(pane);
        catch_up(pane);
    }
    focus_resume(compositor);
}

static gboolean on_sync_time(gpointer user) {
    Compositor *compositor = user;
    DeskEvent event;
    compositor->sync_timer = 0;
    desk_event_init(&event, DESK_EVENT_SYNC_ENDED);
    compositor_take_event(compositor, &event, -1);
    return G_SOURCE_REMOVE;
}

void placeholders_take_event(Compositor *compositor, const DeskEvent *event) {
    if (!compositor->stale)
        return;
    if (event->kind == DESK_EVENT_SYNC_ENDED)
        placeholders_end(compositor);
    else if (event->kind == DESK_EVENT_SYNC_BEGAN || event->kind == DESK_EVENT_NOT_MONITORED)
        g_clear_handle_id(&compositor->sync_timer, g_source_remove);
    else if (event->kind == DESK_EVENT_WINDOW && !compositor->syncing && !compositor->sync_timer)
        compositor->sync_timer = g_timeout_add(SYNC_WAIT_MS, on_sync_time, compositor);
}

bool placeholders_close(Pane *pane) {
    if (!pane->compositor->stale)
        return false;
    pane->closing = true;
    pane_update(pane, 0);
    return true;
}

void placeholders_stop(Compositor *compositor) {
    g_clear_handle_id(&compositor->sync_timer, g_source_remove);
    g_clear_handle_id(&compositor->paint_timer, g_source_remove);
    drop_surfaces(compositor);
    compositor->stale = false;
}
