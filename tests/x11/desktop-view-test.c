// SPDX-License-Identifier: Apache-2.0
// A guest that goes to its logon screen and comes back, ten times: one ordinary window with the whole desktop
// while it is there, no window of applications; and afterwards the same X windows as before, where they were
// and on their workspaces. And a desktop that the user asked for: of any size, full screen, left by closing
// it.
#include "tests/x11/host.h"

#include <stdio.h>
#include <string.h>

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

static bool nothing_is_seen(void) {
    return !bench_is_viewable(FIRST) && !bench_is_viewable(SECOND);
}

static unsigned long view(void) {
    return compositor_desktop_window(bench.compositor);
}

static bool view_is_there(void) {
    XWindowAttributes attributes;
    return view() && XGetWindowAttributes(bench.eye, view(), &attributes) &&
           attributes.map_state == IsViewable && !attributes.override_redirect && nothing_is_seen();
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
    Window before[] = {bench_xid(FIRST), bench_xid(SECOND)};
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
        g_assert_true(before[0] == bench_xid(FIRST) && before[1] == bench_xid(SECOND));
        awaited_clients = 2;
        g_assert_true(bench_wait(clients_are_right));
    }
    bench_quiet();
    g_assert_true(windows_are_there());
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
    printf("%d times: one view, and %zu windows where they were\n", TOGGLES, awaited_clients);
}

static long workspace_of(uint32_t id) {
    long value = -1;
    return bench_longs(bench_xid(id), "_NET_WM_DESKTOP", &value, 1) ? value : -1;
}

static bool second_is_away(void) {
    return workspace_of(SECOND) == 1;
}

static bool is_second_withdrawn(void) {
    return workspace_of(SECOND) == -1 && view_is_there();
}

static bool first_is_fullscreen(void) {
    return host_has_state(bench_xid(FIRST), "_NET_WM_STATE_FULLSCREEN");
}

static bool is_back(void) {
    return bench_is_viewable(FIRST) && first_is_fullscreen() && second_is_away();
}

static void test_keeps_workspaces(void) {
    const long away[5] = {1, 2};
    bench_send_root(bench_xid(SECOND), "_NET_WM_DESKTOP", away);
    g_assert_true(bench_wait(second_is_away));
    host_set_state(bench_xid(FIRST), true, "_NET_WM_STATE_FULLSCREEN", NULL);
    g_assert_true(bench_wait(first_is_fullscreen));
    host_send_plain(DESK_EVENT_NOT_MONITORED);
    bench_damage(DESKTOP, (Box){0, 0, WIDTH, HEIGHT});
    g_assert_true(bench_wait(is_second_withdrawn));
    send_windows();
    g_assert_true(bench_wait(is_back));
    bench_settle();
    g_assert_true(is_back());
    const long here[5] = {0, 2};
    bench_send_root(bench_xid(SECOND), "_NET_WM_DESKTOP", here);
    host_set_state(bench_xid(FIRST), false, "_NET_WM_STATE_FULLSCREEN", NULL);
    g_assert_true(bench_wait(windows_are_there));
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

static int left;

static bool is_left(void) {
    return left == 1 && !bench_count(INTENT_DISCONNECT);
}

static bool view_is_fullscreen(void) {
    return host_has_state(view(), "_NET_WM_STATE_FULLSCREEN") &&
           box_equal(content(), (Box){0, 0, WIDTH, HEIGHT});
}

static Box wanted;

static bool has_wanted_place(void) {
    return view_is_there() && box_equal(content(), wanted);
}

static void open_view(bool fullscreen) {
    compositor_set_desktop_look(bench.compositor, &(DesktopLook){.asked = true, .fullscreen = fullscreen});
    host_send_plain(DESK_EVENT_NOT_MONITORED);
    bench_damage(DESKTOP, (Box){0, 0, WIDTH, HEIGHT});
    g_assert_true(bench_wait(view_is_there));
}

static void test_asked_for(void) {
    bench_surface(DESKTOP, 0, WIDTH, HEIGHT, bench_pixels(WIDTH, HEIGHT, true, 0));
    send_windows();
    g_assert_true(bench_wait(windows_are_there));
    open_view(false);
    host_rest(view());
    wanted = (Box){200, 150, 500, 300};
    XMoveResizeWindow(bench.eye, view(), wanted.x, wanted.y, (unsigned)wanted.width, (unsigned)wanted.height);
    XFlush(bench.eye);
    host_rest(view());
    wanted = content();
    send_windows();
    g_assert_true(bench_wait(windows_are_there));
    open_view(false);
    g_assert_true(bench_wait(has_wanted_place)); // where the user left it
    compositor_set_desktop_look(bench.compositor, &(DesktopLook){.asked = true, .fullscreen = true});
    g_assert_true(bench_wait(view_is_fullscreen));
    send_windows();
    g_assert_true(bench_wait(windows_are_there));
    open_view(true);
    g_assert_true(bench_wait(view_is_fullscreen));
    const long message[5] = {CurrentTime, 2, 0, 0, 0};
    host_forget_intents();
    bench_send_root(view(), "_NET_CLOSE_WINDOW", message);
    g_assert_true(bench_wait(is_left));
    send_windows();
    g_assert_true(bench_wait(windows_are_there));
}

static void test_small_desktop(void) { // in the middle of a larger window, and clicks land where they look
    enum { SMALL = 400, LOW = 300 };
    bench_surface(DESKTOP, 0, SMALL, LOW, bench_pixels(SMALL, LOW, true, 0));
    open_view(true);
    bench_damage(DESKTOP, (Box){0, 0, SMALL, LOW});
    g_assert_true(bench_wait(view_is_fullscreen));
    Box inner = {(WIDTH - SMALL) / 2, (HEIGHT - LOW) / 2, SMALL, LOW};
    looked_at = (Box){inner.x + 10, inner.y + 20, 1, 1};
    looked_for = bench_colour(10, 20);
    g_assert_true(bench_wait(shows_corner));
    looked_at = (Box){inner.x - 10, inner.y + 20, 1, 1};
    looked_for = 0;
    g_assert_true(bench_wait(shows_corner));
    host_forget_intents();
    host_click(inner.x + 10, inner.y + 20);
    g_assert_true(bench_wait(is_clicked));
    g_assert_cmpint(bench_last(INTENT_POINTER)->as.pointer.x, ==, 10);
    g_assert_cmpint(bench_last(INTENT_POINTER)->as.pointer.y, ==, 20);
}

// Windows with pixels of their own are mapped at once: the window manager has not seen that when they go.
static void test_hurry(void) {
    compositor_set_desktop_look(bench.compositor, &(DesktopLook){0});
    bench_surface(DESKTOP, 0, WIDTH, HEIGHT, bench_pixels(WIDTH, HEIGHT, true, 0));
    send_windows();
    bench_paint(FIRST, (uint32_t)first.width, (uint32_t)first.height);
    bench_paint(SECOND, (uint32_t)second.width, (uint32_t)second.height);
    g_assert_true(bench_wait(windows_are_there));
    for (int i = 0; i < TOGGLES; i++) {
        host_send_plain(DESK_EVENT_NOT_MONITORED);
        bench_damage(DESKTOP, (Box){0, 0, WIDTH, HEIGHT});
        if (i % 2)
            g_assert_true(bench_wait(view_is_there));
        send_windows();
        host_send_plain(DESK_EVENT_NOT_MONITORED);
        bench_damage(DESKTOP, (Box){0, 0, WIDTH, HEIGHT});
        g_assert_true(bench_wait(view_is_there));
        bench_settle();
        g_assert_true(view_is_there());
        send_windows();
        g_assert_true(bench_wait(windows_are_there));
        bench_settle();
        g_assert_true(windows_are_there());
    }
}

enum { PILED = 4 };

static const uint32_t piled[PILED] = {0x70101, 0x70102, 0x70103, 0x70104};
static uint32_t pile[PILED]; // front to back

static Box piled_box(size_t i) { // none covers all of another
    return (Box){100 + 60 * (int32_t)i, 120 + 50 * (int32_t)i, 300, 200};
}

static void send_pile(void) {
    host_send_plain(DESK_EVENT_SYNC_BEGAN);
    for (size_t i = 0; i < PILED; i++)
        bench_window(piled[i], piled_box(i), STYLE, 0, "Piled");
    bench_stacking(pile[0], pile, PILED);
    host_send_plain(DESK_EVENT_SYNC_ENDED);
    bench_damage(DESKTOP, (Box){0, 0, WIDTH, HEIGHT});
}

static bool is_piled(void) {
    for (size_t i = 0; i < PILED; i++)
        if (!bench_is_viewable(pile[i]) || (i && !bench_is_above(bench_xid(pile[i - 1]), bench_xid(pile[i]))))
            return false;
    return true;
}

static bool pile_is_away(void) {
    for (size_t i = 0; i < PILED; i++)
        if (bench_is_viewable(piled[i]))
            return false;
    return view() && bench_active() == view();
}

static bool pile_is_seen(void) {
    for (size_t i = 0; i < PILED; i++)
        if (!bench_is_viewable(piled[i]))
            return false;
    return true;
}

static bool front_has_focus(void) {
    return bench_active() == bench_xid(pile[0]);
}

static bool front_is_active(void) {
    return front_has_focus() && is_piled();
}

static size_t count_activated_others(void) {
    size_t n = 0;
    for (size_t i = 0; i < bench.n_intents; i++)
        n += bench.intents[i].kind == INTENT_ACTIVATE && bench.intents[i].window != pile[0];
    return n;
}

// Whichever goes and comes first, and wherever the guest's user went meanwhile: above what it covers in the
// guest, or its picture has what is not its own; and the focus makes no other window the guest's active one.
static void test_pile(void) {
    compositor_drop(bench.compositor);
    compositor_set_desktop_look(bench.compositor, &(DesktopLook){.asked = true});
    bench_surface(DESKTOP, 0, WIDTH, HEIGHT, bench_pixels(WIDTH, HEIGHT, true, 0));
    memcpy(pile, piled, sizeof pile);
    send_pile();
    for (size_t turn = 0; turn < 2 * PILED; turn++) {
        g_assert_true(bench_wait(pile_is_seen));
        bench_activate(bench_xid(pile[0]));
        g_assert_true(bench_wait(front_has_focus));
        bench_settle();
        host_forget_intents();
        host_send_plain(DESK_EVENT_NOT_MONITORED);
        bench_damage(DESKTOP, (Box){0, 0, WIDTH, HEIGHT});
        g_assert_true(bench_wait(pile_is_away));
        bench_quiet();
        g_assert_cmpuint(count_activated_others(), ==, 0);
        for (size_t i = 0; i < PILED; i++) // another one is in front, and the rest the other way round
            pile[i] = piled[(turn % 2 ? turn + i : turn + PILED - i) % PILED];
        host_forget_intents();
        send_pile();
        g_assert_true(bench_wait(front_is_active));
        bench_settle();
        g_assert_true(front_is_active());
        g_assert_cmpuint(count_activated_others(), ==, 0);
    }
}

static void on_leave(void) {
    left++;
}

int main(int argc, char **argv) {
    setlinebuf(stdout);
    g_test_init(&argc, &argv, NULL);
    bench_open();
    guest_start();
    bench.on_leave = on_leave;
    g_test_add_func("/desktop-view/toggles", test_toggles);
    g_test_add_func("/desktop-view/keeps-workspaces", test_keeps_workspaces);
    g_test_add_func("/desktop-view/reaches-all-of-it", test_reaches_all_of_it);
    g_test_add_func("/desktop-view/close", test_close);
    g_test_add_func("/desktop-view/asked-for", test_asked_for);
    g_test_add_func("/desktop-view/small-desktop", test_small_desktop);
    g_test_add_func("/desktop-view/hurry", test_hurry);
    g_test_add_func("/desktop-view/pile", test_pile);
    int status = bench_run();
    return status;
}
