// SPDX-License-Identifier: Apache-2.0
// A guest that goes to its logon screen and comes back, ten times: one ordinary window with the whole desktop
// while it is there, no window of applications; and those where they were afterwards.
#include "tests/x11/host.h"

#include <stdio.h>

#define FIRST   0x70010u
#define SECOND  0x70020u
#define DESKTOP 9u
#define WIDTH   1280
#define HEIGHT  800
#define STYLE   (GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU | GUEST_STYLE_THICKFRAME | GUEST_STYLE_MAXIMISEBOX)
#define TOGGLES 10

static const Box first = {100, 120, 300, 200}, second = {600, 300, 400, 260};

static void send_windows(void) {
    host_send_plain(DESK_EVENT_SYNC_BEGAN);
    bench_window(FIRST, first, STYLE, 0, "First");
    bench_window(SECOND, second, STYLE, 0, "Second");
    host_send_plain(DESK_EVENT_SYNC_ENDED);
    bench_damage(DESKTOP, (Box){0, 0, WIDTH, HEIGHT});
}

static bool windows_are_there(void) {
    return bench_is_viewable(FIRST) && bench_is_viewable(SECOND) &&
           box_equal(host_frame(bench_xid(FIRST)), first) && box_equal(host_frame(bench_xid(SECOND)), second);
}

static unsigned long view(void) {
    return compositor_desktop_window(bench.compositor);
}

static bool view_is_there(void) {
    XWindowAttributes attributes;
    CompositorWindow window;
    return view() && XGetWindowAttributes(bench.eye, view(), &attributes) &&
           attributes.map_state == IsViewable && !attributes.override_redirect &&
           !compositor_window_at(bench.compositor, 0, &window);
}

static size_t count_clients(void) {
    long clients[64];
    return bench_longs(DefaultRootWindow(bench.eye), "_NET_CLIENT_LIST", clients, 64);
}

static size_t awaited_clients;

static bool clients_are_right(void) {
    return count_clients() == awaited_clients;
}

static bool is_inside(Box inner, Box outer) {
    return box_equal(box_intersect(inner, outer), inner);
}

static void assert_ordinary(void) {
    Box frame = host_frame(view());
    g_assert_false(host_has_state(view(), "_NET_WM_STATE_FULLSCREEN"));
    g_assert_true(is_inside(frame, (Box){0, 0, WIDTH, HEIGHT}));
    g_assert_cmpint(frame.width * frame.height, <, WIDTH * HEIGHT * 9 / 10);
    g_autofree char *name = bench_text(view(), "_RAILHEAD_GUEST");
    g_assert_cmpstr(name, ==, "test");
    long extents[4] = {0};
    g_assert_cmpuint(bench_longs(view(), "_NET_FRAME_EXTENTS", extents, 4), ==, 4);
    g_assert_cmpint(extents[2], >, 0); // a title bar with a close button
}

static void test_toggles(void) {
    bench.known = true;
    guest.answers = true;
    bench_surface(DESKTOP, 0, WIDTH, HEIGHT, bench_pixels(WIDTH, HEIGHT, true, 0));
    send_windows();
    g_assert_true(bench_wait(windows_are_there));
    for (int i = 0; i < TOGGLES; i++) {
        host_send_plain(DESK_EVENT_NOT_MONITORED);
        bench_damage(DESKTOP, (Box){0, 0, WIDTH, HEIGHT});
        g_assert_true(bench_wait(view_is_there));
        awaited_clients = 1;
        g_assert_true(bench_wait(clients_are_right));
        assert_ordinary();
        send_windows();
        g_assert_true(bench_wait(windows_are_there));
        g_assert_cmpuint(view(), ==, 0);
        awaited_clients = 2;
        g_assert_true(bench_wait(clients_are_right));
    }
    bench_quiet();
    g_assert_true(windows_are_there());
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
    printf("%d times: one view, and %zu windows where they were\n", TOGGLES, awaited_clients);
}

static Box content(void) { // of the view, root coordinates
    Window child;
    XWindowAttributes attributes;
    int x = 0, y = 0;
    XGetWindowAttributes(bench.eye, view(), &attributes);
    XTranslateCoordinates(bench.eye, view(), DefaultRootWindow(bench.eye), 0, 0, &x, &y, &child);
    return (Box){x, y, attributes.width, attributes.height};
}

static Box looked_at;
static uint32_t looked_for;

static bool shows_corner(void) {
    XImage *image = XGetImage(bench.eye, DefaultRootWindow(bench.eye), looked_at.x, looked_at.y, 1, 1,
                              AllPlanes, ZPixmap);
    bool same = (XGetPixel(image, 0, 0) & 0xFFFFFF) == looked_for;
    XDestroyImage(image);
    return same;
}

static bool is_clicked(void) {
    const Intent *intent = bench_last(INTENT_POINTER);
    return intent && intent->as.pointer.flags == POINTER_BUTTON1;
}

static void test_reaches_all_of_it(void) { // each corner of the desktop, in the picture and by a click
    host_send_plain(DESK_EVENT_NOT_MONITORED);
    bench_damage(DESKTOP, (Box){0, 0, WIDTH, HEIGHT});
    g_assert_true(bench_wait(view_is_there));
    host_rest(view());
    Box box = content();
    for (int i = 0; i < 4; i++) {
        Box corner = {i & 1 ? WIDTH - 1 : 0, i & 2 ? HEIGHT - 1 : 0, 1, 1};
        looked_at = (Box){box.x + (i & 1 ? box.width - 1 : 0), box.y + (i & 2 ? box.height - 1 : 0), 1, 1};
        looked_for = bench_colour((uint32_t)corner.x, (uint32_t)corner.y);
        host_forget_intents();
        host_click(looked_at.x, looked_at.y);
        g_assert_true(bench_wait(is_clicked));
        g_assert_cmpint(bench_last(INTENT_POINTER)->as.pointer.x, ==, corner.x);
        g_assert_cmpint(bench_last(INTENT_POINTER)->as.pointer.y, ==, corner.y);
        g_assert_true(bench_wait(shows_corner));
    }
    printf("all corners of %dx%d are reached in %dx%d\n", WIDTH, HEIGHT, box.width, box.height);
}

static bool is_asked_to_leave(void) {
    return bench_count(INTENT_DISCONNECT) == 1;
}

static void test_close(void) {
    const long message[5] = {CurrentTime, 2, 0, 0, 0};
    g_assert_cmpuint(bench_count(INTENT_ACTIVATE), ==, 0);
    bench_send_root(view(), "_NET_CLOSE_WINDOW", message);
    g_assert_true(bench_wait(is_asked_to_leave));
    compositor_drop(bench.compositor);
    g_assert_cmpuint(view(), ==, 0);
}

int main(int argc, char **argv) {
    setlinebuf(stdout);
    g_test_init(&argc, &argv, NULL);
    bench_open();
    guest_start();
    g_test_add_func("/desktop-view/toggles", test_toggles);
    g_test_add_func("/desktop-view/reaches-all-of-it", test_reaches_all_of_it);
    g_test_add_func("/desktop-view/close", test_close);
    int status = bench_run();
    return status;
}
