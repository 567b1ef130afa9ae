// SPDX-License-Identifier: Apache-2.0
// Goes from windows to the whole desktop and back when the window of the guest's shell comes and goes. Part
// of Embedded, in its loop. The windows keep their ids and surfaces meanwhile, so a client binds them again.
// Never starts or ends the shell: that is the guest agent's.
#include "guest-agent/embedded/embedded-desktop.h"

#define ACTIVE_REST_MS 150

static Box whole(const Embedded *embedded) {
    return (Box){0, 0, embedded->x.width, embedded->x.height};
}

void embedded_desktop_damage(Embedded *embedded, Box box) {
    RdpFrames *frames = rdp_server_frames(embedded->server);
    if (frames)
        rdp_frames_damage_desktop(frames, box);
}

static void tell_desktop(Embedded *embedded) {
    RdpOrders *orders = rdp_server_orders(embedded->server);
    rdp_orders_desktop(orders, WINDOW_ORDER_DESKTOP_NONE, 0, NULL, 0);
    rdp_orders_flush(orders);
    rdp_frames_show_desktop(rdp_server_frames(embedded->server), true);
    embedded_desktop_damage(embedded, whole(embedded));
}

static void tell_windows(Embedded *embedded) {
    RdpOrders *orders = rdp_server_orders(embedded->server);
    rdp_frames_show_desktop(rdp_server_frames(embedded->server), false);
    rdp_orders_desktop(orders, WINDOW_ORDER_DESKTOP_HOOKED | WINDOW_ORDER_DESKTOP_ARC_BEGAN, 0, NULL, 0);
    x_windows_announce_all(embedded->windows);
    x_tray_announce_all(&embedded->tray);
    embedded_send_stack(embedded, WINDOW_ORDER_DESKTOP_HOOKED);
    rdp_orders_desktop(orders, WINDOW_ORDER_DESKTOP_HOOKED | WINDOW_ORDER_DESKTOP_ARC_COMPLETED, 0, NULL, 0);
    rdp_orders_flush(orders);
    embedded_desktop_damage(embedded, whole(embedded));
}

void embedded_desktop_synchronise(Embedded *embedded) {
    if (!rdp_server_orders(embedded->server))
        return;
    if (embedded->options.has_no_rail)
        embedded_desktop_damage(embedded, whole(embedded));
    else if (embedded->shows_desktop)
        tell_desktop(embedded);
    else
        tell_windows(embedded);
}

static void show(Embedded *embedded, bool desktop) {
    desktop = desktop || embedded->options.has_no_rail;
    if (embedded->shows_desktop == desktop)
        return;
    embedded->shows_desktop = desktop;
    g_message("the client sees %s", desktop ? "the desktop" : "windows");
    x_input_release(embedded->windows);
    x_manager_set_desktop(embedded->windows, desktop);
    embedded_desktop_synchronise(embedded);
}

static bool has_backdrop(const Embedded *embedded) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, embedded->windows->by_id);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (((const XWindow *)value)->shell_role == X_SHELL_BACKDROP)
            return true;
    return false;
}

static gboolean on_look(gpointer user) {
    Embedded *embedded = user;
    embedded->desktop_look = 0;
    show(embedded, has_backdrop(embedded));
    return G_SOURCE_REMOVE;
}

bool embedded_desktop_take_window(Embedded *embedded, XWindow *window) {
    if (window->shell_role == X_SHELL_BACKDROP)
        show(embedded, true);
    if (window->shell_role == X_SHELL_BAR) // it has come, or lies elsewhere
        x_manager_set_desktop(embedded->windows, embedded->shows_desktop);
    return window->shell_role != X_SHELL_NONE;
}

static gboolean on_active_due(gpointer user) {
    Embedded *embedded = user;
    embedded->active_due = 0;
    embedded->active_question = tracker_ask(embedded->tracker);
    return G_SOURCE_REMOVE;
}

// Wine does not tell its window manager of SetForegroundWindow, which taskbars live by. What this side has
// asked for itself may not have come about yet: so it rests a little, and then Win32 is asked.
void embedded_desktop_look_at_active(Embedded *embedded) {
    if (embedded->shows_desktop && x_windows_active_id(embedded->windows) != embedded->told_active &&
        !embedded->active_due)
        embedded->active_due = g_timeout_add(ACTIVE_REST_MS, on_active_due, embedded);
}

void embedded_desktop_take_active(Embedded *embedded, uint32_t hwnd) {
    embedded->told_active = hwnd;
    embedded_desktop_look_at_active(embedded);
}

void embedded_desktop_take_answer(Embedded *embedded, uint32_t question) {
    XWindow *window = x_windows_find(embedded->windows, embedded->told_active);
    if (!embedded->active_question || question < embedded->active_question)
        return;
    embedded->active_question = 0;
    if (embedded->shows_desktop && window && embedded->windows->active != window)
        x_manager_activate(window);
}

void embedded_desktop_take_gone(Embedded *embedded, const XWindow *window) {
    if (window->shell_role == X_SHELL_BACKDROP && !embedded->desktop_look) // it may only get another number
        embedded->desktop_look = g_idle_add(on_look, embedded);
}

void embedded_desktop_start(Embedded *embedded) {
    show(embedded, false);
}

void embedded_desktop_stop(Embedded *embedded) {
    g_clear_handle_id(&embedded->desktop_look, g_source_remove);
    g_clear_handle_id(&embedded->active_due, g_source_remove);
}
