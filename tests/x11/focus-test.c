// SPDX-License-Identifier: Apache-2.0
// Who gets the focus, under a real window manager: nobody loses it to a window that the guest opens by
// itself, a launched one gets it, and the guest hears of what the user did and of nothing else.
#include "tests/x11/bench.h"

#define FIRST   0x100u
#define SECOND  0x200u
#define OPENED  0x300u
#define WINDOWS 20
#define KEYS    10 // a window

static Window foreign;
static size_t typed;

static void read_foreign(void) {
    XEvent event;
    while (XCheckTypedWindowEvent(bench.eye, foreign, KeyPress, &event))
        typed += XLookupKeysym(&event.xkey, 0) == XK_x;
}

static size_t expected;

static bool has_typed(void) {
    read_foreign();
    return typed >= expected;
}

static bool wants_attention(void) {
    for (uint32_t i = 0; i < WINDOWS; i++)
        if (!bench_has_state(OPENED + i, "_NET_WM_STATE_DEMANDS_ATTENTION"))
            return false;
    return true;
}

static void test_nothing_is_stolen(void) {
    // Over all of them: mutter and marco find that a window in full view needs no more attention.
    foreign = bench_foreign((Box){10, 10, 900, 600}, "Typing");
    size_t told = bench_count(INTENT_ACTIVATE);
    for (uint32_t i = 0; i < WINDOWS; i++) {
        uint32_t active = OPENED + i;
        bench_open_window(active, 0, (Box){20 + (int)i * 10, 20, 200, 100}, BENCH_FRAME, 0);
        bench_stacking(active, &active, 1); // SetForegroundWindow
        for (int key = 0; key < KEYS; key++) {
            bench_key(XK_x, true);
            bench_key(XK_x, false);
            expected++;
            g_main_context_iteration(NULL, FALSE);
        }
        g_assert_true(bench_active() == foreign);
    }
    g_assert_true(bench_wait(has_typed));
    g_assert_true(bench_wait(wants_attention));
    g_assert_true(bench_active() == foreign);
    g_print(
        "%d windows opened and put forward by the guest: %zu of %d characters arrived, focus unchanged, all "
        "ask for attention\n",
        WINDOWS, typed, WINDOWS * KEYS);
    g_assert_cmpuint(typed, ==, WINDOWS * KEYS);
    g_assert_cmpuint(bench_count(INTENT_KEY), ==, 0);
    g_assert_cmpuint(bench_count(INTENT_ACTIVATE), ==, told);
    for (uint32_t i = 0; i < WINDOWS; i++)
        bench_gone(OPENED + i);
    bench_settle();
}

static bool first_is_active(void) {
    return bench_active() == bench_xid(FIRST);
}

static bool is_told(void) {
    const Intent *told = bench_last(INTENT_ACTIVATE);
    return told && told->window == FIRST && told->as.enabled && bench_count(INTENT_LOCKS);
}

static void test_launched_window_gets_it(void) {
    bench_launch_window(FIRST, (Box){50, 50, 300, 200}, BENCH_FRAME, 0);
    g_assert_true(bench_wait(first_is_active));
    g_assert_true(bench_wait(is_told));
    g_assert_false(bench_has_state(FIRST, "_NET_WM_STATE_DEMANDS_ATTENTION"));
}

static bool second_is_active(void) {
    return bench_active() == bench_xid(SECOND);
}

// The guest opens a window and puts it forward while the user works in the guest.
static void test_host_follows_the_guest(void) {
    const uint32_t order[] = {SECOND, FIRST};
    bench_open_window(SECOND, 0, (Box){400, 50, 300, 200}, BENCH_FRAME, 0);
    bench_settle();
    g_assert_true(first_is_active()); // it is not the guest's active one yet
    bench_stacking(SECOND, order, 2);
    g_assert_true(bench_wait(second_is_active));
    bench_settle();
    g_assert_cmpuint(bench_deactivations(), ==, 0);
}

static void test_between_two_windows(void) {
    bench.n_intents = 0;
    for (int i = 0; i < 10; i++) {
        bench_click(i % 2 ? 500 : 100, 100);
        g_assert_true(bench_wait(i % 2 ? second_is_active : first_is_active));
        bench_settle();
        g_assert_cmphex(bench_last(INTENT_ACTIVATE)->window, ==, i % 2 ? SECOND : FIRST);
        const uint32_t order[] = {i % 2 ? SECOND : FIRST, i % 2 ? FIRST : SECOND};
        bench_stacking(order[0], order, 2);
    }
    g_print("10 clicks between two windows: %zu activations, %zu deactivations\n",
            bench_count(INTENT_ACTIVATE), bench_deactivations());
    g_assert_cmpuint(bench_count(INTENT_ACTIVATE), ==, 10);
    g_assert_cmpuint(bench_deactivations(), ==, 0);
    g_assert_cmpuint(bench_count(INTENT_LOCKS), ==, 0); // the user never left the guest
}

static bool has_left(void) {
    return bench_deactivations() == 1;
}

static bool has_entered(void) {
    return bench_count(INTENT_LOCKS) == 1;
}

static void test_leaving_and_entering(void) {
    bench.n_intents = 0;
    bench_key(XK_Alt_L, true);
    bench_key(XK_x, true);
    bench_settle();
    bench_activate(foreign);
    g_assert_true(bench_wait(has_left));
    bool alt = false, x = false;
    for (size_t i = 0; i < bench.n_intents; i++) {
        const Intent *intent = &bench.intents[i];
        if (intent->kind == INTENT_KEY && !intent->as.key.down) {
            alt |= intent->as.key.code == 0x38;
            x |= intent->as.key.code == 0x2D;
        }
        if (intent->kind == INTENT_ACTIVATE)
            g_assert_true(alt && x); // before the guest hears that it has lost the focus
    }
    g_assert_true(alt && x);
    bench_key(XK_x, false);
    bench_key(XK_Alt_L, false);
    XkbLockModifiers(bench.eye, XkbUseCoreKbd, LockMask, LockMask);
    bench_settle();
    bench_activate(bench_xid(FIRST));
    g_assert_true(bench_wait(has_entered));
    g_assert_cmphex(bench_last(INTENT_LOCKS)->as.locks & 4, ==, 4);
    XkbLockModifiers(bench.eye, XkbUseCoreKbd, LockMask, 0);
    XFlush(bench.eye);
}

static bool has_entered_again(void) {
    return bench_deactivations() == 0 && first_is_active();
}

// Closing the focused window: the focus is with nobody until the window manager has chosen the next one.
static void test_closing_the_focused_window(void) {
    bench.n_intents = 0;
    for (int i = 0; i < 10; i++) {
        bench_launch_window(OPENED, (Box){200, 300, 200, 100}, BENCH_FRAME, 0);
        bench_settle();
        bench_gone(OPENED);
        bench_activate(bench_xid(FIRST));
        g_assert_true(bench_wait(has_entered_again));
        bench_settle();
    }
    g_assert_cmpuint(bench_deactivations(), ==, 0);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    bench_open();
    bench.known = true;
    g_test_add_func("/focus/nothing-is-stolen", test_nothing_is_stolen);
    g_test_add_func("/focus/launched-window-gets-it", test_launched_window_gets_it);
    g_test_add_func("/focus/host-follows-the-guest", test_host_follows_the_guest);
    g_test_add_func("/focus/between-two-windows", test_between_two_windows);
    g_test_add_func("/focus/leaving-and-entering", test_leaving_and_entering);
    g_test_add_func("/focus/closing-the-focused-window", test_closing_the_focused_window);
    return bench_run();
}
