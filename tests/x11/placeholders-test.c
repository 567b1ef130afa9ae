// SPDX-License-Identifier: Apache-2.0
// Windows of a guest that is away: greyed with their last pixels, deaf but for closing, and bound again to
// the guest's windows when it is back, each with its X window, place and focus, once its pixels are new.
#include "tests/x11/bench.h"

#define WINDOW  0x100u
#define OTHER   0x200u
#define MENU    0x300u
#define DESKTOP 90u

static const Box box = {100, 120, 300, 200}, other_box = {500, 300, 200, 160}, menu_box = {150, 200, 120, 90};

static size_t wrong(Box at) {
    return bench_wrong_pixels(at.x, at.y, at.width, at.height);
}

static bool is_grey(void) {
    size_t area = (size_t)box.width * (size_t)box.height;
    return wrong(box) >= area * 2 / 5 && wrong(box) <= area * 3 / 5;
}

static bool is_live(void) {
    return wrong(box) == 0;
}

static bool is_stale(uint32_t id) {
    CompositorWindow window;
    return bench_find(id, &window) && window.stale;
}

static void send(DeskEventKind kind) {
    DeskEvent event;
    desk_event_init(&event, kind);
    bench_send(&event, -1);
}

static void open_windows(void) {
    compositor_drop(bench.compositor);
    bench_launch_window(WINDOW, box, BENCH_FRAME, 0);
    bench_open_window(OTHER, 0, other_box, BENCH_FRAME, 0);
    bench_activate(bench_xid(WINDOW));
    bench_quiet();
    g_assert_cmphex(bench_active(), ==, bench_xid(WINDOW));
    g_assert_true(bench_wait(is_live));
}

static void lose(void) {
    compositor_session_lost(bench.compositor);
    g_assert_true(bench_wait(is_grey));
}

// What a guest says after a reconnection; the windows' pixels are up to the caller.
static void come_back(bool with_other) {
    send(DESK_EVENT_SYNC_BEGAN);
    bench_window(WINDOW, box, BENCH_FRAME, 0, "Window 100");
    if (with_other)
        bench_window(OTHER, other_box, BENCH_FRAME, 0, "Window 200");
    send(DESK_EVENT_SYNC_ENDED);
}

static void expose(Box at) {
    XSetWindowAttributes attributes = {.override_redirect = True, .background_pixel = 0x123456};
    Window cover = XCreateWindow(bench.eye, DefaultRootWindow(bench.eye), at.x, at.y, (unsigned)at.width,
                                 (unsigned)at.height, 0, CopyFromParent, InputOutput, CopyFromParent,
                                 CWOverrideRedirect | CWBackPixel, &attributes);
    XMapRaised(bench.eye, cover);
    XSync(bench.eye, False);
    bench_settle();
    XDestroyWindow(bench.eye, cover);
    XSync(bench.eye, False);
}

static void test_bound_again(void) {
    open_windows();
    Window before = bench_xid(WINDOW);
    lose();
    expose((Box){60, 80, 300, 200});
    g_assert_true(bench_wait(is_grey)); // the last picture is still there to be painted
    come_back(true);
    g_assert_true(is_stale(WINDOW)); // named, not yet painted
    bench_surface(WINDOW, WINDOW, 300, 200, bench_pixels(300, 200, true, 0));
    expose((Box){60, 80, 300, 200});
    g_assert_true(bench_wait(is_grey)); // and not black with what has no pixels yet
    bench_damage(WINDOW, (Box){0, 0, 300, 200});
    g_assert_false(is_stale(WINDOW));
    g_assert_true(bench_wait(is_live));
    g_assert_true(is_stale(OTHER));
    bench_paint(OTHER, 200, 160);
    g_assert_false(is_stale(OTHER));
    g_assert_cmphex(bench_xid(WINDOW), ==, before);
}

static bool other_is_gone(void) {
    return !bench_xid(OTHER);
}

static void test_gone_meanwhile(void) {
    open_windows();
    lose();
    come_back(false);
    g_assert_true(bench_wait(other_is_gone));
    g_assert_cmphex(bench.gone, ==, OTHER);
}

static bool painted_in_the_end(void) {
    return !is_stale(WINDOW);
}

static void test_pixels_that_do_not_come(void) {
    open_windows();
    lose();
    come_back(true);
    g_assert_true(is_stale(WINDOW));
    g_assert_true(bench_wait(painted_in_the_end));
}

static size_t keys(void) {
    return bench_count(INTENT_KEY);
}

static bool has_typed(void) {
    return keys() >= 2;
}

static void type(void) {
    bench_key(XK_a, true);
    bench_key(XK_a, false);
}

static void test_typing(void) {
    open_windows();
    lose();
    size_t before = bench.n_intents;
    type();
    bench_press(1);
    bench_quiet();
    g_assert_cmpuint(bench.n_intents, ==, before);
    come_back(true);
    bench.n_intents = 0;
    bench_paint(WINDOW, 300, 200);
    type();
    g_assert_true(bench_wait(has_typed));
}

static bool is_activated(void) {
    const Intent *last = bench_last(INTENT_ACTIVATE);
    return last && last->window == WINDOW && last->as.enabled;
}

static void test_focus(void) {
    open_windows();
    lose();
    bench.n_intents = 0;
    come_back(true);
    g_assert_true(bench_wait(is_activated)); // nobody has touched the focus
}

static void delete_window(uint32_t id) {
    long values[5] = {(long)bench_time(), 2};
    bench_send_root(bench_xid(id), "_NET_CLOSE_WINDOW", values);
}

static bool window_is_hidden(void) {
    return !bench_is_viewable(WINDOW);
}

static bool window_is_viewable(void) {
    return bench_is_viewable(WINDOW);
}

static bool close_is_told(void) {
    const Intent *last = bench_last(INTENT_SYSTEM_COMMAND);
    return last && last->window == WINDOW && last->as.command == SYSTEM_COMMAND_CLOSE;
}

static void test_closed_meanwhile(void) {
    open_windows();
    lose();
    bench.n_intents = 0;
    delete_window(WINDOW);
    g_assert_true(bench_wait(window_is_hidden));
    g_assert_cmpuint(bench_count(INTENT_SYSTEM_COMMAND), ==, 0);
    g_assert_true(compositor_has_windows(bench.compositor)); // the guest has to be told
    come_back(true);
    g_assert_true(bench_wait(close_is_told));
    g_assert_cmpuint(bench_count(INTENT_SYSTEM_COMMAND), ==, 1);
    g_assert_false(bench_is_viewable(WINDOW));
    bench_paint(WINDOW, 300, 200);
    g_assert_true(bench_wait(window_is_viewable)); // a program that asks whether to save, say
}

static bool move_is_told(void) {
    const Intent *last = bench_last(INTENT_MOVE);
    return last && last->window == WINDOW && last->as.box.x == 160 && last->as.box.y == 180;
}

static void test_moved_meanwhile(void) {
    open_windows();
    lose();
    bench.n_intents = 0;
    XMoveWindow(bench.eye, bench_xid(WINDOW), 160, 180);
    XFlush(bench.eye);
    bench_quiet();
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
    come_back(true);
    g_assert_true(bench_wait(move_is_told));
}

static bool menu_is_hidden(void) {
    return !bench_is_viewable(MENU);
}

static void test_menu(void) {
    open_windows();
    bench_open_window(MENU, WINDOW, menu_box, GUEST_STYLE_POPUP, BENCH_MENU);
    g_assert_true(bench_is_override(MENU));
    compositor_session_lost(bench.compositor);
    g_assert_true(bench_wait(menu_is_hidden));
    come_back(true);
    g_assert_cmphex(bench_xid(MENU), ==, None); // it was not named again
}

static bool is_hidden(void) {
    return !bench_is_viewable(WINDOW);
}

// A Windows shows its logon screen before its windows come.
static void test_locked_in_between(void) {
    open_windows();
    Window before = bench_xid(WINDOW);
    lose();
    send(DESK_EVENT_NOT_MONITORED);
    g_assert_cmphex(bench_xid(WINDOW), ==, before);
    come_back(true);
    bench_paint(WINDOW, 300, 200);
    g_assert_true(bench_wait(is_live));
    g_assert_cmphex(bench_xid(WINDOW), ==, before);
    send(DESK_EVENT_NOT_MONITORED); // of a guest that is there, it means what it says
    g_assert_true(bench_wait(is_hidden));
    g_assert_cmphex(bench_xid(WINDOW), ==, before);
    send(DESK_EVENT_SYNC_BEGAN);
    send(DESK_EVENT_SYNC_ENDED);
    g_assert_cmphex(bench_xid(WINDOW), ==, None);
}

static void test_no_synchronisation(void) {
    open_windows();
    lose();
    bench_window(WINDOW, box, BENCH_FRAME, 0, "Window 100");
    bench_paint(WINDOW, 300, 200);
    g_assert_cmphex(bench_xid(OTHER), !=, None);
    g_assert_true(bench_wait(other_is_gone));
    g_assert_true(bench_wait(is_live));
}

static void test_silent(void) {
    open_windows();
    Window before = bench_xid(WINDOW);
    bench.n_intents = 0;
    compositor_set_silent(bench.compositor, true);
    g_assert_true(bench_wait(is_grey));
    type();
    bench_quiet();
    g_assert_cmpuint(keys(), ==, 0);
    compositor_set_silent(bench.compositor, false);
    g_assert_true(bench_wait(is_live));
    g_assert_cmphex(bench_xid(WINDOW), ==, before);
    type();
    g_assert_true(bench_wait(has_typed));
}

static void test_silent_then_lost(void) {
    open_windows();
    compositor_set_silent(bench.compositor, true);
    lose();
    lose(); // a second session that did not come to anything
    come_back(true);
    bench_paint(WINDOW, 300, 200);
    bench_paint(OTHER, 200, 160);
    g_assert_true(bench_wait(is_live));
}

static void test_another_with_the_same_id(void) {
    open_windows();
    Window before = bench_xid(WINDOW);
    lose();
    come_back(true);
    bench_paint(WINDOW, 300, 200);
    compositor_renew(bench.compositor, WINDOW);
    g_assert_cmphex(bench.gone, ==, WINDOW);
    g_assert_cmphex(bench_xid(WINDOW), !=, before);
    g_assert_true(bench_wait(window_is_viewable));
}

static bool window_is_painted(void) {
    return bench.painted == WINDOW;
}

static bool desktop_part_is_live(void) {
    return !is_stale(WINDOW);
}

// One picture of the whole desktop arrives in pieces: a window is live with the last of its own.
static void test_desktop_in_pieces(void) {
    compositor_drop(bench.compositor);
    bench_surface(DESKTOP, 0, 1280, 800, bench_pixels(1280, 800, true, 0));
    bench_window(WINDOW, box, BENCH_FRAME, 0, "Window 100");
    bench.painted = 0;
    bench_damage(DESKTOP, (Box){0, 0, 1280, 800});
    g_assert_true(bench_wait(window_is_painted));
    compositor_session_lost(bench.compositor);
    bench_surface(DESKTOP, 0, 1280, 800, bench_pixels(1280, 800, true, 0));
    send(DESK_EVENT_SYNC_BEGAN);
    bench_window(WINDOW, box, BENCH_FRAME, 0, "Window 100");
    send(DESK_EVENT_SYNC_ENDED);
    bench_damage(DESKTOP, (Box){0, 0, 1280, 200});
    g_assert_true(is_stale(WINDOW));
    bench_damage(DESKTOP, (Box){0, 200, 1280, 200});
    g_assert_true(bench_wait(desktop_part_is_live));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    bench_open();
    bench.known = true;
    g_test_add_func("/placeholders/bound-again", test_bound_again);
    g_test_add_func("/placeholders/gone", test_gone_meanwhile);
    g_test_add_func("/placeholders/no-pixels", test_pixels_that_do_not_come);
    g_test_add_func("/placeholders/typing", test_typing);
    g_test_add_func("/placeholders/focus", test_focus);
    g_test_add_func("/placeholders/closed", test_closed_meanwhile);
    g_test_add_func("/placeholders/moved", test_moved_meanwhile);
    g_test_add_func("/placeholders/menu", test_menu);
    g_test_add_func("/placeholders/locked", test_locked_in_between);
    g_test_add_func("/placeholders/no-sync", test_no_synchronisation);
    g_test_add_func("/placeholders/silent", test_silent);
    g_test_add_func("/placeholders/silent-then-lost", test_silent_then_lost);
    g_test_add_func("/placeholders/same-id", test_another_with_the_same_id);
    g_test_add_func("/placeholders/desktop", test_desktop_in_pieces);
    return bench_run();
}
