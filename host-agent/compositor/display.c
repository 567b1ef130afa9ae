// SPDX-License-Identifier: Apache-2.0
// The connection to the X server: one per agent, opened at its start, a GSource of the default context. Hands
// each event to the listener of its window. Errors of single requests are logged and forgotten, since windows
// come and go; when the connection itself breaks the process has nothing left to do and ends.
#include "host-agent/compositor/display.h"

#include <string.h>
#include <unistd.h>
#include "host-agent/compositor/scroll.h"
#include "host-agent/compositor/work-area.h"

#define EVENTS_PER_TURN 256

typedef struct Listening {
    ScreenListener listener;
    gpointer user;
} Listening;

typedef struct ScreenSource {
    GSource source;
    Screen *screen;
    gpointer tag;
} ScreenSource;

G_DEFINE_QUARK(compositor - error - quark, compositor_error)

static int on_x_error(Display *display, XErrorEvent *error) {
    g_debug("X error %d of request %d.%d on 0x%lx", error->error_code, error->request_code, error->minor_code,
            error->resourceid);
    return 0;
}

static int on_x_io_error(Display *display) {
    static const char sentence[] = "railhead: the connection to the X server broke\n";
    if (write(STDERR_FILENO, sentence, sizeof sentence - 1) < 0)
        _exit(2);
    _exit(1);
}

static void read_wm(Screen *screen) {
    Atom type = None;
    int format = 0;
    unsigned long n = 0, left = 0;
    unsigned char *bytes = NULL;
    screen->wm_check = None;
    if (XGetWindowProperty(screen->display, screen->root, screen->atoms._NET_SUPPORTING_WM_CHECK, 0, 1, False,
                           XA_WINDOW, &type, &format, &n, &left, &bytes) == Success &&
        type == XA_WINDOW && n == 1)
        screen->wm_check = *(const Window *)bytes;
    if (bytes)
        XFree(bytes);
}

static void take_root_event(Screen *screen, XEvent *event) {
    const Atoms *atoms = &screen->atoms;
    if (event->type == screen->randr_event)
        XRRUpdateConfiguration(event);
    if (event->type == PropertyNotify && event->xproperty.atom == atoms->_NET_SUPPORTING_WM_CHECK)
        read_wm(screen);
    if (event->type == PropertyNotify && event->xproperty.atom == atoms->_NET_CURRENT_DESKTOP)
        screen->workspace_changed = g_get_monotonic_time();
    work_area_take_root_event(screen->work_area, event);
}

static void tell_root_watchers(Screen *screen, const XEvent *event) {
    GHashTableIter iter;
    gpointer user, listener;
    g_hash_table_iter_init(&iter, screen->root_watchers);
    while (g_hash_table_iter_next(&iter, &user, &listener))
        ((ScreenListener)listener)(event, user);
}

static bool is_outdated_motion(Screen *screen, const XEvent *event) {
    if (event->type != MotionNotify || !XEventsQueued(screen->display, QueuedAlready))
        return false;
    XEvent next;
    XPeekEvent(screen->display, &next);
    return next.type == MotionNotify && next.xmotion.window == event->xmotion.window &&
           next.xmotion.state == event->xmotion.state;
}

static void tell_listener(const Screen *screen, Window window, const XEvent *event) {
    const Listening *listening = g_hash_table_lookup(screen->listeners, GSIZE_TO_POINTER(window));
    if (listening)
        listening->listener(event, listening->user);
}

static void tell_input(Screen *screen, XEvent *event) {
    const XIDeviceEvent *of = event->xcookie.data;
    switch (of->evtype) {
    case XI_ButtonPress:
        screen->user_time = of->time;
        tell_listener(screen, of->event, event);
        break;
    case XI_ButtonRelease:
    case XI_Motion:
    case XI_Enter:
        tell_listener(screen, of->event, event);
        break;
    default:
        scroll_take_root_event(screen, event);
        tell_root_watchers(screen, event);
        break;
    }
    XFreeEventData(screen->display, &event->xcookie);
}

// A motion waits for the next event, which may be a newer one.
static void release_motion(Screen *screen) {
    if (!screen->holds_motion)
        return;
    screen->holds_motion = false;
    tell_input(screen, &screen->motion);
}

static void dispatch_generic(Screen *screen, XEvent *event) {
    if (event->xcookie.extension != screen->input_opcode || !XGetEventData(screen->display, &event->xcookie))
        return;
    bool is_motion = scroll_is_motion(screen, event);
    if (is_motion && screen->holds_motion && scroll_outdates(event, &screen->motion)) {
        XFreeEventData(screen->display, &screen->motion.xcookie);
        screen->holds_motion = false;
    }
    release_motion(screen);
    if (is_motion) {
        screen->motion = *event;
        screen->holds_motion = true;
    } else {
        tell_input(screen, event);
    }
}

static void dispatch_one(Screen *screen) {
    XEvent event;
    XNextEvent(screen->display, &event);
    if (event.type == GenericEvent) {
        dispatch_generic(screen, &event);
        return;
    }
    release_motion(screen);
    if (is_outdated_motion(screen, &event))
        return;
    if (event.type == MappingNotify)
        XRefreshKeyboardMapping(&event.xmapping);
    if (event.type == KeyPress || event.type == ButtonPress)
        screen->user_time = event.type == KeyPress ? event.xkey.time : event.xbutton.time;
    if (event.type == screen->xkb_event) {
        if (((XkbEvent *)&event)->any.xkb_type != XkbStateNotify)
            XkbRefreshKeyboardMapping(&((XkbEvent *)&event)->map);
        tell_root_watchers(screen, &event);
        return;
    }
    if (event.type == screen->fixes_event + XFixesSelectionNotify) {
        screen->composited = XGetSelectionOwner(screen->display, screen->composite_manager) != None;
        tell_root_watchers(screen, &event);
        return;
    }
    if (event.xany.window == screen->root) {
        take_root_event(screen, &event);
        tell_root_watchers(screen, &event);
        return;
    }
    tell_listener(screen, event.xany.window, &event);
}

static gboolean on_prepare(GSource *source, gint *timeout) {
    *timeout = -1;
    return XPending(((ScreenSource *)source)->screen->display) > 0;
}

static gboolean on_check(GSource *source) { // what came before the poll was seen in on_prepare
    return g_source_query_unix_fd(source, ((ScreenSource *)source)->tag) != 0;
}

static gboolean on_dispatch(GSource *source, GSourceFunc unused, gpointer user) {
    Screen *screen = ((ScreenSource *)source)->screen;
    for (int i = 0; i < EVENTS_PER_TURN && XPending(screen->display); i++)
        dispatch_one(screen);
    release_motion(screen);
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = {.prepare = on_prepare, .check = on_check, .dispatch = on_dispatch};

static void attach_source(Screen *screen) {
    screen->source = g_source_new(&source_funcs, sizeof(ScreenSource));
    ((ScreenSource *)screen->source)->screen = screen;
    g_source_set_name(screen->source, "X display");
    ((ScreenSource *)screen->source)->tag = g_source_add_unix_fd(
        screen->source, ConnectionNumber(screen->display), G_IO_IN | G_IO_HUP | G_IO_ERR);
    g_source_set_can_recurse(screen->source,
                             TRUE); // it never runs a loop: GLib need not take it out meanwhile
    g_source_attach(screen->source, NULL);
}

static bool choose_visual(Screen *screen, int number) {
    XVisualInfo info;
    if (!XMatchVisualInfo(screen->display, number, 24, TrueColor, &info) || info.red_mask != 0xFF0000 ||
        info.green_mask != 0xFF00 || info.blue_mask != 0xFF)
        return false;
    screen->visual = info.visual;
    screen->depth = 24;
    screen->colormap = info.visual == DefaultVisual(screen->display, number)
                           ? DefaultColormap(screen->display, number)
                           : XCreateColormap(screen->display, screen->root, info.visual, AllocNone);
    return true;
}

static void choose_argb_visual(Screen *screen, int number) {
    XVisualInfo info;
    if (!XMatchVisualInfo(screen->display, number, 32, TrueColor, &info) || info.red_mask != 0xFF0000 ||
        info.green_mask != 0xFF00 || info.blue_mask != 0xFF)
        return;
    screen->argb_visual = info.visual;
    screen->argb_colormap = XCreateColormap(screen->display, screen->root, info.visual, AllocNone);
}

static void watch_composite_manager(Screen *screen, int number) {
    char name[32];
    int error_base = 0;
    g_snprintf(name, sizeof name, "_NET_WM_CM_S%d", number);
    screen->composite_manager = XInternAtom(screen->display, name, False);
    screen->fixes_event = -1;
    if (XFixesQueryExtension(screen->display, &screen->fixes_event, &error_base))
        XFixesSelectSelectionInput(screen->display, screen->root, screen->composite_manager,
                                   XFixesSetSelectionOwnerNotifyMask |
                                       XFixesSelectionWindowDestroyNotifyMask |
                                       XFixesSelectionClientCloseNotifyMask);
    screen->composited = XGetSelectionOwner(screen->display, screen->composite_manager) != None;
}

static void make_contexts(Screen *screen) {
    static const char checks[] = {0x01, 0x02};
    Pixmap pixmap = XCreatePixmap(screen->display, screen->root, 1, 1, (unsigned)screen->depth);
    screen->stipple = XCreateBitmapFromData(screen->display, screen->root, checks, 2, 2);
    screen->gc = XCreateGC(screen->display, pixmap, 0, NULL);
    XGCValues values = {.foreground = 0x808080, .fill_style = FillStippled, .stipple = screen->stipple};
    screen->grey = XCreateGC(screen->display, pixmap, GCForeground | GCFillStyle | GCStipple, &values);
    XSetGraphicsExposures(screen->display, screen->gc, False);
    screen->frame = XCreateGC(screen->display, pixmap, 0, NULL);
    XFreePixmap(screen->display, pixmap);
    if (!screen->argb_visual)
        return;
    pixmap = XCreatePixmap(screen->display, screen->root, 1, 1, 32);
    values.foreground = 0xFF808080;
    screen->argb_gc = XCreateGC(screen->display, pixmap, 0, NULL);
    screen->argb_grey = XCreateGC(screen->display, pixmap, GCForeground | GCFillStyle | GCStipple, &values);
    XSetGraphicsExposures(screen->display, screen->argb_gc, False);
    screen->argb_frame = XCreateGC(screen->display, pixmap, 0, NULL);
    XFreePixmap(screen->display, pixmap);
}

static void query_extensions(Screen *screen) {
    int major = 0, minor = 0, error_base = 0;
    Bool pixmaps = False;
    screen->shm_completion = -1;
    if (XShmQueryVersion(screen->display, &major, &minor, &pixmaps)) {
        screen->shm_completion = XShmGetEventBase(screen->display) + ShmCompletion;
        screen->shm_fds = major > 1 || (major == 1 && minor >= 2);
        screen->shm_pixmaps = pixmaps && XShmPixmapFormat(screen->display) == ZPixmap;
    }
    int event_base = 0;
    screen->has_sync = XSyncQueryExtension(screen->display, &event_base, &error_base) &&
                       XSyncInitialize(screen->display, &major, &minor);
    if (XRRQueryExtension(screen->display, &screen->randr_event, &error_base))
        XRRSelectInput(screen->display, screen->root, RRScreenChangeNotifyMask);
    screen->randr_event += RRScreenChangeNotify;
    int opcode = 0;
    if (XkbQueryExtension(screen->display, &opcode, &screen->xkb_event, &error_base, &major, &minor)) {
        XkbSelectEventDetails(screen->display, XkbUseCoreKbd, XkbStateNotify, XkbGroupStateMask,
                              XkbGroupStateMask);
        XkbSelectEvents(screen->display, XkbUseCoreKbd, XkbNewKeyboardNotifyMask | XkbMapNotifyMask,
                        XkbNewKeyboardNotifyMask | XkbMapNotifyMask);
    } else {
        screen->xkb_event = -1;
    }
    XkbSetDetectableAutoRepeat(screen->display, True, NULL);
}

Screen *screen_open(const char *display_name, GError **error) {
    Display *display = XOpenDisplay(display_name);
    if (!display) {
        g_set_error(error, COMPOSITOR_ERROR, COMPOSITOR_ERROR_NO_DISPLAY, "Cannot open the X display \"%s\"",
                    XDisplayName(display_name));
        return NULL;
    }
    Screen *screen = g_new0(Screen, 1);
    int number = DefaultScreen(display);
    screen->display = display;
    screen->connection = XGetXCBConnection(display);
    screen->root = RootWindow(display, number);
    XSetErrorHandler(on_x_error);
    XSetIOErrorHandler(on_x_io_error);
    if (!choose_visual(screen, number)) {
        g_set_error_literal(error, COMPOSITOR_ERROR, COMPOSITOR_ERROR_EXTENSION,
                            "The X display has no 24-bit true colour");
        XCloseDisplay(display);
        g_free(screen);
        return NULL;
    }
    screen->listeners = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    screen->root_watchers = g_hash_table_new(NULL, NULL);
    atoms_intern(display, &screen->atoms);
    XSelectInput(display, screen->root, PropertyChangeMask | StructureNotifyMask);
    query_extensions(screen);
    choose_argb_visual(screen, number);
    watch_composite_manager(screen, number);
    scroll_start(screen);
    make_contexts(screen);
    g_hook_list_init(&screen->on_layout, sizeof(GHook));
    g_autofree char *selection = g_strdup_printf("_XSETTINGS_S%d", number);
    screen->settings_selection = XInternAtom(display, selection, False);
    screen->work_area = work_area_new(screen);
    read_wm(screen);
    attach_source(screen);
    g_debug("display %s: shm fds %d, sync %d, composited %d", DisplayString(display), screen->shm_fds,
            screen->has_sync, screen->composited);
    return screen;
}

void screen_close(Screen *screen) {
    if (!screen)
        return;
    g_source_destroy(screen->source);
    g_source_unref(screen->source);
    work_area_free(screen->work_area);
    g_hook_list_clear(&screen->on_layout);
    g_hash_table_unref(screen->listeners);
    g_hash_table_unref(screen->root_watchers);
    scroll_stop(screen);
    XFreeGC(screen->display, screen->gc);
    XFreeGC(screen->display, screen->grey);
    XFreeGC(screen->display, screen->frame);
    if (screen->argb_gc) {
        XFreeGC(screen->display, screen->argb_gc);
        XFreeGC(screen->display, screen->argb_grey);
        XFreeGC(screen->display, screen->argb_frame);
    }
    XFreePixmap(screen->display, screen->stipple);
    XCloseDisplay(screen->display);
    g_free(screen);
}

void screen_layout(Screen *screen, Layout *ret_layout) {
    screen_layout_scaled(screen, (Scale){0}, ret_layout);
}

void screen_layout_scaled(Screen *screen, Scale scale, Layout *ret_layout) {
    monitors_layout(&screen->monitors, scale, ret_layout);
}

void screen_listen(Screen *screen, Window window, ScreenListener listener, gpointer user) {
    Listening *listening = g_new(Listening, 1);
    *listening = (Listening){listener, user};
    g_hash_table_replace(screen->listeners, GSIZE_TO_POINTER(window), listening);
}

void screen_unlisten(Screen *screen, Window window) {
    g_hash_table_remove(screen->listeners, GSIZE_TO_POINTER(window));
}

void screen_watch_root(Screen *screen, ScreenListener listener, gpointer user) {
    g_hash_table_replace(screen->root_watchers, user, (gpointer)listener);
}

void screen_unwatch_root(Screen *screen, gpointer user) {
    g_hash_table_remove(screen->root_watchers, user);
}

void screen_send_root(Screen *screen, Window window, Atom type, long a, long b, long c, long d) {
    XEvent event = {.xclient = {.type = ClientMessage,
                                .window = window,
                                .message_type = type,
                                .format = 32,
                                .data.l = {a, b, c, d, 0}}};
    XSendEvent(screen->display, screen->root, False, SubstructureNotifyMask | SubstructureRedirectMask,
               &event);
}

bool screen_geometry(Screen *screen, Window window, RootBox *ret_box) {
    Window root = None, child = None;
    int x = 0, y = 0;
    unsigned width = 0, height = 0, border = 0, depth = 0;
    if (!XGetGeometry(screen->display, window, &root, &x, &y, &width, &height, &border, &depth) ||
        !XTranslateCoordinates(screen->display, window, screen->root, 0, 0, &x, &y, &child))
        return false;
    *ret_box = (RootBox){x, y, (int32_t)width, (int32_t)height};
    return true;
}
