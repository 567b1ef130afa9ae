// SPDX-License-Identifier: Apache-2.0
// Shows the desktop's surface and passes input on, so that a logon screen can be answered. Owned by its
// Compositor while the desktop is not monitored. Never full screen, never without a frame, never larger than
// most of a work area: where the desktop does not fit, the pointer's way through the window moves the view.
// Its close button leaves the guest.
#include "host-agent/compositor/desktop-view.h"

#include "host-agent/compositor/hints.h"
#include "host-agent/compositor/pane.h"

#define SHARE_PERCENT 85 // of the work area that the window may take at first
#define MIN_WIDTH     320
#define MIN_HEIGHT    240

struct DesktopView {
    Compositor *compositor;
    Window window;
    Painter painter;
    Box desktop; // all of it
    Box shown;   // what of it is in the window
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
    BoxList allowed = {.count = 1, .boxes = {{0, 0, view->shown.width, view->shown.height}}};
    PaintSource source = {surface, view->shown.x, view->shown.y, &allowed};
    if (surface)
        painter_flush(&view->painter, &source);
}

static void redraw(DesktopView *view) {
    painter_damage(&view->painter, (Box){0, 0, view->shown.width, view->shown.height});
    flush(view);
}

static int32_t part(int32_t at, int32_t size, int32_t all) {
    return size >= all || size < 2 ? 0 : CLAMP(at, 0, size - 1) * (all - size) / (size - 1);
}

// The pointer at an edge of the window shows that edge of the desktop.
static void pan(DesktopView *view, int x, int y) {
    Box before = view->shown;
    view->shown.x = part(x, view->shown.width, view->desktop.width);
    view->shown.y = part(y, view->shown.height, view->desktop.height);
    if (!box_equal(before, view->shown))
        redraw(view);
}

static void resize(DesktopView *view, int width, int height) {
    view->shown.width = MIN(width, view->desktop.width);
    view->shown.height = MIN(height, view->desktop.height);
    view->shown.x = CLAMP(view->shown.x, 0, view->desktop.width - view->shown.width);
    view->shown.y = CLAMP(view->shown.y, 0, view->desktop.height - view->shown.height);
    redraw(view);
}

static void disconnect(DesktopView *view) {
    Intent intent;
    intent_init(&intent, INTENT_DISCONNECT);
    view->compositor->callbacks.intent(&intent, view->compositor->user);
}

static void take_message(DesktopView *view, const XEvent *event) {
    Screen *screen = view->compositor->screen;
    XEvent answer = *event;
    if (event->xclient.message_type != screen->atoms.WM_PROTOCOLS || event->xclient.format != 32)
        return;
    if ((Atom)event->xclient.data.l[0] == screen->atoms.WM_DELETE_WINDOW)
        disconnect(view);
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
    XSizeHints hints = {.flags = PMinSize | PMaxSize,
                        .min_width = MIN(MIN_WIDTH, view->desktop.width),
                        .min_height = MIN(MIN_HEIGHT, view->desktop.height),
                        .max_width = view->desktop.width,
                        .max_height = view->desktop.height};
    hints_set_constant(screen, view->window, guest);
    XDeleteProperty(screen->display, view->window, screen->atoms._MOTIF_WM_HINTS); // the frame is the host's
    hints_set_title(screen, view->window, guest, "desktop");
    hints_set_class(screen, view->window, class);
    hints_set_type(screen, view->window, GUEST_ROLE_NORMAL);
    hints_set_focus(screen, view->window, true, false, None);
    XSetWMNormalHints(screen->display, view->window, &hints);
}

static void open_window(DesktopView *view, const Surface *surface) {
    Screen *screen = view->compositor->screen;
    RootBox area = screen->monitors.work_areas[0];
    XSetWindowAttributes attributes = {.border_pixel = 0,
                                       .bit_gravity = NorthWestGravity,
                                       .colormap = screen->colormap,
                                       .event_mask = KeyPressMask | KeyReleaseMask | ButtonPressMask |
                                                     ButtonReleaseMask | PointerMotionMask | FocusChangeMask |
                                                     ExposureMask | StructureNotifyMask};
    view->desktop = (Box){0, 0, (int32_t)surface->width, (int32_t)surface->height};
    view->shown.width = MIN(view->desktop.width, area.width * SHARE_PERCENT / 100);
    view->shown.height = MIN(view->desktop.height, area.height * SHARE_PERCENT / 100);
    view->shown.x = (view->desktop.width - view->shown.width) / 2;
    view->shown.y = (view->desktop.height - view->shown.height) / 2;
    view->window =
        XCreateWindow(screen->display, screen->root, area.x + (area.width - view->shown.width) / 2,
                      area.y + (area.height - view->shown.height) / 2, (unsigned)MAX(view->shown.width, 1),
                      (unsigned)MAX(view->shown.height, 1), 0, screen->depth, InputOutput, screen->visual,
                      CWBorderPixel | CWBitGravity | CWColormap | CWEventMask, &attributes);
    view->painter = (Painter){.screen = screen, .window = view->window};
    set_hints(view);
    screen_listen(screen, view->window, on_event, view);
    XMapWindow(screen->display, view->window);
}

DesktopView *desktop_view_new(Compositor *compositor) {
    DesktopView *view = g_new0(DesktopView, 1);
    view->compositor = compositor;
    const Surface *surface = surface_of(view);
    if (surface && surface->drawn)
        open_window(view, surface);
    return view;
}

void desktop_view_free(DesktopView *view) {
    if (!view)
        return;
    if (view->compositor->input.focused == DESKTOP_VIEW_WINDOW)
        input_focus_left(&view->compositor->input);
    if (view->window) {
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
        set_hints(view);
        resize(view, view->shown.width, view->shown.height);
    }
    for (uint32_t i = 0; i < boxes->count; i++)
        painter_damage(&view->painter, box_shift(boxes->boxes[i], -view->shown.x, -view->shown.y));
    flush(view);
}

Window desktop_view_window(const DesktopView *view) {
    return view ? view->window : None;
}
