// SPDX-License-Identifier: Apache-2.0
// Minimised, restored, hidden by "show desktop" and left behind on another workspace: what the guest believes
// and what the window manager says agree after each step, and a workspace switch is no minimising.
#include "tests/x11/host.h"

#include <X11/Xutil.h>
#include <stdio.h>

#define WINDOW 0x50010u
#define DIALOG 0x50020u
#define POPUP  0x50030u
#define STYLE  (GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU | GUEST_STYLE_THICKFRAME | GUEST_STYLE_MAXIMISEBOX)
#define CYCLES 20

static const Box home = {200, 150, 400, 300};
static uint32_t current = WINDOW;
static GuestShow wanted;

static long wm_state(void) {
    long state[2] = {0};
    bench_longs(bench_xid(current), "WM_STATE", state, 2);
    return state[0];
}

// A window manager that composes the screen may keep minimised windows mapped.
static bool is_seen_as_wanted(void) {
    bool may_stay = wanted == GUEST_SHOW_MINIMISED && bench_is_composited();
    return may_stay || bench_is_viewable(current) == (wanted != GUEST_SHOW_MINIMISED);
}

static bool both_agree(void) {
    return guest_show(current) == wanted &&
           wm_state() == (wanted == GUEST_SHOW_MINIMISED ? IconicState : NormalState) &&
           is_seen_as_wanted() &&
           host_has_state(bench_xid(current), "_NET_WM_STATE_MAXIMIZED_VERT") ==
               (wanted == GUEST_SHOW_MAXIMISED);
}

static void await_state(GuestShow show) {
    gint64 began = g_get_monotonic_time();
    wanted = show;
    if (!bench_wait(both_agree))
        g_error("wanted %s: the guest says %s, WM_STATE %ld", guest_show_to_string(show),
                guest_show_to_string(guest_show(current)), wm_state());
    g_assert_cmpint(g_get_monotonic_time() - began, <, 2 * G_TIME_SPAN_SECOND);
}

static void test_guest_minimises(void) {
    guest.answers = true;
    host_open(WINDOW, home, STYLE);
    await_state(GUEST_SHOW_NORMAL);
    for (int i = 0; i < CYCLES; i++) {
        host_forget_intents();
        bench_show(WINDOW, GUEST_SHOW_MINIMISED);
        await_state(GUEST_SHOW_MINIMISED);
        bench_show(WINDOW, GUEST_SHOW_NORMAL);
        await_state(GUEST_SHOW_NORMAL);
        g_assert_cmpuint(bench_count(INTENT_SYSTEM_COMMAND), ==, 0);
    }
    host_await_frame(bench_xid(WINDOW), home);
    printf("%d times by the guest, nothing echoed\n", CYCLES);
}

static void iconify(void) {
    XIconifyWindow(bench.eye, bench_xid(current), DefaultScreen(bench.eye));
    XFlush(bench.eye);
}

static void activate(void) {
    const long message[5] = {2, 0, 0, 0, 0};
    bench_send_root(bench_xid(current), "_NET_ACTIVE_WINDOW", message);
}

static void test_host_minimises(void) {
    for (int i = 0; i < CYCLES; i++) {
        host_forget_intents();
        iconify();
        await_state(GUEST_SHOW_MINIMISED);
        activate();
        await_state(GUEST_SHOW_NORMAL);
        g_assert_cmpuint(host_count_commands(SYSTEM_COMMAND_MINIMISE), ==, 1);
        g_assert_cmpuint(host_count_commands(SYSTEM_COMMAND_RESTORE), ==, 1);
    }
    host_await_frame(bench_xid(WINDOW), home);
    printf("%d times by the host, one command each\n", CYCLES);
}

static bool is_told_to_minimise(void) {
    return host_count_commands(SYSTEM_COMMAND_MINIMISE) == 1;
}

static bool is_told_to_restore(void) {
    return host_count_commands(SYSTEM_COMMAND_RESTORE) == 1;
}

static void test_answers_come_late(void) { // the user has restored it before the guest has minimised it
    static const guint lateness[] = {20, 60, 400};
    for (size_t i = 0; i < G_N_ELEMENTS(lateness) * 3; i++) {
        guest.answer_ms = lateness[i % G_N_ELEMENTS(lateness)];
        host_forget_intents();
        iconify();
        g_assert_true(bench_wait(is_told_to_minimise));
        activate();
        g_assert_true(bench_wait(is_told_to_restore));
        bench_quiet();
        await_state(GUEST_SHOW_NORMAL);
        g_assert_cmpuint(host_count_commands(SYSTEM_COMMAND_MINIMISE), ==, 1);
        g_assert_cmpuint(host_count_commands(SYSTEM_COMMAND_RESTORE), ==, 1);
    }
    guest.answer_ms = 0;
}

static gboolean on_guest_contradicts(gpointer user) {
    guest_say_show(WINDOW, GUEST_SHOW_MAXIMISED, (Box){0, 0, 1280, 800});
    return G_SOURCE_REMOVE;
}

static void test_guest_contradicts(void) { // what it says of its own in place of an answer counts in the end
    host_forget_intents();
    guest.answers = false;
    iconify();
    g_assert_true(bench_wait(is_told_to_minimise));
    g_timeout_add(50, on_guest_contradicts, NULL);
    bench_quiet();
    await_state(GUEST_SHOW_MAXIMISED);
    g_assert_cmpuint(host_count_commands(SYSTEM_COMMAND_RESTORE), ==, 0);
    guest.answers = true;
    guest_say_show(WINDOW, GUEST_SHOW_NORMAL, home);
    await_state(GUEST_SHOW_NORMAL);
    host_await_frame(bench_xid(WINDOW), home);
}

static bool is_invisible(void) {
    return !bench_is_viewable(current);
}

static bool is_visible(void) {
    return bench_is_viewable(current);
}

static void show_desktop(bool on) {
    const long message[5] = {on, 0, 0, 0, 0};
    bench_send_root(DefaultRootWindow(bench.eye), "_NET_SHOWING_DESKTOP", message);
}

static bool states_rest(void) { // minimised in both worlds, or in neither
    return (guest_show(current) == GUEST_SHOW_MINIMISED) == (wm_state() == IconicState);
}

static void test_show_desktop(void) {
    for (int i = 0; i < CYCLES; i++) {
        host_forget_intents();
        show_desktop(true);
        g_assert_true(bench_wait(is_invisible));
        g_assert_true(bench_wait(states_rest));
        show_desktop(false);
        g_assert_true(bench_wait(is_visible));
        await_state(GUEST_SHOW_NORMAL);
        g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
    }
    bench_quiet();
    await_state(GUEST_SHOW_NORMAL);
    host_await_frame(bench_xid(WINDOW), home);
    printf("%d times the desktop was shown\n", CYCLES);
}

static long current_desktop(void) {
    long desktop = -1;
    bench_longs(DefaultRootWindow(bench.eye), "_NET_CURRENT_DESKTOP", &desktop, 1);
    return desktop;
}

static long awaited_desktop;

static bool has_switched(void) {
    return current_desktop() == awaited_desktop;
}

static void switch_to(long desktop) {
    const long message[5] = {desktop, CurrentTime, 0, 0, 0};
    awaited_desktop = desktop;
    bench_send_root(DefaultRootWindow(bench.eye), "_NET_CURRENT_DESKTOP", message);
    g_assert_true(bench_wait(has_switched));
}

static bool nothing_is_viewable(void) {
    CompositorWindow window;
    for (size_t i = 0; compositor_window_at(bench.compositor, i, &window); i++)
        if (bench_is_viewable(window.guest_window))
            return false;
    return true;
}

static void show_owned(uint32_t id, Box box, uint32_t style, uint32_t ex_style) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    GuestWindow *to = &event.as.change.delta.to;
    guest_window_init(to, id);
    event.window = id;
    event.as.change.is_new = true;
    event.as.change.delta.fields = GUEST_WINDOW_ALL;
    to->owner = WINDOW;
    to->style = style;
    to->ex_style = ex_style;
    to->box = box;
    to->show = GUEST_SHOW_NORMAL;
    bench_surface(id, id, (uint32_t)box.width, (uint32_t)box.height,
                  bench_pixels((uint32_t)box.width, (uint32_t)box.height, true, 0));
    bench_send(&event, -1);
    bench_damage(id, (Box){0, 0, box.width, box.height});
}

static bool all_are_viewable(void) {
    return bench_is_viewable(WINDOW) && bench_is_viewable(DIALOG) && bench_is_viewable(POPUP);
}

static void switch_workspaces(GuestShow show) {
    Box frame = host_frame(bench_xid(WINDOW));
    for (int i = 0; i < CYCLES; i++) {
        host_forget_intents();
        switch_to(1);
        g_assert_true(bench_wait(nothing_is_viewable));
        if (i == 0)
            bench_quiet(); // every timer of the compositor has its chance to misunderstand
        switch_to(0);
        g_assert_true(bench_wait(all_are_viewable));
        await_state(show);
        g_assert_cmpuint(bench_count(INTENT_SYSTEM_COMMAND), ==, 0);
        g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
    }
    bench_quiet();
    g_assert_cmpuint(bench_count(INTENT_SYSTEM_COMMAND), ==, 0);
    host_await_frame(bench_xid(WINDOW), frame);
}

static void test_workspaces(void) {
    const long two[5] = {2, 0, 0, 0, 0};
    bench_send_root(DefaultRootWindow(bench.eye), "_NET_NUMBER_OF_DESKTOPS", two);
    show_owned(DIALOG, (Box){300, 250, 200, 100}, GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU, 0);
    show_owned(POPUP, (Box){320, 260, 80, 60}, GUEST_STYLE_POPUP,
               GUEST_EX_STYLE_TOOLWINDOW | GUEST_EX_STYLE_NOACTIVATE);
    g_assert_true(bench_wait(all_are_viewable));
    switch_workspaces(GUEST_SHOW_NORMAL);
    printf("%d workspace switches, no command, nothing left behind\n", CYCLES);
}

static void test_workspaces_maximised(void) {
    guest.work_area = (Box){0, 0, 1280, 800};
    host_maximise(bench_xid(WINDOW), true);
    await_state(GUEST_SHOW_MAXIMISED);
    host_await_frame(bench_xid(WINDOW), guest.work_area);
    bench_quiet();
    switch_workspaces(GUEST_SHOW_MAXIMISED);
    bench_gone(POPUP);
    bench_gone(DIALOG);
}

static void test_minimised_and_maximised(void) { // minimised, it stays maximised
    for (int i = 0; i < 5; i++) {
        bench_show(WINDOW, GUEST_SHOW_MINIMISED);
        g_assert_true(bench_wait(is_invisible));
        bench_show(WINDOW, GUEST_SHOW_MAXIMISED);
        await_state(GUEST_SHOW_MAXIMISED);
        host_await_frame(bench_xid(WINDOW), guest.work_area);
    }
    bench_quiet();
    await_state(GUEST_SHOW_MAXIMISED);
    host_maximise(bench_xid(WINDOW), false);
    await_state(GUEST_SHOW_NORMAL);
    host_await_frame(bench_xid(WINDOW), home);
    bench_gone(WINDOW);
}

static void send_first(uint32_t id, Box box, GuestShow show) {
    DeskEvent event;
    current = id;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    GuestWindow *to = &event.as.change.delta.to;
    guest_window_init(to, id);
    event.window = id;
    event.as.change.is_new = true;
    event.as.change.delta.fields = GUEST_WINDOW_ALL;
    to->style = STYLE;
    to->box = box;
    to->show = show;
    bench_surface(id, id, 400, 300, bench_pixels(400, 300, true, 0));
    bench_send(&event, -1);
    bench_damage(id, (Box){0, 0, 400, 300});
}

static void send_normal(void) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = current;
    event.as.change.delta.fields = GUEST_WINDOW_SHOW | GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE;
    event.as.change.delta.to.show = GUEST_SHOW_NORMAL;
    event.as.change.delta.to.box = home;
    bench_send(&event, -1);
}

static void test_starts_minimised(void) {
    send_first(WINDOW + 1, (Box){-32000, -32000, 160, 27}, GUEST_SHOW_MINIMISED);
    await_state(GUEST_SHOW_MINIMISED);
    host_forget_intents();
    send_normal();
    await_state(GUEST_SHOW_NORMAL);
    host_await_frame(bench_xid(current), home);
    bench_quiet();
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
    bench_gone(current);
}

static void test_starts_maximised(void) {
    send_first(WINDOW + 2, guest.work_area, GUEST_SHOW_MAXIMISED);
    await_state(GUEST_SHOW_MAXIMISED);
    host_await_frame(bench_xid(current), guest.work_area);
    host_forget_intents();
    send_normal();
    await_state(GUEST_SHOW_NORMAL);
    host_await_frame(bench_xid(current), home);
    bench_quiet();
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
    bench_gone(current);
}

static bool has_fullscreen(void) {
    return host_has_state(bench_xid(current), "_NET_WM_STATE_FULLSCREEN");
}

static bool guest_fills_monitor(void) {
    return box_equal(guest_box(current), (Box){0, 0, 1280, 800});
}

static void test_full_screen(void) { // the guest's wish is maximised at most; the host's user may
    const Box monitor = {0, 0, 1280, 800};
    current = WINDOW + 3;
    host_open(current, home, GUEST_STYLE_POPUP | GUEST_STYLE_THICKFRAME);
    bench_box(current, monitor);
    g_assert_true(bench_wait(guest_fills_monitor));
    bench_quiet();
    g_assert_false(has_fullscreen());
    g_assert_true(host_has_state(bench_xid(current), "_NET_WM_STATE_MAXIMIZED_VERT"));
    bench_box(current, home);
    host_await_frame(bench_xid(current), home);
    bench_quiet();
    host_forget_intents();
    host_set_state(bench_xid(current), true, "_NET_WM_STATE_FULLSCREEN", NULL);
    g_assert_true(bench_wait(has_fullscreen));
    g_assert_true(bench_wait(guest_fills_monitor));
    bench_quiet();
    g_assert_true(has_fullscreen());
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 1);
    host_set_state(bench_xid(current), false, "_NET_WM_STATE_FULLSCREEN", NULL);
    host_await_frame(bench_xid(current), home);
    bench_quiet();
    g_assert_true(box_equal(guest_box(current), home));
    bench_gone(current);
}

int main(int argc, char **argv) {
    setlinebuf(stdout);
    g_test_init(&argc, &argv, NULL);
    bench_open();
    guest_start();
    g_test_add_func("/states/guest-minimises", test_guest_minimises);
    g_test_add_func("/states/host-minimises", test_host_minimises);
    g_test_add_func("/states/answers-come-late", test_answers_come_late);
    g_test_add_func("/states/guest-contradicts", test_guest_contradicts);
    g_test_add_func("/states/show-desktop", test_show_desktop);
    g_test_add_func("/states/workspaces", test_workspaces);
    g_test_add_func("/states/workspaces-maximised", test_workspaces_maximised);
    g_test_add_func("/states/minimised-and-maximised", test_minimised_and_maximised);
    g_test_add_func("/states/starts-minimised", test_starts_minimised);
    g_test_add_func("/states/starts-maximised", test_starts_maximised);
    g_test_add_func("/states/full-screen", test_full_screen);
    int status = bench_run();
    return status;
}
