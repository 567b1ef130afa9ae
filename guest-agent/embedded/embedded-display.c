// SPDX-License-Identifier: Apache-2.0
// The client's monitors as those of the private display and of Wine, which reads an X server's monitors only
// when a program asks for another mode: a program of ours does (railhead-guest /display), once for a burst of
// changes, since work areas follow monitors. Part of Embedded, in its loop.
#include "guest-agent/embedded/embedded-display.h"

#include "guest-agent/embedded/x-screen.h"

#define SETTLE_MS 150

static void on_told(GPid pid, int status, gpointer user) {
    Embedded *embedded = user;
    g_spawn_close_pid(pid);
    embedded->display_watch = 0;
    if (embedded->display_again)
        embedded_display_areas_changed(embedded);
    else
        embedded->windows->is_unsettled = false;
}

static gboolean on_settled(gpointer user) {
    Embedded *embedded = user;
    g_autofree char *dpi = g_strdup_printf("%u", embedded->dpi);
    const char *argv[] = {"C:\\railhead\\railhead-guest.exe", "/display", dpi, NULL};
    g_autoptr(GError) error = NULL;
    embedded->display_timer = 0;
    embedded->display_again = false;
    GPid pid = embedded->wine.guest_dir ? wine_start(&embedded->wine, argv, -1, -1, &error) : 0;
    embedded->windows->is_unsettled &= pid != 0;
    if (pid)
        embedded->display_watch = g_child_watch_add(pid, on_told, embedded);
    else if (error)
        g_warning("Wine is not told of the monitors: %s", error->message);
    return G_SOURCE_REMOVE;
}

void embedded_display_areas_changed(Embedded *embedded) {
    embedded->display_again = embedded->display_watch != 0;
    if (!embedded->display_watch && !embedded->display_timer && embedded->server)
        embedded->display_timer = g_timeout_add(SETTLE_MS, on_settled, embedded);
}

void embedded_display_set(Embedded *embedded, const Layout *layout, Layout *ret_layout) {
    if (!x_screen_set(&embedded->x, layout, ret_layout))
        g_warning("the display cannot have %u monitors", layout->count);
    embedded->dpi = ret_layout->dpi;
    Box bounds = layout_bounds(ret_layout);
    g_message("the desktop is %dx%d on %u monitors", bounds.width, bounds.height, ret_layout->count);
    Box primary = ret_layout->monitors[0].box;
    x_windows_count_from(embedded->windows, primary.x, primary.y);
    x_manager_forget_work_areas(embedded->windows);
    embedded_display_areas_changed(embedded);
    embedded->windows->is_unsettled = // without RAIL the client itself moves windows by their programs
        !embedded->options.has_no_rail && (embedded->display_timer || embedded->display_watch);
}

void embedded_display_stop(Embedded *embedded) {
    g_clear_handle_id(&embedded->display_timer, g_source_remove);
    g_clear_handle_id(&embedded->display_watch, g_source_remove);
}
