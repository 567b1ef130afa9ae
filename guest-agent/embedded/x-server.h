// SPDX-License-Identifier: Apache-2.0
// The private X display: the server process, the connection to it and its atoms.
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <X11/Xlib.h>

// clang-format off
#define X_ATOMS(X) \
    X(WM_PROTOCOLS) \
    X(WM_DELETE_WINDOW) \
    X(WM_TAKE_FOCUS) \
    X(WM_STATE) \
    X(WM_CHANGE_STATE) \
    X(WM_TRANSIENT_FOR) \
    X(WM_NAME) \
    X(UTF8_STRING) \
    X(MANAGER) \
    X(WM_S0) \
    X(_NET_SUPPORTED) \
    X(_NET_SUPPORTING_WM_CHECK) \
    X(_NET_ACTIVE_WINDOW) \
    X(_NET_WM_NAME) \
    X(_NET_WM_STATE) \
    X(_NET_WM_STATE_MAXIMIZED_VERT) \
    X(_NET_WM_STATE_MAXIMIZED_HORZ) \
    X(_NET_WM_STATE_FULLSCREEN) \
    X(_NET_WM_STATE_HIDDEN) \
    X(_NET_WM_STATE_ABOVE) \
    X(_NET_WM_STATE_SKIP_TASKBAR) \
    X(_NET_WM_STATE_MODAL) \
    X(_NET_WM_ICON) \
    X(_NET_WM_PID) \
    X(_NET_WM_MOVERESIZE) \
    X(_NET_WM_WINDOW_TYPE) \
    X(_NET_WM_WINDOW_TYPE_DIALOG) \
    X(_NET_WORKAREA) \
    X(_NET_CLIENT_LIST) \
    X(_NET_NUMBER_OF_DESKTOPS) \
    X(_NET_CURRENT_DESKTOP) \
    X(_NET_FRAME_EXTENTS) \
    X(_NET_WM_PING) \
    X(_NET_SYSTEM_TRAY_S0) \
    X(_NET_SYSTEM_TRAY_OPCODE) \
    X(_NET_SYSTEM_TRAY_VISUAL) \
    X(_XEMBED) \
    X(_XEMBED_INFO)
// clang-format on

typedef enum XAtomName {
#define X_ATOM_ENUM(name) X_##name,
    X_ATOMS(X_ATOM_ENUM)
#undef X_ATOM_ENUM
        X_ATOM_COUNT
} XAtomName;

typedef struct XServer {
    Display *display;
    Window root;
    int width, height;
    int width_max, height_max; // what it has memory for
    bool has_monitors;         // of the client's making
    GPid pid;
    char *name, *authority; // owned: ":7", path of the cookie file
    Atom atoms[X_ATOM_COUNT];
    int damage_event, shape_event, composite_event;
    GSource *source;
    void (*on_event)(void *user, XEvent *event);
    void (*on_lost)(void *user);
    void *user;
} XServer;

// Starts Xvfb with a cookie below `runtime` and connects. Events go to on_event once it is set.
bool x_server_start(XServer *server, const char *runtime, int width, int height, GError **error);
void x_server_stop(XServer *server);
// A property of 32-bit items of at most max items; owned by the caller (g_free), NULL when it is not there.
unsigned long *x_server_get_longs(const XServer *server, Window window, Atom property, Atom type, size_t max,
                                  size_t *ret_count);
void x_server_set_longs(const XServer *server, Window window, XAtomName property, Atom type,
                        const long *values, size_t count);
void x_server_send(const XServer *server, Window to, Window about, XAtomName type, long mask,
                   const long data[5]);
