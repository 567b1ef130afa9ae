// SPDX-License-Identifier: Apache-2.0
// One local move or size at a time, per guest: the guest says Start, the window manager drags, and when the
// user lets go the guest gets the button-up that its own loop waits for, then the box. The window manager
// says nothing at its end: the end is the first event that shows the button up, or the keyboard given back.
// Grabs nothing itself; gives up the server's implicit grab of the press, or the manager could not take it.
#include "host-agent/compositor/move-size.h"

#define CHECK_MS       250 // when no event tells of the end
#define GRAB_WAIT_US   1500 * G_TIME_SPAN_MILLISECOND
#define ANSWER_MS      1000 // for the guest's End after the button-up
#define WORD_MS        300  // for the window order after the End
#define PRESS_SLACK    64   // pixels around a window in which its drag can have begun
#define SOURCE_PROGRAM 1

enum { // RAIL_WMSZ_*, MS-RDPERP 2.2.2.7.2
    TYPE_LEFT = 1,
    TYPE_MOVE = 9,
    TYPE_KEY_MOVE = 10,
    TYPE_KEY_SIZE = 11,
};
enum { DIRECTION_MOVE = 8, DIRECTION_SIZE_KEYBOARD, DIRECTION_MOVE_KEYBOARD, DIRECTION_CANCEL };

static bool is_by_keyboard(uint16_t type) {
    return type == TYPE_KEY_MOVE || type == TYPE_KEY_SIZE;
}

static int direction_of(uint16_t type) { // _NET_WM_MOVERESIZE counts clockwise from the top left
    static const int directions[] = {
        -1, 7, 3, 1, 0, 2, 5, 6, 4, DIRECTION_MOVE, DIRECTION_MOVE_KEYBOARD, DIRECTION_SIZE_KEYBOARD};
    return type >= TYPE_LEFT && type < G_N_ELEMENTS(directions) ? directions[type] : -1;
}

static Pane *pane_of(const Compositor *compositor) {
    return g_hash_table_lookup(compositor->panes, GUINT_TO_POINTER(compositor->move_size.window));
}

bool move_size_holds(const Pane *pane) {
    return pane->compositor->move_size.state != MOVE_SIZE_NONE &&
           pane->compositor->move_size.window == pane->id;
}

bool move_size_keeps_quiet(const Pane *pane) {
    uint16_t type = pane->compositor->move_size.type;
    return move_size_holds(pane) && (type == TYPE_MOVE || is_by_keyboard(type));
}

static bool query_pointer(const Compositor *compositor, int *ret_x, int *ret_y) {
    Screen *screen = compositor->screen;
    Window root, child;
    int x, y;
    unsigned mask = 0;
    if (!XQueryPointer(screen->display, screen->root, &root, &child, ret_x, ret_y, &x, &y, &mask))
        return false;
    return mask & Button1Mask;
}

static void emit_button_up(Compositor *compositor, uint32_t window, int root_x, int root_y) {
    Box at = monitors_guest_from_root(&compositor->screen->monitors, compositor->scale,
                                      (RootBox){root_x, root_y, 1, 1});
    const uint16_t flags[] = {POINTER_MOVE, POINTER_BUTTON1};
    for (size_t i = 0; i < G_N_ELEMENTS(flags); i++) {
        Intent intent;
        intent_init(&intent, INTENT_POINTER);
        intent.window = window;
        intent.as.pointer.flags = flags[i];
        intent.as.pointer.x = at.x;
        intent.as.pointer.y = at.y;
        compositor->input.emit(&intent, compositor->input.user);
    }
}

static void set_state(Compositor *compositor, MoveSizeState state) {
    static const char *const names[] = {"none", "active", "ending"};
    g_debug("move/size of window 0x%x: %s -> %s", compositor->move_size.window,
            names[compositor->move_size.state], names[state]);
    compositor->move_size.state = state;
    if (state == MOVE_SIZE_NONE)
        g_clear_handle_id(&compositor->move_size.timer, g_source_remove);
}

void move_size_forget(Compositor *compositor, uint32_t window) {
    if (compositor->move_size.state != MOVE_SIZE_NONE && (!window || compositor->move_size.window == window))
        set_state(compositor, MOVE_SIZE_NONE);
}

static gboolean on_answer_late(gpointer user) {
    Compositor *compositor = user;
    Pane *pane = pane_of(compositor);
    compositor->move_size.timer = 0;
    set_state(compositor, MOVE_SIZE_NONE);
    if (pane)
        pane_settle_soon(pane, 1);
    return G_SOURCE_REMOVE;
}

// A guest moves the window by the pointer's last place; only where that is another place is it asked.
static void await_answer(Compositor *compositor, guint ms) {
    g_clear_handle_id(&compositor->move_size.timer, g_source_remove);
    compositor->move_size.timer = g_timeout_add(ms, on_answer_late, compositor);
}

static void finish(Compositor *compositor, int root_x, int root_y) {
    Pane *pane = pane_of(compositor);
    uint16_t type = compositor->move_size.type;
    g_clear_handle_id(&compositor->move_size.timer, g_source_remove);
    if (!is_by_keyboard(type))
        emit_button_up(compositor, compositor->move_size.window, root_x, root_y);
    if (type == TYPE_MOVE && pane) {
        set_state(compositor, MOVE_SIZE_ENDING);
        await_answer(compositor, ANSWER_MS);
        return;
    }
    set_state(compositor, MOVE_SIZE_NONE);
    if (pane)
        pane_settle_now(pane);
}

static void look_for_end(Compositor *compositor) {
    MoveSize *move_size = &compositor->move_size;
    int x = 0, y = 0;
    bool is_pressed = query_pointer(compositor, &x, &y);
    bool has_given_up = !move_size->grabbed && g_get_monotonic_time() - move_size->began > GRAB_WAIT_US;
    if (is_by_keyboard(move_size->type) ? move_size->returned || has_given_up : !is_pressed)
        finish(compositor, x, y);
}

static gboolean on_check(gpointer user) {
    Compositor *compositor = user;
    guint timer = compositor->move_size.timer;
    look_for_end(compositor);
    return compositor->move_size.timer == timer ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static bool is_supported(Screen *screen) {
    Atom type = None;
    int format = 0;
    unsigned long n = 0, left = 0;
    unsigned char *bytes = NULL;
    bool found = false;
    if (XGetWindowProperty(screen->display, screen->root, screen->atoms._NET_SUPPORTED, 0, 1024, False,
                           XA_ATOM, &type, &format, &n, &left, &bytes) == Success &&
        format == 32)
        for (unsigned long i = 0; i < n && !found; i++)
            found = ((const Atom *)bytes)[i] == screen->atoms._NET_WM_MOVERESIZE;
    if (bytes)
        XFree(bytes);
    return found;
}

static void ask_manager(const Pane *pane, int x, int y, int direction) {
    Screen *screen = pane->compositor->screen;
    XEvent event = {
        .xclient = {.type = ClientMessage,
                    .window = pane->toplevel.window,
                    .message_type = screen->atoms._NET_WM_MOVERESIZE,
                    .format = 32,
                    .data.l = {x, y, direction, direction <= DIRECTION_MOVE ? Button1 : 0, SOURCE_PROGRAM}}};
    XUngrabPointer(screen->display, CurrentTime);
    XSendEvent(screen->display, screen->root, False, SubstructureNotifyMask | SubstructureRedirectMask,
               &event);
}

// Where the press was, in root coordinates: the user may have moved on since, and the window shall follow.
static void press_place(const Pane *pane, const DeskEvent *event, int *x, int *y) {
    const Monitors *monitors = &pane->compositor->screen->monitors;
    Box at = {event->as.move_size.x, event->as.move_size.y, 1, 1}, box = pane->box;
    if (event->as.move_size.type == TYPE_MOVE)
        at = box_shift(at, box.x, box.y);
    Box near = {box.x - PRESS_SLACK, box.y - PRESS_SLACK, box.width + 2 * PRESS_SLACK,
                box.height + 2 * PRESS_SLACK};
    if (!box_contains(near, at.x, at.y))
        return;
    RootBox root = monitors_root_from_guest(monitors, pane->compositor->scale, at);
    *x = root.x;
    *y = root.y;
}

static void start(Compositor *compositor, Pane *pane, const DeskEvent *event) {
    int x = 0, y = 0, direction = direction_of(event->as.move_size.type);
    if (direction < 0)
        return;
    bool is_pressed = query_pointer(compositor, &x, &y);
    bool may_start = pane->toplevel.mapped && pane->toplevel.pushed.managed &&
                     is_supported(compositor->screen) &&
                     (is_pressed || is_by_keyboard(event->as.move_size.type));
    compositor->move_size = (MoveSize){.window = pane->id, .type = event->as.move_size.type};
    compositor->move_size.began = g_get_monotonic_time();
    set_state(compositor, MOVE_SIZE_ACTIVE);
    if (!may_start) { // the guest's loop still has to end
        finish(compositor, x, y);
        return;
    }
    if (!is_by_keyboard(event->as.move_size.type))
        press_place(pane, event, &x, &y);
    ask_manager(pane, x, y, direction);
    compositor->move_size.timer = g_timeout_add(CHECK_MS, on_check, compositor);
}

// The guest ended what it had begun: the window is where the guest says.
static void cancel(Compositor *compositor, Pane *pane) {
    ask_manager(pane, 0, 0, DIRECTION_CANCEL);
    set_state(compositor, MOVE_SIZE_NONE);
    pane_return_to_guest(pane);
}

void move_size_take_order(Compositor *compositor, const DeskEvent *event) {
    MoveSize *move_size = &compositor->move_size;
    Pane *pane = g_hash_table_lookup(compositor->panes, GUINT_TO_POINTER(event->window));
    if (!pane || compositor->stale)
        return;
    if (event->as.move_size.start) {
        move_size_forget(compositor, 0);
        start(compositor, pane, event);
    } else if (move_size->window == pane->id && move_size->state == MOVE_SIZE_ACTIVE) {
        cancel(compositor, pane);
    } else if (move_size->window == pane->id && move_size->state == MOVE_SIZE_ENDING) {
        await_answer(compositor, WORD_MS);
    }
}

static bool is_of_grab(const XEvent *event, int mode) {
    if (event->type == FocusIn || event->type == FocusOut)
        return event->xfocus.mode == mode;
    return (event->type == EnterNotify || event->type == LeaveNotify) && event->xcrossing.mode == mode;
}

bool move_size_take_event(Pane *pane, const XEvent *event) {
    Compositor *compositor = pane->compositor;
    MoveSize *move_size = &compositor->move_size;
    if (!move_size_holds(pane) || move_size->state != MOVE_SIZE_ACTIVE)
        return false;
    move_size->grabbed |= is_of_grab(event, NotifyGrab);
    move_size->returned |= move_size->grabbed && is_of_grab(event, NotifyUngrab);
    switch (event->type) {
    case FocusIn:
    case EnterNotify:
        look_for_end(compositor);
        return false;
    case MotionNotify:
    case ButtonRelease:
        look_for_end(compositor);
        return true;
    case ButtonPress:
        return true;
    default:
        return false;
    }
}
