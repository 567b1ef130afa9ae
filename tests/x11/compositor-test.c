// SPDX-License-Identifier: Apache-2.0
// Drives a Compositor with scripted DeskEvents and a sealed memfd, on a real X server with a real window
// manager, and looks at the result through a second connection to the X server, as any other program of the
// desktop would.
#include "tests/x11/bench.h"

#include <X11/extensions/XTest.h>

#define WIDTH  300
#define HEIGHT 200
#define WINDOW 0x10010u
#define POPUP  0x10020u

static bool main_is_painted(void) {
    return bench.painted == WINDOW;
}

static void test_hostile_surfaces(void) {
    bench_window(WINDOW, (Box){100, 120, WIDTH, HEIGHT}, GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU, 0,
                 "Hostile");
    const int fds[] = {bench_pixels(WIDTH, HEIGHT, false, 0), bench_pixels(WIDTH, HEIGHT, true, 4)};
    for (size_t i = 0; i < G_N_ELEMENTS(fds); i++) {
        g_test_expect_message("railhead-compositor", G_LOG_LEVEL_WARNING, "*refused*");
        bench_surface(1, WINDOW, WIDTH, HEIGHT, fds[i]);
        g_test_assert_expected_messages();
        bench_damage(1, (Box){0, 0, WIDTH, HEIGHT});
        bench_quiet();
        g_assert_false(bench_is_viewable(WINDOW));
    }
    compositor_drop(bench.compositor);
}

static void test_map(void) {
    bench.known = true;
    bench_surface(1, WINDOW, WIDTH, HEIGHT, bench_pixels(WIDTH, HEIGHT, true, 0));
    bench_window(WINDOW, (Box){100, 120, WIDTH, HEIGHT}, GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU, 0,
                 "Gr\xC3\xBC\xC3\x9F"
                 "e \xE2\x80\xAEtxt");
    bench_quiet();
    CompositorWindow window;
    g_assert_true(bench_find(WINDOW, &window));
    g_assert_false(bench_is_viewable(WINDOW)); // no pixels yet
    XClassHint class_hint = {0};
    g_assert_true(XGetClassHint(bench.eye, window.x_window, &class_hint));
    g_assert_cmpstr(class_hint.res_class, ==, BENCH_CLASS);
    g_assert_cmpstr(class_hint.res_name, ==, BENCH_CLASS);
    XFree(class_hint.res_class);
    XFree(class_hint.res_name);
    bench_damage(1, (Box){0, 0, WIDTH, HEIGHT});
    g_assert_true(bench_wait(main_is_painted));
    g_assert_true(bench_is_viewable(WINDOW));
    g_assert_true(bench_find(WINDOW, &window));
    g_assert_true(box_equal(window.host_box, (Box){100, 120, WIDTH, HEIGHT}));
    g_assert_false(compositor_window_at(bench.compositor, 1, &window));
}

static void test_properties(void) {
    CompositorWindow window;
    g_assert_true(bench_find(WINDOW, &window));
    g_autofree char *title = bench_text(window.x_window, "_NET_WM_NAME");
    g_autofree char *guest = bench_text(window.x_window, "_RAILHEAD_GUEST");
    g_assert_cmpstr(title, ==,
                    "Gr\xC3\xBC\xC3\x9F"
                    "e txt \xE2\x80\x94 [test]");
    g_assert_cmpstr(guest, ==, "test");
}

static int shown_x, shown_y;

static bool shows_all(void) {
    return bench_wrong_pixels(shown_x, shown_y, WIDTH, HEIGHT) == 0;
}

static void assert_pixels(int root_x,
                          int root_y) { // a window manager that gives it a frame wipes it once more
    shown_x = root_x;
    shown_y = root_y;
    g_assert_true(bench_wait(shows_all));
}

static void test_pixels(void) {
    assert_pixels(100, 120);
}

static bool has_locks(void) {
    return bench_count(INTENT_LOCKS) > 0;
}

static bool has_key_up(void) {
    return bench_count(INTENT_KEY) == 2;
}

static bool has_click(void) {
    const Intent *intent = bench_last(INTENT_POINTER);
    return intent && intent->as.pointer.flags == POINTER_BUTTON1;
}

static bool has_wheel(void) {
    const Intent *intent = bench_last(INTENT_POINTER);
    return intent && intent->as.pointer.flags & POINTER_WHEEL;
}

static void test_input(void) {
    XTestFakeMotionEvent(bench.eye, -1, 150, 180, 0);
    bench_press(1);
    g_assert_true(bench_wait(has_click));
    g_assert_cmpint(bench_last(INTENT_POINTER)->as.pointer.x, ==, 150);
    g_assert_cmpint(bench_last(INTENT_POINTER)->as.pointer.y, ==, 180);
    bench_press(5);
    g_assert_true(bench_wait(has_wheel));
    g_assert_cmphex(bench_last(INTENT_POINTER)->as.pointer.flags, ==, POINTER_WHEEL | 0x188);
    g_assert_true(bench_wait(has_locks)); // the click, or the map, gave it the focus
    g_assert_true(bench_last(INTENT_ACTIVATE)->as.enabled);
    unsigned keycode = XKeysymToKeycode(bench.eye, XK_Left);
    XTestFakeKeyEvent(bench.eye, keycode, True, 0);
    XTestFakeKeyEvent(bench.eye, keycode, False, 0);
    XFlush(bench.eye);
    g_assert_true(bench_wait(has_key_up));
    g_assert_cmphex(bench_last(INTENT_KEY)->as.key.code, ==, 0x14B);
    g_assert_false(bench_last(INTENT_KEY)->as.key.down);
}

static bool has_move(void) {
    return bench_count(INTENT_MOVE) > 0;
}

static void test_move_by_manager(void) {
    CompositorWindow window;
    g_assert_true(bench_find(WINDOW, &window));
    bench_quiet();
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
    const long move[5] = {10 | 1 << 8 | 1 << 9 | 2 << 12, 400, 300, 0,
                          0}; // StaticGravity, x and y, as a pager
    bench_send_root(window.x_window, "_NET_MOVERESIZE_WINDOW", move);
    g_assert_true(bench_wait(has_move));
    Box asked = bench_last(INTENT_MOVE)->as.box;
    g_assert_true(box_equal(asked, (Box){400, 300, WIDTH, HEIGHT}));
    bench_box(WINDOW, asked); // the guest agrees
    bench_quiet();
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 1);
    assert_pixels(400, 300);
}

static bool is_back(void) {
    CompositorWindow window;
    return bench_find(WINDOW, &window) && box_equal(window.host_box, (Box){100, 120, WIDTH, HEIGHT});
}

static void test_move_by_guest(void) {
    bench_box(WINDOW, (Box){100, 120, WIDTH, HEIGHT}); // where it was first
    g_assert_true(bench_wait(is_back));
    bench_quiet();
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 1);
}

static bool popup_is_viewable(void) {
    return bench.painted == POPUP && bench_is_viewable(POPUP);
}

static void test_popup(void) {
    const uint32_t style = GUEST_STYLE_POPUP,
                   ex_style = GUEST_EX_STYLE_TOOLWINDOW | GUEST_EX_STYLE_NOACTIVATE;
    size_t activations = bench_count(INTENT_ACTIVATE);
    CompositorWindow window;
    XWindowAttributes attributes;
    bench_window(POPUP, (Box){1250, 100, 80, 60}, style, ex_style, "");
    bench_surface(2, POPUP, 80, 60, bench_pixels(80, 60, true, 0));
    bench_damage(2, (Box){0, 0, 80, 60});
    g_assert_true(bench_wait(popup_is_viewable));
    g_assert_true(bench_find(POPUP, &window));
    XGetWindowAttributes(bench.eye, window.x_window, &attributes);
    g_assert_true(attributes.override_redirect);
    g_assert_true(box_equal(window.host_box, (Box){1200, 100, 80, 60})); // inside its monitor
    bench_box(POPUP, (Box){0, 0, 1200, 700});                            // a menu as big as this is none
    bench_quiet();
    XGetWindowAttributes(bench.eye, window.x_window, &attributes);
    g_assert_false(attributes.override_redirect);
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW_GONE);
    event.window = POPUP;
    bench_send(&event, -1);
    g_assert_cmphex(bench.gone, ==, POPUP);
    bench_quiet();
    g_assert_cmpuint(bench_count(INTENT_ACTIVATE), ==, activations);
}

static bool has_close(void) {
    const Intent *intent = bench_last(INTENT_SYSTEM_COMMAND);
    return intent && intent->as.command == SYSTEM_COMMAND_CLOSE && intent->window == WINDOW;
}

static bool has_minimise(void) {
    const Intent *intent = bench_last(INTENT_SYSTEM_COMMAND);
    return intent && intent->as.command == SYSTEM_COMMAND_MINIMISE;
}

static bool window_is_viewable(void) {
    return bench_is_viewable(WINDOW);
}

static void test_manager_commands(void) {
    CompositorWindow window;
    const long none[5] = {0, 2, 0, 0, 0};
    g_assert_true(bench_find(WINDOW, &window));
    bench_send_root(window.x_window, "_NET_CLOSE_WINDOW", none);
    g_assert_true(bench_wait(has_close));
    XIconifyWindow(bench.eye, window.x_window, DefaultScreen(bench.eye));
    XFlush(bench.eye);
    g_assert_true(bench_wait(has_minimise));
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 1);
    DeskEvent event;
    for (size_t i = 0; i < 2; i++) { // the guest follows, then restores
        desk_event_init(&event, DESK_EVENT_WINDOW);
        event.window = WINDOW;
        event.as.change.delta.fields = GUEST_WINDOW_SHOW;
        event.as.change.delta.to.show = i ? GUEST_SHOW_NORMAL : GUEST_SHOW_MINIMISED;
        bench_send(&event, -1);
    }
    bench_quiet();
    g_assert_true(bench_wait(window_is_viewable));
    g_assert_cmpuint(bench_count(INTENT_SYSTEM_COMMAND), ==, 2);
    assert_pixels(100, 120);
}

static void test_lost(void) {
    compositor_session_lost(bench.compositor);
    bench_quiet();
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
    bench_press(1);
    bench_quiet();
    g_assert_cmpuint(bench.n_intents, ==, intents);
}

static void test_gone(void) {
    CompositorWindow window;
    XWindowAttributes attributes;
    g_assert_true(bench_find(WINDOW, &window));
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW_GONE);
    event.window = WINDOW;
    bench_send(&event, -1);
    bench_quiet();
    g_assert_cmphex(bench.gone, ==, WINDOW);
    g_assert_false(XGetWindowAttributes(bench.eye, window.x_window, &attributes));
    g_assert_false(compositor_window_at(bench.compositor, 0, &window));
}

static bool shows_its_part(void) {
    XImage *image =
        XGetImage(bench.eye, DefaultRootWindow(bench.eye), 100, 120, WIDTH, HEIGHT, AllPlanes, ZPixmap);
    bool right = image;
    for (uint32_t i = 0; right && i < WIDTH * HEIGHT; i++)
        right = (XGetPixel(image, (int)(i % WIDTH), (int)(i / WIDTH)) & 0xFFFFFF) ==
                bench_colour(100 + i % WIDTH, 120 + i / WIDTH);
    if (image)
        XDestroyImage(image);
    return right;
}

static void test_desktop_surface(void) {
    compositor_drop(bench.compositor);
    bench.painted = 0;
    bench_surface(9, 0, 1280, 800, bench_pixels(1280, 800, true, 0));
    bench_window(WINDOW, (Box){100, 120, WIDTH, HEIGHT}, GUEST_STYLE_CAPTION, 0, "Desktop");
    bench_damage(9, (Box){0, 0, 1280, 800});
    g_assert_true(bench_wait(main_is_painted));
    g_assert_true(bench_wait(shows_its_part));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    bench_open();
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
    return bench_run();
}
