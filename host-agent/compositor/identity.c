// SPDX-License-Identifier: Apache-2.0
// Identity of windows. Part of a Compositor, in the agent's loop. One window group for each class, never one
// for several: panels and window managers group by it. Icons that the guest sends for a window go before
// those of its application, which fill the other sizes. The client machine is this one, since desktops do not
// match windows of other machines with launchers, and the process is this one, since it is the one that
// answers.
#include "host-agent/compositor/identity.h"

#include "host-agent/compositor/hints.h"
#include "rail/family.h"

#define ICONS_SHOWN_MAX 12

static Window group_of(Compositor *compositor, const char *wm_class) {
    Screen *screen = compositor->screen;
    gpointer found = g_hash_table_lookup(compositor->groups, wm_class);
    if (found)
        return (Window)GPOINTER_TO_SIZE(found);
    Window leader = XCreateWindow(screen->display, screen->root, -10, -10, 1, 1, 0, 0, InputOnly,
                                  CopyFromParent, 0, NULL);
    hints_set_class(screen, leader, wm_class);
    hints_set_constant(screen, leader, compositor->guest_name);
    g_hash_table_insert(compositor->groups, g_strdup(wm_class), GSIZE_TO_POINTER(leader));
    return leader;
}

static void set_class(Pane *pane, const char *wm_class) {
    hints_set_class(pane->compositor->screen, pane->toplevel.window, wm_class);
    toplevel_set_group(&pane->toplevel, group_of(pane->compositor, wm_class));
}

static bool has_side(Raster *const *icons, size_t n, const Raster *icon) {
    for (size_t i = 0; i < n; i++)
        if (icons[i]->width == icon->width)
            return true;
    return false;
}

static void set_icons(Pane *pane, Raster *const *icons, size_t n_icons) {
    Raster *all[ICONS_SHOWN_MAX];
    size_t n = 0;
    for (size_t i = 0; i < PANE_ICONS; i++)
        if (pane->icons[i] && !has_side(all, n, pane->icons[i]))
            all[n++] = pane->icons[i];
    for (size_t i = 0; i < n_icons && n < ICONS_SHOWN_MAX; i++)
        if (!has_side(all, n, icons[i]))
            all[n++] = icons[i];
    if (n)
        hints_set_icons(pane->compositor->screen, pane->toplevel.window, all, n);
}

void identity_ask(Pane *pane) {
    Compositor *compositor = pane->compositor;
    WindowIdentity identity = {0};
    if (!pane->toplevel.window)
        return;
    if (!compositor->callbacks.identify ||
        !compositor->callbacks.identify(pane->id, &identity, compositor->user)) {
        set_icons(pane, NULL, 0);
        return;
    }
    pane->identified = true;
    if (g_strcmp0(pane->wm_class, identity.wm_class) != 0) {
        g_free(pane->wm_class);
        pane->wm_class = g_steal_pointer(&identity.wm_class);
        if (pane->wm_class)
            set_class(pane, pane->wm_class);
    }
    set_icons(pane, identity.icons, identity.n_icons);
    if (identity.startup_id && !pane->toplevel.mapped) {
        g_free(pane->startup_id);
        pane->startup_id = g_steal_pointer(&identity.startup_id);
    }
    g_free(identity.wm_class);
    g_free(identity.name);
    g_free(identity.startup_id);
}

static gboolean on_identity_late(gpointer user) {
    Pane *pane = user;
    pane->identity_timer = 0;
    pane_identity_is_late(pane);
    return G_SOURCE_REMOVE;
}

void identity_start(Pane *pane) {
    identity_ask(pane);
    pane->identity_timer = g_timeout_add(IDENTITY_WAIT_MS, on_identity_late, pane);
}

void identity_name_rest(Pane *pane) {
    Compositor *compositor = pane->compositor;
    const GuestWindow *guest = desk_window(compositor->desk, pane->id);
    const GuestWindow *owner = guest ? family_owner(compositor->desk, guest) : NULL;
    const Pane *other = owner ? g_hash_table_lookup(compositor->panes, GUINT_TO_POINTER(owner->id)) : NULL;
    g_autofree char *fallback = g_strconcat("io.railhead.", compositor->guest_name, NULL);
    if (!pane->wm_class)
        set_class(pane, other && other->wm_class ? other->wm_class : fallback);
}

static gboolean on_icons(gpointer user) {
    Pane *pane = user;
    pane->icons_check = 0;
    identity_ask(pane);
    XFlush(pane->compositor->screen->display);
    return G_SOURCE_REMOVE;
}

void identity_set_icon(Pane *pane, bool big, Raster *icon) {
    Compositor *compositor = pane->compositor;
    if (!pane->icons[big] && compositor->n_icons >= IDENTITY_ICONS_MAX) {
        raster_free(icon);
        return;
    }
    compositor->n_icons += !pane->icons[big];
    raster_free(pane->icons[big]);
    pane->icons[big] = icon;
    if (!pane->icons_check)
        pane->icons_check = g_idle_add(on_icons, pane);
}

void identity_stop_asking(Pane *pane) {
    g_clear_handle_id(&pane->identity_timer, g_source_remove);
    g_clear_handle_id(&pane->icons_check, g_source_remove);
    g_clear_pointer(&pane->wm_class, g_free);
}

void identity_stop(Pane *pane) {
    identity_stop_asking(pane);
    for (size_t i = 0; i < PANE_ICONS; i++) {
        pane->compositor->n_icons -= pane->icons[i] != NULL;
        raster_free(pane->icons[i]);
    }
    g_free(pane->startup_id);
}

void identity_forget(Compositor *compositor) {
    GHashTableIter iter;
    gpointer leader;
    g_hash_table_iter_init(&iter, compositor->groups);
    while (g_hash_table_iter_next(&iter, NULL, &leader))
        XDestroyWindow(compositor->screen->display, (Window)GPOINTER_TO_SIZE(leader));
    g_hash_table_remove_all(compositor->groups);
}
