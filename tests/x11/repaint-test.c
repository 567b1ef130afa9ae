// SPDX-License-Identifier: Apache-2.0
// That the screen shows the guest's pixels whatever other windows do: covered and uncovered, minimised and
// restored, resized; and that the loop answers in time while damage storms.
#include "tests/x11/bench.h"

#include <time.h>

#define WINDOW     0x100u
#define TURNS      100
#define LATENCY_US (100 * G_TIME_SPAN_MILLISECOND)
#define WORST_US   (G_TIME_SPAN_SECOND)
#define STORM_S    5
#define STORM_HZ   200

static Box box = {100, 120, 300, 200};

static bool is_complete(void) {
    return bench_is_viewable(WINDOW) && bench_wrong_pixels(box.x, box.y, box.width, box.height) == 0;
}

static void assert_complete(gint64 *worst) {
    gint64 began = g_get_monotonic_time();
    g_assert_true(bench_wait(is_complete));
    *worst = MAX(*worst, g_get_monotonic_time() - began);
}

static void test_cover(void) {
    g_autoptr(GRand) random = g_rand_new_with_seed(15);
    XSetWindowAttributes attributes = {.override_redirect = True, .background_pixel = 0x123456};
    gint64 worst = 0;
    bench_launch_window(WINDOW, box, BENCH_FRAME, 0);
    Window cover = XCreateWindow(bench.eye, DefaultRootWindow(bench.eye), 0, 0, 50, 50, 0, CopyFromParent,
                                 InputOutput, CopyFromParent, CWOverrideRedirect | CWBackPixel, &attributes);
    for (int i = 0; i < TURNS; i++) {
        XMoveResizeWindow(bench.eye, cover, g_rand_int_range(random, 50, 350),
                          g_rand_int_range(random, 80, 280), (unsigned)g_rand_int_range(random, 20, 300),
                          (unsigned)g_rand_int_range(random, 20, 300));
        XMapRaised(bench.eye, cover);
        XSync(bench.eye, False);
        for (int step = 0; step < 5; step++) { // drawn across
            XMoveWindow(bench.eye, cover, 50 + step * 80, 100 + step * 20);
            XSync(bench.eye, False);
            g_main_context_iteration(NULL, FALSE);
        }
        XUnmapWindow(bench.eye, cover);
        XSync(bench.eye, False);
        assert_complete(&worst);
    }
    XDestroyWindow(bench.eye, cover);
    g_print("covered and uncovered %d times: complete each time, at worst after %.1f ms\n", TURNS,
            (double)worst / 1000);
    g_assert_cmpint(worst, <, WORST_US);
}

static bool is_iconic(void) {
    long state[2] = {0};
    return bench_longs(bench_xid(WINDOW), "WM_STATE", state, 2) && state[0] == IconicState;
}

static void test_minimise(void) {
    gint64 worst = 0;
    for (int i = 0; i < TURNS / 5; i++) {
        bench_show(WINDOW, GUEST_SHOW_MINIMISED);
        g_assert_true(bench_wait(is_iconic));
        bench_show(WINDOW, GUEST_SHOW_NORMAL);
        assert_complete(&worst);
    }
    g_print("minimised and restored %d times: complete each time, at worst after %.1f ms\n", TURNS / 5,
            (double)worst / 1000);
    g_assert_cmpint(worst, <, WORST_US);
}

static void test_resize(void) {
    g_autoptr(GRand) random = g_rand_new_with_seed(16);
    gint64 worst = 0;
    for (int i = 0; i < TURNS; i++) {
        box.width = g_rand_int_range(random, 120, 500);
        box.height = g_rand_int_range(random, 100, 400);
        if (i % 2)
            bench_box(WINDOW, box);
        bench_paint(WINDOW, (uint32_t)box.width, (uint32_t)box.height); // the surface comes first or second
        if (i % 2 == 0)
            bench_box(WINDOW, box);
        assert_complete(&worst);
    }
    g_print("resized %d times: complete each time, at worst after %.1f ms\n", TURNS, (double)worst / 1000);
    g_assert_cmpint(worst, <, WORST_US);
}

static gint64 last_tick, worst_gap, last_work, worst_work;

static gint64 work_us(void) { // of this process: what other programs take of the machine does not count
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (gint64)time.tv_sec * G_TIME_SPAN_SECOND + time.tv_nsec / 1000;
}

static gboolean on_watchdog(gpointer user) {
    gint64 now = g_get_monotonic_time(), work = work_us();
    worst_gap = MAX(worst_gap, now - last_tick);
    worst_work = MAX(worst_work, work - last_work);
    last_tick = now;
    last_work = work;
    return G_SOURCE_CONTINUE;
}

static gboolean on_storm(gpointer user) {
    GRand *random = user;
    int x = g_rand_int_range(random, 0, box.width - 10), y = g_rand_int_range(random, 0, box.height - 10);
    bench_damage(WINDOW, (Box){x, y, box.width - x, box.height - y});
    return G_SOURCE_CONTINUE;
}

static void test_latency(void) {
    g_autoptr(GRand) random = g_rand_new_with_seed(17);
    last_tick = g_get_monotonic_time();
    last_work = work_us();
    guint watchdog = g_timeout_add(5, on_watchdog, NULL);
    guint storm = g_timeout_add(1000 / STORM_HZ, on_storm, random);
    bench_run_for(STORM_S * 1000);
    g_source_remove(watchdog);
    g_source_remove(storm);
    g_print(
        "%d damages a second for %d s: the loop was never away for more than %.1f ms, %.1f ms of them work\n",
        STORM_HZ, STORM_S, (double)worst_gap / 1000, (double)worst_work / 1000);
    g_assert_cmpint(worst_work, <, LATENCY_US);
    g_assert_cmpint(worst_gap, <, 10 * LATENCY_US);
}

#define FRAME_COLOUR 0xFF2020u

static uint32_t pixel(int x, int y) {
    XImage *image =
        XGetImage(bench.eye, DefaultRootWindow(bench.eye), box.x + x, box.y + y, 1, 1, AllPlanes, ZPixmap);
    uint32_t value = image ? XGetPixel(image, 0, 0) & 0xFFFFFF : 0;
    if (image)
        XDestroyImage(image);
    return value;
}

static bool is_framed(void) {
    const int right = box.width - 1, bottom = box.height - 1;
    return pixel(0, 0) == FRAME_COLOUR && pixel(1, 50) == FRAME_COLOUR && pixel(right, 50) == FRAME_COLOUR &&
           pixel(50, bottom) == FRAME_COLOUR && pixel(2, 2) == bench_colour(2, 2) &&
           pixel(right - 2, bottom - 2) == bench_colour((uint32_t)right - 2, (uint32_t)bottom - 2);
}

static void test_frame(void) {
    compositor_set_frame(bench.compositor, FRAME_COLOUR);
    g_assert_true(bench_wait(is_framed));
    bench_damage(WINDOW, (Box){0, 0, box.width, box.height}); // the guest paints over it
    bench_settle();
    g_assert_true(bench_wait(is_framed));
    Window cover = bench_foreign((Box){box.x - 20, box.y - 20, 200, 150}, "Cover");
    XDestroyWindow(bench.eye, cover);
    bench_settle();
    g_assert_true(bench_wait(is_framed));
    compositor_set_frame(bench.compositor, COMPOSITOR_NO_FRAME);
    gint64 worst = 0;
    assert_complete(&worst);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    bench_open();
    bench.known = true;
    g_test_add_func("/repaint/cover", test_cover);
    g_test_add_func("/repaint/minimise", test_minimise);
    g_test_add_func("/repaint/resize", test_resize);
    g_test_add_func("/repaint/frame", test_frame);
    g_test_add_func("/repaint/latency", test_latency);
    return bench_run();
}
