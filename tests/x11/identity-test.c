// SPDX-License-Identifier: Apache-2.0
// Whose window it is: class, group, icons and title of two applications in one session, the protocols that
// window managers use, and the pace of a live resize.
#include "tests/x11/bench.h"

#include <string.h>
#include <unistd.h>

#define FIRST         0x100u
#define FIRST_DIALOG  0x101u
#define SECOND        0x200u
#define SECOND_DIALOG 0x201u
#define MENU          0x300u
#define CLASS_FIRST   "io.railhead.test.a1111111111111111"
#define CLASS_SECOND  "io.railhead.test.a2222222222222222"
#define ICON_MAX      8192

static Raster *app_icons[2]; // 16 and 48

static Raster *make_icon(uint32_t side, uint8_t red) {
    Raster *icon = raster_new(side, side);
    for (size_t i = 0; i < (size_t)side * side; i++) {
        const uint8_t pixel[4] = {(uint8_t)i, (uint8_t)(i >> 8), red, 0xFF};
        memcpy(icon->bgra + i * 4, pixel, 4);
    }
    return icon;
}

static bool identify(uint32_t window, WindowIdentity *ret_identity) {
    if (window == SECOND_DIALOG || window == MENU) // the guest agent does not know
        return false;
    bool first = window == FIRST || window == FIRST_DIALOG;
    *ret_identity = (WindowIdentity){.wm_class = g_strdup(first ? CLASS_FIRST : CLASS_SECOND),
                                     .name = g_strdup("Name"),
                                     .icons = app_icons,
                                     .n_icons = G_N_ELEMENTS(app_icons)};
    return true;
}

static void send_icon(uint32_t window, bool big, uint32_t side, uint8_t red) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW_ICON);
    event.window = window;
    event.as.icon.big = big;
    event.as.icon.raster = make_icon(side, red);
    bench_send(&event, -1);
}

static void assert_class(uint32_t id, const char *wm_class) {
    XClassHint hint = {0};
    g_autofree char *desktop_file = bench_text(bench_xid(id), "_KDE_NET_WM_DESKTOP_FILE");
    g_assert_true(XGetClassHint(bench.eye, bench_xid(id), &hint));
    g_assert_cmpstr(hint.res_class, ==, wm_class);
    g_assert_cmpstr(hint.res_name, ==, wm_class);
    g_assert_cmpstr(desktop_file, ==, wm_class);
    XFree(hint.res_class);
    XFree(hint.res_name);
}

static Window group_of(uint32_t id) {
    XWMHints *hints = XGetWMHints(bench.eye, bench_xid(id));
    Window group = hints && hints->flags & WindowGroupHint ? hints->window_group : None;
    if (hints)
        XFree(hints);
    return group;
}

// The pixel at 0,0 of the icon of this side, 0: there is none.
static uint32_t icon_pixel(uint32_t id, long side) {
    static long values[ICON_MAX];
    size_t n = bench_longs(bench_xid(id), "_NET_WM_ICON", values, ICON_MAX);
    for (size_t i = 0; i + 2 < n; i += 2 + (size_t)(values[i] * values[i + 1]))
        if (values[i] == side)
            return (uint32_t)values[i + 2];
    return 0;
}

static size_t changes_of_first;

static void count_changes(void) {
    XEvent event;
    while (XCheckTypedWindowEvent(bench.eye, bench_xid(FIRST), PropertyNotify, &event)) {
        char *name = XGetAtomName(bench.eye, event.xproperty.atom);
        if (!g_str_equal(name, "_NET_WM_STATE") && !g_str_has_prefix(name, "_OB_")) // the window manager's
            changes_of_first++;
        XFree(name);
    }
}

static void test_two_applications(void) {
    bench_open_window(FIRST, 0, (Box){50, 50, 300, 200}, BENCH_FRAME, 0);
    bench_settle();
    XSelectInput(bench.eye, bench_xid(FIRST), PropertyChangeMask);
    XSync(bench.eye, False);
    bench_open_window(SECOND, 0, (Box){450, 50, 300, 200}, BENCH_FRAME, 0);
    bench_open_window(SECOND_DIALOG, SECOND, (Box){500, 80, 100, 80}, BENCH_FRAME, 0);
    bench_settle();
    count_changes();
    g_assert_cmpuint(changes_of_first, ==, 0);
    bench_open_window(FIRST_DIALOG, FIRST, (Box){80, 80, 100, 80}, BENCH_FRAME, 0);
    bench_open_window(MENU, FIRST, (Box){100, 100, 50, 50}, GUEST_STYLE_POPUP, BENCH_MENU);
    assert_class(FIRST, CLASS_FIRST);
    assert_class(SECOND, CLASS_SECOND);
    assert_class(FIRST_DIALOG, CLASS_FIRST);
    assert_class(SECOND_DIALOG, CLASS_SECOND); // its owner's
    assert_class(MENU, CLASS_FIRST);
    g_assert_true(group_of(FIRST) && group_of(FIRST) != group_of(SECOND));
    g_assert_true(group_of(FIRST_DIALOG) == group_of(FIRST) && group_of(SECOND_DIALOG) == group_of(SECOND));
    g_assert_false(bench_has_state(FIRST, "_NET_WM_STATE_SKIP_TASKBAR"));
    g_assert_false(bench_has_state(SECOND, "_NET_WM_STATE_SKIP_TASKBAR"));
    g_assert_true(bench_has_state(FIRST_DIALOG, "_NET_WM_STATE_SKIP_TASKBAR"));
    g_assert_true(bench_has_state(MENU, "_NET_WM_STATE_SKIP_TASKBAR"));
    g_print("two applications: two classes, two groups, dialogs and menus with their owner's; the second "
            "changed %zu "
            "properties of the first\n",
            changes_of_first);
}

static uint32_t wanted_16;

static bool has_icon(void) {
    return icon_pixel(FIRST, 16) == wanted_16;
}

static void test_icons(void) {
    wanted_16 = 0xFF110000;
    g_assert_true(has_icon()); // the guest agent's
    send_icon(FIRST, false, 16, 0x33);
    wanted_16 = 0xFF330000;
    g_assert_true(bench_wait(has_icon)); // the window's own
    send_icon(FIRST, true, 32, 0x44);
    bench_settle();
    g_assert_cmphex(icon_pixel(FIRST, 32), ==, 0xFF440000);
    g_assert_cmphex(icon_pixel(FIRST, 48), ==, 0xFF220000); // still the guest agent's
    g_assert_cmphex(icon_pixel(SECOND, 16), ==, 0xFF110000);
    send_icon(SECOND_DIALOG, false, 16, 0x55);
    bench_settle();
    g_assert_cmphex(icon_pixel(SECOND_DIALOG, 16), ==, 0xFF550000);
}

static void test_marks(void) {
    static const uint32_t all[] = {FIRST, FIRST_DIALOG, SECOND, SECOND_DIALOG, MENU};
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        Window window = bench_xid(all[i]);
        g_autofree char *guest = bench_text(window, "_RAILHEAD_GUEST"),
                        *title = bench_text(window, "_NET_WM_NAME");
        g_autofree char *machine = bench_text(window, "WM_CLIENT_MACHINE");
        long pid = 0;
        g_assert_cmpstr(guest, ==, "test");
        g_assert_true(g_str_has_suffix(title, "\xE2\x80\x94 [test]"));
        g_assert_cmpstr(machine, ==, host);
        g_assert_cmpuint(bench_longs(window, "_NET_WM_PID", &pid, 1), ==, 1);
        g_assert_cmpint(pid, ==, getpid());
    }
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = FIRST;
    event.as.change.delta.fields = GUEST_WINDOW_TITLE;
    memset(event.as.change.delta.to.title, 'x', GUEST_WINDOW_TITLE_MAX);
    bench_send(&event, -1);
    bench_settle();
    g_autofree char *title = bench_text(bench_xid(FIRST), "_NET_WM_NAME");
    g_assert_true(g_str_has_suffix(title, "x \xE2\x80\x94 [test]"));
    g_assert_cmpuint(strlen(title), <=, 256);
}

static bool pinged;
static gint64 ping_sent;

static bool has_pong(void) {
    XEvent event;
    while (XCheckTypedEvent(bench.eye, ClientMessage, &event))
        pinged |= event.xclient.data.l[2] == (long)bench_xid(FIRST);
    return pinged;
}

static void send_protocol(const char *protocol, long b, long c, long d) {
    XEvent event = {.xclient = {.type = ClientMessage, .window = bench_xid(FIRST), .format = 32}};
    event.xclient.message_type = XInternAtom(bench.eye, "WM_PROTOCOLS", False);
    event.xclient.data.l[0] = (long)XInternAtom(bench.eye, protocol, False);
    event.xclient.data.l[1] = b;
    event.xclient.data.l[2] = c;
    event.xclient.data.l[3] = d;
    XSendEvent(bench.eye, bench_xid(FIRST), False, NoEventMask, &event);
    XFlush(bench.eye);
}

static void test_ping(void) {
    XSelectInput(bench.eye, DefaultRootWindow(bench.eye), SubstructureNotifyMask);
    ping_sent = g_get_monotonic_time();
    send_protocol("_NET_WM_PING", (long)bench_time(), (long)bench_xid(FIRST), 0);
    XSelectInput(bench.eye, DefaultRootWindow(bench.eye), SubstructureNotifyMask);
    g_assert_true(bench_wait(has_pong));
    g_print("ping answered after %.1f ms\n", (double)(g_get_monotonic_time() - ping_sent) / 1000);
    XSelectInput(bench.eye, DefaultRootWindow(bench.eye), NoEventMask);
}

static XSyncCounter counter;
static int wanted_count;

static bool has_count(void) {
    XSyncValue value;
    return XSyncQueryCounter(bench.eye, counter, &value) && XSyncValueLow32(value) == (unsigned)wanted_count;
}

static void test_pace(void) {
    long number = 0;
    int event = 0, error = 0, major = 0, minor = 0;
    Box box = {50, 50, 350, 250};
    g_assert_true(XSyncQueryExtension(bench.eye, &event, &error) &&
                  XSyncInitialize(bench.eye, &major, &minor));
    g_assert_cmpuint(bench_longs(bench_xid(FIRST), "_NET_WM_SYNC_REQUEST_COUNTER", &number, 1), ==, 1);
    counter = (XSyncCounter)number;
    bench_style(FIRST, BENCH_FRAME | GUEST_STYLE_THICKFRAME, 0);
    bench_settle();
    wanted_count = 7;
    gint64 began = g_get_monotonic_time();
    send_protocol("_NET_WM_SYNC_REQUEST", (long)CurrentTime, wanted_count, 0);
    XResizeWindow(bench.eye, bench_xid(FIRST), (unsigned)box.width, (unsigned)box.height);
    XFlush(bench.eye);
    g_assert_true(bench_wait(has_count)); // the guest paints nothing: the host does not wait for ever
    double late = (double)(g_get_monotonic_time() - began) / 1000;
    wanted_count = 8;
    box.width = 380;
    send_protocol("_NET_WM_SYNC_REQUEST", (long)CurrentTime, wanted_count, 0);
    XResizeWindow(bench.eye, bench_xid(FIRST), (unsigned)box.width, (unsigned)box.height);
    XSync(bench.eye, False);
    bench_run_for(20);
    g_assert_false(has_count()); // not before it is painted
    began = g_get_monotonic_time();
    bench_paint(FIRST, (uint32_t)box.width, (uint32_t)box.height);
    bench_box(FIRST, box);
    g_assert_true(bench_wait(has_count));
    g_print("resize: %.1f ms for a guest that does not paint, %.1f ms after the pixels of one that does\n",
            late, (double)(g_get_monotonic_time() - began) / 1000);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    app_icons[0] = make_icon(16, 0x11);
    app_icons[1] = make_icon(48, 0x22);
    bench_open();
    bench.identify = identify;
    g_test_add_func("/identity/two-applications", test_two_applications);
    g_test_add_func("/identity/icons", test_icons);
    g_test_add_func("/identity/marks", test_marks);
    g_test_add_func("/identity/ping", test_ping);
    g_test_add_func("/identity/pace", test_pace);
    return bench_run();
}
