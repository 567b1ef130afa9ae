// SPDX-License-Identifier: Apache-2.0
// A seeded storm of events that a hostile guest could send: after it, and at intervals, what the X server
// shows is what the replica says. And floods: memory stays bounded, the loop answers.
#include "tests/x11/bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define IDS         260 // more than a guest may have
#define SURFACES    40
#define EVENTS      20000
#define CHECK_EVERY 2000
#define FLOOD       10000
#define UPDATES     1000000
#define RSS_MAX_MB  256
#define GAP_MAX_US  (1000 * G_TIME_SPAN_MILLISECOND) // on a machine that does other things too

static GRand *dice;
static int shared_pixels; // one sealed memfd for all surfaces

static int below(int limit) {
    return g_rand_int_range(dice, 0, limit);
}

static uint32_t any_id(void) {
    return 0x1000u + (uint32_t)below(IDS);
}

static Box any_box(void) {
    static const int limits[] = {100, 400, 2000, 40000};
    int limit = limits[below(4)];
    return (Box){below(2 * limit) - limit / 2, below(2 * limit) - limit / 2, below(limit), below(limit)};
}

static uint32_t any_bits(void) {
    static const uint32_t styles[] = {GUEST_STYLE_POPUP,  GUEST_STYLE_CHILD,      GUEST_STYLE_DISABLED,
                                      BENCH_FRAME,        GUEST_STYLE_THICKFRAME, GUEST_STYLE_MINIMISEBOX,
                                      GUEST_STYLE_VISIBLE};
    return below(20) ? styles[below(G_N_ELEMENTS(styles))] | styles[below(G_N_ELEMENTS(styles))]
                     : g_rand_int(dice);
}

static uint32_t any_ex_bits(void) {
    static const uint32_t styles[] = {0,
                                      GUEST_EX_STYLE_TOPMOST,
                                      GUEST_EX_STYLE_TOOLWINDOW,
                                      GUEST_EX_STYLE_NOACTIVATE,
                                      GUEST_EX_STYLE_LAYERED,
                                      GUEST_EX_STYLE_TRANSPARENT,
                                      GUEST_EX_STYLE_APPWINDOW};
    return styles[below(G_N_ELEMENTS(styles))] | styles[below(G_N_ELEMENTS(styles))];
}

static void send_any_window(bool is_new) {
    static const GuestShow shows[] = {GUEST_SHOW_HIDDEN,    GUEST_SHOW_NORMAL,    GUEST_SHOW_NORMAL,
                                      GUEST_SHOW_MINIMISED, GUEST_SHOW_MAXIMISED, (GuestShow)77};
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    GuestWindow *to = &event.as.change.delta.to;
    event.window = any_id();
    guest_window_init(to, event.window);
    event.as.change.is_new = is_new;
    event.as.change.delta.fields = is_new ? GUEST_WINDOW_ALL : 1u << below(11);
    to->owner = below(3) ? 0 : any_id();
    to->style = any_bits();
    to->ex_style = any_ex_bits();
    to->show = shows[below(G_N_ELEMENTS(shows))];
    to->box = any_box();
    to->no_taskbar_button = below(2);
    to->shape.count = below(4) ? 0 : (uint32_t)below(BOX_LIST_MAX + 1);
    for (uint32_t i = 0; i < to->shape.count; i++)
        to->shape.boxes[i] = any_box();
    for (int i = 0, n = below(40); i < n; i++)
        to->title[i] = (char)(1 + below(255));
    bench_send(&event, -1);
}

static void send_any_stacking(void) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_STACKING);
    event.as.stacking.has_active = below(2);
    event.as.stacking.has_order = below(2);
    event.as.stacking.active = any_id();
    event.as.stacking.count = (uint32_t)below(DESK_STACK_MAX + 1);
    for (uint32_t i = 0; i < event.as.stacking.count; i++)
        event.as.stacking.order[i] = any_id();
    bench_send(&event, -1);
}

static void send_any_surface(void) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_SURFACE);
    event.window = below(10) ? any_id() : 0;
    event.as.surface.surface = (uint32_t)below(SURFACES);
    event.as.surface.width = (uint32_t)below(600);
    event.as.surface.height = (uint32_t)below(600);
    event.as.surface.stride = below(10) ? event.as.surface.width * 4 : g_rand_int(dice);
    event.as.surface.alpha = below(2);
    bench_send(&event, below(20) ? fcntl(shared_pixels, F_DUPFD_CLOEXEC, 0) : -1);
}

static void send_any_damage(void) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_DAMAGE);
    event.as.damage.surface = (uint32_t)below(SURFACES);
    for (int i = 0, n = below(5); i < n; i++)
        box_list_add(&event.as.damage.boxes, any_box());
    bench_send(&event, -1);
}

static void send_any_icon(void) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW_ICON);
    event.window = any_id();
    event.as.icon.big = below(2);
    int limit = below(50) ? 40 : RASTER_SIDE_MAX + 2; // window managers take their time with big ones
    event.as.icon.raster = raster_new((uint32_t)below(limit), (uint32_t)below(limit));
    bench_send(&event, -1);
}

static void send_plain(DeskEventKind kind) {
    DeskEvent event;
    desk_event_init(&event, kind);
    event.window = any_id();
    event.as.surface.surface = (uint32_t)below(SURFACES);
    bench_send(&event, -1);
}

static void send_any(void) {
    int kind = below(1000);
    if (kind < 150)
        send_any_window(true);
    else if (kind < 550)
        send_any_window(false);
    else if (kind < 600)
        send_plain(DESK_EVENT_WINDOW_GONE);
    else if (kind < 650)
        send_any_stacking();
    else if (kind < 700)
        send_any_surface();
    else if (kind < 720)
        send_plain(DESK_EVENT_SURFACE_GONE);
    else if (kind < 980)
        send_any_damage();
    else if (kind < 994)
        send_any_icon();
    else if (kind < 997)
        send_plain(below(2) ? DESK_EVENT_SYNC_BEGAN : DESK_EVENT_SYNC_ENDED);
    else if (kind < 998)
        send_plain(DESK_EVENT_NOT_MONITORED);
    else
        compositor_session_lost(bench.compositor);
}

static void open_pixels(void) {
    size_t size = (size_t)600 * 600 * 4;
    shared_pixels = memfd_create("storm", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    g_assert_cmpint(ftruncate(shared_pixels, (off_t)size), ==, 0);
    g_assert_cmpint(fcntl(shared_pixels, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), ==, 0);
}

static size_t desktops; // windows that show a locked guest's desktop

// Windows of the X server that carry the guest's mark, wherever the window manager has put them; the desktop
// is counted apart.
static size_t marked_below(Window window, size_t *ret_viewable) {
    Window root = None, parent = None, *children = NULL;
    unsigned n = 0;
    size_t marked = 0;
    long unused[1];
    XWindowAttributes attributes;
    if (bench_longs(window, "WM_HINTS", unused, 1)) { // not the leaders of groups
        g_autofree char *guest = bench_text(window, "_RAILHEAD_GUEST");
        g_autofree char *title = bench_text(window, "_NET_WM_NAME");
        bool is_window = g_str_equal(guest, "test") && XGetWindowAttributes(bench.eye, window, &attributes);
        if (is_window && g_str_has_prefix(title, "desktop")) {
            desktops++;
        } else if (is_window) {
            marked = 1;
            *ret_viewable += attributes.map_state == IsViewable;
        }
    }
    if (!XQueryTree(bench.eye, window, &root, &parent, &children, &n))
        return marked;
    for (unsigned i = 0; i < n; i++)
        marked += marked_below(children[i], ret_viewable);
    if (children)
        XFree(children);
    return marked;
}

static size_t panes, x_windows, unmanaged, marked;

static bool is_consistent(void) {
    CompositorWindow window;
    int64_t area = 0;
    size_t viewable = 0, seen_wrongly = 0;
    panes = x_windows = unmanaged = 0;
    for (size_t i = 0; compositor_window_at(bench.compositor, i, &window); i++) {
        panes++;
        if (!window.guest)
            return false;
        XWindowAttributes attributes = {0};
        if (!window.x_window)
            continue;
        x_windows++;
        if (!XGetWindowAttributes(bench.eye, window.x_window, &attributes))
            return false;
        seen_wrongly += attributes.map_state == IsViewable && !window.mapped;
        if (attributes.override_redirect && attributes.map_state == IsViewable) {
            unmanaged++;
            area += (int64_t)attributes.width * attributes.height;
        }
    }
    desktops = 0;
    marked = marked_below(DefaultRootWindow(bench.eye), &viewable);
    return marked == x_windows && desktops <= 1 && !seen_wrongly && panes <= GUEST_WINDOWS_MAX &&
           area * 100 <= (int64_t)1280 * 800 * 60;
}

static void assert_consistent(const char *when) {
    if (!bench_wait(is_consistent))
        g_error("%s: %zu panes, %zu X windows of them, %zu on the X server", when, panes, x_windows, marked);
}

static void test_storm(void) {
    const char *asked = g_getenv("RAILHEAD_STORM");
    int events = asked ? atoi(asked) : EVENTS;
    gint64 began = g_get_monotonic_time();
    size_t most = 0;
    for (int i = 0; i < events; i++) {
        send_any();
        g_main_context_iteration(NULL, FALSE);
        if (i % CHECK_EVERY == CHECK_EVERY - 1) {
            bench_settle();
            assert_consistent("in the storm");
            most = MAX(most, panes);
        }
    }
    g_print("%d random events in %.1f s: X windows == replica %d times, at most %zu windows, seed 24\n",
            events, (double)(g_get_monotonic_time() - began) / G_TIME_SPAN_SECOND, events / CHECK_EVERY,
            most);
    compositor_drop(bench.compositor);
    bench_settle();
    assert_consistent("after the storm");
    g_assert_cmpuint(panes, ==, 0);
    g_assert_cmpuint(marked + desktops, ==, 0);
}

static double rss_mb(void) {
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (file)
        fclose(file);
    return (double)resident * (double)sysconf(_SC_PAGESIZE) / (1 << 20);
}

static gint64 last_tick, worst_gap;

static gboolean on_watchdog(gpointer user) {
    gint64 now = g_get_monotonic_time();
    worst_gap = MAX(worst_gap, now - last_tick);
    last_tick = now;
    return G_SOURCE_CONTINUE;
}

static void test_flood(void) {
    double before = rss_mb();
    guint watchdog = g_timeout_add(5, on_watchdog, NULL);
    last_tick = g_get_monotonic_time();
    for (uint32_t i = 0; i < FLOOD; i++) {
        bench_window(0x10000 + i, (Box){(int)i % 1000, (int)i % 700, 200, 100}, BENCH_FRAME, 0, "Flood");
        g_main_context_iteration(NULL, FALSE);
    }
    size_t windows = 0;
    CompositorWindow window;
    while (compositor_window_at(bench.compositor, windows, &window))
        windows++;
    gint64 began = g_get_monotonic_time();
    for (uint32_t i = 0; i < UPDATES; i++) {
        bench_box(0x10000 + i % FLOOD, (Box){(int)(i % 1000), (int)(i % 700), 200, 100});
        if (i % 100 == 0)
            g_main_context_iteration(NULL, FALSE);
    }
    double seconds = (double)(g_get_monotonic_time() - began) / G_TIME_SPAN_SECOND, after = rss_mb();
    bench_settle();
    g_source_remove(watchdog);
    g_print("%d windows announced: %zu shown; %d updates in %.1f s (%.0f a second); memory %.0f -> %.0f MB, "
            "the loop "
            "was away for %.0f ms at most\n",
            FLOOD, windows, UPDATES, seconds, UPDATES / seconds, before, after, (double)worst_gap / 1000);
    g_assert_cmpuint(windows, ==, GUEST_WINDOWS_MAX);
    if (!g_getenv("ASAN_OPTIONS")) { // its shadow is no memory of ours
        g_assert_cmpfloat(after, <, RSS_MAX_MB);
        g_assert_cmpint(worst_gap, <, GAP_MAX_US);
    }
    compositor_drop(bench.compositor);
    bench_settle();
    assert_consistent("after the flood");
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_log_set_always_fatal(
        (GLogLevelFlags)(G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL)); // refused surfaces warn
    dice = g_rand_new_with_seed(24);
    bench_open();
    bench.known = true;
    open_pixels();
    g_test_add_func("/storm/storm", test_storm);
    g_test_add_func("/storm/flood", test_flood);
    int status = bench_run();
    g_rand_free(dice);
    close(shared_pixels);
    return status;
}
