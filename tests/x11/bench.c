// SPDX-License-Identifier: Apache-2.0
// The bench of the compositor's tests. Nothing here waits for a time, except for a silence.
#include "tests/x11/bench.h"

#include <X11/extensions/XTest.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define QUIET_MS  1200
#define LONGS_MAX 256

Bench bench;

static void on_intent(const Intent *intent, gpointer user) {
    if (bench.n_intents < BENCH_INTENTS_MAX)
        bench.intents[bench.n_intents++] = *intent;
    if (bench.on_intent)
        bench.on_intent(intent);
}

static bool on_identify(uint32_t window, WindowIdentity *ret_identity, gpointer user) {
    if (bench.identify)
        return bench.identify(window, ret_identity);
    if (bench.known)
        *ret_identity = (WindowIdentity){.wm_class = g_strdup(BENCH_CLASS),
                                         .name = g_strdup("Test"),
                                         .startup_id = g_strdup(bench.startup_id)};
    return bench.known;
}

static void on_painted(uint32_t window, gpointer user) {
    bench.painted = window;
}

static void on_gone(uint32_t window, gpointer user) {
    bench.gone = window;
}

static int on_eye_error(Display *display, XErrorEvent *error) {
    return 0;
}

static void on_leave(gpointer user) {
    if (bench.on_leave)
        bench.on_leave();
}

void bench_open(void) {
    const CompositorCallbacks callbacks = {on_intent, on_identify, on_painted, on_gone, on_leave};
    g_autoptr(GError) error = NULL;
    bench.screen = screen_open(NULL, &error);
    g_assert_no_error(error);
    XSetErrorHandler(on_eye_error);
    bench.eye = XOpenDisplay(NULL);
    bench.compositor = compositor_new(bench.screen, "test", &callbacks, NULL);
    bench_settle();
}

int bench_run(void) {
    int status = g_test_run();
    compositor_free(bench.compositor);
    screen_close(bench.screen);
    XCloseDisplay(bench.eye);
    return status;
}

static gboolean on_tick(gpointer user) {
    return G_SOURCE_CONTINUE;
}

bool bench_wait(BenchCondition condition) {
    gint64 end = g_get_monotonic_time() + BENCH_WAIT_US;
    guint tick = g_timeout_add(10, on_tick, NULL);
    bool met = condition();
    while (!met && g_get_monotonic_time() < end) {
        g_main_context_iteration(NULL, TRUE);
        met = condition();
    }
    g_source_remove(tick);
    return met;
}

static gboolean on_quiet(gpointer done) {
    *(bool *)done = true;
    return G_SOURCE_REMOVE;
}

void bench_run_for(guint ms) {
    bool done = false;
    g_timeout_add(ms, on_quiet, &done);
    while (!done)
        g_main_context_iteration(NULL, TRUE);
}

void bench_quiet(void) {
    bench_run_for(QUIET_MS);
}

static void touch_root(void) {
    XChangeProperty(bench.eye, DefaultRootWindow(bench.eye), XInternAtom(bench.eye, "_BENCH_TOUCH", False),
                    XA_CARDINAL, 32, PropModeReplace, NULL, 0);
    XFlush(bench.eye);
}

static bool has_width(Window window, unsigned wanted) {
    Window root = None;
    int x = 0, y = 0;
    unsigned width = 0, height = 0, border = 0, depth = 0;
    return XGetGeometry(bench.eye, window, &root, &x, &y, &width, &height, &border, &depth) &&
           width == wanted;
}

// A window manager handles requests in order: when it has given a window that is not mapped its other size,
// it has handled all that came before.
void bench_settle(void) {
    bench_run_for(1);
    Window probe = XCreateSimpleWindow(bench.eye, DefaultRootWindow(bench.eye), -50, -50, 1, 1, 0, 0, 0);
    gint64 end = g_get_monotonic_time() + BENCH_WAIT_US;
    XResizeWindow(bench.eye, probe, 2, 2);
    while (!has_width(probe, 2) && g_get_monotonic_time() < end) {
        bench_run_for(5);
        touch_root(); // openbox leaves what came while it started in its queue until something else comes
    }
    XDestroyWindow(bench.eye, probe);
    XSync(bench.eye, False);
    bench_run_for(20);
}

bool bench_is_composited(void) {
    return XGetSelectionOwner(bench.eye, XInternAtom(bench.eye, "_NET_WM_CM_S0", False)) != None;
}

uint32_t bench_colour(uint32_t x, uint32_t y) {
    return (x * 7 & 0xFF) << 16 | (y * 5 & 0xFF) << 8 | ((x ^ y) & 0xFF);
}

int bench_pixels(uint32_t width, uint32_t height, bool sealed, size_t missing) {
    size_t size = (size_t)width * height * 4 - missing;
    int fd = memfd_create("test-surface", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    g_assert_cmpint(ftruncate(fd, (off_t)size), ==, 0);
    uint32_t *pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    for (uint32_t i = 0; i < size / 4; i++)
        pixels[i] = bench_colour(i % width, i / width);
    munmap(pixels, size);
    if (sealed)
        g_assert_cmpint(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), ==, 0);
    return fd;
}

void bench_send(DeskEvent *event, int fd) {
    compositor_take_event(bench.compositor, event, fd);
    desk_event_clear(event);
}

static void send_new(uint32_t id, uint32_t owner, Box box, uint32_t style, uint32_t ex_style,
                     const char *title) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    GuestWindow *to = &event.as.change.delta.to;
    guest_window_init(to, id);
    event.window = id;
    event.as.change.is_new = true;
    event.as.change.delta.fields = GUEST_WINDOW_ALL;
    to->owner = owner;
    to->style = style;
    to->ex_style = ex_style;
    to->box = box;
    to->show = GUEST_SHOW_NORMAL;
    guest_window_set_title(to, title);
    bench_send(&event, -1);
}

void bench_window(uint32_t id, Box box, uint32_t style, uint32_t ex_style, const char *title) {
    send_new(id, 0, box, style, ex_style, title);
}

void bench_owned(uint32_t id, uint32_t owner, Box box, uint32_t style, uint32_t ex_style) {
    send_new(id, owner, box, style, ex_style, "");
}

void bench_style(uint32_t id, uint32_t style, uint32_t ex_style) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = id;
    event.as.change.delta.fields = GUEST_WINDOW_STYLE;
    event.as.change.delta.to.style = style;
    event.as.change.delta.to.ex_style = ex_style;
    bench_send(&event, -1);
}

void bench_box(uint32_t id, Box box) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = id;
    event.as.change.delta.fields = GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE;
    event.as.change.delta.to.box = box;
    bench_send(&event, -1);
}

void bench_show(uint32_t id, GuestShow show) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = id;
    event.as.change.delta.fields = GUEST_WINDOW_SHOW;
    event.as.change.delta.to.show = show;
    bench_send(&event, -1);
}

void bench_surface(uint32_t surface, uint32_t window, uint32_t width, uint32_t height, int fd) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_SURFACE);
    event.window = window;
    event.as.surface.surface = surface;
    event.as.surface.width = width;
    event.as.surface.height = height;
    event.as.surface.stride = width * 4;
    bench_send(&event, fd);
}

void bench_damage(uint32_t surface, Box box) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_DAMAGE);
    event.as.damage.surface = surface;
    box_list_add(&event.as.damage.boxes, box);
    bench_send(&event, -1);
}

void bench_paint(uint32_t id, uint32_t width, uint32_t height) {
    bench_surface(id, id, width, height, bench_pixels(width, height, true, 0));
    bench_damage(id, (Box){0, 0, (int32_t)width, (int32_t)height});
}

void bench_gone(uint32_t id) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW_GONE);
    event.window = id;
    bench_send(&event, -1);
}

void bench_stacking(uint32_t active, const uint32_t *order, size_t n) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_STACKING);
    event.as.stacking.has_active = true;
    event.as.stacking.active = active;
    event.as.stacking.has_order = n > 0;
    event.as.stacking.count = (uint32_t)n;
    memcpy(event.as.stacking.order, order, n * sizeof *order);
    bench_send(&event, -1);
}

static uint32_t awaited;

static bool is_awaited_viewable(void) {
    return bench_is_viewable(awaited);
}

void bench_open_window(uint32_t id, uint32_t owner, Box box, uint32_t style, uint32_t ex_style) {
    g_autofree char *title = g_strdup_printf("Window %x", id);
    send_new(id, owner, box, style, ex_style, title);
    bench_paint(id, (uint32_t)box.width, (uint32_t)box.height);
    awaited = id;
    g_assert_true(bench_wait(is_awaited_viewable));
}

Time bench_time(void) {
    XEvent event;
    XSelectInput(bench.eye, DefaultRootWindow(bench.eye), PropertyChangeMask);
    touch_root();
    do
        XWindowEvent(bench.eye, DefaultRootWindow(bench.eye), PropertyChangeMask, &event);
    while (event.xproperty.atom != XInternAtom(bench.eye, "_BENCH_TOUCH", False));
    XSelectInput(bench.eye, DefaultRootWindow(bench.eye), NoEventMask);
    return event.xproperty.time;
}

void bench_launch_window(uint32_t id, Box box, uint32_t style, uint32_t ex_style) {
    g_autofree char *startup_id = g_strdup_printf("bench-%x_TIME%lu", id, bench_time());
    bench.startup_id = startup_id;
    bench_open_window(id, 0, box, style, ex_style);
    bench.startup_id = NULL;
}

bool bench_find(uint32_t id, CompositorWindow *ret_window) {
    for (size_t i = 0; compositor_window_at(bench.compositor, i, ret_window); i++)
        if (ret_window->guest_window == id)
            return true;
    return false;
}

Window bench_xid(uint32_t id) {
    CompositorWindow window;
    return bench_find(id, &window) ? window.x_window : None;
}

static bool attributes_of(uint32_t id, XWindowAttributes *ret_attributes) {
    Window window = bench_xid(id);
    return window && XGetWindowAttributes(bench.eye, window, ret_attributes);
}

bool bench_is_viewable(uint32_t id) {
    XWindowAttributes attributes;
    return attributes_of(id, &attributes) && attributes.map_state == IsViewable;
}

bool bench_is_override(uint32_t id) {
    XWindowAttributes attributes;
    return attributes_of(id, &attributes) && attributes.override_redirect;
}

size_t bench_count(IntentKind kind) {
    size_t n = 0;
    for (size_t i = 0; i < bench.n_intents; i++)
        n += bench.intents[i].kind == kind;
    return n;
}

const Intent *bench_last(IntentKind kind) {
    for (size_t i = bench.n_intents; i-- > 0;)
        if (bench.intents[i].kind == kind)
            return &bench.intents[i];
    return NULL;
}

char *bench_text(unsigned long window, const char *name) {
    Atom type = None;
    int format = 0;
    unsigned long n = 0, left = 0;
    unsigned char *bytes = NULL;
    XGetWindowProperty(bench.eye, window, XInternAtom(bench.eye, name, False), 0, 1024, False,
                       AnyPropertyType, &type, &format, &n, &left, &bytes);
    char *text = g_strndup(bytes ? (const char *)bytes : "", bytes ? n : 0);
    if (bytes)
        XFree(bytes);
    return text;
}

size_t bench_longs(unsigned long window, const char *name, long *ret_values, size_t max) {
    Atom type = None;
    int format = 0;
    unsigned long n = 0, left = 0;
    unsigned char *bytes = NULL;
    if (XGetWindowProperty(bench.eye, window, XInternAtom(bench.eye, name, False), 0, (long)max, False,
                           AnyPropertyType, &type, &format, &n, &left, &bytes) != Success ||
        format != 32)
        n = 0;
    if (n)
        memcpy(ret_values, bytes, n * sizeof *ret_values);
    if (bytes)
        XFree(bytes);
    return n;
}

bool bench_has_state(uint32_t id, const char *state) {
    long values[LONGS_MAX];
    size_t n = bench_longs(bench_xid(id), "_NET_WM_STATE", values, LONGS_MAX);
    for (size_t i = 0; i < n; i++)
        if ((Atom)values[i] == XInternAtom(bench.eye, state, False))
            return true;
    return false;
}

Window bench_active(void) {
    long value = None;
    bench_longs(DefaultRootWindow(bench.eye), "_NET_ACTIVE_WINDOW", &value, 1);
    return (Window)value;
}

int bench_stack_place(Window window) {
    long values[LONGS_MAX];
    size_t n = bench_longs(DefaultRootWindow(bench.eye), "_NET_CLIENT_LIST_STACKING", values, LONGS_MAX);
    for (size_t i = 0; i < n; i++)
        if ((Window)values[i] == window)
            return (int)i;
    return -1;
}

static Window frame_of(Window window) {
    Window root = None, parent = window, *children = NULL;
    unsigned n = 0;
    while (parent) {
        Window of = parent;
        if (!XQueryTree(bench.eye, of, &root, &parent, &children, &n))
            return None;
        if (children)
            XFree(children);
        if (parent == root)
            return of;
    }
    return None;
}

bool bench_is_above(Window upper, Window lower) {
    Window root = None, parent = None, *children = NULL;
    Window upper_frame = frame_of(upper), lower_frame = frame_of(lower);
    unsigned n = 0, upper_place = 0, lower_place = 0;
    XQueryTree(bench.eye, DefaultRootWindow(bench.eye), &root, &parent, &children, &n);
    for (unsigned i = 0; i < n; i++) {
        if (children[i] == upper_frame)
            upper_place = i + 1;
        if (children[i] == lower_frame)
            lower_place = i + 1;
    }
    if (children)
        XFree(children);
    return upper_place && lower_place && upper_place > lower_place;
}

size_t bench_wrong_pixels(int x, int y, int width, int height) {
    XImage *image = XGetImage(bench.eye, DefaultRootWindow(bench.eye), x, y, (unsigned)width,
                              (unsigned)height, AllPlanes, ZPixmap);
    size_t wrong = 0;
    for (int i = 0; image && i < width * height; i++)
        wrong += (XGetPixel(image, i % width, i / width) & 0xFFFFFF) !=
                 bench_colour((uint32_t)(i % width), (uint32_t)(i / width));
    if (!image)
        return SIZE_MAX;
    XDestroyImage(image);
    return wrong;
}

size_t bench_root_children(void) {
    Window root = None, parent = None, *children = NULL;
    unsigned n = 0;
    XQueryTree(bench.eye, DefaultRootWindow(bench.eye), &root, &parent, &children, &n);
    if (children)
        XFree(children);
    return n;
}

size_t bench_deactivations(void) {
    size_t n = 0;
    for (size_t i = 0; i < bench.n_intents; i++)
        n += bench.intents[i].kind == INTENT_ACTIVATE && !bench.intents[i].as.enabled;
    return n;
}

void bench_key(KeySym symbol, bool down) {
    XTestFakeKeyEvent(bench.eye, XKeysymToKeycode(bench.eye, symbol), down, 0);
    XFlush(bench.eye);
}

void bench_press(unsigned button) {
    XTestFakeButtonEvent(bench.eye, button, True, 0);
    XTestFakeButtonEvent(bench.eye, button, False, 0);
    XFlush(bench.eye);
}

void bench_click(int x, int y) {
    XTestFakeMotionEvent(bench.eye, -1, x, y, 0);
    bench_press(1);
}

void bench_send_root(unsigned long window, const char *type, const long values[5]) {
    XEvent event = {.xclient = {.type = ClientMessage, .window = window, .format = 32}};
    event.xclient.message_type = XInternAtom(bench.eye, type, False);
    memcpy(event.xclient.data.l, values, 5 * sizeof *values);
    XSendEvent(bench.eye, DefaultRootWindow(bench.eye), False,
               SubstructureNotifyMask | SubstructureRedirectMask, &event);
    XFlush(bench.eye);
}

void bench_activate(Window window) {
    const long values[5] = {2, CurrentTime, 0, 0, 0};
    bench_send_root(window, "_NET_ACTIVE_WINDOW", values);
}

static Window foreign;

static bool is_foreign_active(void) {
    return bench_active() == foreign;
}

Window bench_foreign(Box box, const char *title) {
    XSizeHints hints = {.flags = USPosition | USSize | PWinGravity, .win_gravity = StaticGravity};
    hints.x = box.x;
    hints.y = box.y;
    foreign = XCreateSimpleWindow(bench.eye, DefaultRootWindow(bench.eye), box.x, box.y, (unsigned)box.width,
                                  (unsigned)box.height, 0, 0, 0xFFFFFF);
    XStoreName(bench.eye, foreign, title);
    XSetWMNormalHints(bench.eye, foreign, &hints);
    XSelectInput(bench.eye, foreign, KeyPressMask | ButtonPressMask | FocusChangeMask | ExposureMask);
    XMapWindow(bench.eye, foreign);
    XFlush(bench.eye);
    bench_settle();
    bench_activate(foreign);
    g_assert_true(bench_wait(is_foreign_active));
    return foreign;
}
