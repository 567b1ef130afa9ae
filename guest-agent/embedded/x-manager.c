// SPDX-License-Identifier: Apache-2.0
// Window manager policy on the private display: windows are where they ask to be, the host decides the rest
// through RAIL. Part of XWindows, in its loop. Never draws and never reparents.
#include "guest-agent/embedded/x-manager.h"
#include "guest-agent/embedded/x-capture.h"

#include <gio/gio.h>
#include <string.h>
#include <X11/Xatom.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xcomposite.h>

#define FOCUS_ANSWER_US (2 * G_TIME_SPAN_SECOND)

enum { STATE_REMOVE, STATE_ADD, STATE_TOGGLE };

static XWindow *find(XWindows *windows, Window xid) {
    return g_hash_table_lookup(windows->by_xid, GSIZE_TO_POINTER(xid));
}

static void write_wm_state(XWindow *window, long state) {
    const XServer *server = window->owner->server;
    x_server_set_longs(server, window->xid, X_WM_STATE, server->atoms[X_WM_STATE], (long[]){state, None}, 2);
}

static void write_net_state(XWindow *window) {
    const XServer *server = window->owner->server;
    long values[8];
    size_t count = 0;
    if (window->is_maximised) {
        values[count++] = (long)server->atoms[X__NET_WM_STATE_MAXIMIZED_VERT];
        values[count++] = (long)server->atoms[X__NET_WM_STATE_MAXIMIZED_HORZ];
    }
    if (window->is_fullscreen)
        values[count++] = (long)server->atoms[X__NET_WM_STATE_FULLSCREEN];
    if (window->is_above)
        values[count++] = (long)server->atoms[X__NET_WM_STATE_ABOVE];
    if (window->is_iconic)
        values[count++] = (long)server->atoms[X__NET_WM_STATE_HIDDEN];
    x_server_set_longs(server, window->xid, X__NET_WM_STATE, XA_ATOM, values, count);
}

static void read_net_state(XWindow *window) {
    const XServer *server = window->owner->server;
    size_t count = 0;
    g_autofree unsigned long *states =
        x_server_get_longs(server, window->xid, server->atoms[X__NET_WM_STATE], XA_ATOM, 32, &count);
    for (size_t i = 0; i < count; i++) {
        window->is_maximised |= states[i] == server->atoms[X__NET_WM_STATE_MAXIMIZED_VERT];
        window->is_fullscreen |= states[i] == server->atoms[X__NET_WM_STATE_FULLSCREEN];
        window->is_above |= states[i] == server->atoms[X__NET_WM_STATE_ABOVE];
    }
}

void x_manager_read_hints(XWindow *window) {
    const XServer *server = window->owner->server;
    Atom *protocols = NULL;
    int count = 0;
    window->takes_focus = window->takes_delete = window->takes_ping = false;
    if (XGetWMProtocols(server->display, window->xid, &protocols, &count)) {
        for (int i = 0; i < count; i++) {
            window->takes_focus |= protocols[i] == server->atoms[X_WM_TAKE_FOCUS];
            window->takes_delete |= protocols[i] == server->atoms[X_WM_DELETE_WINDOW];
            window->takes_ping |= protocols[i] == server->atoms[X__NET_WM_PING];
        }
        XFree(protocols);
    }
    XWMHints *hints = XGetWMHints(server->display, window->xid);
    window->wants_input = !hints || !(hints->flags & InputHint) || hints->input;
    if (hints)
        XFree(hints);
    window->transient_for = None;
    XGetTransientForHint(server->display, window->xid, &window->transient_for);
}

static void set_active(XWindows *windows, XWindow *window) {
    if (windows->active == window)
        return;
    windows->active = window;
    long value = window ? (long)window->xid : None;
    x_server_set_longs(windows->server, windows->server->root, X__NET_ACTIVE_WINDOW, XA_WINDOW, &value, 1);
    x_windows_touch_stack(windows);
}

static void send_protocol(XWindow *window, XAtomName protocol, Window about) {
    const XServer *server = window->owner->server;
    x_server_send(server, window->xid, window->xid, X_WM_PROTOCOLS, NoEventMask,
                  (long[5]){(long)server->atoms[protocol], CurrentTime, (long)about});
}

// Programs of Wine take the focus when they get round to it, each in a process of its own: one that was asked
// before and is late would take it back, or be the active one without it. So the one that loses it is pinged,
// and when it has answered, and thus read all that it was told before, the other is asked once more.
static void note_wanted(XWindow *window) {
    XWindows *windows = window->owner;
    if (windows->focus_wanted != window->xid) {
        windows->focus_before = windows->focus_wanted;
        windows->focus_wanted = window->xid;
        windows->focus_wanted_at = g_get_monotonic_time();
    }
    XWindow *before = find(windows, windows->focus_before);
    if (before && before != window && before->takes_ping)
        send_protocol(before, X__NET_WM_PING, before->xid);
}

static XWindow *find_bar(const XWindows *windows) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, windows->by_xid);
    while (windows->is_desktop && g_hash_table_iter_next(&iter, NULL, &value))
        if (((XWindow *)value)->shell_role == X_SHELL_BAR && ((XWindow *)value)->is_mapped)
            return value;
    return NULL;
}

static void keep_bar_above(const XWindows *windows) {
    const XWindow *bar = find_bar(windows);
    if (bar && !(windows->active && windows->active->is_fullscreen))
        XRaiseWindow(windows->server->display, bar->xid);
}

static void raise_window(const XWindow *window) {
    XRaiseWindow(window->owner->server->display, window->xid);
    keep_bar_above(window->owner);
}

// A window that takes the focus by itself becomes active when it has done so (FocusIn), since it may decline.
static void focus(XWindow *window) {
    g_debug("focus: 0x%x is asked to take it, 0x%lx was before", window->id, window->owner->focus_wanted);
    if (window->wants_input) {
        XSetInputFocus(window->owner->server->display, window->xid, RevertToPointerRoot, CurrentTime);
        set_active(window->owner, window);
    }
    note_wanted(window);
    if (window->takes_focus)
        send_protocol(window, X_WM_TAKE_FOCUS, None);
}

static void on_pong(XWindows *windows, Window from) {
    XWindow *wanted = find(windows, windows->focus_wanted);
    if (from != windows->focus_before || !wanted || !wanted->is_mapped)
        return;
    windows->focus_before = None;
    g_debug("focus: 0x%lx has read all, 0x%x is asked again", from, wanted->id);
    if (wanted->takes_focus)
        send_protocol(wanted, X_WM_TAKE_FOCUS, None);
}

static void on_focus_in(XWindow *window) {
    XWindows *windows = window->owner;
    XWindow *wanted = find(windows, windows->focus_wanted);
    g_debug("focus: 0x%x has it, 0x%x is to have it", window->id, wanted ? wanted->id : 0);
    if (window->xid == windows->focus_before && wanted && wanted->is_mapped &&
        g_get_monotonic_time() - windows->focus_wanted_at < FOCUS_ANSWER_US) {
        focus(wanted);
        return;
    }
    if (window != wanted) {
        windows->focus_before = None;
        windows->focus_wanted = window->xid;
    }
    if (windows->active != window)
        windows->events->on_question(windows->user); // the tracker looks after its caption
    if (windows->is_desktop && window->shell_role == X_SHELL_NONE)
        raise_window(window);
    set_active(windows, window);
}

void x_manager_offer_focus(XWindow *window) {
    if (!window->is_override && window->is_mapped && window->owner->active != window)
        focus(window);
}

void x_manager_activate(XWindow *window) {
    if (window->is_override || window->shell_role != X_SHELL_NONE)
        return;
    if (window->is_iconic)
        x_manager_restore(window);
    raise_window(window);
    focus(window);
}

void x_manager_deactivate(XWindows *windows) {
    g_debug("focus: the host has it");
    windows->focus_wanted = windows->focus_before = None;
    XSetInputFocus(windows->server->display, windows->check, RevertToPointerRoot, CurrentTime);
    set_active(windows, NULL);
}

void x_manager_on_mapped(XWindow *window) {
    if (window->is_override)
        return;
    write_wm_state(window, NormalState);
    write_net_state(window);
    if (window->takes_focus || window->wants_input)
        focus(window);
}

void x_manager_on_unmapped(XWindow *window) {
    XWindows *windows = window->owner;
    if (!window->is_iconic && !window->is_override) {
        write_wm_state(window, WithdrawnState);
        window->is_maximised = window->is_fullscreen = false; // it says itself how it comes back
        XDeleteProperty(windows->server->display, window->xid, windows->server->atoms[X__NET_WM_STATE]);
    }
    if (windows->active != window)
        return;
    set_active(windows, NULL);
    XWindow *next = window->transient_for ? find(windows, window->transient_for) : NULL;
    for (size_t i = 0; !next && i < windows->stack_count; i++) {
        XWindow *candidate = x_windows_find(windows, windows->stack[i]);
        if (candidate && candidate != window && candidate->is_mapped && !candidate->is_override)
            next = candidate;
    }
    if (next && next->is_mapped)
        focus(next);
}

static bool is_resize(const XWindow *window, unsigned mask, const XWindowChanges *changes) {
    return ((mask & CWWidth) && changes->width != window->box.width) ||
           ((mask & CWHeight) && changes->height != window->box.height);
}

static void configure(XWindow *window, unsigned mask, XWindowChanges *changes) {
    bool is_resized = is_resize(window, mask, changes);
    if (!is_resized)
        x_capture_begin_move(window);
    XConfigureWindow(window->owner->server->display, window->xid, mask, changes);
    if (!is_resized)
        x_capture_end_move(window);
}

void x_manager_move(XWindow *window, Box box) {
    box.width = CLAMP(box.width, 1, BOX_LIMIT);
    box.height = CLAMP(box.height, 1, BOX_LIMIT);
    XWindowChanges changes = {.x = box.x, .y = box.y, .width = box.width, .height = box.height};
    configure(window, CWX | CWY | CWWidth | CWHeight, &changes);
}

static int64_t seen(Box a, Box b) {
    Box both = box_intersect(a, b);
    return (int64_t)both.width * both.height;
}

static Box without_bar(const XWindows *windows, Box area) {
    const XWindow *bar = find_bar(windows);
    if (bar && seen(bar->box, area) && bar->box.y > area.y)
        area.height = MIN(area.height, bar->box.y - area.y);
    return area;
}

Box x_manager_work_area(const XWindow *window) {
    const XWindows *windows = window->owner;
    const BoxList *areas = &windows->work_areas;
    Box best = areas->count ? areas->boxes[0] : (Box){0, 0, windows->server->width, windows->server->height};
    for (uint32_t i = 0; i < areas->count; i++)
        if (seen(areas->boxes[i], window->box) > seen(best, window->box))
            best = areas->boxes[i];
    return without_bar(windows, best);
}

static void fit_maximised(XWindows *windows) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, windows->by_xid);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        XWindow *window = value;
        if (window->is_maximised && !window->is_override && !window->is_fullscreen)
            x_manager_move(window, x_manager_work_area(window));
    }
}

// The property has one box for all monitors.
static bool publish_work_area(XWindows *windows) {
    const XServer *server = windows->server;
    Box all = windows->work_areas.count ? box_list_bounds(&windows->work_areas)
                                        : (Box){0, 0, server->width, server->height};
    long values[4] = {all.x, all.y, all.width, all.height};
    if (box_equal(all, windows->net_work_area))
        return false;
    windows->net_work_area = all;
    x_server_set_longs(server, server->root, X__NET_WORKAREA, XA_CARDINAL, values, 4);
    return true;
}

bool x_manager_set_work_area(XWindows *windows, Box area) {
    BoxList *areas = &windows->work_areas;
    uint32_t kept = 0;
    if (box_is_empty(area))
        return false;
    for (uint32_t i = 0; i < areas->count; i++)
        if (!seen(areas->boxes[i], area))
            areas->boxes[kept++] = areas->boxes[i];
    areas->count = kept;
    box_list_add(areas, area);
    fit_maximised(windows);
    return publish_work_area(windows);
}

void x_manager_set_desktop(XWindows *windows, bool is_desktop) {
    GHashTableIter iter;
    gpointer value;
    windows->is_desktop = is_desktop;
    g_hash_table_iter_init(&iter, windows->by_xid);
    while (is_desktop && g_hash_table_iter_next(&iter, NULL, &value))
        if (((XWindow *)value)->shell_role == X_SHELL_BACKDROP)
            XLowerWindow(windows->server->display, ((XWindow *)value)->xid);
    keep_bar_above(windows);
    fit_maximised(windows);
}

void x_manager_forget_work_areas(XWindows *windows) {
    windows->work_areas.count = 0;
    publish_work_area(windows);
}

void x_manager_close(XWindow *window) {
    const XServer *server = window->owner->server;
    if (window->takes_delete)
        x_server_send(server, window->xid, window->xid, X_WM_PROTOCOLS, NoEventMask,
                      (long[5]){(long)server->atoms[X_WM_DELETE_WINDOW], CurrentTime});
}

void x_manager_minimise(XWindow *window) {
    if (window->is_override || window->is_iconic || !window->is_mapped)
        return;
    window->is_iconic = true;
    write_wm_state(window, IconicState);
    write_net_state(window);
    XUnmapWindow(window->owner->server->display, window->xid);
    x_windows_touch(window);
}

void x_manager_maximise(XWindow *window) {
    if (window->is_iconic)
        x_manager_restore(window);
    if (window->is_maximised)
        return;
    window->is_maximised = true;
    window->restore = window->box;
    write_net_state(window);
    x_manager_move(window, x_manager_work_area(window));
    x_windows_touch(window);
}

void x_manager_restore(XWindow *window) {
    if (window->is_iconic) {
        window->is_iconic = false;
        write_wm_state(window, NormalState);
        write_net_state(window);
        XMapWindow(window->owner->server->display, window->xid);
    } else if (window->is_maximised || window->is_fullscreen) {
        window->is_maximised = window->is_fullscreen = false;
        write_net_state(window);
        if (!box_is_empty(window->restore))
            x_manager_move(window, window->restore);
    }
    x_windows_touch(window);
}

static bool wanted(bool is_set, long action) {
    return action == STATE_ADD || (action == STATE_TOGGLE && !is_set);
}

static void change_state(XWindow *window, long action, Atom state) {
    const XServer *server = window->owner->server;
    if (state == server->atoms[X__NET_WM_STATE_MAXIMIZED_VERT]) {
        if (wanted(window->is_maximised, action))
            x_manager_maximise(window);
        else if (!window->is_iconic)
            x_manager_restore(window);
    } else if (state == server->atoms[X__NET_WM_STATE_FULLSCREEN]) {
        bool on = wanted(window->is_fullscreen, action);
        if (on && !window->is_fullscreen) {
            window->restore = window->is_maximised ? window->restore : window->box;
            window->is_fullscreen = true;
            write_net_state(window);
            x_manager_move(window, (Box){0, 0, server->width, server->height});
        } else if (!on && window->is_fullscreen) {
            x_manager_restore(window);
        }
    } else if (state == server->atoms[X__NET_WM_STATE_ABOVE]) {
        window->is_above = wanted(window->is_above, action);
        write_net_state(window);
    }
}

static void on_client_message(XWindow *window, const XClientMessageEvent *event) {
    XWindows *windows = window->owner;
    const Atom *atoms = windows->server->atoms;
    if (event->message_type == atoms[X__NET_WM_STATE]) {
        for (int i = 1; i <= 2; i++)
            if (event->data.l[i])
                change_state(window, event->data.l[0], (Atom)event->data.l[i]);
    } else if (event->message_type == atoms[X__NET_ACTIVE_WINDOW]) {
        x_manager_activate(window);
    } else if (event->message_type == atoms[X_WM_CHANGE_STATE] && event->data.l[0] == IconicState) {
        x_manager_minimise(window);
    } else if (event->message_type == atoms[X__NET_WM_MOVERESIZE]) {
        windows->events->on_move_request(windows->user, window, (int)event->data.l[2], (int)event->data.l[0],
                                         (int)event->data.l[1]);
    }
}

// A program that does not know the monitors as they are puts its windows where it could see them before,
// while the client has them where its user sees them.
static bool keeps_place(const XWindow *window, unsigned mask, const XWindowChanges *changes) {
    const XWindows *windows = window->owner;
    Box display = {0, 0, windows->server->width, windows->server->height};
    return windows->is_unsettled && !windows->is_desktop && window->id && window->is_mapped &&
           !window->is_override && !window->is_maximised && !window->is_fullscreen && (mask & (CWX | CWY)) &&
           !is_resize(window, mask, changes) && seen(window->box, display);
}

// ICCCM 4.1.5. The box of the window may be older than the client's last word.
static void tell_place(const XWindow *window) {
    Display *display = window->owner->server->display;
    XWindowAttributes now;
    if (!XGetWindowAttributes(display, window->xid, &now))
        return;
    XEvent event = {.xconfigure = {.type = ConfigureNotify,
                                   .event = window->xid,
                                   .window = window->xid,
                                   .x = now.x,
                                   .y = now.y,
                                   .width = now.width,
                                   .height = now.height}};
    XSendEvent(display, window->xid, False, StructureNotifyMask, &event);
}

static void on_configure_request(XWindows *windows, const XConfigureRequestEvent *event) {
    XWindowChanges changes = {event->x,     event->y,     event->width, event->height, event->border_width,
                              event->above, event->detail};
    unsigned mask = (unsigned)event->value_mask & ~(unsigned)CWBorderWidth;
    XWindow *window = find(windows, event->window);
    if (!window) {
        XConfigureWindow(windows->server->display, event->window, mask, &changes);
    } else if (keeps_place(window, mask, &changes)) {
        configure(window, mask & ~(unsigned)(CWX | CWY | CWWidth | CWHeight), &changes);
        tell_place(window);
    } else {
        configure(window, mask, &changes);
    }
}

// Wine leaves a window that asked for no place at (0,0): it is put where Windows would put it, a step further
// each time.
static void place_new(XWindow *window) {
    enum { STEP = 26, STEPS = 8 };
    XWindows *windows = window->owner;
    const Box area = x_manager_work_area(window);
    if (window->id || window->transient_for || window->is_maximised || window->is_fullscreen ||
        window->box.x || window->box.y)
        return;
    int step = STEP * (1 + windows->cascade++ % STEPS);
    Box box = window->box;
    box.x = area.x + MAX(0, MIN(step, area.width - box.width));
    box.y = area.y + MAX(0, MIN(step, area.height - box.height));
    x_manager_move(window, box);
}

static void on_map_request(XWindows *windows, Window xid) {
    XWindow *window = find(windows, xid);
    if (window && !window->is_iconic)
        place_new(window);
    if (window) {
        x_manager_read_hints(window);
        read_net_state(window);
        window->is_iconic = false;
        write_wm_state(window, NormalState);
    }
    XMapRaised(windows->server->display, xid);
    keep_bar_above(windows);
}

bool x_manager_event(XWindows *windows, XEvent *event) {
    XWindow *window = NULL;
    switch (event->type) {
    case MapRequest:
        on_map_request(windows, event->xmaprequest.window);
        return true;
    case ConfigureRequest:
        on_configure_request(windows, &event->xconfigurerequest);
        return true;
    case CirculateRequest:
        return true;
    case FocusIn:
        window = find(windows, event->xfocus.window);
        if (window && event->xfocus.mode != NotifyGrab && event->xfocus.mode != NotifyUngrab &&
            !window->is_override)
            on_focus_in(window);
        return window != NULL;
    case ClientMessage:
        window = find(windows, event->xclient.window);
        if (event->xclient.window == windows->server->root &&
            event->xclient.message_type == windows->server->atoms[X_WM_PROTOCOLS])
            on_pong(windows, (Window)event->xclient.data.l[2]);
        if (window && event->xclient.format == 32)
            on_client_message(window, &event->xclient);
        return window != NULL;
    default:
        return false;
    }
}

static bool has_redirect_failed;

static int on_redirect_error(Display *display, XErrorEvent *event) {
    has_redirect_failed = true;
    return 0;
}

static void advertise(XWindows *windows) {
    const XServer *server = windows->server;
    static const XAtomName supported[] = {
        X__NET_SUPPORTED,
        X__NET_SUPPORTING_WM_CHECK,
        X__NET_ACTIVE_WINDOW,
        X__NET_WM_NAME,
        X__NET_WM_STATE,
        X__NET_WM_STATE_MAXIMIZED_VERT,
        X__NET_WM_STATE_MAXIMIZED_HORZ,
        X__NET_WM_STATE_FULLSCREEN,
        X__NET_WM_STATE_HIDDEN,
        X__NET_WM_STATE_ABOVE,
        X__NET_WM_STATE_SKIP_TASKBAR,
        X__NET_WM_STATE_MODAL,
        X__NET_WM_ICON,
        X__NET_WM_PID,
        X__NET_WM_MOVERESIZE,
        X__NET_WM_WINDOW_TYPE,
        X__NET_WM_WINDOW_TYPE_DIALOG,
        X__NET_WORKAREA,
    };
    long values[G_N_ELEMENTS(supported)];
    for (size_t i = 0; i < G_N_ELEMENTS(supported); i++)
        values[i] = (long)server->atoms[supported[i]];
    long check = (long)windows->check, one = 1, zero = 0;
    x_server_set_longs(server, server->root, X__NET_SUPPORTED, XA_ATOM, values, G_N_ELEMENTS(values));
    x_server_set_longs(server, server->root, X__NET_SUPPORTING_WM_CHECK, XA_WINDOW, &check, 1);
    x_server_set_longs(server, windows->check, X__NET_SUPPORTING_WM_CHECK, XA_WINDOW, &check, 1);
    publish_work_area(windows);
    x_server_set_longs(server, server->root, X__NET_NUMBER_OF_DESKTOPS, XA_CARDINAL, &one, 1);
    x_server_set_longs(server, server->root, X__NET_CURRENT_DESKTOP, XA_CARDINAL, &zero, 1);
    XChangeProperty(server->display, windows->check, server->atoms[X__NET_WM_NAME],
                    server->atoms[X_UTF8_STRING], 8, PropModeReplace, (const unsigned char *)"Railhead", 8);
}

bool x_manager_start(XWindows *windows, GError **error) {
    const XServer *server = windows->server;
    XSetWindowAttributes attributes = {.override_redirect = True};
    windows->check = XCreateWindow(server->display, server->root, -10, -10, 1, 1, 0, 0, InputOnly, NULL,
                                   CWOverrideRedirect, &attributes);
    XMapWindow(server->display, windows->check);
    has_redirect_failed = false;
    XSync(server->display, False);
    XErrorHandler before = XSetErrorHandler(on_redirect_error);
    XSelectInput(server->display, server->root,
                 SubstructureRedirectMask | SubstructureNotifyMask | PropertyChangeMask);
    XCompositeRedirectSubwindows(server->display, server->root, CompositeRedirectManual);
    XSync(server->display, False);
    XSetErrorHandler(before);
    if (has_redirect_failed) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_BUSY, "another window manager runs on the display");
        return false;
    }
    XSetSelectionOwner(server->display, server->atoms[X_WM_S0], windows->check, CurrentTime);
    advertise(windows);
    return true;
}
