// SPDX-License-Identifier: Apache-2.0
// The list of top-level windows of the private display, kept by X events, and their description as
// GuestWindow values. Owned by the Embedded, in its one loop. Policy of the window manager is in x-manager;
// this file never moves a window.
#include "guest-agent/embedded/x-windows.h"
#include "guest-agent/embedded/x-capture.h"
#include "guest-agent/embedded/x-manager.h"

#include <string.h>
#include <X11/Xatom.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>
#include <X11/extensions/shape.h>

#define FACTS_WAIT_MS 300
#define DRAWN_WAIT_MS 300 // then a window is shown although its program is busy with something else
#define ID_OF_XID     0x40000000u
#define FACTS_MAX     4096

#define SHELL_PROGRAM        "railhead-guest.exe"
#define SHELL_BACKDROP_CLASS "RailheadDesktop"
#define SHELL_BAR_CLASS      "RailheadTaskbar"

static XWindow *find_xid(XWindows *windows, Window xid) {
    return g_hash_table_lookup(windows->by_xid, GSIZE_TO_POINTER(xid));
}

static char *read_title(XWindow *window) {
    const XServer *server = window->owner->server;
    Atom type;
    int format;
    unsigned long count, left;
    unsigned char *data = NULL;
    char *title = NULL;
    if (XGetWindowProperty(server->display, window->xid, server->atoms[X__NET_WM_NAME], 0, 512, False,
                           server->atoms[X_UTF8_STRING], &type, &format, &count, &left, &data) == Success &&
        data && format == 8)
        title = g_utf8_make_valid((char *)data, (gssize)count);
    if (data)
        XFree(data);
    return title ? title : g_strdup("");
}

static void read_shape(const XWindow *window, BoxList *ret_shape) {
    int count = 0, order;
    XRectangle *rectangles =
        XShapeGetRectangles(window->owner->server->display, window->xid, ShapeBounding, &count, &order);
    ret_shape->count = 0;
    Box whole = {0, 0, window->box.width, window->box.height};
    if (count > BOX_LIST_MAX)
        count = 0;
    for (int i = 0; i < count; i++) {
        Box part = {rectangles[i].x, rectangles[i].y, rectangles[i].width, rectangles[i].height};
        part = box_intersect(part, whole);
        if (!box_is_empty(part))
            ret_shape->boxes[ret_shape->count++] = part;
    }
    if (rectangles)
        XFree(rectangles);
    if (ret_shape->count == 0)
        ret_shape->boxes[ret_shape->count++] = whole;
}

static uint32_t guess_style(const XWindow *window) {
    if (window->is_override || window->transient_for)
        return GUEST_STYLE_POPUP | GUEST_STYLE_VISIBLE;
    return GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU | GUEST_STYLE_THICKFRAME | GUEST_STYLE_MINIMISEBOX |
           GUEST_STYLE_MAXIMISEBOX | GUEST_STYLE_VISIBLE;
}

static uint32_t owner_id(XWindow *window) {
    if (window->facts)
        return window->facts->window.owner;
    XWindow *owner = window->transient_for ? find_xid(window->owner, window->transient_for) : NULL;
    return owner ? owner->id : 0;
}

static void describe(XWindow *window, GuestWindow *ret_guest) {
    guest_window_init(ret_guest, window->id);
    ret_guest->owner = owner_id(window);
    ret_guest->style = window->facts ? window->facts->window.style : guess_style(window);
    ret_guest->ex_style = window->facts ? window->facts->window.ex_style
                          : window->is_override
                              ? GUEST_EX_STYLE_TOOLWINDOW | GUEST_EX_STYLE_NOACTIVATE | GUEST_EX_STYLE_TOPMOST
                              : 0;
    if (window->is_override) // whatever its style says: Wine shows such a window past its window manager
        ret_guest->ex_style |= GUEST_EX_STYLE_NOACTIVATE;
    ret_guest->show = window->is_iconic      ? GUEST_SHOW_MINIMISED
                      : !window->is_mapped   ? GUEST_SHOW_HIDDEN
                      : window->is_maximised ? GUEST_SHOW_MAXIMISED
                                             : GUEST_SHOW_NORMAL;
    guest_window_set_title(ret_guest, window->title);
    ret_guest->box = window->box;
    ret_guest->client = window->box;
    read_shape(window, &ret_guest->shape);
    ret_guest->visible.count = 1;
    ret_guest->visible.boxes[0] = window->box;
}

static void damage_all(XWindow *window) {
    if (window->id && window->is_drawn)
        window->owner->events->on_damage(window->owner->user, window,
                                         (Box){0, 0, window->box.width, window->box.height});
}

static void set_drawn(XWindow *window) {
    g_clear_handle_id(&window->drawn_timeout, g_source_remove);
    window->is_drawn = true;
    damage_all(window);
}

static gboolean on_drawn_timeout(gpointer user) {
    XWindow *window = user;
    window->drawn_timeout = 0;
    set_drawn(window);
    return G_SOURCE_REMOVE;
}

static void set_undrawn(XWindow *window) {
    g_clear_handle_id(&window->drawn_timeout, g_source_remove);
    window->is_drawn = false;
}

// An empty window is not worth a frame: the first one waits for the program's first drawing.
static void show(XWindow *window) {
    if (window->is_drawn)
        damage_all(window);
    else if (!window->drawn_timeout)
        window->drawn_timeout = g_timeout_add(DRAWN_WAIT_MS, on_drawn_timeout, window);
}

// The tray tells of balloons.
static bool is_balloon(const XWindow *window) {
    return window->facts && strcmp(window->facts->class_name, TRACKED_BALLOON) == 0;
}

// Not by its word alone: the program is one that we have put there.
static XShellRole shell_role(const TrackedWindow *facts) {
    if (!facts || g_ascii_strcasecmp(facts->image, SHELL_PROGRAM) != 0)
        return X_SHELL_NONE;
    return strcmp(facts->class_name, SHELL_BACKDROP_CLASS) == 0 ? X_SHELL_BACKDROP
           : strcmp(facts->class_name, SHELL_BAR_CLASS) == 0    ? X_SHELL_BAR
                                                                : X_SHELL_NONE;
}

static void announce(XWindow *window) {
    XWindows *windows = window->owner;
    window->is_waiting = false;
    g_clear_handle_id(&window->facts_timeout, g_source_remove);
    if (is_balloon(window))
        return;
    window->shell_role = shell_role(window->facts);
    window->id = window->facts ? window->facts->window.id : (ID_OF_XID | (uint32_t)window->xid);
    g_hash_table_insert(windows->by_id, GUINT_TO_POINTER(window->id), window);
    GuestWindowDelta delta = {.fields = GUEST_WINDOW_ALL};
    describe(window, &delta.to);
    window->told = delta.to;
    window->is_dirty = false;
    windows->events->on_window(windows->user, window, true, &delta);
    windows->events->on_icon(windows->user, window);
    show(window);
    x_windows_touch_stack(windows);
    x_manager_offer_focus(window);
}

static gboolean on_facts_timeout(gpointer user) {
    XWindow *window = user;
    window->facts_timeout = 0;
    g_debug("no facts about X window 0x%lx", window->xid);
    announce(window);
    return G_SOURCE_REMOVE;
}

static void consider(XWindow *window) {
    if (window->id || window->is_waiting || !window->is_mapped || window->is_ignored)
        return;
    XWindows *windows = window->owner;
    if (window->facts || !windows->is_tracking) {
        announce(window);
        return;
    }
    window->is_waiting = true;
    window->facts_timeout = g_timeout_add(FACTS_WAIT_MS, on_facts_timeout, window);
    window->question = windows->events->on_question(windows->user);
}

static void withdraw(XWindow *window) {
    XWindows *windows = window->owner;
    if (window->facts_timeout)
        g_source_remove(window->facts_timeout);
    window->facts_timeout = 0;
    window->is_waiting = false;
    if (!window->id)
        return;
    windows->events->on_gone(windows->user, window);
    g_hash_table_remove(windows->by_id, GUINT_TO_POINTER(window->id));
    window->id = 0;
    x_windows_touch_stack(windows);
}

static void free_window(gpointer data) {
    XWindow *window = data;
    if (window->facts_timeout)
        g_source_remove(window->facts_timeout);
    g_clear_handle_id(&window->drawn_timeout, g_source_remove);
    g_free(window->title);
    g_free(window->facts);
    g_free(window);
}

static void flush_window(XWindow *window) {
    window->is_dirty = false;
    if (!window->id)
        return;
    GuestWindow now;
    GuestWindowDelta delta;
    describe(window, &now);
    if (!guest_window_diff(&window->told, &now, &delta))
        return;
    window->told = now;
    window->owner->events->on_window(window->owner->user, window, false, &delta);
}

static void flush_stack(XWindows *windows) {
    Window root, parent, *children = NULL;
    unsigned int count = 0;
    windows->is_stack_dirty = false;
    windows->stack_count = 0;
    if (!XQueryTree(windows->server->display, windows->server->root, &root, &parent, &children, &count))
        return;
    for (unsigned int i = count; i-- > 0 && windows->stack_count < X_WINDOWS_STACK_MAX;) {
        XWindow *window = find_xid(windows, children[i]);
        if (window && window->id)
            windows->stack[windows->stack_count++] = window->id;
    }
    if (children)
        XFree(children);
    windows->events->on_stack(windows->user);
}

static gboolean on_flush(gpointer user) {
    XWindows *windows = user;
    GHashTableIter iter;
    gpointer value;
    windows->flush = 0;
    g_hash_table_iter_init(&iter, windows->by_xid);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (((XWindow *)value)->is_dirty)
            flush_window(value);
    if (windows->is_stack_dirty)
        flush_stack(windows);
    return G_SOURCE_REMOVE;
}

static void schedule_flush(XWindows *windows) {
    if (!windows->flush)
        windows->flush = g_idle_add_full(G_PRIORITY_DEFAULT, on_flush, windows, NULL);
}

void x_windows_touch(XWindow *window) {
    window->is_dirty = true;
    schedule_flush(window->owner);
}

void x_windows_touch_stack(XWindows *windows) {
    windows->is_stack_dirty = true;
    schedule_flush(windows);
}

// What is known of its number can be of a window that had it before, until the tracker has looked again.
static void take_facts(XWindow *window) {
    const TrackedWindow *facts = g_hash_table_lookup(window->owner->facts, GSIZE_TO_POINTER(window->xid));
    if (facts && !window->facts)
        window->facts = g_memdup2(facts, sizeof(*facts));
}

static void add(XWindows *windows, Window xid) {
    XWindowAttributes attributes;
    if (find_xid(windows, xid) || xid == windows->check || xid == windows->tray ||
        !XGetWindowAttributes(windows->server->display, xid, &attributes))
        return;
    if (attributes.class == InputOnly)
        return;
    XWindow *window = g_new0(XWindow, 1);
    window->owner = windows;
    window->xid = xid;
    window->is_override = attributes.override_redirect;
    window->box = (Box){attributes.x, attributes.y, attributes.width, attributes.height};
    window->depth = attributes.depth;
    window->visual = attributes.visual;
    window->has_argb = attributes.depth == 32;
    window->is_ignored = attributes.width <= 1 && attributes.height <= 1;
    g_hash_table_insert(windows->by_xid, GSIZE_TO_POINTER(xid), window);
    XSelectInput(windows->server->display, xid, PropertyChangeMask | FocusChangeMask);
    XShapeSelectInput(windows->server->display, xid, ShapeNotifyMask);
    window->title = read_title(window); // after the selection, or a change in between would go unseen
    x_manager_read_hints(window);
    x_capture_watch(window);
    if (windows->is_tracking && !window->is_ignored) // the answer may be here before the window is mapped
        window->question = windows->events->on_question(windows->user);
    else
        take_facts(window);
    if (attributes.map_state != IsUnmapped) {
        window->is_mapped = window->is_drawn = true;
        x_capture_attach(window);
        consider(window);
    }
}

static void on_map(XWindows *windows, const XMapEvent *event) {
    if (event->event != windows->server->root)
        return;
    add(windows, event->window);
    XWindow *window = find_xid(windows, event->window);
    if (!window || window->is_mapped)
        return;
    window->is_override = event->override_redirect;
    window->is_mapped = true;
    window->is_iconic = false;
    x_capture_attach(window);
    x_manager_read_hints(window);
    consider(window);
    x_windows_touch(window);
    if (window->id)
        show(window);
    x_windows_touch_stack(windows);
    x_manager_on_mapped(window);
}

static void on_unmap(XWindows *windows, const XUnmapEvent *event) {
    XWindow *window = event->event == windows->server->root ? find_xid(windows, event->window) : NULL;
    if (!window)
        return;
    window->is_mapped = false;
    x_capture_detach(window);
    set_undrawn(window);
    x_manager_on_unmapped(window);
    if (window->is_iconic)
        x_windows_touch(window);
    else
        withdraw(window);
}

// The X server soon gives the number to another window. Facts of that one may have come already.
static void forget_facts_of(XWindows *windows, const XWindow *window) {
    gpointer key = GSIZE_TO_POINTER(window->xid);
    const TrackedWindow *known = g_hash_table_lookup(windows->facts, key);
    if (known && window->facts && known->window.id == window->facts->window.id)
        g_hash_table_remove(windows->facts, key);
}

static void on_destroy(XWindows *windows, Window xid) {
    XWindow *window = find_xid(windows, xid);
    if (!window)
        return;
    x_capture_unwatch(window);
    x_manager_on_unmapped(window);
    withdraw(window);
    forget_facts_of(windows, window);
    g_hash_table_remove(windows->by_xid, GSIZE_TO_POINTER(xid));
}

static void on_configure(XWindows *windows, const XConfigureEvent *event) {
    XWindow *window = find_xid(windows, event->window);
    if (!window)
        return;
    Box box = {event->x, event->y, event->width, event->height};
    bool resized = box.width != window->box.width || box.height != window->box.height;
    window->box = box;
    window->is_ignored = box.width <= 1 && box.height <= 1;
    if (resized)
        x_capture_resized(window);
    consider(window);
    x_windows_touch(window);
    if (window->above != event->above)
        x_windows_touch_stack(windows);
    window->above = event->above;
    if (resized)
        damage_all(window);
}

static void on_property(XWindows *windows, const XPropertyEvent *event) {
    XWindow *window = find_xid(windows, event->window);
    if (!window)
        return;
    const Atom *atoms = windows->server->atoms;
    if (event->atom == atoms[X__NET_WM_NAME]) {
        g_free(window->title);
        window->title = read_title(window);
        x_windows_touch(window);
    } else if (event->atom == atoms[X__NET_WM_ICON]) {
        if (window->id)
            windows->events->on_icon(windows->user, window);
    } else if (event->atom == atoms[X_WM_TRANSIENT_FOR] || event->atom == atoms[X_WM_PROTOCOLS] ||
               event->atom == XA_WM_HINTS) {
        x_manager_read_hints(window);
        x_windows_touch(window);
    }
}

static void on_damage(XWindows *windows, const XDamageNotifyEvent *event) {
    XWindow *window = find_xid(windows, event->drawable);
    if (!window || !window->damage ||
        (window->id && window->is_drawn && windows->events->on_touch(windows->user, window)))
        return;
    Box boxes[16];
    size_t count = x_capture_take_damage(window, boxes, G_N_ELEMENTS(boxes));
    if (!window->is_drawn && window->is_mapped && count) {
        set_drawn(window);
        return;
    }
    for (size_t i = 0; i < count && window->id && window->is_drawn; i++)
        windows->events->on_damage(windows->user, window, boxes[i]);
}

void x_windows_event(XWindows *windows, XEvent *event) {
    if (event->type == windows->server->damage_event + XDamageNotify) {
        on_damage(windows, (XDamageNotifyEvent *)event);
        return;
    }
    if (event->type == windows->server->shape_event + ShapeNotify) {
        XWindow *window = find_xid(windows, ((XShapeEvent *)event)->window);
        if (window)
            x_windows_touch(window);
        return;
    }
    switch (event->type) {
    case CreateNotify:
        if (event->xcreatewindow.parent == windows->server->root)
            add(windows, event->xcreatewindow.window);
        break;
    case MapNotify:
        on_map(windows, &event->xmap);
        break;
    case UnmapNotify:
        on_unmap(windows, &event->xunmap);
        break;
    case DestroyNotify:
        on_destroy(windows, event->xdestroywindow.window);
        break;
    case ReparentNotify:
        if (event->xreparent.parent != windows->server->root)
            on_destroy(windows, event->xreparent.window);
        else
            add(windows, event->xreparent.window);
        break;
    case ConfigureNotify:
        on_configure(windows, &event->xconfigure);
        break;
    case PropertyNotify:
        on_property(windows, &event->xproperty);
        break;
    default:
        x_manager_event(windows, event);
        break;
    }
}

XWindow *x_windows_find(XWindows *windows, uint32_t id) {
    return g_hash_table_lookup(windows->by_id, GUINT_TO_POINTER(id));
}

XWindow *x_windows_at(XWindows *windows, int x, int y) {
    for (size_t i = 0; i < windows->stack_count; i++) {
        XWindow *window = x_windows_find(windows, windows->stack[i]);
        if (window && window->is_mapped && box_contains(window->box, x, y))
            return window;
    }
    return NULL;
}

uint32_t x_windows_active_id(const XWindows *windows) {
    return windows->active ? windows->active->id : 0;
}

void x_windows_announce_all(XWindows *windows) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, windows->by_xid);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        XWindow *window = value;
        if (!window->id)
            continue;
        GuestWindowDelta delta = {.fields = GUEST_WINDOW_ALL};
        describe(window, &delta.to);
        window->told = delta.to;
        windows->events->on_window(windows->user, window, true, &delta);
        windows->events->on_icon(windows->user, window);
        damage_all(window);
    }
}

void x_windows_count_from(XWindows *windows, int32_t x, int32_t y) {
    int32_t dx = x - windows->origin_x, dy = y - windows->origin_y;
    GHashTableIter iter;
    gpointer value;
    windows->origin_x = x;
    windows->origin_y = y;
    g_hash_table_iter_init(&iter, windows->by_xid);
    while ((dx || dy) && g_hash_table_iter_next(&iter, NULL, &value)) {
        XWindow *window = value;
        GuestWindowDelta moved = {
            .fields = GUEST_WINDOW_POSITION | GUEST_WINDOW_CLIENT | GUEST_WINDOW_VISIBLE, .to = window->told};
        guest_window_delta_shift(&moved, dx, dy);
        guest_window_apply(&window->told, &moved);
        x_windows_touch(window);
    }
}

static bool is_id_free(XWindows *windows, uint32_t id) {
    return id != 0 && id != UINT32_MAX && !x_windows_find(windows, id);
}

// The tracker tells what it saw in order: of two HWNDs for one X window the later one is right, and the
// earlier was that of a window which had the number before.
void x_windows_set_facts(XWindows *windows, const TrackedWindow *untrusted_facts) {
    if (!untrusted_facts->xid || g_hash_table_size(windows->facts) >= FACTS_MAX)
        return;
    gpointer key = GSIZE_TO_POINTER((size_t)untrusted_facts->xid);
    g_hash_table_insert(windows->facts, key, g_memdup2(untrusted_facts, sizeof(*untrusted_facts)));
    XWindow *window = find_xid(windows, untrusted_facts->xid);
    bool is_other = window && window->id != untrusted_facts->window.id;
    if (!window || (is_other && !is_id_free(windows, untrusted_facts->window.id)))
        return;
    bool was_shown = is_other && window->id;
    if (was_shown)
        withdraw(window);
    g_free(window->facts);
    window->facts = g_memdup2(untrusted_facts, sizeof(*untrusted_facts));
    if (window->is_waiting)
        announce(window);
    else if (was_shown)
        consider(window);
    else
        x_windows_touch(window);
}

static gboolean is_of_hwnd(gpointer key, gpointer value, gpointer hwnd) {
    return ((TrackedWindow *)value)->window.id == GPOINTER_TO_UINT(hwnd);
}

void x_windows_forget_facts(XWindows *windows, uint32_t hwnd) {
    g_hash_table_foreach_remove(windows->facts, is_of_hwnd, GUINT_TO_POINTER(hwnd));
}

void x_windows_answered(XWindows *windows, uint32_t question) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, windows->by_xid);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        XWindow *window = value;
        if (!window->question || window->question > question)
            continue;
        window->question = 0;
        take_facts(window);
        if (window->facts && window->is_waiting)
            announce(window);
    }
}

XWindows *x_windows_new(XServer *server, const XWindowsEvents *events, void *user, GError **error) {
    XWindows *windows = g_new0(XWindows, 1);
    windows->server = server;
    windows->events = events;
    windows->user = user;
    windows->by_xid = g_hash_table_new_full(NULL, NULL, NULL, free_window);
    windows->by_id = g_hash_table_new(NULL, NULL);
    windows->facts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    if (!x_manager_start(windows, error)) {
        x_windows_free(windows);
        return NULL;
    }
    Window root, parent, *children = NULL;
    unsigned int count = 0;
    if (XQueryTree(server->display, server->root, &root, &parent, &children, &count)) {
        for (unsigned int i = 0; i < count; i++)
            add(windows, children[i]);
        if (children)
            XFree(children);
    }
    return windows;
}

void x_windows_free(XWindows *windows) {
    if (!windows)
        return;
    if (windows->flush)
        g_source_remove(windows->flush);
    g_hash_table_destroy(windows->by_id);
    g_hash_table_destroy(windows->by_xid);
    g_hash_table_destroy(windows->facts);
    g_free(windows);
}
