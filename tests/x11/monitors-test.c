// SPDX-License-Identifier: Apache-2.0
// Several monitors in every arrangement: where the guest puts a window is where it is, each corner of it
// takes the click that belongs there, and when a monitor goes its windows go to one that is left.
#include "tests/x11/host.h"

#include <stdio.h>

#define WINDOW 0x60010u
#define STYLE  (GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU)
#define WIDTH  240
#define HEIGHT 160
#define GRID   5

typedef struct Arrangement {
    const char *name;
    size_t count;
    HostMonitor monitors[HOST_MONITORS];
} Arrangement;

static const Arrangement arrangements[] = {
    {"left lower, right primary", 2, {{{0, 120, 1280, 800}, false}, {{1280, 0, 1600, 1000}, true}}},
    {"right left of the primary", 2, {{{0, 0, 1280, 1000}, false}, {{1280, 100, 1600, 900}, true}}},
    {"one above the other", 2, {{{0, 0, 1600, 900}, false}, {{200, 900, 1280, 800}, true}}},
    {"a gap of 100 pixels", 2, {{{0, 0, 1200, 1000}, true}, {{1300, 0, 1200, 1000}, false}}},
    {"one rotated", 2, {{{0, 0, 1600, 900}, true}, {{1600, 0, 900, 1600}, false}}},
    {"not at the root's corner", 2, {{{300, 200, 1000, 800}, true}, {{1300, 200, 1200, 900}, false}}},
    {"three", 3, {{{0, 0, 960, 800}, false}, {{960, 0, 960, 800}, true}, {{1920, 300, 900, 700}, false}}},
};

static Box bounds; // root coordinates of the guest's (0,0)

static Box guest_of(Box root) {
    return box_shift(root, -bounds.x, -bounds.y);
}

static bool is_clicked(void) {
    const Intent *intent = bench_last(INTENT_POINTER);
    return intent && intent->as.pointer.flags == POINTER_BUTTON1;
}

static void assert_click(int root_x, int root_y) {
    host_forget_intents();
    host_click(root_x, root_y);
    g_assert_true(bench_wait(is_clicked));
    g_assert_cmpint(bench_last(INTENT_POINTER)->as.pointer.x, ==, root_x - bounds.x);
    g_assert_cmpint(bench_last(INTENT_POINTER)->as.pointer.y, ==, root_y - bounds.y);
}

static void assert_corners(Box frame) {
    for (int i = 0; i < 4; i++)
        assert_click(frame.x + (i & 1 ? frame.width - 1 : 0), frame.y + (i & 2 ? frame.height - 1 : 0));
}

static void walk_monitor(Box monitor) {
    for (int i = 0; i < GRID * GRID; i++) {
        Box frame = {monitor.x + (monitor.width - WIDTH) * (i % GRID) / (GRID - 1),
                     monitor.y + (monitor.height - HEIGHT) * (i / GRID) / (GRID - 1), WIDTH, HEIGHT};
        bench_box(WINDOW, guest_of(frame));
        host_await_frame(bench_xid(WINDOW), frame);
        assert_corners(frame);
        if (i % (GRID + 1) == 0)
            host_assert_pixels(frame);
    }
}

static void set(const HostMonitor *monitors, size_t count) {
    host_set_monitors(monitors, count);
    bounds = (Box){0};
    for (size_t i = 0; i < count; i++)
        bounds = box_union(bounds, monitors[i].box);
    host_rest(bench_xid(WINDOW));
}

static void test_arrangement(gconstpointer data) {
    const Arrangement *arrangement = data;
    set(arrangement->monitors, arrangement->count);
    for (size_t i = 0; i < arrangement->count; i++)
        walk_monitor(arrangement->monitors[i].box);
    bench_quiet();
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
    Box host = host_frame(bench_xid(WINDOW));
    g_assert_true(box_equal(guest_box(WINDOW), guest_of(host)));
    Layout layout;
    screen_layout(bench.screen, &layout);
    g_assert_cmpuint(layout.count, ==, arrangement->count);
    for (size_t i = 0; i < arrangement->count; i++)
        if (arrangement->monitors[i].primary)
            g_assert_true(box_equal(layout.monitors[0].box, guest_of(arrangement->monitors[i].box)));
    printf("%s: %zu places, %zu clicks, all where they belong\n", arrangement->name,
           arrangement->count * GRID * GRID, arrangement->count * GRID * GRID * 4);
}

static Box remaining;

static bool is_inside(void) {
    Box host = host_frame(bench_xid(WINDOW));
    return box_equal(box_intersect(host, remaining), host) &&
           box_equal(guest_box(WINDOW), box_shift(host, -bounds.x, -bounds.y));
}

static void test_monitor_goes(void) {
    const HostMonitor two[] = {{{0, 0, 1280, 800}, true}, {{1280, 0, 1600, 1000}, false}};
    const Box places[] = {{1500, 300, WIDTH, HEIGHT}, {2600, 830, WIDTH, HEIGHT}, {1200, 500, WIDTH, HEIGHT}};
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        set(two, 2);
        bench_box(WINDOW, places[i]);
        host_await_frame(bench_xid(WINDOW), places[i]);
        bench_quiet();
        host_set_monitors(two, 1);
        bounds = remaining = two[0].box;
        g_assert_true(bench_wait(is_inside));
        bench_quiet();
        g_assert_true(is_inside());
        Box host = host_frame(bench_xid(WINDOW));
        printf("%d,%d -> %d,%d, and the guest knows\n", places[i].x, places[i].y, host.x, host.y);
        assert_corners(host);
    }
}

static void test_origin_moves(void) { // the same place of the host is another one of the guest
    const HostMonitor before[] = {{{200, 100, 1280, 800}, true}},
                      after[] = {{{200, 100, 1280, 800}, true}, {{1480, 0, 1280, 800}, false}};
    set(before, 1);
    bench_box(WINDOW, (Box){100, 100, WIDTH, HEIGHT});
    host_await_frame(bench_xid(WINDOW), (Box){300, 200, WIDTH, HEIGHT});
    bench_quiet();
    host_set_monitors(after, 2);
    bounds = (Box){200, 0, 2560, 900};
    remaining = after[0].box;
    g_assert_true(bench_wait(is_inside));
    bench_quiet();
    host_await_frame(bench_xid(WINDOW), (Box){300, 200, WIDTH, HEIGHT});
    g_assert_true(box_equal(guest_box(WINDOW), (Box){100, 200, WIDTH, HEIGHT}));
    assert_corners((Box){300, 200, WIDTH, HEIGHT});
}

static struct {
    int32_t dx, dy; // of the origin that the guest counts from
    Box strayed;    // where the guest puts the window by itself
    guint after_ms;
    bool is_straying, done;
} follower;

static gboolean on_display(gpointer user) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_DISPLAY);
    event.as.display.follows = true;
    event.as.display.dx = follower.dx;
    event.as.display.dy = follower.dy;
    bench_send(&event, -1);
    bench_box(WINDOW, follower.strayed);
    follower.done = true;
    return G_SOURCE_REMOVE;
}

static void on_intent(const Intent *intent) {
    if (intent->kind == INTENT_MONITORS)
        g_timeout_add(follower.after_ms, on_display, NULL);
}

static bool has_followed(void) {
    return follower.done && is_inside();
}

// The guest gets the monitors, too, at once or late, counts from another place, and moves its windows as it
// thinks best: the window stays where the host has it, and the guest is told so.
static void test_guest_follows(void) {
    const HostMonitor before[] = {{{600, 0, 1280, 800}, true}},
                      after[] = {{{600, 0, 1280, 800}, true}, {{0, 100, 600, 900}, false}};
    static const guint delays[] = {1, 300, 1500};
    for (size_t i = 0; i < G_N_ELEMENTS(delays); i++) {
        set(before, 1);
        bench_box(WINDOW, (Box){100, 100, WIDTH, HEIGHT});
        host_await_frame(bench_xid(WINDOW), (Box){700, 100, WIDTH, HEIGHT});
        bench_quiet();
        guest.on_intent = on_intent;
        follower.dx = 600;
        follower.strayed = (Box){20, 130, WIDTH, HEIGHT};
        follower.after_ms = delays[i];
        follower.done = false;
        host_set_monitors(after, 2);
        bounds = (Box){0, 0, 1880, 1000};
        remaining = after[0].box;
        g_assert_true(bench_wait(has_followed));
        guest.on_intent = NULL;
        bench_quiet();
        g_assert_true(box_equal(host_frame(bench_xid(WINDOW)), (Box){700, 100, WIDTH, HEIGHT}));
        g_assert_true(box_equal(guest_box(WINDOW), (Box){700, 100, WIDTH, HEIGHT}));
        assert_corners((Box){700, 100, WIDTH, HEIGHT});
        printf("told after %u ms: the window has stayed\n", delays[i]);
    }
}

#define STRAY_MS 100 // later than the answer, and while the guest may still move windows for its monitors

static const Box users = {1360, 240, WIDTH, HEIGHT};

static gboolean on_stray(gpointer user) {
    bench_box(WINDOW, follower.strayed);
    follower.done = true;
    return G_SOURCE_REMOVE;
}

static gboolean on_display_and_user(gpointer user) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_DISPLAY);
    event.as.display.follows = true;
    bench_send(&event, -1);
    host_place(bench_xid(WINDOW), users);
    return G_SOURCE_REMOVE;
}

static void on_intent_with_user(const Intent *intent) {
    if (intent->kind == INTENT_MONITORS)
        g_timeout_add(1, on_display_and_user, NULL);
    if (intent->kind == INTENT_MOVE && !follower.is_straying) {
        follower.is_straying = true;
        g_timeout_add(follower.after_ms, on_stray, NULL);
    }
}

static bool is_where_user_put_it(void) {
    return follower.done && box_equal(host_frame(bench_xid(WINDOW)), users) &&
           box_equal(guest_box(WINDOW), guest_of(users));
}

// The user moves a window onto the monitor that has just been plugged in; the guest does so and only then
// gets round to its new monitors, or does that before it answers: the window stays where the user has put it.
static void test_user_moves_meanwhile(void) {
    const HostMonitor both[] = {{{0, 0, 1280, 800}, true}, {{1280, 0, 800, 800}, false}};
    for (int is_first = 0; is_first < 2; is_first++) {
        const Box was = {26, 26, WIDTH, HEIGHT};
        set(both, 1);
        bench_box(WINDOW, was);
        host_await_frame(bench_xid(WINDOW), was);
        bench_quiet();
        follower.strayed = was;
        follower.strayed.x += 100;
        follower.after_ms = STRAY_MS;
        guest.answer_ms = is_first ? STRAY_MS + 20 : 0;
        follower.done = follower.is_straying = false;
        guest.on_intent = on_intent_with_user;
        host_set_monitors(both, 2);
        bounds = (Box){0, 0, 2080, 800};
        g_assert_true(bench_wait(is_where_user_put_it));
        bench_quiet();
        g_assert_true(is_where_user_put_it());
        guest.on_intent = NULL;
        guest.answer_ms = 0;
        assert_corners(users);
        printf("the guest strays %s its answer: the window is where the user put it\n",
               is_first ? "before" : "after");
    }
}

int main(int argc, char **argv) {
    setlinebuf(stdout);
    g_test_init(&argc, &argv, NULL);
    bench_open();
    guest_start();
    guest.answers = true;
    host_open(WINDOW, (Box){50, 50, WIDTH, HEIGHT}, STYLE);
    for (size_t i = 0; i < G_N_ELEMENTS(arrangements); i++) {
        g_autofree char *path = g_strdup_printf("/monitors/%zu", i);
        g_test_add_data_func(path, &arrangements[i], test_arrangement);
    }
    g_test_add_func("/monitors/goes", test_monitor_goes);
    g_test_add_func("/monitors/origin-moves", test_origin_moves);
    g_test_add_func("/monitors/guest-follows", test_guest_follows);
    g_test_add_func("/monitors/user-moves-meanwhile", test_user_moves_meanwhile);
    int status = bench_run();
    return status;
}
