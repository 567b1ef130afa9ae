// SPDX-License-Identifier: Apache-2.0
// The inside of a Compositor, and its Pane: all that the host knows of one guest window beyond the replica.
#pragma once
#include "host-agent/compositor/desktop-view.h"
#include "host-agent/compositor/input.h"
#include "host-agent/compositor/painter.h"
#include "host-agent/compositor/toplevel.h"
#include "rail/placement.h"

#define PANE_ICONS 2 // small, big

typedef enum MoveSizeState { MOVE_SIZE_NONE, MOVE_SIZE_ACTIVE, MOVE_SIZE_ENDING } MoveSizeState;

typedef struct MoveSize { // see move-size.h
    MoveSizeState state;
    uint32_t window;
    uint16_t type;          // RAIL_WMSZ_*
    bool grabbed, returned; // the window manager took pointer or keyboard, and gave it back
    gint64 began;
    guint timer;
} MoveSize;

struct Compositor {
    Screen *screen;
    char *guest_name;
    CompositorCallbacks callbacks;
    ScreenListener on_window_event; // user: the Pane
    gpointer user;
    Scale scale; // how much larger the guest is shown than it paints
    Desk *desk;
    Input input;
    MoveSize move_size;
    DesktopView *desktop_view;     // while the guest shows no windows, else NULL
    DesktopLook look;              // of it
    RootBox view_place;            // where it was last, empty: nowhere yet
    bool view_had_focus;           // when it was closed, until the windows are back
    GHashTable *panes;             // guest window -> Pane, owned
    GHashTable *surfaces;          // id -> Surface, owned
    GHashTable *shown;             // guest window (0: the desktop) -> its Surface
    GHashTable *last_surfaces;     // guest window -> its Surface of a session that was lost, owned
    guint sync_timer, paint_timer; // see placeholders.c
    guint focus_check;             // source: where did the focus go
    uint32_t guest_active;         // the guest's active window, as last heard
    guint follow_timer;            // look again what the guest made of an activation
    guint stacking_check;          // idle source: the window manager's order
    bool order_pending;            // the guest's order has to be pushed
    guint press_check;             // there was a press beside the guest's windows
    guint unwatched_timer;         // the focus has been elsewhere
    GHashTable *groups;            // class -> leader of the window group
    size_t n_icons;                // of window orders
    uint32_t frame;                // colour, or COMPOSITOR_NO_FRAME
    Cursor cursor;                 // None: the desktop's own
    DeskEvent pointer;             // the shape to show next
    guint cursor_check;
    bool syncing;          // windows that come now were there before
    uint32_t asked_active; // activation that the guest has not confirmed
    gint64 active_deadline;
    bool stale;     // the guest is away
    gint64 pointed; // when the user asked for a menu at a place of the screen
};

typedef struct Pane {
    Compositor *compositor;
    uint32_t id;
    Toplevel toplevel;
    Placement placement;
    Painter painter;
    Box box;                  // where the host was told to put it, or has put it, guest coordinates
    uint64_t push_deadline;   // ms: until then the window manager has not answered a push
    bool size_asserted;       // of a window that has a fixed one: the window manager was asked once
    bool layout_changed;      // and windows may still be moved for that,
    uint64_t layout_deadline; // ms: no longer than until then
    bool
        guest_rearranges; // likewise the guest's monitors: what it does to its windows then was not asked for
    bool has_pixels, identified, identity_late, pixels_asked, painted;
    XSyncCounter counter; // pacing of the window manager's resizes
    XSyncValue pacing_value;
    bool pacing;
    int pacing_width, pacing_height;
    bool cut_out; // it has a shape of its alpha
    guint alpha_timer;
    bool closing; // by the user while the guest was away
    guint close_timer;
    guint pacing_timer, icons_check;
    guint identity_timer, settle_timer, placement_timer, show_timer;
    bool from_sync, wants_attention, unwatched; // unwatched: a pop-up that the user does not attend to
    uint32_t came_over;                         // pop-ups: the window that had the focus then
    bool was_asked_for;                         // pop-ups: the user had clicked on a notification icon
    bool concealed;  // while the guest shows its whole desktop, and until it has named its windows again
    bool returns;    // from there, and its place in the guest's order has not been asked for yet
    bool takes_over; // the focus of the desktop's window is to be its own
    uint64_t map_serial;
    char *wm_class, *startup_id;
    Raster *icons[PANE_ICONS]; // of window orders
} Pane;

Pane *pane_new(Compositor *compositor, uint32_t id);
void pane_free(Pane *pane);
void pane_update(Pane *pane, uint32_t fields);       // the replica's window changed
void pane_identity_is_late(Pane *pane);              // show it without
void pane_damage(Pane *pane, Box box);               // window coordinates
void pane_take_popups(const Pane *owner, bool seen); // they are no longer, or not yet, without their owner
void pane_flush(Pane *pane);
void pane_conceal(Pane *pane); // the X window stays, unmapped
void pane_reveal(Pane *pane, bool takes_over);
void pane_redraw(Pane *pane);                                           // all of it
GuestShow pane_wanted_show(const Pane *pane, const GuestWindow *guest); // of the X window
void pane_push(Pane *pane, const GuestWindow *guest);                   // make the X window what it should be
void pane_take_expose(Pane *pane, Box box);
void pane_take_completion(Pane *pane);
void pane_take_show(Pane *pane);                                   // the window manager has written a state
BoxList pane_own_pixels(const Pane *pane, const Surface *surface); // X window coordinates
Surface *pane_surface(const Pane *pane);

// pane-place.c
void pane_place(Pane *pane, const GuestWindow *guest); // the guest has named a place
void pane_was_pushed(Pane *pane);                      // the window manager has been asked for a place
void pane_settle_soon(Pane *pane, unsigned ms);        // then see where the window manager left it
void pane_settle_now(Pane *pane);
void pane_return_to_guest(Pane *pane); // its place is the guest's, whatever the host made of it
void pane_take_configure(Pane *pane, const XConfigureEvent *event);
void pane_take_layout(Pane *pane, bool of_guest); // monitors or work areas have changed
Box pane_view(const Pane *pane);                  // what of the guest's desktop the X window shows
