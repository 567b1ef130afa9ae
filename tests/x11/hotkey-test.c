// SPDX-License-Identifier: Apache-2.0
// The one combination of keys that is the agent's: pressed while another program has the focus, with locks
// on, with other modifiers; refused where another program has it, and where it would take plain typing.
#include "tests/x11/bench.h"
#include "host-agent/compositor/hotkey.h"

static int presses, wanted;

static void on_pressed(gpointer user) {
    presses++;
}

static bool is_pressed(void) {
    return presses == wanted;
}

static void press(bool shift) {
    const KeySym keys[] = {XK_Super_L, shift ? XK_Shift_L : XK_Super_L};
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        bench_key(keys[i], true);
    bench_key(XK_F8, true);
    bench_key(XK_F8, false);
    for (size_t i = G_N_ELEMENTS(keys); i-- > 0;)
        bench_key(keys[i], false);
}

static void test_pressed(void) {
    g_autoptr(GError) error = NULL;
    Hotkey *hotkey = hotkey_new(bench.screen, "Super+F8", on_pressed, NULL, &error);
    g_assert_no_error(error);
    bench_foreign((Box){50, 50, 200, 100}, "Elsewhere");
    const KeySym locks[] = {NoSymbol, XK_Num_Lock, XK_Caps_Lock};
    for (size_t i = 0; i < G_N_ELEMENTS(locks); i++) {
        if (locks[i]) {
            bench_key(locks[i], true);
            bench_key(locks[i], false);
        }
        wanted++;
        press(false);
        g_assert_true(bench_wait(is_pressed));
    }
    press(true); // another combination
    bench_quiet();
    g_assert_cmpint(presses, ==, wanted);
    hotkey_free(hotkey);
    press(false);
    bench_quiet();
    g_assert_cmpint(presses, ==, wanted);
}

static void test_refused(void) {
    static const char *const wrong[] = {"", "a", "Shift+a", "Ctrl+", "Ctrl+Nonsense", "Hyper+F8"};
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(hotkey_new(bench.screen, wrong[i], on_pressed, NULL, &error));
        g_assert_error(error, COMPOSITOR_ERROR, COMPOSITOR_ERROR_HOTKEY);
    }
    g_autoptr(GError) error = NULL;
    XGrabKey(bench.eye, XKeysymToKeycode(bench.eye, XK_F8), Mod4Mask, DefaultRootWindow(bench.eye), False,
             GrabModeAsync, GrabModeAsync);
    XSync(bench.eye, False);
    g_assert_null(hotkey_new(bench.screen, "Super+F8", on_pressed, NULL, &error));
    g_assert_error(error, COMPOSITOR_ERROR, COMPOSITOR_ERROR_HOTKEY);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    bench_open();
    g_test_add_func("/hotkey/pressed", test_pressed);
    g_test_add_func("/hotkey/refused", test_refused);
    return bench_run();
}
