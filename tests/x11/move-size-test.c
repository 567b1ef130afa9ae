// SPDX-License-Identifier: Apache-2.0
// Local moves and resizes: the guest of this test says Start as Windows does after a press, the second client
// holds the button and drags, and the window manager moves the window. What the guest hears of it is counted.
#include "tests/x11/host.h"

#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#include <stdio.h>

#define WINDOW 0x30010u
#define STYLE  (GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU | GUEST_STYLE_THICKFRAME)
#define DX     90
#define DY     70

enum { TYPE_RIGHT = 2, TYPE_BOTTOM_RIGHT = 8, TYPE_MOVE = 9, TYPE_KEY_MOVE = 10, TYPE_KEY_SIZE = 11 };

static const Box home = {300, 200, 400, 300};
static Box loop_offset; // of the pointer in the window, while the guest's move loop runs
static bool guest_moves, guest_snaps;

static void send_move_size(bool start, uint16_t type, int x, int y) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_MOVE_SIZE);
    event.window = WINDOW;
    event.as.move_size.start = start;
    event.as.move_size.type = type;
    event.as.move_size.x = (int16_t)x;
    event.as.move_size.y = (int16_t)y;
    bench_send(&event, -1);
}

static gboolean on_guest_moved(gpointer user) {
    const Intent *up = user;
    Box box = guest_box(WINDOW);
    box.x = up->as.pointer.x - loop_offset.x + (guest_snaps ? 5 : 0);
    box.y = up->as.pointer.y - loop_offset.y;
    send_move_size(false, TYPE_MOVE, box.x, box.y);
    bench_box(WINDOW, box);
    return G_SOURCE_REMOVE;
}

static void on_intent(const Intent *intent) {
    if (!guest_moves || intent->kind != INTENT_POINTER || intent->as.pointer.flags != POINTER_BUTTON1)
        return;
    guest_moves = false;
    g_timeout_add_full(G_PRIORITY_DEFAULT, guest.answer_ms, on_guest_moved, g_memdup2(intent, sizeof *intent),
                       g_free);
}

static bool is_home(void) {
    return box_equal(host_frame(bench_xid(WINDOW)), home) && box_equal(guest_box(WINDOW), home);
}

static void go_home(void) {
    bench_box(WINDOW, home);
    g_assert_true(bench_wait(is_home));
    host_rest(bench_xid(WINDOW));
    g_assert_true(is_home());
    host_forget_intents();
}

static bool is_pressed(void) {
    const Intent *intent = bench_last(INTENT_POINTER);
    return intent && intent->as.pointer.flags == (POINTER_BUTTON1 | POINTER_DOWN);
}

static void hold(int x, int y) {
    XTestFakeMotionEvent(bench.eye, -1, x, y, 0);
    XTestFakeButtonEvent(bench.eye, 1, True, 0);
    XFlush(bench.eye);
    g_assert_true(bench_wait(is_pressed));
    host_forget_intents();
}

static bool has_moved(void) {
    return !box_equal(host_frame(bench_xid(WINDOW)), home);
}

static int hand_x, hand_y;

static bool has_followed(void) {
    static int shake;
    XTestFakeMotionEvent(bench.eye, -1, hand_x + (++shake & 1), hand_y, 0);
    XFlush(bench.eye);
    return has_moved();
}

// Shakes until the window manager follows: it takes the pointer some time after it has been asked.
static void drag(int x, int y, int dx, int dy) {
    enum { STEPS = 10 };
    for (int i = 1; i <= STEPS; i++) {
        hand_x = x + dx * i / STEPS;
        hand_y = y + dy * i / STEPS;
        XTestFakeMotionEvent(bench.eye, -1, hand_x, hand_y, 0);
        XFlush(bench.eye);
        if (i == STEPS / 2)
            g_assert_true(bench_wait(has_followed));
    }
    host_rest(bench_xid(WINDOW));
}

static bool is_released(void) {
    const Intent *intent = bench_last(INTENT_POINTER);
    return intent && intent->as.pointer.flags == POINTER_BUTTON1;
}

static void let_go(void) {
    XTestFakeButtonEvent(bench.eye, 1, False, 0);
    XFlush(bench.eye);
    g_assert_true(bench_wait(is_released));
}

static size_t count_presses(void) {
    size_t n = 0;
    for (size_t i = 0; i < bench.n_intents; i++)
        n += bench.intents[i].kind == INTENT_POINTER && bench.intents[i].as.pointer.flags != POINTER_MOVE;
    return n;
}

static void assert_agreement(void) {
    bench_quiet();
    Box host = host_frame(bench_xid(WINDOW)), its = guest_box(WINDOW);
    printf("host %d,%d %dx%d, %zu moves asked, %zu buttons\n", host.x, host.y, host.width, host.height,
           bench_count(INTENT_MOVE), count_presses());
    g_assert_true(box_equal(host, its));
}

static void test_move(void) {
    guest.answers = true;
    guest.on_intent = on_intent;
    host_open(WINDOW, home, STYLE);
    go_home();
    for (int i = 0; i < 2; i++) {
        int x = home.x + 100, y = home.y + 10;
        hold(x, y);
        guest_moves = true;
        loop_offset = (Box){100, 10, 0, 0};
        send_move_size(true, TYPE_MOVE, 100, 10);
        drag(x, y, DX, DY);
        let_go();
        assert_agreement();
        g_assert_true(box_equal(guest_box(WINDOW), box_shift(home, DX, DY)));
        g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0); // the button-up said it all
        g_assert_cmpuint(count_presses(), ==, 1);
        go_home();
    }
}

static void test_move_corrected(void) { // the guest ends elsewhere than the window manager
    int x = home.x + 100, y = home.y + 10;
    hold(x, y);
    guest_moves = guest_snaps = true;
    send_move_size(true, TYPE_MOVE, 100, 10);
    drag(x, y, DX, DY);
    let_go();
    assert_agreement();
    g_assert_true(box_equal(guest_box(WINDOW), box_shift(home, DX, DY)));
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 1);
    guest_snaps = false;
    go_home();
}

static void assert_size(uint16_t type) {
    static const struct {
        int left, top, right, bottom;
    } sides[] = {{0},          {1, 0, 0, 0}, {0, 0, 1, 0}, {0, 1, 0, 0}, {1, 1, 0, 0},
                 {0, 1, 1, 0}, {0, 0, 0, 1}, {1, 0, 0, 1}, {0, 0, 1, 1}};
    Box box = guest_box(WINDOW);
    g_assert_cmpint(box.x, ==, home.x + DX * sides[type].left);
    g_assert_cmpint(box.y, ==, home.y + DY * sides[type].top);
    g_assert_cmpint(box.width, ==, home.width + DX * (sides[type].right - sides[type].left));
    g_assert_cmpint(box.height, ==, home.height + DY * (sides[type].bottom - sides[type].top));
}

static void test_sizes(void) {
    for (uint16_t type = 1; type <= TYPE_BOTTOM_RIGHT; type++) {
        bool left = type == 1 || type == 4 || type == 7, right = type == 2 || type == 5 || type == 8;
        bool top = type >= 3 && type <= 5, bottom = type >= 6;
        int x = left ? home.x + 2 : right ? home.x + home.width - 3 : home.x + home.width / 2;
        int y = top ? home.y + 2 : bottom ? home.y + home.height - 3 : home.y + home.height / 2;
        hold(x, y);
        send_move_size(true, type, x, y);
        drag(x, y, DX, DY);
        let_go();
        printf("type %u: ", type);
        assert_agreement();
        assert_size(type);
        g_assert_cmpuint(count_presses(), ==, 1);
        go_home();
    }
}

// A window manager may wait for the frame of each size, and xfwm4 forgets where the pointer went meanwhile:
// it catches up with the next motion. A hand is never still.
static bool content_has_followed(void) {
    has_followed();
    int width = host_frame(bench_xid(WINDOW)).width;
    return width >= home.width + DX && width <= home.width + DX + 1 && guest_box(WINDOW).width == width;
}

static void assert_content_follows(bool paints) { // before the button is up
    int x = home.x + home.width - 3, y = home.y + home.height / 2;
    guest.paints = paints;
    hold(x, y);
    send_move_size(true, TYPE_RIGHT, x, y);
    drag(x, y, DX, 0);
    gint64 began = g_get_monotonic_time();
    g_assert_true(bench_wait(content_has_followed));
    printf("%s: the content has followed to the pointer after %ld ms\n",
           paints ? "a frame for each size" : "no frame",
           (long)(g_get_monotonic_time() - began) / G_TIME_SPAN_MILLISECOND);
    g_assert_cmpuint(bench_count(INTENT_MOVE), >=, 1);
    let_go();
    assert_agreement();
    guest.paints = false;
    go_home();
}

static void test_content_follows(void) {
    assert_content_follows(true);
    assert_content_follows(false);
}

static void tap(KeySym symbol) {
    XTestFakeKeyEvent(bench.eye, XKeysymToKeycode(bench.eye, symbol), True, 0);
    XTestFakeKeyEvent(bench.eye, XKeysymToKeycode(bench.eye, symbol), False, 0);
    XFlush(bench.eye);
}

// Nothing tells others that the window manager has the keyboard.
static bool has_followed_keys(void) {
    tap(XK_Right);
    return has_moved();
}

static bool has_asked(void) {
    return bench_count(INTENT_MOVE) > 0;
}

static void test_keyboard(void) {
    const uint16_t types[] = {TYPE_KEY_MOVE, TYPE_KEY_SIZE};
    const long activate[5] = {2, 0, 0, 0, 0};
    bench_send_root(bench_xid(WINDOW), "_NET_ACTIVE_WINDOW", activate);
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        send_move_size(true, types[i], home.x + 5, home.y + 5);
        g_assert_true(bench_wait(has_followed_keys));
        tap(XK_Return);
        g_assert_true(bench_wait(has_asked));
        assert_agreement();
        Box box = guest_box(WINDOW);
        g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 1);
        g_assert_cmpuint(count_presses(), ==, 0);
        g_assert_true(types[i] == TYPE_KEY_MOVE ? box.x > home.x && box.width == home.width
                                                : box.width > home.width);
        go_home();
    }
}

static void test_late_start(void) { // the user let go before the guest's Start arrived
    hold(home.x + 100, home.y + 10);
    let_go();
    host_forget_intents();
    guest_moves = true;
    loop_offset = (Box){100, 10, 0, 0};
    send_move_size(true, TYPE_MOVE, 100, 10);
    g_assert_true(bench_wait(is_released));
    XTestFakeMotionEvent(bench.eye, -1, home.x + 150, home.y + 50, 0);
    assert_agreement();
    g_assert_true(is_home());
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
    go_home();
}

static void test_guest_ends(void) {
    int x = home.x + 100, y = home.y + 10;
    hold(x, y);
    send_move_size(true, TYPE_MOVE, 100, 10);
    drag(x, y, DX, DY);
    send_move_size(false, TYPE_MOVE, home.x, home.y);
    g_assert_true(bench_wait(is_home));
    XTestFakeMotionEvent(bench.eye, -1, x + 2 * DX, y, 0); // nobody follows any more
    XTestFakeButtonEvent(bench.eye, 1, False, 0);
    XFlush(bench.eye);
    assert_agreement();
    g_assert_true(is_home());
    go_home();
}

int main(int argc, char **argv) {
    setlinebuf(stdout);
    g_test_init(&argc, &argv, NULL);
    bench_open();
    guest_start();
    g_test_add_func("/move-size/move", test_move);
    g_test_add_func("/move-size/move-corrected", test_move_corrected);
    g_test_add_func("/move-size/sizes", test_sizes);
    g_test_add_func("/move-size/content-follows", test_content_follows);
    g_test_add_func("/move-size/keyboard", test_keyboard);
    g_test_add_func("/move-size/late-start", test_late_start);
    g_test_add_func("/move-size/guest-ends", test_guest_ends);
    int status = bench_run();
    return status;
}
