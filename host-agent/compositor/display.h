// SPDX-License-Identifier: Apache-2.0
// The inside of a Screen, for the files of this room: one connection to the X server, its events handed to
// whoever owns the X window they belong to.
#pragma once
#include "host-agent/compositor/x11.h"
#include <glib.h>
#include "host-agent/compositor/atoms.h"
#include "host-agent/compositor/compositor.h"
#include "host-agent/compositor/monitors.h"

typedef void (*ScreenListener)(const XEvent *event, gpointer user);

struct Screen {
    Display *display;
    xcb_connection_t *connection;
    Window root;
    Visual *visual;
    int depth;
    Colormap colormap;
    Visual *argb_visual; // of depth 32, NULL: there is none
    Colormap argb_colormap;
    GC argb_gc, argb_grey, argb_frame;
    Atom composite_manager; // selection _NET_WM_CM_Sn
    bool composited;
    int input_opcode;      // of XInput 2: raw presses are told to the watchers of the root; -1: not there
    GHashTable *scrollers; // source device -> see scroll.c
    XEvent motion;         // of XInput, not told yet
    bool holds_motion;
    int fixes_event; // told to the watchers of the root
    Atoms atoms;
    Monitors monitors;
    Window wm_check; // None without a window manager
    bool has_sync;
    bool shm_fds;       // MIT-SHM 1.2: segments from file descriptors
    bool shm_pixmaps;   // pictures in such segments
    int shm_completion; // event type
    int randr_event;
    int xkb_event; // told to the watchers of the root
    GC frame;      // its colour is set by who draws
    GC gc, grey;   // puts; 50 % stipple of a stale window
    Pixmap stipple;
    gint64 workspace_changed; // when
    Time user_time;           // of the last key or button in one of our windows
    GHashTable *listeners;
    GHookList on_layout; // monitors or work areas have changed
    struct WorkArea *work_area;
    Atom settings_selection;   // _XSETTINGS_Sn
    Window settings_manager;   // its owner, or None
    GHashTable *root_watchers; // user -> ScreenListener
    GSource *source;
};

void screen_listen(Screen *screen, Window window, ScreenListener listener, gpointer user);
void screen_unlisten(Screen *screen, Window window);
void screen_watch_root(Screen *screen, ScreenListener listener, gpointer user); // one for each user
void screen_unwatch_root(Screen *screen, gpointer user);
void screen_send_root(Screen *screen, Window window, Atom type, long a, long b, long c,
                      long d); // source: application
bool screen_geometry(Screen *screen, Window window,
                     RootBox *ret_box); // a round trip; false: the window is gone
