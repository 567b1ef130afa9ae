// SPDX-License-Identifier: Apache-2.0
// Drives a Compositor with scripted DeskEvents and a sealed memfd, on a real X server with a real window
// manager, and looks at the result through a second connection to the X server, as any other program of the
// desktop would.
#include "host-agent/compositor/compositor.h"
#include "host-agent/compositor/x11.h"

#include <X11/extensions/XTest.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WIDTH       300
#define HEIGHT      200
#define WINDOW      0x10010u
#define POPUP       0x10020u
#define WAIT_US     (10 * G_TIME_SPAN_SECOND)
#define QUIET_MS    1200
#define CLASS       "io.railhead.test.a0123456789abcdef"
#define INTENTS_MAX 4096

typedef struct Bench {
    Screen *screen;
    Compositor *compositor;
    Display *eye; // the second client
    Intent intents[INTENTS_MAX];
    size_t n_intents;
    bool known;
    uint32_t painted, gone;
} Bench;

static Bench bench;

typedef bool (*Condition)(void);

static void on_intent(const Intent *intent, gpointer user) {
    if (bench.n_intents < INTENTS_MAX)
        bench.intents[bench.n_intents++] = *intent;
}

static bool on_identify(uint32_t window, WindowIdentity *ret_identity, gpointer user) {
    if (bench.known)
        *ret_identity = (WindowIdentity){.wm_class = g_strdup(CLASS), .name = g_strdup("Test")};
    return bench.known;
}

static void on_painted(uint32_t window, gpointer user) {
    bench.painted = window;
}

static void on_gone(uint32_t window, gpointer user) {
    bench.gone = window;
}

static gboolean on_tick(gpointer user) {
    return G_SOURCE_CONTINUE;
}

static bool wait_until(Condition condition) {
    gint64 end = g_get_monotonic_time() + WAIT_US;
    guint tick = g_timeout_add(20, on_tick, NULL);
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

static void watch_quiet(void) { // long enough for every timer of the compositor to speak
    bool done = false;
    g_timeout_add(QUIET_MS, on_quiet, &done);
    while (!done)
        g_main_context_iteration(NULL, TRUE);
}

static uint32_t colour_at(uint32_t x, uint32_t y) {
    return (x * 7 & 0xFF) << 16 | (y * 5 & 0xFF) << 8 | ((x ^ y) & 0xFF);
}

static int make_pixels(uint32_t width, uint32_t height, bool sealed, size_t missing) {
    size_t size = (size_t)width * height * 4 - missing;
    int fd = memfd_create("test-surface", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    g_assert_cmpint(ftruncate(fd, (off_t)size), ==, 0);
    uint32_t *pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    for (uint32_t i = 0; i < size / 4; i++)
        pixels[i] = colour_at(i % width, i / width);
    munmap(pixels, size);
    if (sealed)
        g_assert_cmpint(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), ==, 0);
    return fd;
}

static void send(DeskEvent *event, int fd) {
    compositor_take_event(bench.compositor, event, fd);
    desk_event_clear(event);
}

static void send_window(uint32_t id, Box box, uint32_t style, uint32_t ex_style, const char *title) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    GuestWindow *to = &event.as.change.delta.to;
    guest_window_init(to, id);
    event.window = id;
    event.as.change.is_new = true;
    event.as.change.delta.fields = GUEST_WINDOW_ALL;
    to->style = style;
    to->ex_style = ex_style;
    to->box = box;
    to->show = GUEST_SHOW_NORMAL;
    guest_window_set_title(to, title);
    send(&event, -1);
}

static void send_box(uint32_t id, Box box) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = id;
    event.as.change.delta.fields = GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE;
    event.as.change.delta.to.box = box;
    send(&event, -1);
}

static void send_surface(uint32_t surface, uint32_t window, uint32_t width, uint32_t height, int fd) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_SURFACE);
    event.window = window;
    event.as.surface.surface = surface;
    event.as.surface.width = width;
    event.as.surface.height = height;
    event.as.surface.stride = width * 4;
    send(&event, fd);
}

static void send_damage(uint32_t surface, Box box) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_DAMAGE);
    event.as.damage.surface = surface;
    box_list_add(&event.as.damage.boxes, box);
    send(&event, -1);
}

static bool find(uint32_t id, CompositorWindow *ret_window) {
    for (size_t i = 0; compositor_window_at(bench.compositor, i, ret_window); i++)
        if (ret_window->guest_window == id)
            return true;
    return false;
}

static bool is_viewable(uint32_t id) {
    CompositorWindow window;
    XWindowAttributes attributes;
    return find(id, &window) && window.x_window &&
           XGetWindowAttributes(bench.eye, window.x_window, &attributes) &&
           attributes.map_state == IsViewable;
}

static size_t count_intents(IntentKind kind) {
    size_t n = 0;
    for (size_t i = 0; i < bench.n_intents; i++)
        n += bench.intents[i].kind == kind;
    return n;
}

static const Intent *last_intent(IntentKind kind) {
    for (size_t i = bench.n_intents; i-- > 0;)
        if (bench.intents[i].kind == kind)
            return &bench.intents[i];
    return NULL;
}

static bool main_is_painted(void) {
    return bench.painted == WINDOW;
}

static void test_hostile_surfaces(void) {
    send_window(WINDOW, (Box){100, 120, WIDTH, HEIGHT}, GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU, 0,
                "Hostile");
    const int fds[] = {make_pixels(WIDTH, HEIGHT, false, 0), make_pixels(WIDTH, HEIGHT, true, 4)};
    for (size_t i = 0; i < G_N_ELEMENTS(fds); i++) {
        g_test_expect_message(NULL, G_LOG_LEVEL_WARNING, "*refused*");
        send_surface(1, WINDOW, WIDTH, HEIGHT, fds[i]);
        g_test_assert_expected_messages();
        send_damage(1, (Box){0, 0, WIDTH, HEIGHT});
        watch_quiet();
        g_assert_false(is_viewable(WINDOW));
    }
    compositor_drop(bench.compositor);
}

static void test_map(void) {
    bench.known = true;
    send_surface(1, WINDOW, WIDTH, HEIGHT, make_pixels(WIDTH, HEIGHT, true, 0));
    send_window(WINDOW, (Box){100, 120, WIDTH, HEIGHT}, GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU, 0,
                "Gr\xC3\xBC\xC3\x9F"
                "e \xE2\x80\xAEtxt");
    watch_quiet();
    CompositorWindow window;
    g_assert_true(find(WINDOW, &window));
    g_assert_false(is_viewable(WINDOW)); // no pixels yet
    XClassHint class_hint = {0};
    g_assert_true(XGetClassHint(bench.eye, window.x_window, &class_hint));
    g_assert_cmpstr(class_hint.res_class, ==, CLASS);
    g_assert_cmpstr(class_hint.res_name, ==, CLASS);
    XFree(class_hint.res_class);
    XFree(class_hint.res_name);
    send_damage(1, (Box){0, 0, WIDTH, HEIGHT});
    g_assert_true(wait_until(main_is_painted));
    g_assert_true(is_viewable(WINDOW));
    g_assert_true(find(WINDOW, &window));
    g_assert_true(box_equal(window.host_box, (Box){100, 120, WIDTH, HEIGHT}));
    g_assert_false(compositor_window_at(bench.compositor, 1, &window));
}

static char *read_text(unsigned long window, const char *name) {
    Atom type = None;
    int format = 0;
    unsigned long n = 0, left = 0;
    unsigned char *bytes = NULL;
    XGetWindowProperty(bench.eye, window, XInternAtom(bench.eye, name, False), 0, 1024, False,
                       AnyPropertyType, &type, &format, &n, &left, &bytes);
    char *text = g_strndup((const char *)bytes, bytes ? n : 0);
    if (bytes)
        XFree(bytes);
    return text;
}

static void test_properties(void) {
    CompositorWindow window;
    g_assert_true(find(WINDOW, &window));
    g_autofree char *title = read_text(window.x_window, "_NET_WM_NAME");
    g_autofree char *guest = read_text(window.x_window, "_RAILHEAD_GUEST");
    g_assert_cmpstr(title, ==,
                    "Gr\xC3\xBC\xC3\x9F"
                    "e txt");
    g_assert_cmpstr(guest, ==, "test");
}

static void assert_pixels(int root_x, int root_y) {
    XImage *image =
        XGetImage(bench.eye, DefaultRootWindow(bench.eye), root_x, root_y, WIDTH, HEIGHT, AllPlanes, ZPixmap);
    g_assert_nonnull(image);
    for (uint32_t y = 0; y < HEIGHT; y++)
        for (uint32_t x = 0; x < WIDTH; x++)
            g_assert_cmphex(XGetPixel(image, (int)x, (int)y) & 0xFFFFFF, ==, colour_at(x, y));
    XDestroyImage(image);
}

static void test_pixels(void) {
    assert_pixels(100, 120);
}

static bool has_locks(void) {
    return count_intents(INTENT_LOCKS) > 0;
}

static bool has_key_up(void) {
    return count_intents(INTENT_KEY) == 2;
}

static bool has_click(void) {
    const Intent *intent = last_intent(INTENT_POINTER);
    return intent && intent->as.pointer.flags == POINTER_BUTTON1;
}

static bool has_wheel(void) {
    const Intent *intent = last_intent(INTENT_POINTER);
    return intent && intent->as.pointer.flags & POINTER_WHEEL;
}

static void press(unsigned button) {
    XTestFakeButtonEvent(bench.eye, button, True, 0);
    XTestFakeButtonEvent(bench.eye, button, False, 0);
    XFlush(bench.eye);
}

static void test_input(void) {
    XTestFakeMotionEvent(bench.eye, -1, 150, 180, 0);
    press(1);
    g_assert_true(wait_until(has_click));
    g_assert_cmpint(last_intent(INTENT_POINTER)->as.pointer.x, ==, 150);
    g_assert_cmpint(last_intent(INTENT_POINTER)->as.pointer.y, ==, 180);
    press(5);
    g_assert_true(wait_until(has_wheel));
    g_assert_cmphex(last_intent(INTENT_POINTER)->as.pointer.flags, ==, POINTER_WHEEL | 0x188);
    g_assert_true(wait_until(has_locks)); // the click, or the map, gave it the focus
    g_assert_true(last_intent(INTENT_ACTIVATE)->as.enabled);
    unsigned keycode = XKeysymToKeycode(bench.eye, XK_Left);
    XTestFakeKeyEvent(bench.eye, keycode, True, 0);
    XTestFakeKeyEvent(bench.eye, keycode, False, 0);
    XFlush(bench.eye);
    g_assert_true(wait_until(has_key_up));
    g_assert_cmphex(last_intent(INTENT_KEY)->as.key.code, ==, 0x14B);
    g_assert_false(last_intent(INTENT_KEY)->as.key.down);
}

static void send_to_root(unsigned long window, const char *type, const long values[5]) {
    XEvent event = {.xclient = {.type = ClientMessage, .window = window, .format = 32}};
    event.xclient.message_type = XInternAtom(bench.eye, type, False);
    memcpy(event.xclient.data.l, values, 5 * sizeof *values);
    XSendEvent(bench.eye, DefaultRootWindow(bench.eye), False,
               SubstructureNotifyMask | SubstructureRedirectMask, &event);
    XFlush(bench.eye);
}

static bool has_move(void) {
    return count_intents(INTENT_MOVE) > 0;
}

static void test_move_by_manager(void) {
    CompositorWindow window;
    g_assert_true(find(WINDOW, &window));
    watch_quiet();
    g_assert_cmpuint(count_intents(INTENT_MOVE), ==, 0);
    const long move[5] = {10 | 1 << 8 | 1 << 9 | 2 << 12, 400, 300, 0,
                          0}; // StaticGravity, x and y, as a pager
    send_to_root(window.x_window, "_NET_MOVERESIZE_WINDOW", move);
    g_assert_true(wait_until(has_move));
    Box asked = last_intent(INTENT_MOVE)->as.box;
    g_assert_true(box_equal(asked, (Box){400, 300, WIDTH, HEIGHT}));
    send_box(WINDOW, asked); // the guest agrees
    watch_quiet();
    g_assert_cmpuint(count_intents(INTENT_MOVE), ==, 1);
    assert_pixels(400, 300);
}

static bool is_back(void) {
    CompositorWindow window;
    return find(WINDOW, &window) && box_equal(window.host_box, (Box){100, 120, WIDTH, HEIGHT});
}

static void test_move_by_guest(void) {
    send_box(WINDOW, (Box){100, 120, WIDTH, HEIGHT}); // where it was first
    g_assert_true(wait_until(is_back));
    watch_quiet();
    g_assert_cmpuint(count_intents(INTENT_MOVE), ==, 1);
}

static bool popup_is_viewable(void) {
    return bench.painted == POPUP && is_viewable(POPUP);
}

static void test_popup(void) {
    const uint32_t style = GUEST_STYLE_POPUP,
                   ex_style = GUEST_EX_STYLE_TOOLWINDOW | GUEST_EX_STYLE_NOACTIVATE;
    size_t activations = count_intents(INTENT_ACTIVATE);
    CompositorWindow window;
    XWindowAttributes attributes;
    send_window(POPUP, (Box){1250, 100, 80, 60}, style, ex_style, "");
    send_surface(2, POPUP, 80, 60, make_pixels(80, 60, true, 0));
    send_damage(2, (Box){0, 0, 80, 60});
    g_assert_true(wait_until(popup_is_viewable));
    g_assert_true(find(POPUP, &window));
    XGetWindowAttributes(bench.eye, window.x_window, &attributes);
    g_assert_true(attributes.override_redirect);
    g_assert_true(box_equal(window.host_box, (Box){1200, 100, 80, 60})); // inside its monitor
    send_box(POPUP, (Box){0, 0, 1200, 700});                             // a menu as big as this is none
    watch_quiet();
    XGetWindowAttributes(bench.eye, window.x_window, &attributes);
    g_assert_false(attributes.override_redirect);
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW_GONE);
    event.window = POPUP;
    send(&event, -1);
    g_assert_cmphex(bench.gone, ==, POPUP);
    watch_quiet();
    g_assert_cmpuint(count_intents(INTENT_ACTIVATE), ==, activations);
}

static bool has_close(void) {
    const Intent *intent = last_intent(INTENT_SYSTEM_COMMAND);
    return intent && intent->as.command == SYSTEM_COMMAND_CLOSE && intent->window == WINDOW;
}

static bool has_minimise(void) {
    const Intent *intent = last_intent(INTENT_SYSTEM_COMMAND);
    return intent && intent->as.command == SYSTEM_COMMAND_MINIMISE;
}

static bool window_is_viewable(void) {
    return is_viewable(WINDOW);
}

static void test_manager_commands(void) {
    CompositorWindow window;
    const long none[5] = {0, 2, 0, 0, 0};
    g_assert_true(find(WINDOW, &window));
    send_to_root(window.x_window, "_NET_CLOSE_WINDOW", none);
    g_assert_true(wait_until(has_close));
    XIconifyWindow(bench.eye, window.x_window, DefaultScreen(bench.eye));
    XFlush(bench.eye);
    g_assert_true(wait_until(has_minimise));
    g_assert_cmpuint(count_intents(INTENT_MOVE), ==, 1);
    DeskEvent event;
    for (size_t i = 0; i < 2; i++) { // the guest follows, then restores
        desk_event_init(&event, DESK_EVENT_WINDOW);
        event.window = WINDOW;
        event.as.change.delta.fields = GUEST_WINDOW_SHOW;
        event.as.change.delta.to.show = i ? GUEST_SHOW_NORMAL : GUEST_SHOW_MINIMISED;
        send(&event, -1);
    }
    watch_quiet();
    g_assert_true(wait_until(window_is_viewable));
    g_assert_cmpuint(count_intents(INTENT_SYSTEM_COMMAND), ==, 2);
    assert_pixels(100, 120);
}

static void test_lost(void) {
    compositor_session_lost(bench.compositor);
    watch_quiet();
    XImage *image =
        XGetImage(bench.eye, DefaultRootWindow(bench.eye), 100, 120, WIDTH, HEIGHT, AllPlanes, ZPixmap);
    size_t grey = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        grey += (XGetPixel(image, i % WIDTH, i / WIDTH) & 0xFFFFFF) == 0x808080;
    XDestroyImage(image);
    g_assert_cmpuint(grey, >=, WIDTH * HEIGHT / 2);
    const char *picture = g_getenv("RAILHEAD_TEST_PICTURE");
    if (picture)
        g_spawn_command_line_sync(picture, NULL, NULL, NULL, NULL);
    size_t intents = bench.n_intents;
    press(1);
    watch_quiet();
    g_assert_cmpuint(bench.n_intents, ==, intents);
}

static void test_gone(void) {
    CompositorWindow window;
    XWindowAttributes attributes;
    g_assert_true(find(WINDOW, &window));
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW_GONE);
    event.window = WINDOW;
    send(&event, -1);
    watch_quiet();
    g_assert_cmphex(bench.gone, ==, WINDOW);
    g_assert_false(XGetWindowAttributes(bench.eye, window.x_window, &attributes));
    g_assert_false(compositor_window_at(bench.compositor, 0, &window));
}

static void test_desktop_surface(void) {
    compositor_drop(bench.compositor);
    bench.painted = 0;
    send_surface(9, 0, 1280, 800, make_pixels(1280, 800, true, 0));
    send_window(WINDOW, (Box){100, 120, WIDTH, HEIGHT}, GUEST_STYLE_CAPTION, 0, "Desktop");
    send_damage(9, (Box){0, 0, 1280, 800});
    g_assert_true(wait_until(main_is_painted));
    XImage *image =
        XGetImage(bench.eye, DefaultRootWindow(bench.eye), 100, 120, WIDTH, HEIGHT, AllPlanes, ZPixmap);
    for (uint32_t i = 0; i < WIDTH * HEIGHT; i++)
        g_assert_cmphex(XGetPixel(image, (int)(i % WIDTH), (int)(i / WIDTH)) & 0xFFFFFF, ==,
                        colour_at(100 + i % WIDTH, 120 + i / WIDTH));
    XDestroyImage(image);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    const CompositorCallbacks callbacks = {on_intent, on_identify, on_painted, on_gone};
    g_autoptr(GError) error = NULL;
    bench.screen = screen_open(NULL, &error);
    g_assert_no_error(error);
    bench.eye = XOpenDisplay(NULL);
    bench.compositor = compositor_new(bench.screen, "test", &callbacks, NULL);
    g_test_add_func("/x11/hostile-surfaces", test_hostile_surfaces);
    g_test_add_func("/x11/map", test_map);
    g_test_add_func("/x11/properties", test_properties);
    g_test_add_func("/x11/pixels", test_pixels);
    g_test_add_func("/x11/input", test_input);
    g_test_add_func("/x11/move-by-manager", test_move_by_manager);
    g_test_add_func("/x11/move-by-guest", test_move_by_guest);
    g_test_add_func("/x11/popup", test_popup);
    g_test_add_func("/x11/manager-commands", test_manager_commands);
    g_test_add_func("/x11/lost", test_lost);
    g_test_add_func("/x11/gone", test_gone);
    g_test_add_func("/x11/desktop-surface", test_desktop_surface);
    int status = g_test_run();
    compositor_free(bench.compositor);
    screen_close(bench.screen);
    XCloseDisplay(bench.eye);
    return status;
}
