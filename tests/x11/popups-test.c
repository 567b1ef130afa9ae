// SPDX-License-Identifier: Apache-2.0
// Menus, lists and tooltips under a real window manager on two monitors: where they are, that nothing of ours
// closes them, that nothing stays behind; and what a guest cannot do with them.
#include "tests/x11/bench.h"

#define OWNER  0x100u
#define POPUP  0x300u
#define WIDTH  1280
#define HEIGHT 800
#define HALF   (WIDTH / 2) // the monitors are side by side

static void set_monitor(Display *display, const char *name, int x, bool primary, RROutput output) {
    XRRMonitorInfo *monitor = XRRAllocateMonitor(display, output ? 1 : 0);
    monitor->name = XInternAtom(display, name, False);
    monitor->primary = primary;
    monitor->x = x;
    monitor->width = HALF;
    monitor->height = HEIGHT;
    monitor->mwidth = 300;
    monitor->mheight = 200;
    if (output)
        monitor->outputs[0] = output;
    XRRSetMonitor(display, DefaultRootWindow(display), monitor);
    XRRFreeMonitors(monitor);
}

static void split_screen(void) {
    Display *display = XOpenDisplay(NULL);
    int event = 0, error = 0;
    XRRQueryExtension(display, &event, &error);
    XRRScreenResources *resources = XRRGetScreenResources(display, DefaultRootWindow(display));
    set_monitor(display, "L", 0, true, resources->noutput ? resources->outputs[0] : None);
    set_monitor(display, "R", HALF, false, None);
    XRRFreeScreenResources(resources);
    XCloseDisplay(display);
}

static bool owner_is_active(void) {
    return bench_active() == bench_xid(OWNER);
}

static void open_owner(Box box) {
    if (!bench_xid(OWNER))
        bench_launch_window(OWNER, box, BENCH_FRAME, 0);
    bench_activate(bench_xid(OWNER));
    g_assert_true(bench_wait(owner_is_active));
    bench_settle();
}

static Box host_box(uint32_t id) {
    CompositorWindow window;
    g_assert_true(bench_find(id, &window));
    return window.host_box;
}

static size_t children_before;

static bool only_owner_is_left(void) {
    CompositorWindow window;
    return bench_root_children() == children_before && !compositor_window_at(bench.compositor, 1, &window);
}

// The owner reaches over both monitors; each of its pop-ups is open at the same time.
static void test_all_kinds(void) {
    static const struct {
        const char *name;
        uint32_t owner, style, ex_style;
        Box box, wanted;
    } popups[] = {
        {"menu", 0, GUEST_STYLE_POPUP, BENCH_MENU, {300, 300, 80, 60}, {300, 300, 80, 60}},
        {"sub-menu", POPUP, GUEST_STYLE_POPUP, BENCH_MENU, {380, 320, 80, 60}, {380, 320, 80, 60}},
        {"menu at the right", 0, GUEST_STYLE_POPUP, BENCH_MENU, {1250, 100, 80, 60}, {1200, 100, 80, 60}},
        {"combo", 0, GUEST_STYLE_CHILD, BENCH_MENU, {400, 780, 80, 60}, {400, 740, 80, 60}},
        {"tooltip",
         OWNER,
         GUEST_STYLE_POPUP,
         BENCH_MENU | GUEST_EX_STYLE_TRANSPARENT,
         {700, 500, 60, 20},
         {700, 500, 60, 20}},
        {"input method",
         OWNER,
         GUEST_STYLE_POPUP | GUEST_STYLE_DISABLED,
         0,
         {900, 300, 60, 20},
         {900, 300, 60, 20}},
        {"balloon",
         OWNER,
         GUEST_STYLE_POPUP,
         GUEST_EX_STYLE_NOACTIVATE,
         {800, -40, 60, 20},
         {800, 0, 60, 20}},
    };
    open_owner((Box){100, 100, 1000, 600});
    children_before = bench_root_children();
    size_t activations = bench_count(INTENT_ACTIVATE);
    for (uint32_t i = 0; i < G_N_ELEMENTS(popups); i++) {
        bench_open_window(POPUP + i, popups[i].owner, popups[i].box, popups[i].style, popups[i].ex_style);
        g_assert_true(bench_is_override(POPUP + i));
    }
    bench_run_for(2000);
    for (uint32_t i = 0; i < G_N_ELEMENTS(popups); i++) {
        Box box = host_box(POPUP + i), wanted = popups[i].wanted;
        g_print("%s: at %d,%d, still there after 2 s\n", popups[i].name, box.x, box.y);
        g_assert_true(bench_is_viewable(POPUP + i) && box_equal(box, wanted));
        g_assert_true(bench_is_above(bench_xid(POPUP + i), bench_xid(OWNER)));
        g_assert_cmpuint(bench_wrong_pixels(box.x, box.y, box.width, box.height), ==, 0);
    }
    g_assert_true(owner_is_active());
    g_assert_cmpuint(bench_count(INTENT_ACTIVATE), ==, activations);
    gint64 began = g_get_monotonic_time();
    for (uint32_t i = G_N_ELEMENTS(popups); i-- > 0;)
        bench_gone(POPUP + i);
    g_assert_true(bench_wait(only_owner_is_left));
    double ms = (double)(g_get_monotonic_time() - began) / 1000;
    g_print("all gone from the X server %.1f ms after the guest closed them, 0 activations told\n", ms);
    g_assert_cmpfloat(ms, <, 500);
    g_assert_cmpuint(bench_count(INTENT_ACTIVATE), ==, activations);
}

static bool has_a_up(void) {
    const Intent *key = bench_last(INTENT_KEY);
    return key && key->as.key.code == 0x1E && !key->as.key.down;
}

static void test_held_modifier(void) {
    bench.n_intents = 0;
    bench_key(XK_Control_L, true);
    bench_open_window(POPUP, OWNER, (Box){300, 300, 80, 60}, GUEST_STYLE_POPUP, BENCH_MENU);
    bench_gone(POPUP);
    bench_settle();
    bench_key(XK_a, true);
    bench_key(XK_a, false);
    g_assert_true(bench_wait(has_a_up));
    g_assert_cmpuint(bench_count(INTENT_KEY), ==, 3); // Ctrl down, A down, A up: Ctrl was never let go
    bench_key(XK_Control_L, false);
}

static void test_keys_go_through_the_owner(void) {
    bench.n_intents = 0;
    bench_open_window(POPUP, 0, (Box){300, 300, 80, 60}, GUEST_STYLE_POPUP, BENCH_MENU);
    bench_click(330, 330);
    bench_settle();
    g_assert_cmphex(bench_last(INTENT_POINTER)->window, ==, POPUP);
    g_assert_true(owner_is_active());
    bench_key(XK_a, true);
    bench_key(XK_a, false);
    g_assert_true(bench_wait(has_a_up));
    g_assert_cmpuint(bench_count(INTENT_ACTIVATE), ==, 0);
    bench_gone(POPUP);
    bench_settle();
}

static bool is_reactivated(void) {
    return bench_count(INTENT_ACTIVATE) == 2;
}

static void test_press_on_the_desktop(void) {
    bench.n_intents = 0;
    bench_open_window(POPUP, 0, (Box){300, 300, 80, 60}, GUEST_STYLE_POPUP, BENCH_MENU);
    bench_click(330, 330); // in the pop-up
    bench_click(600, 600); // in its owner
    bench_run_for(300);
    g_assert_cmpuint(bench_count(INTENT_ACTIVATE), ==, 0); // these are the guest's own matter
    bench_click(1200, 790);
    gint64 began = g_get_monotonic_time();
    g_assert_true(bench_wait(is_reactivated));
    g_assert_true(!bench.intents[bench.n_intents - 2].as.enabled && bench_last(INTENT_ACTIVATE)->as.enabled);
    g_assert_cmphex(bench_last(INTENT_ACTIVATE)->window, ==, OWNER);
    g_print("a press on the desktop: the guest is told after %.0f ms\n",
            (double)(g_get_monotonic_time() - began) / 1000);
    bench_gone(POPUP);
    bench_settle();
    bench.n_intents = 0;
    bench_click(1200, 790);
    bench_run_for(300);
    g_assert_cmpuint(bench_count(INTENT_ACTIVATE) - bench_deactivations(), ==, 0); // no pop-up, no report
    bench_activate(bench_xid(OWNER)); // openbox may have taken the focus away
    g_assert_true(bench_wait(owner_is_active));
    bench_settle();
}

// What a guest cannot do

static void assert_harmless(uint32_t id) {
    g_autofree char *guest = bench_text(bench_xid(id), "_RAILHEAD_GUEST");
    g_assert_cmpstr(guest, ==, "test");
    g_assert_false(bench_has_state(id, "_NET_WM_STATE_FULLSCREEN"));
}

static void test_full_screen_popup(void) {
    bench_open_window(POPUP, OWNER, (Box){0, 0, WIDTH, HEIGHT}, GUEST_STYLE_POPUP,
                      BENCH_MENU | GUEST_EX_STYLE_NOACTIVATE);
    g_assert_false(bench_is_override(POPUP));
    assert_harmless(POPUP);
    bench_gone(POPUP);
    bench_open_window(POPUP, 0, (Box){0, 0, WIDTH, HEIGHT}, GUEST_STYLE_POPUP, 0);
    g_assert_false(bench_is_override(POPUP));
    assert_harmless(POPUP);
    bench_gone(POPUP);
    bench_settle();
}

static void test_many_popups(void) {
    size_t unmanaged = 0;
    for (uint32_t i = 0; i < 4; i++) { // quarters of the left monitor
        bench_open_window(POPUP + i, OWNER,
                          (Box){(int)(i % 2) * HALF / 2, (int)(i / 2) * HEIGHT / 2, HALF / 2, HEIGHT / 2},
                          GUEST_STYLE_POPUP, BENCH_MENU);
        unmanaged += bench_is_override(POPUP + i);
        assert_harmless(POPUP + i);
    }
    g_print("%zu of 4 quarters of a monitor went past the window manager\n", unmanaged);
    g_assert_cmpuint(unmanaged, ==, 2);
    for (uint32_t i = 0; i < 4; i++)
        bench_gone(POPUP + i);
    bench_settle();
}

static bool popup_is_at_home(void) {
    return box_equal(host_box(POPUP), (Box){560, 100, 80, 60});
}

static void test_moving_popup(void) {
    bench_open_window(POPUP, OWNER, (Box){200, 100, 80, 60}, GUEST_STYLE_POPUP, BENCH_MENU);
    bench_box(OWNER, (Box){100, 100, 300, 300});
    bench_settle();
    bench_box(POPUP, (Box){900, 100, 80, 60}); // on the other monitor, where nothing of its owner is
    g_assert_true(bench_wait(popup_is_at_home));
    XMoveResizeWindow(bench.eye, bench_xid(POPUP), 0, 0, WIDTH, HEIGHT); // somebody else moves it
    XFlush(bench.eye);
    g_assert_true(bench_wait(popup_is_at_home));
    g_assert_true(bench_is_override(POPUP));
    bench_box(POPUP, (Box){0, 0, 600, 700}); // it grows
    bench_settle();
    g_assert_false(bench_is_override(POPUP));
    bench_box(POPUP, (Box){200, 100, 80, 60}); // and does not get the flag back
    bench_settle();
    g_assert_false(bench_is_override(POPUP));
    bench_gone(POPUP);
    bench_settle();
}

static void test_style_flips(void) {
    bench_open_window(POPUP, OWNER, (Box){200, 100, 80, 60}, BENCH_FRAME, 0);
    bench_style(POPUP, GUEST_STYLE_POPUP, BENCH_MENU);
    bench_settle();
    g_assert_false(bench_is_override(POPUP));
    assert_harmless(POPUP);
    bench_gone(POPUP);
    bench_settle();
}

static bool has_close(void) {
    const Intent *intent = bench_last(INTENT_SYSTEM_COMMAND);
    return intent && intent->as.command == SYSTEM_COMMAND_CLOSE && intent->window == POPUP;
}

static void test_borderless_window_can_be_closed(void) {
    const long none[5] = {0, 2, 0, 0, 0};
    bench_open_window(POPUP, 0, (Box){0, 0, WIDTH, HEIGHT}, GUEST_STYLE_POPUP, GUEST_EX_STYLE_TOPMOST);
    bench_send_root(bench_xid(POPUP), "_NET_CLOSE_WINDOW", none);
    g_assert_true(bench_wait(has_close));
    bench_gone(POPUP);
    bench_settle();
}

static bool popup_is_hidden(void) {
    return !bench_is_viewable(POPUP);
}

static bool popup_is_back(void) {
    return bench_is_viewable(POPUP);
}

static void test_unwatched_popup(void) {
    open_owner((Box){0});
    bench_open_window(POPUP, 0, (Box){200, 100, 80, 60}, GUEST_STYLE_POPUP, BENCH_MENU);
    g_assert_true(bench_is_override(POPUP));
    Window foreign = bench_foreign((Box){500, 500, 100, 100}, "Foreign");
    gint64 began = g_get_monotonic_time();
    g_assert_true(bench_wait(popup_is_hidden));
    g_print("a pop-up without owner went %.1f s after the focus\n",
            (double)(g_get_monotonic_time() - began) / G_TIME_SPAN_SECOND);
    bench_open_window(POPUP + 1, 0, (Box){300, 100, 80, 60}, GUEST_STYLE_POPUP, BENCH_MENU);
    g_assert_false(bench_is_override(POPUP + 1)); // came while the user was elsewhere
    g_assert_true(bench_active() == foreign);
    bench_gone(POPUP + 1);
    bench_activate(bench_xid(OWNER));
    g_assert_true(bench_wait(popup_is_back));
    bench_gone(POPUP);
    XDestroyWindow(bench.eye, foreign);
    bench_settle();
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    split_screen();
    bench_open();
    bench.known = true;
    g_test_add_func("/popups/all-kinds", test_all_kinds);
    g_test_add_func("/popups/held-modifier", test_held_modifier);
    g_test_add_func("/popups/keys-go-through-the-owner", test_keys_go_through_the_owner);
    g_test_add_func("/popups/press-on-the-desktop", test_press_on_the_desktop);
    g_test_add_func("/popups/full-screen", test_full_screen_popup);
    g_test_add_func("/popups/many", test_many_popups);
    g_test_add_func("/popups/moving", test_moving_popup);
    g_test_add_func("/popups/style-flips", test_style_flips);
    g_test_add_func("/popups/borderless-can-be-closed", test_borderless_window_can_be_closed);
    g_test_add_func("/popups/unwatched", test_unwatched_popup);
    return bench_run();
}
