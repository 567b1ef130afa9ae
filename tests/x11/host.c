// SPDX-License-Identifier: Apache-2.0
// Arranges the host's desktop through the second client of the bench, with requests that any pager or user
// could make. Waits for what it can name; rest means that a box stayed the same for REST_US.
#include "tests/x11/host.h"

#include <X11/extensions/XTest.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#define CLIENTS_MAX 64
#define REST_US     (400 * G_TIME_SPAN_MILLISECOND)
#define PANEL_SIZE  30

void host_open(uint32_t id, Box box, uint32_t style) {
    bench_open_window(id, 0, box, style, 0);
}

Box host_box(uint32_t id) {
    CompositorWindow window;
    return bench_find(id, &window) ? window.host_box : (Box){0};
}

bool host_has_state(unsigned long window, const char *state) {
    long values[32];
    size_t n = bench_longs(window, "_NET_WM_STATE", values, G_N_ELEMENTS(values));
    Atom wanted = XInternAtom(bench.eye, state, False);
    for (size_t i = 0; i < n; i++)
        if ((Atom)values[i] == wanted)
            return true;
    return false;
}

size_t host_count_commands(uint16_t command) {
    size_t n = 0;
    for (size_t i = 0; i < bench.n_intents; i++)
        n += bench.intents[i].kind == INTENT_SYSTEM_COMMAND && bench.intents[i].as.command == command;
    return n;
}

void host_forget_intents(void) {
    bench.n_intents = 0;
}

void host_send_plain(DeskEventKind kind) {
    DeskEvent event;
    desk_event_init(&event, kind);
    bench_send(&event, -1);
}

void host_assert_pixels(Box root_box) {
    g_assert_cmpuint(bench_wrong_pixels(root_box.x, root_box.y, root_box.width, root_box.height), ==, 0);
}

static void delete_monitors(void) {
    int n = 0;
    XRRMonitorInfo *infos = XRRGetMonitors(bench.eye, DefaultRootWindow(bench.eye), False, &n);
    for (int i = 0; infos && i < n; i++)
        if (!infos[i].automatic)
            XRRDeleteMonitor(bench.eye, DefaultRootWindow(bench.eye), infos[i].name);
    if (infos)
        XRRFreeMonitors(infos);
}

static void set_monitor(const HostMonitor *monitor, size_t number, RROutput output) {
    char name[16];
    g_snprintf(name, sizeof name, "TEST%zu", number);
    XRRMonitorInfo *info = XRRAllocateMonitor(bench.eye, number ? 0 : 1);
    info->name = XInternAtom(bench.eye, name, False);
    info->primary = monitor->primary;
    info->x = monitor->box.x;
    info->y = monitor->box.y;
    info->width = monitor->box.width;
    info->height = monitor->box.height;
    info->mwidth = monitor->box.width * 254 / 960;
    info->mheight = monitor->box.height * 254 / 960;
    if (!number)
        info->outputs[0] = output;
    XRRSetMonitor(bench.eye, DefaultRootWindow(bench.eye), info);
    XRRFreeMonitors(info);
}

// A monitor that is set is told by ConfigureNotify of the root window alone; toolkits wait for RandR's event.
static void announce(void) {
    static int millimetres = 500;
    int screen = DefaultScreen(bench.eye);
    XWindowAttributes root;
    XGetWindowAttributes(bench.eye, RootWindow(bench.eye, screen), &root);
    XRRSetScreenSize(bench.eye, root.root, root.width, root.height, ++millimetres, 300);
    XSync(bench.eye, False);
}

static Box wanted_bounds;

static bool has_layout(void) {
    Layout layout;
    screen_layout(bench.screen, &layout);
    return layout.count == (uint32_t)wanted_bounds.x && layout_bounds(&layout).width == wanted_bounds.width &&
           layout_bounds(&layout).height == wanted_bounds.height;
}

void host_set_monitors(const HostMonitor *monitors, size_t count) {
    XRRScreenResources *resources = XRRGetScreenResources(bench.eye, DefaultRootWindow(bench.eye));
    Box bounds = {0};
    XGrabServer(bench.eye); // nobody shall see a state in between
    delete_monitors();
    for (size_t i = 0; i < count; i++) { // the first one takes the only output
        set_monitor(&monitors[i], i, resources->outputs[0]);
        bounds = box_union(bounds, monitors[i].box);
    }
    XUngrabServer(bench.eye);
    announce();
    XRRFreeScreenResources(resources);
    wanted_bounds = (Box){(int32_t)count, 0, bounds.width, bounds.height};
    g_assert_true(bench_wait(has_layout));
}

GPid host_start(const char *const *argv) {
    GPid pid = 0;
    g_autoptr(GError) error = NULL;
    g_spawn_async(NULL, (char **)argv, NULL,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                  &pid, &error);
    g_assert_no_error(error);
    return pid;
}

void host_end(GPid pid) {
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    g_spawn_close_pid(pid);
}

static bool has_class(unsigned long window, const char *res) {
    XClassHint hint = {0};
    bool found = XGetClassHint(bench.eye, window, &hint) &&
                 (!g_strcmp0(hint.res_name, res) || !g_strcmp0(hint.res_class, res));
    XFree(hint.res_name);
    XFree(hint.res_class);
    return found;
}

unsigned long host_window_of_class(const char *res) {
    long clients[CLIENTS_MAX];
    size_t n = bench_longs(DefaultRootWindow(bench.eye), "_NET_CLIENT_LIST", clients, CLIENTS_MAX);
    for (size_t i = 0; i < n; i++)
        if (has_class((unsigned long)clients[i], res))
            return (unsigned long)clients[i];
    return None;
}

static const char *awaited_class;

static bool has_awaited_class(void) {
    return host_window_of_class(awaited_class) != None;
}

unsigned long host_await_class(const char *res) {
    awaited_class = res;
    g_assert_true(bench_wait(has_awaited_class));
    return host_window_of_class(res);
}

GPid host_start_panel(int monitor_number) {
    g_autofree char *path = g_build_filename(g_get_user_config_dir(), "tint2rc", NULL);
    g_autofree char *text = g_strdup_printf("panel_items = F\npanel_monitor = %d\n"
                                            "panel_position = bottom center horizontal\n"
                                            "panel_size = 100%% %d\nstrut_policy = follow_size\n"
                                            "wm_menu = 0\npanel_dock = 0\npanel_layer = top\n"
                                            "rounded = 0\nbackground_color = #406080 100\n"
                                            "panel_background_id = 1\n",
                                            monitor_number, PANEL_SIZE);
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
    const char *argv[] = {"tint2", "-c", path, NULL};
    GPid pid = host_start(argv);
    host_await_class("tint2");
    return pid;
}

unsigned long host_start_reference(GPid *ret_pid) {
    const char *argv[] = {"xterm", "-name", "reference", "-geometry", "40x10", "-e", "cat", NULL};
    *ret_pid = host_start(argv);
    return host_await_class("reference");
}

Box host_frame(unsigned long window) {
    Window root = None, parent = window, *children = NULL, frame = window;
    unsigned n = 0, width = 0, height = 0, border = 0, depth = 0;
    int x = 0, y = 0;
    while (parent != root || root == None) {
        frame = parent;
        if (!XQueryTree(bench.eye, frame, &root, &parent, &children, &n))
            return (Box){0};
        if (children)
            XFree(children);
    }
    if (!XGetGeometry(bench.eye, frame, &root, &x, &y, &width, &height, &border, &depth))
        return (Box){0};
    return (Box){x, y, (int32_t)width, (int32_t)height};
}

void host_place(unsigned long window, Box root_box) {
    const long place[5] = {10 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 2 << 12, root_box.x, root_box.y,
                           root_box.width, root_box.height};
    bench_send_root(window, "_NET_MOVERESIZE_WINDOW", place);
}

void host_set_state(unsigned long window, bool on, const char *first, const char *second) {
    const long state[5] = {on, (long)XInternAtom(bench.eye, first, False),
                           second ? (long)XInternAtom(bench.eye, second, False) : 0, 2, 0};
    bench_send_root(window, "_NET_WM_STATE", state);
}

void host_maximise(unsigned long window, bool on) {
    host_set_state(window, on, "_NET_WM_STATE_MAXIMIZED_VERT", "_NET_WM_STATE_MAXIMIZED_HORZ");
}

void host_click(int root_x, int root_y) {
    XTestFakeMotionEvent(bench.eye, -1, root_x, root_y, 0);
    bench_press(1);
}

static struct {
    unsigned long window;
    Box box;
    gint64 since;
} watched;

static bool has_frame(void) {
    return box_equal(host_frame(watched.window), watched.box);
}

void host_await_frame(unsigned long window, Box expected) {
    watched.window = window;
    watched.box = expected;
    if (bench_wait(has_frame))
        return;
    Box is = host_frame(window);
    g_error("the frame is %d,%d %dx%d in place of %d,%d %dx%d", is.x, is.y, is.width, is.height, expected.x,
            expected.y, expected.width, expected.height);
}

static bool has_rested(void) {
    Box box = host_frame(watched.window);
    if (!box_equal(box, watched.box)) {
        watched.box = box;
        watched.since = g_get_monotonic_time();
    }
    return g_get_monotonic_time() - watched.since > REST_US;
}

void host_rest(unsigned long window) {
    watched.window = window;
    watched.box = (Box){0};
    g_assert_true(bench_wait(has_rested));
}
