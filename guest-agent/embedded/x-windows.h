// SPDX-License-Identifier: Apache-2.0
// The top-level windows of the private display, as the guest's windows: a list, their description as
// GuestWindow values, and the changes of both.
#pragma once
#include "guest-agent/embedded/x-server.h"
#include "rail/catalogue-message.h"

#define X_WINDOWS_STACK_MAX 250

typedef struct XWindows XWindows;

typedef enum XShellRole { X_SHELL_NONE, X_SHELL_BACKDROP, X_SHELL_BAR } XShellRole; // rail/PROTOCOL.md 3.8

typedef struct XWindow {
    XWindows *owner;
    Window xid;
    uint32_t id; // on the wire; 0 until it is announced
    bool is_override, is_mapped, is_iconic, is_maximised, is_fullscreen, is_above, is_ignored;
    bool takes_focus, takes_delete, takes_ping, wants_input, has_argb, is_dirty,
        is_waiting; // is_waiting: for the tracker's facts
    bool is_drawn;  // there is something to show: the program has drawn since the window was mapped
    Box box;        // X geometry
    Box restore;    // before it was maximised
    Box seen;       // where it was when its place was last told
    XShellRole shell_role;
    Window transient_for, above; // above: the sibling below it, as X says
    char *title;                 // owned
    TrackedWindow *facts;        // owned; NULL while Win32's are not known
    uint32_t question;           // about it, that the tracker has not answered yet; 0: none
    guint facts_timeout, drawn_timeout;
    GuestWindow told; // what the client knows, when id is set
    Pixmap pixmap;
    XID damage, held; // held: a region of damage that was fetched and nobody has been told of
    Visual *visual;
    int depth;
} XWindow;

typedef struct XWindowsEvents {
    uint32_t (*on_question)(void *user); // facts of a new window are wanted: what x_windows_answered() tells
    void (*on_window)(void *user, XWindow *window, bool is_new, const GuestWindowDelta *delta);
    void (*on_gone)(void *user, XWindow *window);
    void (*on_stack)(void *user);                            // the order or the active window changed
    void (*on_damage)(void *user, XWindow *window, Box box); // window coordinates; never before is_drawn
    bool (*on_touch)(void *user, XWindow *window);           // true: leave the damage in the X server
    void (*on_icon)(void *user, XWindow *window);
    void (*on_move_request)(void *user, XWindow *window, int direction, int x, int y);
} XWindowsEvents;

struct XWindows {
    XServer *server;
    const XWindowsEvents *events;
    void *user;
    GHashTable *by_xid; // Window -> XWindow (owned)
    GHashTable *by_id;  // id -> XWindow, of those that are announced
    GHashTable *facts;  // Window -> TrackedWindow (owned): of windows not seen yet too
    XWindow *active;
    Window focus_wanted, focus_before; // the last two that were asked to take the focus,
    gint64 focus_wanted_at;            // and when
    Window check, tray;                // of ours, and no windows of the guest
    Box net_work_area;                 // as the programs of the display know it
    BoxList work_areas;                // of the client's monitors; none: all of the display
    bool is_tracking;                  // facts are worth waiting for
    bool is_stack_dirty;
    bool is_unsettled;          // the monitors are others, and programs may not know yet
    bool is_desktop;            // all of it is shown: this side decides who lies over whom
    int cascade;                // windows placed by x_manager so far
    int32_t origin_x, origin_y; // place of the display that the client counts from
    guint flush;
    uint32_t stack[X_WINDOWS_STACK_MAX]; // ids, front to back
    size_t stack_count;
};

XWindows *x_windows_new(XServer *server, const XWindowsEvents *events, void *user, GError **error);
void x_windows_free(XWindows *windows);
void x_windows_event(XWindows *windows, XEvent *event);
XWindow *x_windows_find(XWindows *windows, uint32_t id);
XWindow *x_windows_at(XWindows *windows, int x, int y); // topmost announced window there
uint32_t x_windows_active_id(const XWindows *windows);
void x_windows_touch(XWindow *window); // describe it again soon
void x_windows_touch_stack(XWindows *windows);
void x_windows_announce_all(XWindows *windows); // on_window for each announced window, as new
// The client counts from this place of the display from now on, what it knows already, too: where a window
// that has not moved with it is will be told anew.
void x_windows_count_from(XWindows *windows, int32_t x, int32_t y);
void x_windows_set_facts(XWindows *windows, const TrackedWindow *untrusted_facts);
void x_windows_forget_facts(XWindows *windows, uint32_t hwnd);
void x_windows_answered(XWindows *windows, uint32_t question); // and all that were asked before
