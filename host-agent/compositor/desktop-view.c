// SPDX-License-Identifier: Apache-2.0
// Shows the desktop's surface and passes input on, so that a logon screen can be answered and a whole desktop
// used. Owned by its Compositor while the desktop is not monitored. An ordinary window with a frame, at first
// never larger than most of a work area; full screen only where the user asked for that. Where the desktop
// does not fit, the pointer's way through the window moves the view; where it is smaller, it lies in the
// middle. The close button leads back to the guest's windows, or, where the guest shows its desktop by
// itself, leaves the guest.
#include "host-agent/compositor/desktop-view.h"

#include "host-agent/compositor/hints.h"
#include "host-agent/compositor/pane.h"

#define SHARE_PERCENT 85 // of the work area that the window may take at first
#define MIN_WIDTH     320
#define MIN_HEIGHT    240
#define STATE_REMOVE  0
#define STATE_ADD     1

struct DesktopView {
    Compositor *compositor;
    Window window;
    Painter painter;
    Box desktop; // all of it
    Box shown;   // the window's part of it; sticks out where the window is larger
};

static Surface *surface_of(const DesktopView *view) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, view->compositor->surfaces);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Surface *surface = value;
        if (!surface->window && !surface->outdated)
            return surface;
    }
    return NULL;
}

static void flush(DesktopView *view) {
    Surface *surface = surface_of(view);
    BoxList allowed = {.count = 1};
    allowed.boxes[0] = box_shift(box_intersect(view->shown, view->desktop), -view->shown.x, -view->shown.y);
    PaintSource source = {surface, view->shown.x, view->shown.y, &allowed};
    if (surface)
        painter_flush(&view->painter, &source);
}

static void redraw(DesktopView *view) {
    XClearWindow(view->compositor->screen->display, view->window); // what is not the desktop
    painter_damage(&view->painter, (Box){0, 0, view->shown.width, view->shown.height});
    flush(view);
}

static int32_t part(int32_t at, int32_t size, int32_t all) {
    return size < 2 ? 0 : CLAMP(at, 0, size - 1) * (all - size) / (size - 1);
}

// The pointer at an edge of the window shows that edge of the desktop.
static void pan(DesktopView *view, int x, int y) {
    Box before = view->shown;
    if (view->shown.width < view->desktop.width)
        view->shown.x = part(x, view->shown.width, view->desktop.width);
    if (view->shown.height < view->desktop.height)
        view->shown.y = part(y, view->shown.height, view->desktop.height);
    if (!box_equal(before, view->shown))
        redraw(view);
}

static int32_t fit(int32_t at, int32_t size, int32_t all) {
    return size >= all ? -(size - all) / 2 : CLAMP(at, 0, all - size);
}

static void resize(DesktopView *view, int width, int height) {
    Box desktop = view->desktop;
    view->shown = (Box){fit(view->shown.x, width, desktop.width), fit(view->shown.y, height, desktop.height),
                        width, height};
    redraw(view);
}

static void close_view(DesktopView *view) {
    Compositor *compositor = view->compositor;
    Intent intent;
    if (compositor->look.asked && compositor->callbacks.leave_desktop) {
        compositor->callbacks.leave_desktop(compositor->user);
        return;
    }
    intent_init(&intent, INTENT_DISCONNECT);
    compositor->callbacks.intent(&intent, compositor->user);
}

static void take_message(DesktopView *view, const XEvent *event) {
    Screen *screen = view->compositor->screen;
    XEvent answer = *event;
    if (event->xclient.message_type != screen->atoms.WM_PROTOCOLS || event->xclient.format != 32)
        return;
    if ((Atom)event->xclient.data.l[0] == screen->atoms.WM_DELETE_WINDOW)
        close_view(view);
    if ((Atom)event->xclient.data.l[0] != screen->atoms._NET_WM_PING)
        return;
    answer.xclient.window = screen->root;
    XSendEvent(screen->display, screen->root, False, SubstructureNotifyMask | SubstructureRedirectMask,
               &answer);
}

static void take_focus(DesktopView *view, const XFocusChangeEvent *event) {
    Input *input = &view->compositor->input;
    if (event->mode == NotifyGrab || event->mode == NotifyUngrab || event->detail == NotifyPointer)
        return;
    if (event->type == FocusIn)
        input->focused = DESKTOP_VIEW_WINDOW;
    else
        input_focus_left(input);
}

static void on_event(const XEvent *event, gpointer user) {
    DesktopView *view = user;
    if (event->type == view->compositor->screen->shm_completion) {
        painter_completed(&view->painter);
        flush(view);
        return;
    }
    if (event->type == MotionNotify)
        pan(view, event->xmotion.x, event->xmotion.y);
    if (input_take_event(&view->compositor->input, DESKTOP_VIEW_WINDOW, view->shown, event))
        return;
    switch (event->type) {
    case Expose:
        view->painter.viewable = true;
        painter_damage(&view->painter, (Box){event->xexpose.x, event->xexpose.y, event->xexpose.width,
                                             event->xexpose.height});
        flush(view);
        break;
    case UnmapNotify:
        view->painter.viewable = false;
        break;
    case ConfigureNotify:
        resize(view, event->xconfigure.width, event->xconfigure.height);
        break;
    case FocusIn:
    case FocusOut:
        take_focus(view, &event->xfocus);
        break;
    case ClientMessage:
        take_message(view, event);
        break;
    default:
        break;
    }
}

static void set_hints(DesktopView *view) {
    Screen *screen = view->compositor->screen;
    const char *guest = view->compositor->guest_name;
    g_autofree char *class = g_strconcat("io.railhead.", guest, NULL);
    XSizeHints hints = {.flags = PMinSize | USPosition | PPosition | PSize | PWinGravity,
                        .win_gravity = StaticGravity, // the place is that of what is inside the frame
                        .min_width = MIN(MIN_WIDTH, view->desktop.width),
                        .min_height = MIN(MIN_HEIGHT, view->desktop.height)};
    hints_set_constant(screen, view->window, guest);
    XDeleteProperty(screen->display, view->window, screen->atoms._MOTIF_WM_HINTS); // the frame is the host's
    hints_set_title(screen, view->window, guest, "desktop");
    hints_set_class(screen, view->window, class);
    hints_set_type(screen, view->window, GUEST_ROLE_NORMAL);
    hints_set_focus(screen, view->window, true, false, None);
    XSetWMNormalHints(screen->display, view->window, &hints);
}

typedef struct Edges { // numbers of the monitors that reach furthest, as _NET_WM_FULLSCREEN_MONITORS counts
    long top, bottom, left, right;
} Edges;

static Edges find_edges(Screen *screen) {
    int n = 0;
    Edges edges = {0};
    XRRMonitorInfo *infos = XRRGetMonitors(screen->display, screen->root, True, &n);
    for (int i = 1; infos && i < n; i++) {
        const XRRMonitorInfo *info = &infos[i], *bottom = &infos[edges.bottom], *right = &infos[edges.right];
        edges.top = info->y < infos[edges.top].y ? i : edges.top;
        edges.left = info->x < infos[edges.left].x ? i : edges.left;
        edges.bottom = info->y + info->height > bottom->y + bottom->height ? i : edges.bottom;
        edges.right = info->x + info->width > right->x + right->width ? i : edges.right;
    }
    if (infos)
        XRRFreeMonitors(infos);
    return edges;
}

static void spread(DesktopView *view) {
    Screen *screen = view->compositor->screen;
    Edges edges = find_edges(screen);
    XEvent event = {.xclient = {.type = ClientMessage,
                                .window = view->window,
                                .message_type = screen->atoms._NET_WM_FULLSCREEN_MONITORS,
                                .format = 32,
                                .data.l = {edges.top, edges.bottom, edges.left, edges.right, 1}}};
    if (screen->monitors.count > 1)
        XSendEvent(screen->display, screen->root, False, SubstructureNotifyMask | SubstructureRedirectMask,
                   &event);
}

static bool wants_fullscreen(const DesktopView *view) {
    return view->compositor->look.asked && view->compositor->look.fullscreen;
}

static RootBox first_place(DesktopView *view) {
    const Compositor *compositor = view->compositor;
    RootBox area = compositor->screen->monitors.work_areas[0];
    int32_t width = MIN(view->desktop.width, area.width * SHARE_PERCENT / 100);
    int32_t height = MIN(view->desktop.height, area.height * SHARE_PERCENT / 100);
    if (compositor->look.asked && !root_box_is_empty(compositor->view_place))
        return compositor->view_place;
    return (RootBox){area.x + (area.width - width) / 2, area.y + (area.height - height) / 2, width, height};
}

static void open_window(DesktopView *view, const Surface *surface) {
    Screen *screen = view->compositor->screen;
    XSetWindowAttributes attributes = {.border_pixel = 0,
                                       .background_pixel = 0,
                                       .bit_gravity = NorthWestGravity,
                                       .colormap = screen->colormap,
                                       .event_mask = KeyPressMask | KeyReleaseMask | ButtonPressMask |
                                                     ButtonReleaseMask | PointerMotionMask | FocusChangeMask |
                                                     ExposureMask | StructureNotifyMask};
    view->desktop = (Box){0, 0, (int32_t)surface->width, (int32_t)surface->height};
    RootBox place = first_place(view);
    view->shown = (Box){fit(INT32_MAX, place.width, view->desktop.width) / 2,
                        fit(INT32_MAX, place.height, view->desktop.height) / 2, place.width, place.height};
    view->window =
        XCreateWindow(screen->display, screen->root, place.x, place.y, (unsigned)MAX(place.width, 1),
                      (unsigned)MAX(place.height, 1), 0, screen->depth, InputOutput, screen->visual,
                      CWBackPixel | CWBorderPixel | CWBitGravity | CWColormap | CWEventMask, &attributes);
    view->painter = (Painter){.screen = screen, .window = view->window};
    set_hints(view);
    if (view->compositor->look.asked) // the user waits for it
        hints_set_startup(screen, view->window, NULL, screen->user_time);
    if (wants_fullscreen(view))
        hints_set_atoms(screen, view->window, screen->atoms._NET_WM_STATE,
                        &screen->atoms._NET_WM_STATE_FULLSCREEN, 1);
    screen_listen(screen, view->window, on_event, view);
    XMapWindow(screen->display, view->window);
    if (wants_fullscreen(view) && view->compositor->look.all_monitors)
        spread(view);
}

void desktop_view_take_look(DesktopView *view) {
    Screen *screen = view->compositor->screen;
    if (!view->window)
        return;
    screen_send_root(screen, view->window, screen->atoms._NET_WM_STATE,
                     wants_fullscreen(view) ? STATE_ADD : STATE_REMOVE,
                     (long)screen->atoms._NET_WM_STATE_FULLSCREEN, 0, 1);
    if (wants_fullscreen(view) && view->compositor->look.all_monitors)
        spread(view);
}

DesktopView *desktop_view_new(Compositor *compositor) {
    DesktopView *view = g_new0(DesktopView, 1);
    view->compositor = compositor;
    const Surface *surface = surface_of(view);
    if (surface && surface->drawn)
        open_window(view, surface);
    return view;
}

// The frame of the window manager lies around it when it is opened there again.
static void remember_place(DesktopView *view) {
    Compositor *compositor = view->compositor;
    RootBox place;
    if (compositor->look.asked && !compositor->look.fullscreen &&
        screen_geometry(compositor->screen, view->window, &place))
        compositor->view_place = place;
}

void desktop_view_free(DesktopView *view) {
    if (!view)
        return;
    if (view->compositor->input.focused == DESKTOP_VIEW_WINDOW)
        input_focus_left(&view->compositor->input);
    if (view->window) {
        remember_place(view);
        screen_unlisten(view->compositor->screen, view->window);
        XDestroyWindow(view->compositor->screen->display, view->window);
    }
    g_free(view);
}

void desktop_view_damage(DesktopView *view, const Surface *surface, const BoxList *boxes) {
    if (!view || surface->window)
        return;
    Box whole = {0, 0, (int32_t)surface->width, (int32_t)surface->height};
    if (!view->window)
        open_window(view, surface);
    if (!box_equal(view->desktop, whole)) {
        view->desktop = whole;
        resize(view, view->shown.width, view->shown.height);
    }
    for (uint32_t i = 0; i < boxes->count; i++)
        painter_damage(&view->painter, box_shift(boxes->boxes[i], -view->shown.x, -view->shown.y));
    flush(view);
}

Window desktop_view_window(const DesktopView *view) {
    return view ? view->window : None;
}
