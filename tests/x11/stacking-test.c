// SPDX-License-Identifier: Apache-2.0
// Who lies over whom, under a real window manager: modal dialogs, the guest's order inside a family, the
// host's order between families and other programs, pop-ups above their owner and no higher.
#include "tests/x11/bench.h"

#define OWNER   0x100u
#define DIALOG  0x101u
#define PALETTE 0x102u
#define SECOND  0x200u
#define MENU    0x300u
#define RAISES  10

static uint32_t wanted_above, wanted_below, wanted_active;

static bool is_in_order(void) {
    return bench_stack_place(bench_xid(wanted_above)) > bench_stack_place(bench_xid(wanted_below));
}

static void assert_above(uint32_t upper, uint32_t lower) {
    wanted_above = upper;
    wanted_below = lower;
    if (!bench_wait(is_in_order))
        g_error("%x (%d) is not above %x (%d)", upper, bench_stack_place(bench_xid(upper)), lower,
                bench_stack_place(bench_xid(lower)));
}

static bool is_active(void) {
    return bench_active() == bench_xid(wanted_active);
}

static void assert_active(uint32_t window) {
    wanted_active = window;
    if (!bench_wait(is_active))
        g_error("the active window is 0x%lx, not 0x%lx of %x", bench_active(), bench_xid(window), window);
}

static size_t taskbar_entries(void) {
    long windows[64];
    size_t n = bench_longs(DefaultRootWindow(bench.eye), "_NET_CLIENT_LIST", windows, 64), entries = 0;
    for (size_t i = 0; i < n; i++) {
        long states[32];
        size_t n_states = bench_longs((Window)windows[i], "_NET_WM_STATE", states, 32);
        bool skipped = false;
        for (size_t j = 0; j < n_states; j++)
            skipped |= (Atom)states[j] == XInternAtom(bench.eye, "_NET_WM_STATE_SKIP_TASKBAR", False);
        entries += !skipped;
    }
    return entries;
}

static void open_owner(void) {
    bench_launch_window(OWNER, (Box){100, 100, 400, 300}, BENCH_FRAME, 0);
    assert_active(OWNER);
    bench_settle();
}

static bool is_modal(void) {
    return bench_has_state(DIALOG, "_NET_WM_STATE_MODAL");
}

static bool dialog_is_gone(void) {
    return !bench_xid(DIALOG);
}

static void test_modal(void) {
    open_owner();
    size_t entries = taskbar_entries(), activations = bench_count(INTENT_ACTIVATE);
    const uint32_t order[] = {DIALOG, OWNER};
    bench_style(OWNER, BENCH_FRAME | GUEST_STYLE_DISABLED, 0);
    bench_stacking(DIALOG, order, 2);
    bench_open_window(DIALOG, OWNER, (Box){300, 200, 150, 100}, BENCH_FRAME, GUEST_EX_STYLE_DLGMODALFRAME);
    g_assert_true(bench_wait(is_modal));
    assert_active(DIALOG);
    for (int i = 0; i < RAISES; i++) {
        bench_click(150, 150); // in the owner, beside the dialog
        bench_settle();
        assert_active(DIALOG);
        assert_above(DIALOG, OWNER);
    }
    g_assert_cmpuint(taskbar_entries(), ==, entries);
    g_assert_cmpuint(bench_count(INTENT_ACTIVATE), ==, activations); // the guest had said so itself
    bench_style(OWNER, BENCH_FRAME, 0);
    g_assert_cmpuint(bench_deactivations(), ==, 0);
    bench_gone(DIALOG);
    g_assert_true(bench_wait(dialog_is_gone));
    assert_active(OWNER);
    bench_settle();
    g_assert_cmpuint(bench_deactivations(), ==, 0);
    g_print(
        "modal: %d clicks on the disabled owner, dialog active and above each time, %zu taskbar entries, 0 "
        "deactivations\n",
        RAISES, entries);
}

static void test_guest_decides_inside(void) {
    const uint32_t first[] = {DIALOG, PALETTE, OWNER}, second[] = {PALETTE, DIALOG, OWNER};
    bench_open_window(DIALOG, OWNER, (Box){150, 150, 150, 100}, BENCH_FRAME, 0);
    bench_open_window(PALETTE, OWNER, (Box){200, 180, 150, 100}, BENCH_FRAME, GUEST_EX_STYLE_TOOLWINDOW);
    gint64 began = g_get_monotonic_time();
    for (int i = 0; i < RAISES; i++) {
        bench_stacking(OWNER, i % 2 ? second : first, 3);
        assert_above(i % 2 ? PALETTE : DIALOG, i % 2 ? DIALOG : PALETTE);
        assert_above(i % 2 ? DIALOG : PALETTE, OWNER);
    }
    g_print("inside a family: the window manager followed %d orders of the guest, %.1f ms each\n", RAISES,
            (double)(g_get_monotonic_time() - began) / 1000 / RAISES);
    bench_gone(PALETTE);
    bench_gone(DIALOG);
}

// The guest's answer to an activation: that family to the front.
static uint32_t guest_active;

static bool guest_follows(uint32_t window) {
    const Intent *asked = bench_last(INTENT_ACTIVATE);
    if (guest_active == window)
        return true;
    if (!asked || !asked->as.enabled || asked->window != window)
        return false;
    const uint32_t owner_first[] = {DIALOG, OWNER, SECOND}, second_first[] = {SECOND, DIALOG, OWNER};
    guest_active = window;
    bench_stacking(window, window == SECOND ? second_first : owner_first, 3);
    return true;
}

static uint32_t raised;

static bool raise_has_arrived(void) {
    return bench_active() == bench_xid(raised) && guest_follows(raised);
}

static void test_host_decides_between(void) {
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    int agreements = 0;
    bench_open_window(DIALOG, OWNER, (Box){150, 150, 150, 100}, BENCH_FRAME, 0);
    bench_open_window(SECOND, 0, (Box){200, 180, 400, 300}, BENCH_FRAME, 0);
    bench_activate(bench_xid(OWNER));
    assert_active(OWNER);
    bench_settle();
    guest_active = OWNER; // as it said last
    for (int i = 0; i < RAISES; i++) {
        static const uint32_t windows[] = {OWNER, DIALOG, SECOND};
        raised = windows[g_rand_int_range(random, 0, 3)];
        bench_activate(bench_xid(raised));
        if (!bench_wait(raise_has_arrived))
            g_error("raise %d of %x: active 0x%lx, told %x", i, raised, bench_active(),
                    bench_last(INTENT_ACTIVATE)->window);
        bench_settle();
        assert_above(DIALOG, OWNER);
        assert_above(raised,
                     raised == SECOND ? DIALOG : SECOND); // openbox leaves the owner of a dialog where it is
        agreements++;
    }
    g_assert_cmpuint(bench_deactivations(), ==, 0);
    g_print("between families: host and guest agree after %d of %d random raises, 0 deactivations\n",
            agreements, RAISES);
}

static size_t pointer_intents(void) {
    size_t n = 0;
    for (size_t i = 0; i < bench.n_intents; i++)
        n += bench.intents[i].kind == INTENT_POINTER && bench.intents[i].as.pointer.flags != POINTER_MOVE;
    return n;
}

static void test_covered_by_another_program(void) {
    Window foreign = bench_foreign((Box){120, 120, 200, 200}, "Foreign");
    bench_settle();
    size_t before = pointer_intents();
    bench_click(200, 200);
    bench_settle();
    g_assert_cmpuint(pointer_intents(), ==, before);
    XDestroyWindow(bench.eye, foreign);
    bench_settle();
}

static bool press_has_arrived(void) {
    const Intent *intent = bench_last(INTENT_POINTER);
    return intent && intent->as.pointer.flags == POINTER_BUTTON1;
}

// The window manager has raised a window of the guest without a change of focus.
static void test_press_where_the_guest_has_another_window(void) {
    const uint32_t order[] = {SECOND, DIALOG, OWNER};
    bench_activate(bench_xid(OWNER));
    assert_active(OWNER);
    bench_settle();
    bench_stacking(OWNER, order, 3);
    bench.n_intents = 0;
    bench_click(450, 350); // SECOND lies there too
    g_assert_true(bench_wait(press_has_arrived));
    const Intent *activation = bench_last(INTENT_ACTIVATE), *release = bench_last(INTENT_POINTER);
    g_assert_nonnull(activation);
    g_assert_cmphex(activation->window, ==, OWNER);
    g_assert_true(activation->as.enabled && activation < release - 1); // before the press
    bench_gone(SECOND);
    bench_gone(DIALOG);
    bench_settle();
}

static Window xterm;

static bool popup_is_between(void) {
    Window menu = bench_xid(MENU);
    return bench_is_above(menu, bench_xid(OWNER)) && bench_is_above(xterm, menu);
}

static bool popup_is_on_top(void) {
    return bench_is_above(bench_xid(MENU), bench_xid(OWNER)) && bench_is_above(bench_xid(MENU), xterm);
}

static void test_popup_is_no_higher_than_its_owner(void) {
    xterm = bench_foreign((Box){120, 120, 200, 200}, "Foreign");
    bench_activate(bench_xid(OWNER));
    assert_active(OWNER);
    bench_settle();
    bench_open_window(MENU, OWNER, (Box){150, 150, 100, 100}, GUEST_STYLE_POPUP, BENCH_MENU);
    g_assert_true(bench_is_override(MENU));
    g_assert_true(bench_wait(popup_is_on_top));
    assert_active(OWNER);
    for (int i = 0; i < RAISES; i++) {
        bench_activate(i % 2 ? bench_xid(OWNER) : xterm);
        g_assert_true(bench_wait(i % 2 ? popup_is_on_top : popup_is_between));
    }
    bench_gone(MENU);
    XDestroyWindow(bench.eye, xterm);
    bench_settle();
    g_print("pop-up: above its owner and below the other program's window in all of %d turns\n", RAISES);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    bench_open();
    bench.known = true;
    g_test_add_func("/stacking/modal", test_modal);
    g_test_add_func("/stacking/guest-decides-inside", test_guest_decides_inside);
    g_test_add_func("/stacking/host-decides-between", test_host_decides_between);
    g_test_add_func("/stacking/covered-by-another-program", test_covered_by_another_program);
    g_test_add_func("/stacking/press-where-the-guest-has-another",
                    test_press_where_the_guest_has_another_window);
    g_test_add_func("/stacking/popup", test_popup_is_no_higher_than_its_owner);
    return bench_run();
}
