// SPDX-License-Identifier: Apache-2.0
// Moves, sizes and minimising by a pager, many times over: the size at the end is the size at the start, the
// guest is asked once for each action, and then there is silence. Once with a guest that answers at once,
// once with one that takes its time.
#include "tests/x11/host.h"

#include <stdio.h>

#define WINDOW    0x40010u
#define DIALOG    0x40020u
#define STYLE     (GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU | GUEST_STYLE_THICKFRAME)
#define FIXED     (GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU)
#define MOVES     50
#define RESIZES   20
#define ICONIFIES 10
#define FEW       5
#define RACES     5
#define SLOW_MS   300

static const Box home = {200, 150, 400, 300}, fixed_home = {500, 300, 250, 180};
static uint32_t current;

static Box awaited;

static bool both_are_there(void) {
    return box_equal(host_frame(bench_xid(current)), awaited) && box_equal(guest_box(current), awaited);
}

static void await_both(Box box) {
    awaited = box;
    if (bench_wait(both_are_there))
        return;
    Box host = host_frame(bench_xid(current)), its = guest_box(current);
    g_error("host %d,%d %dx%d guest %d,%d %dx%d in place of %d,%d %dx%d", host.x, host.y, host.width,
            host.height, its.x, its.y, its.width, its.height, box.x, box.y, box.width, box.height);
}

static size_t count_said(void) {
    return bench_count(INTENT_MOVE) + bench_count(INTENT_SYSTEM_COMMAND);
}

static void assert_silence(void) {
    size_t said = count_said();
    bench_quiet();
    bench_quiet(); // longer than the longest timer of the compositor
    g_assert_cmpuint(count_said(), ==, said);
}

static void move_often(Box box, int times) {
    for (int i = 0; i < times; i++) {
        box.x = 20 + i * 37 % 600;
        box.y = 20 + i * 53 % 400;
        host_forget_intents();
        host_place(bench_xid(current), box);
        await_both(box);
        g_assert_cmpuint(bench_count(INTENT_MOVE), <=, 1);
    }
    printf("%d moves: still %dx%d, at most 1 move each\n", times, box.width, box.height);
}

static void resize_often(Box box, int times) {
    for (int i = 0; i < times; i++) {
        box.width = home.width + i * 31 % 200;
        box.height = home.height + i * 17 % 150;
        host_forget_intents();
        host_place(bench_xid(current), box);
        await_both(box);
        g_assert_cmpuint(bench_count(INTENT_MOVE), <=, 1);
    }
    host_place(bench_xid(current), home);
    await_both(home);
    printf("%d resizes and back\n", times);
}

static bool is_minimised(void) {
    CompositorWindow window;
    return bench_find(current, &window) && window.guest->show == GUEST_SHOW_MINIMISED &&
           !bench_is_viewable(current);
}

static bool is_restored(void) {
    CompositorWindow window;
    return bench_find(current, &window) && window.guest->show == GUEST_SHOW_NORMAL &&
           bench_is_viewable(current);
}

static void iconify_often(Box box, int times) {
    for (int i = 0; i < times; i++) {
        host_forget_intents();
        XIconifyWindow(bench.eye, bench_xid(current), DefaultScreen(bench.eye));
        XFlush(bench.eye);
        g_assert_true(bench_wait(is_minimised));
        XMapWindow(bench.eye, bench_xid(current));
        XFlush(bench.eye);
        g_assert_true(bench_wait(is_restored));
        await_both(box);
        g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
        g_assert_cmpuint(host_count_commands(SYSTEM_COMMAND_MINIMISE), ==, 1);
        g_assert_cmpuint(host_count_commands(SYSTEM_COMMAND_RESTORE), ==, 1);
    }
    printf("%d times minimised and restored\n", times);
}

static void test_many(void) {
    current = WINDOW;
    guest.answers = true;
    host_open(WINDOW, home, STYLE);
    await_both(home);
    assert_silence();
    move_often(home, MOVES);
    resize_often(home, RESIZES);
    iconify_often(home, ICONIFIES);
    assert_silence();
    await_both(home);
}

static void test_slow_guest(void) {
    guest.answer_ms = SLOW_MS;
    move_often(home, FEW);
    host_place(bench_xid(current), home);
    await_both(home);
    resize_often(home, FEW);
    assert_silence();
    await_both(home);
    guest.answer_ms = 0;
}

static Box wish;

static gboolean on_guest_says(gpointer user) {
    bench_box(current, wish);
    return G_SOURCE_REMOVE;
}

static void test_race(void) { // guest and host move it at the same time: both end at one place
    for (int i = 0; i < RACES; i++) {
        guest.answer_ms = (guint)(i * 40);
        wish = (Box){300 + i, 100, home.width, home.height};
        g_timeout_add((guint)(i * 30), on_guest_says, NULL);
        host_place(bench_xid(current), (Box){100, 200 + i, home.width, home.height});
        bench_quiet();
        bench_quiet();
        Box host = host_frame(bench_xid(current)), its = guest_box(current);
        g_assert_true(box_equal(host, its));
        g_assert_cmpint(host.width, ==, home.width);
        g_assert_cmpint(host.height, ==, home.height);
    }
    guest.answer_ms = 0;
    printf("%d races: one place each\n", RACES);
}

static void test_fixed_dialog(void) {
    current = DIALOG;
    host_open(DIALOG, fixed_home, FIXED);
    await_both(fixed_home);
    move_often(fixed_home, FEW);
    host_place(bench_xid(DIALOG), (Box){300, 200, 600, 500}); // nobody may resize it
    bench_quiet();
    g_assert_cmpint(guest_box(current).width, ==, fixed_home.width);
    g_assert_cmpint(guest_box(current).height, ==, fixed_home.height);
    iconify_often(guest_box(current), FEW);
    bench_gone(DIALOG);
    current = WINDOW;
}

// A guest that does something of what it was asked: its answer counts, and is not asked for again.
static void test_stubborn_guest(void) {
    Box own = {320, 240, home.width - 14, home.height - 7};
    guest.answers = false;
    host_forget_intents();
    host_place(bench_xid(current), (Box){320, 240, home.width, home.height});
    host_await_frame(bench_xid(current), (Box){320, 240, home.width, home.height});
    bench_quiet();
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 1);
    bench_box(current, own);
    await_both(own);
    assert_silence();
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 1);
}

int main(int argc, char **argv) {
    setlinebuf(stdout);
    g_test_init(&argc, &argv, NULL);
    bench_open();
    guest_start();
    g_test_add_func("/geometry/many", test_many);
    g_test_add_func("/geometry/slow-guest", test_slow_guest);
    g_test_add_func("/geometry/race", test_race);
    g_test_add_func("/geometry/fixed-dialog", test_fixed_dialog);
    g_test_add_func("/geometry/stubborn-guest", test_stubborn_guest);
    int status = bench_run();
    return status;
}
