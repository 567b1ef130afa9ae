// SPDX-License-Identifier: Apache-2.0
// Text and shortcuts through two keyboard layouts, as a guest with the layout of the United States would
// understand them: the host's layout changes while both run.
#include "tests/x11/bench.h"

#include <X11/extensions/XTest.h>
#include <X11/keysym.h>
#include <locale.h>
#include <string.h>

#define WINDOW     0x100u
#define SHIFT_LEFT 0x2A
#define CTRL_LEFT  0x1D
#define ALT_RIGHT  0x138
#define LEVELS     4

static Display *typist; // a client that knows the layout of the moment

static void set_layout(const char *layout, const char *option) {
    const char *argv[] = {"setxkbmap", "-layout", layout, "-option", "", "-option", option, NULL};
    g_autoptr(GError) error = NULL;
    int status = 0;
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error);
    g_assert_no_error(error);
    g_assert_cmpint(status, ==, 0);
    if (typist)
        XCloseDisplay(typist);
    typist = XOpenDisplay(NULL);
    bench_settle();
}

static void key(KeyCode code, bool down) {
    XTestFakeKeyEvent(typist, code, down, 0);
    XFlush(typist);
}

static void type_symbol(KeySym symbol) {
    int low = 0, high = 0;
    XDisplayKeycodes(typist, &low, &high);
    for (int level = 0; level < LEVELS; level++)
        for (int code = low; code <= high; code++) {
            if (XkbKeycodeToKeysym(typist, (KeyCode)code, 0, level) != symbol)
                continue;
            KeyCode shift = XKeysymToKeycode(typist, XK_Shift_L),
                    level3 = XKeysymToKeycode(typist, XK_ISO_Level3_Shift);
            if (level & 1)
                key(shift, true);
            if (level & 2)
                key(level3, true);
            key((KeyCode)code, true);
            key((KeyCode)code, false);
            if (level & 2)
                key(level3, false);
            if (level & 1)
                key(shift, false);
            return;
        }
    g_error("the layout has no key for symbol 0x%lx", symbol);
}

static void type_text(const char *utf8) {
    for (; *utf8; utf8 = g_utf8_next_char(utf8)) {
        gunichar c = g_utf8_get_char(utf8);
        type_symbol(c < 0x100     ? c
                    : c == 0x20AC ? XK_EuroSign
                    : c == 0x42F  ? XK_Cyrillic_YA
                    : c == 0x436  ? XK_Cyrillic_zhe
                                  : 0x01000000 | c);
    }
}

// What a program in a guest with the layout of the United States would have got.
static char *understood(void) {
    static const char rows[4][2][16] = {{"1234567890-=", "!@#$%^&*()_+"},
                                        {"qwertyuiop[]", "QWERTYUIOP{}"},
                                        {"asdfghjkl;'`", "ASDFGHJKL:\"~"},
                                        {"\\zxcvbnm,./", "|ZXCVBNM<>?"}};
    static const uint16_t firsts[4] = {0x02, 0x10, 0x1E, 0x2B};
    GString *text = g_string_new("");
    bool shift = false, ctrl = false;
    for (size_t i = 0; i < bench.n_intents; i++) {
        const Intent *intent = &bench.intents[i];
        uint16_t code = intent->as.key.code;
        if (intent->kind == INTENT_UNICODE && intent->as.key.down)
            g_string_append_unichar(text, code);
        if (intent->kind != INTENT_KEY)
            continue;
        if (code == SHIFT_LEFT)
            shift = intent->as.key.down;
        if (code == CTRL_LEFT)
            ctrl = intent->as.key.down;
        for (size_t row = 0; row < 4 && intent->as.key.down; row++)
            if (code >= firsts[row] && code < firsts[row] + strlen(rows[row][0]) && code != SHIFT_LEFT)
                g_string_append_printf(text, ctrl ? "^%c" : "%c", rows[row][shift][code - firsts[row]]);
    }
    return g_string_free(text, FALSE);
}

static const char *wanted;

static bool has_understood(void) {
    g_autofree char *text = understood();
    return g_str_equal(text, wanted);
}

static void assert_understood(const char *layout, const char *text) {
    wanted = text;
    if (!bench_wait(has_understood)) {
        g_autofree char *got = understood();
        g_error("layout %s: the guest understood \"%s\" and not \"%s\"", layout, got, text);
    }
    for (size_t i = 0; i < bench.n_intents; i++)
        g_assert_false(bench.intents[i].kind == INTENT_KEY && bench.intents[i].as.key.code == ALT_RIGHT);
    g_print("layout %s: \"%s\"\n", layout, text);
    bench.n_intents = 0;
}

static bool is_focused(void) {
    return bench_active() == bench_xid(WINDOW) && bench_count(INTENT_LOCKS) > 0;
}

static void control(KeySym symbol) {
    key(XKeysymToKeycode(typist, XK_Control_L), true);
    type_symbol(symbol);
    key(XKeysymToKeycode(typist, XK_Control_L), false);
}

static void test_united_states(void) {
    set_layout("us", "");
    g_assert_cmphex(compositor_bind_keyboard(bench.compositor, true), ==, 0x409);
    bench_launch_window(WINDOW, (Box){50, 50, 300, 200}, BENCH_FRAME, 0);
    g_assert_true(bench_wait(is_focused));
    bench.n_intents = 0;
    type_text("Hello@[1]");
    control(XK_c);
    assert_understood("us", "Hello@[1]^c");
}

static void test_switching(void) {
    set_layout("de", "");
    type_text("azerty\xC3\x9F@{[/-Z\xE2\x82\xAC");
    control(XK_z);
    control(XK_c);
    assert_understood("de", "azerty\xC3\x9F@{[/-Z\xE2\x82\xAC^z^c");
    set_layout("fr", "");
    type_text("azerty\xC3\xA9@&1");
    control(XK_a);
    control(XK_c);
    assert_understood("fr", "azerty\xC3\xA9@&1^a^c");
    set_layout("ru", "");
    type_text("\xD0\xAF\xD0\xB6");
    assert_understood("ru", "\xD0\xAF\xD0\xB6");
    set_layout("us", "");
    type_text("back");
    assert_understood("us", "back");
}

static void test_dead_keys_and_compose(void) {
    set_layout("de", "compose:menu");
    type_symbol(XK_dead_circumflex);
    type_text("e");
    type_symbol(XK_dead_acute);
    type_text("a");
    assert_understood("de, dead keys", "\xC3\xAA\xC3\xA1");
    set_layout("us", "compose:menu");
    type_symbol(XK_Multi_key);
    type_text("\"u!");
    assert_understood("us, compose", "\xC3\xBC!");
}

static bool has_six(void) {
    return bench_count(INTENT_KEY) == 6;
}

static void test_same_layout_is_by_place(void) {
    static const uint16_t places[] = {0x29, 0x29, 0x12,
                                      0x12, 0x15, 0x15}; // dead circumflex, e, z where US has y
    set_layout("de", "");
    g_assert_cmphex(compositor_bind_keyboard(bench.compositor, true), ==, 0x407);
    type_symbol(XK_dead_circumflex);
    type_text("ez");
    g_assert_true(bench_wait(has_six));
    g_assert_cmpuint(bench_count(INTENT_UNICODE), ==, 0);
    for (size_t i = 0; i < 6; i++)
        g_assert_cmphex(bench.intents[i].as.key.code, ==, places[i]);
    g_assert_cmphex(compositor_bind_keyboard(bench.compositor, false), ==, 0x409);
    bench.n_intents = 0;
    type_text("z");
    assert_understood("de, a guest that cannot be told", "z");
}

static Window foreign;

static bool foreign_is_active(void) {
    return bench_active() == foreign;
}

static bool window_is_active(void) {
    return bench_active() == bench_xid(WINDOW);
}

static void test_window_managers_keys(void) {
    long check = None;
    bench_longs(DefaultRootWindow(bench.eye), "_NET_SUPPORTING_WM_CHECK", &check, 1);
    g_autofree char *manager = bench_text((unsigned long)check, "_NET_WM_NAME");
    if (!g_str_equal(manager, "Openbox")) {
        g_test_skip("this window manager has no keys without its desktop's settings");
        return;
    }
    set_layout("us", "");
    foreign = bench_foreign((Box){500, 300, 100, 100}, "Foreign");
    bench_activate(bench_xid(WINDOW));
    g_assert_true(bench_wait(window_is_active));
    bench_settle();
    key(XKeysymToKeycode(typist, XK_Alt_L), true);
    key(XKeysymToKeycode(typist, XK_Tab), true);
    key(XKeysymToKeycode(typist, XK_Tab), false);
    bench_settle();
    key(XKeysymToKeycode(typist, XK_Alt_L), false);
    g_assert_true(bench_wait(foreign_is_active));
    bench_settle();
    for (size_t code = 0, held = 0; code < 0x200; code++) { // nothing is left down in the guest
        held = 0;
        for (size_t i = 0; i < bench.n_intents; i++)
            if (bench.intents[i].kind == INTENT_KEY && bench.intents[i].as.key.code == code)
                held = bench.intents[i].as.key.down;
        g_assert_cmpuint(held, ==, 0);
    }
    g_print("Alt+Tab is the window manager's, no key stays down in the guest\n");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_autofree char *program = g_find_program_in_path("setxkbmap");
    if (!program || !setlocale(LC_CTYPE, "en_US.UTF-8"))
        setlocale(LC_CTYPE, "C.UTF-8");
    if (!program)
        return 77;
    bench_open();
    bench.known = true;
    g_test_add_func("/keyboard/united-states", test_united_states);
    g_test_add_func("/keyboard/switching", test_switching);
    g_test_add_func("/keyboard/dead-keys-and-compose", test_dead_keys_and_compose);
    g_test_add_func("/keyboard/same-layout-is-by-place", test_same_layout_is_by_place);
    g_test_add_func("/keyboard/window-managers-keys", test_window_managers_keys);
    int status = bench_run();
    XCloseDisplay(typist);
    return status;
}
