// SPDX-License-Identifier: Apache-2.0
// The inside of a Compositor, and its Pane: all that the host knows of one guest window beyond the replica.
#pragma once
#include "host-agent/compositor/input.h"
#include "host-agent/compositor/painter.h"
#include "host-agent/compositor/toplevel.h"
#include "rail/placement.h"

#define PANE_ICONS 2 // small, big

struct Compositor {
    Screen *screen;
    char *guest_name;
    CompositorCallbacks callbacks;
    ScreenListener on_window_event; // user: the Pane
    gpointer user;
    Desk *desk;
    Input input;
    GHashTable *panes;     // guest window -> Pane, owned
    GHashTable *surfaces;  // id -> Surface, owned
    GHashTable *shown;     // guest window (0: the desktop) -> its Surface
    guint focus_check;     // source: where did the focus go
    uint32_t guest_active; // the guest's active window, as last heard
    guint follow_timer;    // look again what the guest made of an activation
    guint stacking_check;  // idle source: the window manager's order
    bool order_pending;    // the guest's order has to be pushed
    guint unwatched_timer; // the focus has been elsewhere
    GHashTable *groups;    // class -> leader of the window group
    size_t n_icons;        // of window orders
    bool syncing;          // windows that come now were there before
    uint32_t asked_active; // activation that the guest has not confirmed
    gint64 active_deadline;
    bool stale;
};

typedef struct Pane {
    Compositor *compositor;
    uint32_t id;
    Toplevel toplevel;
    Placement placement;
    Painter painter;
    Box box; // where the host was told to put it, guest coordinates
    bool has_pixels, identified, identity_late, pixels_asked, painted;
    XSyncCounter counter; // pacing of the window manager's resizes
    XSyncValue pacing_value;
    bool pacing;
    int pacing_width, pacing_height;
    guint pacing_timer, icons_check;
    guint identity_timer, settle_timer, placement_timer;
    bool from_sync, wants_attention, unwatched; // unwatched: a pop-up that the user does not attend to
    uint32_t came_over;                         // pop-ups: the window that had the focus then
    uint64_t map_serial;
    char *wm_class, *startup_id;
    Raster *icons[PANE_ICONS]; // of window orders
} Pane;

Pane *pane_new(Compositor *compositor, uint32_t id);
void pane_free(Pane *pane);
void pane_update(Pane *pane, uint32_t fields); // the replica's window changed
void pane_identity_is_late(Pane *pane);        // show it without
void pane_damage(Pane *pane, Box box);         // window coordinates
void pane_flush(Pane *pane);
void pane_set_stale(Pane *pane, bool stale);
void pane_settle_soon(Pane *pane, unsigned ms); // then see where the window manager left it
void pane_take_expose(Pane *pane, Box box);
void pane_take_completion(Pane *pane);
void pane_take_show(Pane *pane);
BoxList pane_own_pixels(const Pane *pane, const Surface *surface); // window coordinates
Surface *pane_surface(const Pane *pane);
