// SPDX-License-Identifier: Apache-2.0
// Makes one X window be what is wanted of it, by differences; embedded in a Pane. Before the map a state is a
// property, after it a request to the window manager. Never decides what is wanted, never reads the replica.
#include "host-agent/compositor/toplevel.h"

#include <string.h>
#include "host-agent/compositor/hints.h"

#define SHOW_WAIT_US       (1000 * G_TIME_SPAN_MILLISECOND)
#define TOLD_WAIT_US       (1000 * G_TIME_SPAN_MILLISECOND)
#define STATE_REMOVE       0
#define STATE_ADD          1
#define SOURCE_APPLICATION 1
#define STATES_MAX         64
#define ALL_DESKTOPS       0xFFFFFFFF

void toplevel_init(Toplevel *toplevel, Screen *screen) {
    *toplevel = (Toplevel){.screen = screen, .observed = GUEST_SHOW_NORMAL, .desktop = TOPLEVEL_NO_DESKTOP};
}

void toplevel_clear(Toplevel *toplevel) {
    if (toplevel->window) {
        screen_unlisten(toplevel->screen, toplevel->window);
        XDestroyWindow(toplevel->screen->display, toplevel->window);
    }
    g_clear_pointer(&toplevel->guest_name, g_free);
    toplevel->window = toplevel->group = None;
    toplevel->mapped = false;
}

static void write_initial_states(Toplevel *toplevel) {
    const Atoms *atoms = &toplevel->screen->atoms;
    const ToplevelState *state = &toplevel->pushed;
    Atom list[7];
    size_t n = 0;
    if (state->above)
        list[n++] = atoms->_NET_WM_STATE_ABOVE;
    if (state->modal)
        list[n++] = atoms->_NET_WM_STATE_MODAL;
    if (state->skip_taskbar) {
        list[n++] = atoms->_NET_WM_STATE_SKIP_TASKBAR;
        list[n++] = atoms->_NET_WM_STATE_SKIP_PAGER;
    }
    if (state->show == GUEST_SHOW_MAXIMISED) {
        list[n++] = atoms->_NET_WM_STATE_MAXIMIZED_VERT;
        list[n++] = atoms->_NET_WM_STATE_MAXIMIZED_HORZ;
    }
    if (toplevel->was_fullscreen)
        list[n++] = atoms->_NET_WM_STATE_FULLSCREEN;
    hints_set_atoms(toplevel->screen, toplevel->window, atoms->_NET_WM_STATE, list, n);
}

// A window manager forgets the workspace of a window that is withdrawn, and reads the one it is to be on.
static void write_desktop(Toplevel *toplevel) {
    if (toplevel->desktop != TOPLEVEL_NO_DESKTOP)
        XChangeProperty(toplevel->screen->display, toplevel->window, toplevel->screen->atoms._NET_WM_DESKTOP,
                        XA_CARDINAL, 32, PropModeReplace, (const unsigned char *)&toplevel->desktop, 1);
    toplevel->desktop = TOPLEVEL_NO_DESKTOP;
}

static void ask_state(Toplevel *toplevel, bool add, Atom first, Atom second) {
    screen_send_root(toplevel->screen, toplevel->window, toplevel->screen->atoms._NET_WM_STATE,
                     add ? STATE_ADD : STATE_REMOVE, (long)first, (long)second, SOURCE_APPLICATION);
}

static void restore(Toplevel *toplevel) {
    toplevel->map_serial = NextRequest(toplevel->screen->display);
    XMapWindow(toplevel->screen->display, toplevel->window);
}

static bool awaits_manager(const Toplevel *toplevel) {
    return g_get_monotonic_time() < toplevel->show_deadline;
}

static bool awaits_answer(const Toplevel *toplevel) {
    return g_get_monotonic_time() < toplevel->told_deadline;
}

// What the guest answers to the user's last step is not said against a further one, and what it had said
// before it heard of that step is not either.
static bool is_answer(Toplevel *toplevel, GuestShow to) {
    if (!awaits_answer(toplevel))
        return false;
    toplevel->contradicted = to != toplevel->reported;
    if (!toplevel->contradicted)
        toplevel->told_deadline = 0;
    return true;
}

static void push_show(Toplevel *toplevel, GuestShow from, GuestShow to) {
    Screen *screen = toplevel->screen;
    if (to == GUEST_SHOW_HIDDEN || is_answer(toplevel, to))
        return;
    toplevel_observe(toplevel);
    toplevel->reported = to;
    if (to == toplevel->observed || (awaits_manager(toplevel) && toplevel->asked == to))
        return;
    bool was_maximised = from == GUEST_SHOW_MAXIMISED || toplevel->observed == GUEST_SHOW_MAXIMISED;
    if (to == GUEST_SHOW_MINIMISED)
        XIconifyWindow(screen->display, toplevel->window, DefaultScreen(screen->display));
    else if (toplevel->observed == GUEST_SHOW_MINIMISED)
        restore(toplevel);
    if (to == GUEST_SHOW_MAXIMISED || (to == GUEST_SHOW_NORMAL && was_maximised))
        ask_state(toplevel, to == GUEST_SHOW_MAXIMISED, screen->atoms._NET_WM_STATE_MAXIMIZED_VERT,
                  screen->atoms._NET_WM_STATE_MAXIMIZED_HORZ);
    toplevel->asked = to;
    toplevel->show_deadline = g_get_monotonic_time() + SHOW_WAIT_US;
}

static void push_shape(Toplevel *toplevel, const BoxList *shape) { // for sight and for input
    static const int kinds[] = {ShapeBounding, ShapeInput};
    Display *display = toplevel->screen->display;
    XRectangle rectangles[BOX_LIST_MAX];
    for (uint32_t i = 0; i < shape->count; i++) {
        Box box = shape->boxes[i];
        rectangles[i] =
            (XRectangle){(short)box.x, (short)box.y, (unsigned short)box.width, (unsigned short)box.height};
    }
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
        if (shape->count)
            XShapeCombineRectangles(display, toplevel->window, kinds[i], 0, 0, rectangles, (int)shape->count,
                                    ShapeSet, Unsorted);
        else
            XShapeCombineMask(display, toplevel->window, kinds[i], 0, 0, None, ShapeSet);
}

static void push_transient(Toplevel *toplevel, Window owner) {
    if (owner)
        XSetTransientForHint(toplevel->screen->display, toplevel->window, owner);
    else
        XDeleteProperty(toplevel->screen->display, toplevel->window, XA_WM_TRANSIENT_FOR);
}

static void push_focus(Toplevel *toplevel, const ToplevelState *wanted) {
    hints_set_focus(toplevel->screen, toplevel->window, wanted->takes_focus,
                    wanted->show == GUEST_SHOW_MINIMISED, toplevel->group);
}

void toplevel_set_group(Toplevel *toplevel, Window leader) {
    if (toplevel->group == leader)
        return;
    toplevel->group = leader;
    push_focus(toplevel, &toplevel->pushed);
}

void toplevel_make(Toplevel *toplevel, const char *guest_name, const ToplevelState *wanted) {
    Screen *screen = toplevel->screen;
    XSetWindowAttributes attributes = {
        .background_pixmap = None,
        .border_pixel = 0,
        .bit_gravity = NorthWestGravity,
        .override_redirect = !wanted->managed,
        .colormap = wanted->argb ? screen->argb_colormap : screen->colormap,
        .event_mask = KeyPressMask | KeyReleaseMask | ButtonPressMask | ButtonReleaseMask |
                      PointerMotionMask | FocusChangeMask | EnterWindowMask | LeaveWindowMask | ExposureMask |
                      VisibilityChangeMask | StructureNotifyMask | PropertyChangeMask};
    toplevel->window = XCreateWindow(
        screen->display, screen->root, wanted->box.x, wanted->box.y, (unsigned)MAX(wanted->box.width, 1),
        (unsigned)MAX(wanted->box.height, 1), 0, wanted->argb ? 32 : screen->depth, InputOutput,
        wanted->argb ? screen->argb_visual : screen->visual,
        CWBackPixmap | CWBorderPixel | CWBitGravity | CWOverrideRedirect | CWColormap | CWEventMask,
        &attributes);
    toplevel->pushed = *wanted;
    toplevel->observed = GUEST_SHOW_NORMAL;
    hints_set_constant(screen, toplevel->window, guest_name);
    toplevel->guest_name = g_strdup(guest_name);
    hints_set_title(screen, toplevel->window, guest_name, wanted->title);
    hints_set_type(screen, toplevel->window, wanted->role);
    push_focus(toplevel, wanted);
    hints_set_size(screen, toplevel->window, wanted->box, wanted->resizable);
    push_transient(toplevel, wanted->transient_for);
    if (wanted->shape.count)
        push_shape(toplevel, &wanted->shape);
}

static void push_managed(Toplevel *toplevel, bool managed) {
    bool mapped = toplevel->mapped;
    XSetWindowAttributes attributes = {.override_redirect = !managed};
    toplevel_unmap(toplevel);
    toplevel->pushed.managed = managed;
    XChangeWindowAttributes(toplevel->screen->display, toplevel->window, CWOverrideRedirect, &attributes);
    if (mapped)
        toplevel_map(toplevel);
}

static void push_states(Toplevel *toplevel, const ToplevelState *wanted) {
    const Atoms *atoms = &toplevel->screen->atoms;
    const ToplevelState *pushed = &toplevel->pushed;
    if (!toplevel->mapped)
        return;
    if (wanted->above != pushed->above)
        ask_state(toplevel, wanted->above, atoms->_NET_WM_STATE_ABOVE, None);
    if (wanted->modal != pushed->modal)
        ask_state(toplevel, wanted->modal, atoms->_NET_WM_STATE_MODAL, None);
    if (wanted->skip_taskbar != pushed->skip_taskbar)
        ask_state(toplevel, wanted->skip_taskbar, atoms->_NET_WM_STATE_SKIP_TASKBAR,
                  atoms->_NET_WM_STATE_SKIP_PAGER);
    if (wanted->show != pushed->show)
        push_show(toplevel, pushed->show, wanted->show);
}

static void configure(Toplevel *toplevel, RootBox box) {
    toplevel->configure_serial = NextRequest(toplevel->screen->display);
    XMoveResizeWindow(toplevel->screen->display, toplevel->window, box.x, box.y, (unsigned)MAX(box.width, 1),
                      (unsigned)MAX(box.height, 1));
}

void toplevel_assert_box(Toplevel *toplevel) {
    configure(toplevel, toplevel->pushed.box);
}

bool toplevel_push(Toplevel *toplevel, const ToplevelState *wanted) {
    Screen *screen = toplevel->screen;
    Window window = toplevel->window;
    ToplevelState *pushed = &toplevel->pushed;
    bool moves = !root_box_equal(wanted->box, pushed->box);
    if (moves || wanted->resizable != pushed->resizable)
        hints_set_size(screen, window, wanted->box, wanted->resizable);
    push_states(toplevel, wanted); // before the place: one given to a maximised window would be lost
    if (moves)
        configure(toplevel, wanted->box);
    if (strcmp(wanted->title, pushed->title) != 0)
        hints_set_title(screen, window, toplevel->guest_name, wanted->title);
    if (wanted->role != pushed->role)
        hints_set_type(screen, window, wanted->role);
    if (wanted->takes_focus != pushed->takes_focus)
        push_focus(toplevel, wanted);
    if (wanted->transient_for != pushed->transient_for)
        push_transient(toplevel, wanted->transient_for);
    if (!box_list_equal(&wanted->shape, &pushed->shape))
        push_shape(toplevel, &wanted->shape);
    bool becomes_managed = wanted->managed != pushed->managed;
    *pushed = *wanted;
    if (becomes_managed)
        push_managed(toplevel, wanted->managed);
    return moves;
}

// A window that is minimised and still mapped (mutter keeps its picture) cannot be mapped to restore it: it
// goes by the Withdrawn state (ICCCM 4.1.4). Half of the time is for window managers that have yet to unmap
// it.
void toplevel_insist(Toplevel *toplevel) {
    XWindowAttributes attributes;
    bool is_late =
        awaits_manager(toplevel) && g_get_monotonic_time() > toplevel->show_deadline - SHOW_WAIT_US / 2;
    if (!is_late || toplevel->observed != GUEST_SHOW_MINIMISED || toplevel->asked == GUEST_SHOW_MINIMISED ||
        !XGetWindowAttributes(toplevel->screen->display, toplevel->window, &attributes) ||
        attributes.map_state == IsUnmapped)
        return;
    toplevel_unmap(toplevel);
    push_focus(toplevel, &toplevel->pushed); // with the state to begin with
    toplevel->show_deadline = 0;             // a window that comes anew needs no more words
    toplevel_map(toplevel);
}

void toplevel_assert_show(Toplevel *toplevel) {
    if (toplevel->mapped && toplevel->pushed.managed)
        push_show(toplevel, toplevel->pushed.show, toplevel->pushed.show);
}

static void withdraw(const Toplevel *toplevel) {
    Display *display = toplevel->screen->display;
    if (toplevel->pushed.managed)
        XWithdrawWindow(display, toplevel->window, DefaultScreen(display));
    else
        XUnmapWindow(display, toplevel->window);
}

// A window manager may map a window that was withdrawn before it got round to that.
void toplevel_was_mapped(Toplevel *toplevel) {
    toplevel->map_serial = 0;
    if (!toplevel->mapped)
        withdraw(toplevel);
}

// A window manager that minimises says so first and unmaps then: a map request in between is lost on a window
// still mapped.
void toplevel_was_unmapped(Toplevel *toplevel, unsigned long serial) {
    bool is_lost = toplevel->map_serial && serial >= toplevel->map_serial;
    if (toplevel->mapped && toplevel->pushed.managed && is_lost &&
        toplevel->pushed.show != GUEST_SHOW_MINIMISED)
        restore(toplevel);
}

void toplevel_map(Toplevel *toplevel) {
    if (toplevel->mapped)
        return;
    toplevel->mapped = true;
    toplevel->told_deadline = 0;
    toplevel->contradicted = false;
    toplevel->observed = GUEST_SHOW_NORMAL;
    toplevel->reported = toplevel->pushed.show;
    if (toplevel->pushed.show != GUEST_SHOW_NORMAL)
        toplevel->show_deadline = g_get_monotonic_time() + SHOW_WAIT_US;
    write_initial_states(toplevel);
    write_desktop(toplevel);
    if (toplevel->was_fullscreen) // what it is to go back to
        toplevel_assert_box(toplevel);
    toplevel->was_fullscreen = false;
    if (toplevel->pushed.managed)
        XMapWindow(toplevel->screen->display, toplevel->window);
    else
        XMapRaised(toplevel->screen->display, toplevel->window);
}

void toplevel_unmap(Toplevel *toplevel) {
    if (toplevel->mapped)
        withdraw(toplevel);
    toplevel->mapped = false;
}

static size_t read_longs(Toplevel *toplevel, Window window, Atom property, long *values, size_t max) {
    Atom type = None;
    int format = 0;
    unsigned long n = 0, left = 0;
    unsigned char *bytes = NULL;
    if (XGetWindowProperty(toplevel->screen->display, window, property, 0, (long)max, False, AnyPropertyType,
                           &type, &format, &n, &left, &bytes) != Success ||
        format != 32)
        n = 0;
    if (n)
        memcpy(values, bytes, n * sizeof *values);
    if (bytes)
        XFree(bytes);
    return n;
}

void toplevel_conceal(Toplevel *toplevel) {
    const Atom property = toplevel->screen->atoms._NET_WM_DESKTOP;
    if (!toplevel->mapped)
        return;
    if (toplevel->pushed.managed) {
        toplevel_observe(toplevel);
        toplevel->was_fullscreen = toplevel->fullscreen;
        if (!read_longs(toplevel, toplevel->window, property, &toplevel->desktop, 1))
            toplevel->desktop = TOPLEVEL_NO_DESKTOP;
    }
    toplevel_unmap(toplevel);
}

// A window manager may call the windows of other workspaces iconic, and may set _HIDDEN on a shaded one.
static bool is_on_this_desktop(Toplevel *toplevel) {
    const Atoms *atoms = &toplevel->screen->atoms;
    long own = 0, current = 0;
    bool known = read_longs(toplevel, toplevel->window, atoms->_NET_WM_DESKTOP, &own, 1) &&
                 read_longs(toplevel, toplevel->screen->root, atoms->_NET_CURRENT_DESKTOP, &current, 1);
    return !known || own == current || (own & 0xFFFFFFFF) == ALL_DESKTOPS;
}

void toplevel_observe(Toplevel *toplevel) {
    const Atoms *atoms = &toplevel->screen->atoms;
    long values[STATES_MAX];
    bool vertical = false, horizontal = false;
    size_t n = read_longs(toplevel, toplevel->window, atoms->_NET_WM_STATE, values, STATES_MAX);
    toplevel->fullscreen = false;
    for (size_t i = 0; i < n; i++) {
        vertical |= (Atom)values[i] == atoms->_NET_WM_STATE_MAXIMIZED_VERT;
        horizontal |= (Atom)values[i] == atoms->_NET_WM_STATE_MAXIMIZED_HORZ;
        toplevel->fullscreen |= (Atom)values[i] == atoms->_NET_WM_STATE_FULLSCREEN;
    }
    n = read_longs(toplevel, toplevel->window, atoms->WM_STATE, values, 2);
    if (!n || values[0] != IconicState)
        toplevel->observed = vertical && horizontal ? GUEST_SHOW_MAXIMISED : GUEST_SHOW_NORMAL;
    else if (is_on_this_desktop(toplevel))
        toplevel->observed = GUEST_SHOW_MINIMISED;
    else // the state may have been read before the number of the workspace was written
        toplevel->observed = toplevel->reported;
    if (toplevel->observed == toplevel->pushed.show) {
        toplevel->show_deadline = 0;
        if (!awaits_answer(toplevel))
            toplevel->reported = toplevel->observed;
    }
}

bool toplevel_agrees(const Toplevel *toplevel) {
    return toplevel->observed == toplevel->pushed.show;
}

bool toplevel_awaits_show(const Toplevel *toplevel) {
    return awaits_manager(toplevel) || awaits_answer(toplevel);
}

bool toplevel_read_show(Toplevel *toplevel, GuestShow *ret_show) {
    if (!toplevel->mapped || !toplevel->pushed.managed)
        return false;
    toplevel_observe(toplevel);
    if (toplevel->contradicted && !awaits_answer(toplevel)) { // then it is the guest's own word
        toplevel->contradicted = false;
        toplevel_assert_show(toplevel);
        return false;
    }
    if ((toplevel_agrees(toplevel) && !awaits_answer(toplevel)) || toplevel->observed == toplevel->reported ||
        awaits_manager(toplevel))
        return false;
    toplevel->reported = *ret_show = toplevel->observed;
    toplevel->told_deadline = g_get_monotonic_time() + TOLD_WAIT_US;
    return true;
}
