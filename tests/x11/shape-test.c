// SPDX-License-Identifier: Apache-2.0
// Windows that are not rectangles: regions, alpha with and without a compositing manager, shadows, and where
// clicks go that miss them.
#include "tests/x11/bench.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define WINDOW  0x100u
#define SHADOW  0x200u
#define LAYERED 0x300u
#define SIDE    100
#define CLICKS  50
#define BACK    0x3060A0u // of the other program's window
#define FRONT   0xE0C020u // of the guest's
#define BLENDED 0x88A0A8u // half of BACK and 0x707058, premultiplied

static Window foreign;
static size_t clicks;

static void read_clicks(void) {
    XEvent event;
    while (XCheckTypedWindowEvent(bench.eye, foreign, ButtonPress, &event))
        clicks++;
}

static size_t wanted_clicks;

static bool has_clicks(void) {
    read_clicks();
    return clicks >= wanted_clicks;
}

static bool foreign_is_active(void) {
    return bench_active() == foreign;
}

// Above the background, which has the focus: window managers have a hand in clicks on windows that have not.
static void raise_layered(void) {
    XWindowChanges changes = {.stack_mode = Above};
    bench_activate(foreign);
    g_assert_true(bench_wait(foreign_is_active));
    bench_settle();
    XReconfigureWMWindow(bench.eye, bench_xid(LAYERED), DefaultScreen(bench.eye), CWStackMode, &changes);
    XFlush(bench.eye);
    bench_settle();
}

static void assert_click_falls_through(int x, int y) {
    size_t presses = bench.n_intents;
    raise_layered();
    wanted_clicks = clicks + 1;
    for (int i = 0; i < CLICKS && !has_clicks();
         i++) { // one that comes while windows are restacked may be lost
        bench_click(x + i % 2, y);
        bench_run_for(100);
    }
    g_assert_true(has_clicks());
    for (size_t i = presses; i < bench.n_intents; i++)
        g_assert_false(bench.intents[i].kind == INTENT_POINTER &&
                       bench.intents[i].as.pointer.flags & POINTER_DOWN);
}

static bool has_press(void) {
    const Intent *intent = bench_last(INTENT_POINTER);
    return intent && intent->as.pointer.flags == POINTER_BUTTON1;
}

static void assert_click_arrives(int x, int y) {
    bench.n_intents = 0;
    bench_click(x, y);
    g_assert_true(bench_wait(has_press));
}

static uint32_t pixel(int x, int y) {
    XImage *image = XGetImage(bench.eye, DefaultRootWindow(bench.eye), x, y, 1, 1, AllPlanes, ZPixmap);
    uint32_t value = image ? XGetPixel(image, 0, 0) & 0xFFFFFF : 0;
    if (image)
        XDestroyImage(image);
    return value;
}

static bool is_near(uint32_t a, uint32_t b) {
    for (int shift = 0; shift < 24; shift += 8)
        if (ABS((int)(a >> shift & 255) - (int)(b >> shift & 255)) > 6)
            return false;
    return true;
}

static void open_background(void) {
    foreign = bench_foreign((Box){50, 50, 500, 400}, "Background");
    XSetWindowBackground(bench.eye, foreign, BACK);
    XClearWindow(bench.eye, foreign);
    XSync(bench.eye, False);
}

// Rounded corners as Windows XP has them, with rectangles outside the window.
static void test_region(void) {
    static const Box rounded[] = {{4, 0, 92, 1},  {2, 1, 96, 1},  {1, 2, 98, 2},  {0, 4, 100, 92},
                                  {1, 96, 98, 2}, {2, 98, 96, 1}, {4, 99, 92, 1}, {-50, -50, 20, 20}};
    DeskEvent event;
    int n = 0, order = 0;
    bench_launch_window(WINDOW, (Box){700, 100, SIDE, SIDE}, BENCH_FRAME, 0);
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = WINDOW;
    event.as.change.delta.fields = GUEST_WINDOW_SHAPE;
    event.as.change.delta.to.shape.count = G_N_ELEMENTS(rounded);
    memcpy(event.as.change.delta.to.shape.boxes, rounded, sizeof rounded);
    bench_send(&event, -1);
    bench_settle();
    for (int kind = 0; kind < 2; kind++) {
        XRectangle *rectangles =
            XShapeGetRectangles(bench.eye, bench_xid(WINDOW), kind ? ShapeInput : ShapeBounding, &n, &order);
        g_assert_cmpint(n, ==, G_N_ELEMENTS(rounded) - 1);
        for (int i = 0; i < n; i++)
            g_assert_true(rectangles[i].x == rounded[i].x && rectangles[i].y == rounded[i].y &&
                          rectangles[i].width == rounded[i].width &&
                          rectangles[i].height == rounded[i].height);
        XFree(rectangles);
    }
    g_print("region: %d rectangles for sight and input, the one outside is dropped\n", n);
    bench_gone(WINDOW);
}

static bool shadow_is_seen(void) {
    return bench_is_viewable(SHADOW);
}

static void test_shadow(void) {
    bench_owned(SHADOW, 0, (Box){100, 100, SIDE, SIDE}, GUEST_STYLE_POPUP | GUEST_STYLE_DISABLED,
                GUEST_EX_STYLE_LAYERED | GUEST_EX_STYLE_TRANSPARENT | GUEST_EX_STYLE_TOOLWINDOW |
                    GUEST_EX_STYLE_TOPMOST);
    bench_paint(SHADOW, SIDE, SIDE);
    bench_quiet();
    g_assert_false(shadow_is_seen());
    bench_gone(SHADOW);
}

// Transparent outside the middle; its right half is half transparent.
static int make_layered(void) {
    size_t size = SIDE * SIDE * 4;
    int fd = memfd_create("test-alpha", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    g_assert_cmpint(ftruncate(fd, (off_t)size), ==, 0);
    uint32_t *pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    for (int y = 20; y < 80; y++)
        for (int x = 20; x < 80; x++)
            pixels[y * SIDE + x] = x < 50 ? 0xFF000000 | FRONT : 0x80707058;
    munmap(pixels, size);
    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
    return fd;
}

static void open_layered(uint32_t ex_style) {
    DeskEvent event;
    bench_window(LAYERED, (Box){100, 100, SIDE, SIDE}, BENCH_FRAME, GUEST_EX_STYLE_LAYERED | ex_style,
                 "Layered");
    desk_event_init(&event, DESK_EVENT_SURFACE);
    event.window = LAYERED;
    event.as.surface.surface = LAYERED;
    event.as.surface.width = event.as.surface.height = SIDE;
    event.as.surface.stride = SIDE * 4;
    event.as.surface.alpha = true;
    bench_send(&event, make_layered());
    bench_damage(LAYERED, (Box){0, 0, SIDE, SIDE});
}

static bool is_cut_out(void) {
    return bench_is_viewable(LAYERED) && is_near(pixel(105, 105), BACK) && is_near(pixel(130, 150), FRONT);
}

static void test_without_compositing_manager(void) {
    open_background();
    open_layered(0);
    bench_settle();
    raise_layered();
    g_assert_true(bench_wait(is_cut_out));
    assert_click_arrives(130, 150);
    assert_click_falls_through(110, 110);
    g_print("no compositing manager: transparent parts are cut out, clicks fall through\n");
}

static bool is_blended(void) {
    return bench_is_viewable(LAYERED) && is_near(pixel(105, 105), BACK) && is_near(pixel(130, 150), FRONT) &&
           is_near(pixel(165, 150), BLENDED);
}

static int depth_of(uint32_t id) {
    XWindowAttributes attributes = {0};
    XGetWindowAttributes(bench.eye, bench_xid(id), &attributes);
    return attributes.depth;
}

static bool is_of_depth_24(void) {
    return bench_xid(LAYERED) && depth_of(LAYERED) == 24;
}

static void test_with_compositing_manager(void) {
    const char *argv[] = {"picom", "--backend", "xrender", "--config", "/dev/null", NULL};
    g_autofree char *program = g_find_program_in_path(argv[0]);
    GPid pid = 0;
    if (!program || !g_spawn_async(NULL, (char **)argv, NULL,
                                   G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                                       G_SPAWN_STDERR_TO_DEV_NULL | G_SPAWN_STDOUT_TO_DEV_NULL,
                                   NULL, NULL, &pid, NULL)) {
        g_test_skip("picom is not here");
        return;
    }
    raise_layered();
    bool blended = bench_wait(is_blended);
    uint32_t seen[] = {pixel(105, 105), pixel(130, 150), pixel(165, 150)};
    int depth = depth_of(LAYERED);
    if (blended) {
        assert_click_arrives(130, 150);
        assert_click_arrives(165, 150);
        assert_click_falls_through(110, 110);
    }
    kill(pid, SIGTERM);
    g_print("compositing manager: depth %d, pixels %06x %06x %06x\n", depth, seen[0], seen[1], seen[2]);
    g_assert_true(blended);
    g_assert_cmpint(depth, ==, 32);
    g_assert_true(bench_wait(is_of_depth_24));
    raise_layered();
    g_assert_true(bench_wait(is_cut_out));
    bench_gone(LAYERED);
}

static void test_click_through(void) {
    open_layered(GUEST_EX_STYLE_TRANSPARENT);
    bench_settle();
    raise_layered();
    g_assert_true(bench_wait(is_cut_out));
    assert_click_falls_through(130, 150); // on its opaque part
    bench_gone(LAYERED);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    bench_open();
    bench.known = true;
    g_test_add_func("/shape/region", test_region);
    g_test_add_func("/shape/shadow", test_shadow);
    g_test_add_func("/shape/without-compositing-manager", test_without_compositing_manager);
    g_test_add_func("/shape/with-compositing-manager", test_with_compositing_manager);
    g_test_add_func("/shape/click-through", test_click_through);
    return bench_run();
}
