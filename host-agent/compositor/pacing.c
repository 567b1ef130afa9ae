// SPDX-License-Identifier: Apache-2.0
// The counter of one window. Part of a Pane, in the agent's loop. It goes up when pixels of the size that the
// window manager gave are on the screen, at the latest after PACING_WAIT_MS: the guest never stops the host.
#include "host-agent/compositor/pacing.h"

void pacing_start(Pane *pane) {
    Screen *screen = pane->compositor->screen;
    XSyncValue zero;
    XSyncIntToValue(&zero, 0);
    if (!screen->has_sync)
        return;
    pane->counter = XSyncCreateCounter(screen->display, zero);
    const long counter = (long)pane->counter;
    XChangeProperty(screen->display, pane->toplevel.window, screen->atoms._NET_WM_SYNC_REQUEST_COUNTER,
                    XA_CARDINAL, 32, PropModeReplace, (const unsigned char *)&counter, 1);
}

void pacing_stop(Pane *pane) {
    g_clear_handle_id(&pane->pacing_timer, g_source_remove);
    if (pane->counter)
        XSyncDestroyCounter(pane->compositor->screen->display, pane->counter);
    pane->counter = None;
}

static void answer(Pane *pane) {
    g_clear_handle_id(&pane->pacing_timer, g_source_remove);
    if (pane->counter && pane->pacing)
        XSyncSetCounter(pane->compositor->screen->display, pane->counter, pane->pacing_value);
    pane->pacing = false;
}

static gboolean on_late(gpointer user) {
    Pane *pane = user;
    pane->pacing_timer = 0;
    answer(pane);
    XFlush(pane->compositor->screen->display);
    return G_SOURCE_REMOVE;
}

void pacing_take_request(Pane *pane, const XClientMessageEvent *event) {
    XSyncIntsToValue(&pane->pacing_value, (unsigned)event->data.l[2], (int)event->data.l[3]);
    pane->pacing = true;
    pane->pacing_width = pane->pacing_height = 0;
    g_clear_handle_id(&pane->pacing_timer, g_source_remove);
    pane->pacing_timer = g_timeout_add(PACING_WAIT_MS, on_late, pane);
}

void pacing_configured(Pane *pane, int width, int height) {
    pane->pacing_width = width;
    pane->pacing_height = height;
}

void pacing_painted(Pane *pane) {
    const GuestWindow *guest = desk_window(pane->compositor->desk, pane->id);
    Scale scale = pane->compositor->scale;
    if (pane->pacing && guest && guest->box.width == scale_down(scale, pane->pacing_width) &&
        guest->box.height == scale_down(scale, pane->pacing_height))
        answer(pane);
}
