// SPDX-License-Identifier: Apache-2.0
// A window manager that gives windows their size: guest and host agree on that one size soon, and both rest.
#include "tests/x11/host.h"

#include <stdio.h>

#define FIRST    0x80010u
#define SECOND   0x80020u
#define STYLE    (GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU | GUEST_STYLE_THICKFRAME)
#define AGREE_US (2 * G_TIME_SPAN_SECOND)

static const Box wish = {100, 120, 300, 200};
static uint32_t ids[2] = {FIRST, SECOND};
static size_t n_ids;

static bool all_agree(void) {
    for (size_t i = 0; i < n_ids; i++) {
        CompositorWindow window;
        if (!bench_find(ids[i], &window) || !box_equal(window.host_box, window.guest->box))
            return false;
    }
    return true;
}

static void assert_agreement(gint64 began) {
    g_assert_true(bench_wait(all_agree));
    gint64 took = g_get_monotonic_time() - began;
    size_t moves = bench_count(INTENT_MOVE), commands = bench_count(INTENT_SYSTEM_COMMAND);
    bench_quiet();
    bench_quiet();
    g_assert_true(all_agree());
    for (size_t i = 0; i < n_ids; i++) {
        Box box = host_box(ids[i]);
        printf("window %zu: %d,%d %dx%d\n", i, box.x, box.y, box.width, box.height);
    }
    printf("agreed after %d ms, %zu moves asked\n", (int)(took / 1000), bench_count(INTENT_MOVE));
    g_assert_cmpint(took, <, AGREE_US);
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, moves);
    g_assert_cmpuint(bench_count(INTENT_SYSTEM_COMMAND), ==, commands);
    g_assert_cmpuint(moves, <=, 2 * n_ids);
}

static void test_one(void) {
    guest.answers = true;
    n_ids = 1;
    host_open(FIRST, wish, STYLE);
    assert_agreement(g_get_monotonic_time());
}

static void test_two(void) {
    host_forget_intents();
    host_open(SECOND, wish, STYLE);
    n_ids = 2;
    assert_agreement(g_get_monotonic_time());
}

static Box before;

static bool first_has_grown(void) {
    return host_box(FIRST).width > before.width;
}

static void test_slow_guest(void) {
    host_forget_intents();
    guest.answer_ms = 300;
    before = host_box(FIRST);
    bench_gone(SECOND);
    n_ids = 1;
    g_assert_true(bench_wait(first_has_grown));
    assert_agreement(g_get_monotonic_time());
}

static void test_guest_insists(void) { // its wish is heard, the window manager's word stands
    for (int i = 0; i < 3; i++) {
        host_forget_intents();
        bench_box(FIRST, (Box){50 + i, 60, 320, 240});
        assert_agreement(g_get_monotonic_time());
    }
}

int main(int argc, char **argv) {
    setlinebuf(stdout);
    g_test_init(&argc, &argv, NULL);
    bench_open();
    guest_start();
    g_test_add_func("/tiling/one", test_one);
    g_test_add_func("/tiling/two", test_two);
    g_test_add_func("/tiling/slow-guest", test_slow_guest);
    g_test_add_func("/tiling/guest-insists", test_guest_insists);
    int status = bench_run();
    return status;
}
