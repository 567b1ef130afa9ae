// SPDX-License-Identifier: Apache-2.0
// Maximised guest windows on two monitors, one with a panel: where they are must be where the same window
// manager puts a maximised xterm, whoever maximised them, and both sides must come to rest. With the argument
// "one" on one monitor, for window managers that see outputs and not monitors: Xvfb has one output.
#include "tests/x11/host.h"

#include <stdio.h>

#define WINDOW  0x20010u
#define STYLE   (GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU | GUEST_STYLE_THICKFRAME | GUEST_STYLE_MAXIMISEBOX)
#define INFLATE 8

static const HostMonitor two[] = {{{1280, 0, 1600, 1000}, true}, {{0, 120, 1280, 800}, false}},
                         one[] = {{{0, 0, 2880, 1000}, true}};
static const HostMonitor *monitors = two; // the first one has the panel
static size_t n_monitors = G_N_ELEMENTS(two);
static const Box normals[] = {{1500, 200, 500, 400}, {200, 300, 500, 400}};
static GPid panel, reference_pid;
static unsigned long reference, panel_window;
static Box expected[2]; // of a maximised xterm
static size_t state_changes;

static bool reference_is_maximised(void) {
    return host_has_state(reference, "_NET_WM_STATE_MAXIMIZED_VERT");
}

static bool reference_is_normal(void) {
    return !reference_is_maximised();
}

static Box target;

static bool reference_is_there(void) {
    Box frame = host_frame(reference);
    return box_contains(target, frame.x + frame.width / 2, frame.y + frame.height / 2);
}

static void place_reference(size_t monitor) {
    target = monitors[monitor].box;
    host_place(reference, (Box){target.x + 60, target.y + 200, 400, 300});
    g_assert_true(bench_wait(reference_is_there));
    host_rest(reference);
}

static Box measure_reference(size_t monitor) {
    place_reference(monitor);
    host_maximise(reference, true);
    g_assert_true(bench_wait(reference_is_maximised));
    host_rest(reference);
    Box box = host_frame(reference);
    host_maximise(reference, false);
    g_assert_true(bench_wait(reference_is_normal));
    return box;
}

static void test_reference(void) {
    host_set_monitors(monitors, n_monitors);
    reference = host_start_reference(&reference_pid);
    panel = host_start_panel((int)n_monitors); // tint2 sorts monitors by their place
    panel_window = host_await_class("tint2");
    host_rest(panel_window);
    for (size_t i = 0; i < n_monitors; i++) {
        expected[i] = measure_reference(i);
        printf("monitor %zu: a maximised xterm is at %d,%d %dx%d\n", i, expected[i].x, expected[i].y,
               expected[i].width, expected[i].height);
    }
    g_assert_cmpint(expected[0].height, <, monitors[0].box.height); // the panel counts
}

static Layout layout;

static bool knows_panel(void) {
    screen_layout(bench.screen, &layout);
    return layout.monitors[0].work_area.height < layout.monitors[0].box.height;
}

static void test_work_areas(void) {
    g_assert_true(bench_wait(knows_panel));
    g_assert_cmpuint(layout.count, ==, n_monitors);
    for (size_t i = 0; i < n_monitors; i++) { // the primary one first
        Box area = layout.monitors[i].work_area;
        printf("work area %zu: %d,%d %dx%d\n", i, area.x, area.y, area.width, area.height);
        g_assert_true(box_equal(area, expected[i]));
    }
    const Intent *told = bench_last(INTENT_MONITORS);
    g_assert_nonnull(told);
    g_assert_true(layout_equal(&told->as.monitors, &layout));
}

static gboolean on_poll(gpointer user) {
    static unsigned before;
    unsigned long window = bench_xid(WINDOW);
    unsigned now = host_has_state(window, "_NET_WM_STATE_MAXIMIZED_VERT") * 1u +
                   host_has_state(window, "_NET_WM_STATE_MAXIMIZED_HORZ") * 2u +
                   host_has_state(window, "_NET_WM_STATE_FULLSCREEN") * 4u +
                   host_has_state(window, "_NET_WM_STATE_HIDDEN") * 8u;
    state_changes += now != before;
    before = now;
    return G_SOURCE_CONTINUE;
}

static bool is_maximised(void) {
    CompositorWindow window;
    return bench_find(WINDOW, &window) && window.guest->show == GUEST_SHOW_MAXIMISED &&
           host_has_state(window.x_window, "_NET_WM_STATE_MAXIMIZED_VERT") &&
           host_has_state(window.x_window, "_NET_WM_STATE_MAXIMIZED_HORZ");
}

static bool is_normal(void) {
    CompositorWindow window;
    return bench_find(WINDOW, &window) && window.guest->show == GUEST_SHOW_NORMAL &&
           !host_has_state(window.x_window, "_NET_WM_STATE_MAXIMIZED_VERT");
}

static bool is_clicked(void) {
    const Intent *intent = bench_last(INTENT_POINTER);
    return intent && intent->as.pointer.flags == POINTER_BUTTON1;
}

static void assert_click(Box frame) {
    int x = frame.x + frame.width / 2, y = frame.y + frame.height / 2;
    host_forget_intents();
    host_click(x, y);
    g_assert_true(bench_wait(is_clicked));
    g_assert_cmpint(bench_last(INTENT_POINTER)->as.pointer.x, ==, x);
    g_assert_cmpint(bench_last(INTENT_POINTER)->as.pointer.y, ==, y);
}

static void maximise(bool guest_does, Box work_area) {
    DeskEvent event;
    if (!guest_does) {
        host_maximise(bench_xid(WINDOW), true);
        return;
    }
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = WINDOW;
    event.as.change.delta.fields = GUEST_WINDOW_SHOW | GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE;
    event.as.change.delta.to.show = GUEST_SHOW_MAXIMISED;
    event.as.change.delta.to.box = work_area;
    bench_send(&event, -1);
}

static void restore(bool guest_does, Box normal) {
    DeskEvent event;
    if (!guest_does) {
        host_maximise(bench_xid(WINDOW), false);
        return;
    }
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = WINDOW;
    event.as.change.delta.fields = GUEST_WINDOW_SHOW | GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE;
    event.as.change.delta.to.show = GUEST_SHOW_NORMAL;
    event.as.change.delta.to.box = normal;
    bench_send(&event, -1);
}

static void cycle(size_t monitor, bool guest_does, Box guests_area) {
    unsigned long window = bench_xid(WINDOW);
    state_changes = 0;
    host_forget_intents();
    guest.work_area = guests_area;
    maximise(guest_does, guests_area);
    g_assert_true(bench_wait(is_maximised));
    host_await_frame(window, expected[monitor]);
    bench_quiet();
    size_t moves = bench_count(INTENT_MOVE);
    printf("monitor %zu, %s: %zu state changes, %zu moves, %zu commands\n", monitor,
           guest_does ? "guest" : "host", state_changes, moves, bench_count(INTENT_SYSTEM_COMMAND));
    g_assert_cmpuint(state_changes, <=, 2);
    g_assert_cmpuint(moves, <=, 1);
    g_assert_cmpuint(bench_count(INTENT_SYSTEM_COMMAND), ==, guest_does ? 0 : 1);
    assert_click(expected[monitor]);
    restore(guest_does, normals[monitor]);
    g_assert_true(bench_wait(is_normal));
    host_await_frame(window, normals[monitor]);
    bench_quiet();
    host_await_frame(window, normals[monitor]);
    g_assert_true(box_equal(guest_box(WINDOW), normals[monitor]));
}

static Box inflated(Box box) {
    return (Box){box.x - INFLATE, box.y - INFLATE, box.width + 2 * INFLATE, box.height + 2 * INFLATE};
}

static void test_cycles(void) {
    guest.answers = true;
    host_open(WINDOW, normals[0], STYLE);
    guint poll = g_timeout_add(50, on_poll, NULL);
    for (size_t monitor = 0; monitor < n_monitors; monitor++) {
        host_place(bench_xid(WINDOW), normals[monitor]);
        host_await_frame(bench_xid(WINDOW), normals[monitor]);
        bench_quiet();
        Box area = layout.monitors[monitor].work_area;
        cycle(monitor, true, area);
        cycle(monitor, false, area);
        cycle(monitor, true, inflated(area)); // as Windows does it
        cycle(monitor, false, monitors[monitor].box);
    }
    g_source_remove(poll);
}

static bool other_is_active(void) {
    long active = 0;
    return bench_longs(DefaultRootWindow(bench.eye), "_NET_ACTIVE_WINDOW", &active, 1) == 1 &&
           (unsigned long)active == reference;
}

static void test_stays_maximised(void) {
    const long activate[5] = {2, 0, 0, 0, 0};
    host_place(bench_xid(WINDOW), normals[0]);
    host_await_frame(bench_xid(WINDOW), normals[0]);
    guest.work_area = expected[0];
    maximise(false, expected[0]);
    g_assert_true(bench_wait(is_maximised));
    bench_send_root(reference, "_NET_ACTIVE_WINDOW", activate);
    g_assert_true(bench_wait(other_is_active));
    bench_quiet();
    g_assert_true(is_maximised());
    host_await_frame(bench_xid(WINDOW), expected[0]);
}

static void test_panel_goes(void) {
    place_reference(0);
    host_maximise(reference, true);
    g_assert_true(bench_wait(reference_is_maximised));
    gint64 began = g_get_monotonic_time();
    host_end(panel);
    host_await_frame(reference, monitors[0].box);
    host_await_frame(bench_xid(WINDOW), monitors[0].box);
    printf("grown %d ms after the panel went\n", (int)((g_get_monotonic_time() - began) / 1000));
    g_assert_cmpint(g_get_monotonic_time() - began, <, 2 * G_TIME_SPAN_SECOND);
    bench_quiet();
    g_assert_true(box_equal(guest_box(WINDOW), monitors[0].box)); // and the guest knows
    g_assert_true(is_maximised());
}

int main(int argc, char **argv) {
    setlinebuf(stdout);
    g_test_init(&argc, &argv, NULL);
    if (argc > 1 && g_str_equal(argv[1], "one")) {
        monitors = one;
        n_monitors = 1;
    }
    bench_open();
    guest_start();
    g_test_add_func("/maximise/reference", test_reference);
    g_test_add_func("/maximise/work-areas", test_work_areas);
    g_test_add_func("/maximise/cycles", test_cycles);
    g_test_add_func("/maximise/stays", test_stays_maximised);
    g_test_add_func("/maximise/panel-goes", test_panel_goes);
    int status = bench_run();
    host_end(reference_pid);
    return status;
}
