// SPDX-License-Identifier: Apache-2.0
// scale-test PERCENT: a guest that is shown larger than it paints. Each pixel of the screen shows the guest's
// pixel that a click there arrives at; places that the window manager chooses stay, whatever they are in the
// guest's pixels; pop-ups, shapes and the pointer are as large as the windows.
#include "tests/x11/host.h"

#include <stdio.h>
#include <stdlib.h>

#define WINDOW 0x60010u
#define MENU   0x60020u
#define STYLE  (GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU | GUEST_STYLE_THICKFRAME)
#define WIDTH  203
#define HEIGHT 151
#define CLICKS 100

static Scale scale;
static const Box first = {61, 43, WIDTH, HEIGHT};

static bool is_clicked(void) {
    const Intent *intent = bench_last(INTENT_POINTER);
    return intent && intent->as.pointer.flags == POINTER_BUTTON1;
}

static void assert_click(Box frame, Box own, int x, int y) {
    host_forget_intents();
    host_click(frame.x + x, frame.y + y);
    g_assert_true(bench_wait(is_clicked));
    const Intent *intent = bench_last(INTENT_POINTER);
    g_assert_cmpint(intent->as.pointer.x - own.x, ==, MIN(scale_down(scale, x), own.width - 1));
    g_assert_cmpint(intent->as.pointer.y - own.y, ==, MIN(scale_down(scale, y), own.height - 1));
}

static uint32_t channel(uint32_t colour, int shift) {
    return colour >> shift & 0xFF;
}

// What is filtered lies between its neighbours.
static bool is_between(uint32_t seen, int32_t x, int32_t y, Box own, int shift) {
    uint32_t least = 255, most = 0;
    for (int i = 0; i < 9; i++) {
        uint32_t of = channel(bench_colour((uint32_t)CLAMP(x + i % 3 - 1, 0, own.width - 1),
                                           (uint32_t)CLAMP(y + i / 3 - 1, 0, own.height - 1)),
                              shift);
        least = MIN(least, of);
        most = MAX(most, of);
    }
    return channel(seen, shift) + 1 >= least && channel(seen, shift) <= most + 1;
}

static bool is_right(uint32_t seen, int32_t x, int32_t y, Box own) {
    if (scale_is_whole(scale))
        return (seen & 0xFFFFFF) == bench_colour((uint32_t)x, (uint32_t)y);
    return is_between(seen, x, y, own, 0) && is_between(seen, x, y, own, 8) &&
           is_between(seen, x, y, own, 16);
}

static size_t wrong_pixels(Box frame, Box own) {
    XImage *image = XGetImage(bench.eye, DefaultRootWindow(bench.eye), frame.x, frame.y,
                              (unsigned)frame.width, (unsigned)frame.height, AllPlanes, ZPixmap);
    size_t wrong = 0;
    g_assert_nonnull(image);
    for (int y = 0; y < frame.height; y++)
        for (int x = 0; x < frame.width; x++)
            wrong += !is_right((uint32_t)XGetPixel(image, x, y), MIN(scale_down(scale, x), own.width - 1),
                               MIN(scale_down(scale, y), own.height - 1), own);
    XDestroyImage(image);
    return wrong;
}

static Box awaited_frame, awaited_guest;

static bool is_painted(void) {
    return !wrong_pixels(awaited_frame, awaited_guest);
}

static void assert_painted(Box frame, Box own) {
    awaited_frame = frame;
    awaited_guest = own;
    g_assert_true(bench_wait(is_painted));
}

static void test_place(void) {
    Box frame = scale_window_up(scale, first);
    host_await_frame(bench_xid(WINDOW), frame);
    assert_painted(frame, first);
    for (int i = 0; i < CLICKS; i++)
        assert_click(frame, first, g_random_int_range(0, frame.width), g_random_int_range(0, frame.height));
    bench_quiet();
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
    printf("%dx%d is %dx%d on the screen; %d clicks are where they belong\n", first.width, first.height,
           frame.width, frame.height, CLICKS);
}

static void test_damage(void) { // parts of it, in any place
    Box frame = scale_window_up(scale, first);
    host_await_frame(bench_xid(WINDOW), frame);
    for (int i = 0; i < 40; i++) {
        Box box = {g_random_int_range(0, WIDTH), g_random_int_range(0, HEIGHT), g_random_int_range(1, 60),
                   g_random_int_range(1, 60)};
        bench_damage(WINDOW, box_intersect(box, (Box){0, 0, WIDTH, HEIGHT}));
    }
    assert_painted(frame, first);
}

static void say_title(const char *title) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = WINDOW;
    event.as.change.delta.fields = GUEST_WINDOW_TITLE;
    guest_window_set_title(&event.as.change.delta.to, title);
    bench_send(&event, -1);
}

static size_t n_moves;

static void assert_stays(Box frame) {
    bench_quiet();
    say_title("another");
    say_title("and another");
    bench_quiet();
    Box is = host_frame(bench_xid(WINDOW));
    g_assert_true(box_equal(is, frame));
    g_assert_cmpuint(bench_count(INTENT_MOVE), <=, 1);
    n_moves += bench_count(INTENT_MOVE);
}

static void test_user_moves(void) { // to places that are none in the guest's pixels
    static const Box places[] = {{101, 77, 0, 0}, {102, 78, 0, 0}, {103, 79, 0, 0}, {333, 222, 0, 0}};
    for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
        Box frame = host_frame(bench_xid(WINDOW));
        frame.x = places[i].x;
        frame.y = places[i].y;
        host_forget_intents();
        host_place(bench_xid(WINDOW), frame);
        host_await_frame(bench_xid(WINDOW), frame);
        assert_stays(frame);
        g_assert_cmpint(guest_box(WINDOW).x, ==, scale_down(scale, frame.x));
        g_assert_cmpint(guest_box(WINDOW).y, ==, scale_down(scale, frame.y));
        assert_painted(frame, guest_box(WINDOW));
        assert_click(frame, guest_box(WINDOW), frame.width - 1, frame.height - 1);
    }
}

static void paint_as_large_as_it_is(void) {
    Box own = guest_box(WINDOW);
    bench_paint(WINDOW, (uint32_t)own.width, (uint32_t)own.height);
}

static void test_user_resizes(void) { // what scaling leaves over shows the last pixel
    for (int i = 0; i < 4; i++) {
        Box frame = host_frame(bench_xid(WINDOW));
        frame.width = 401 + i;
        frame.height = 303 - i;
        host_forget_intents();
        host_place(bench_xid(WINDOW), frame);
        host_await_frame(bench_xid(WINDOW), frame);
        assert_stays(frame);
        g_assert_cmpint(guest_box(WINDOW).width, ==, scale_down(scale, frame.width));
        paint_as_large_as_it_is();
        assert_painted(frame, guest_box(WINDOW));
        assert_click(frame, guest_box(WINDOW), frame.width - 1, frame.height - 1);
    }
}

static void test_guest_moves(void) {
    Box own = {33, 55, 160, 120};
    bench_box(WINDOW, own);
    bench_paint(WINDOW, 160, 120);
    Box frame = scale_window_up(scale, own);
    host_await_frame(bench_xid(WINDOW), frame);
    assert_painted(frame, own);
    host_forget_intents();
    bench_quiet();
    g_assert_cmpuint(bench_count(INTENT_MOVE), ==, 0);
}

static void test_popup(void) {
    Box own = {70, 90, 90, 60}, frame = scale_window_up(scale, own);
    bench_activate(bench_xid(WINDOW));
    bench_settle();
    bench_open_window(MENU, WINDOW, own, GUEST_STYLE_POPUP, BENCH_MENU);
    g_assert_true(bench_is_override(MENU));
    g_assert_true(box_equal(host_frame(bench_xid(MENU)), frame));
    assert_painted(frame, own);
    assert_click(frame, own, frame.width / 2, frame.height / 3);
    bench_gone(MENU);
}

static void test_shape(void) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = WINDOW;
    event.as.change.delta.fields = GUEST_WINDOW_SHAPE;
    BoxList *shape = &event.as.change.delta.to.shape;
    shape->count = 2;
    shape->boxes[0] = (Box){3, 0, 101, 1};
    shape->boxes[1] = (Box){0, 1, 107, 50};
    BoxList wanted = *shape;
    bench_send(&event, -1);
    bench_settle();
    int count = 0, ordering = 0;
    XRectangle *parts = XShapeGetRectangles(bench.eye, bench_xid(WINDOW), ShapeBounding, &count, &ordering);
    int64_t area = 0, wanted_area = 0;
    for (int i = 0; i < count; i++)
        area += (int64_t)parts[i].width * parts[i].height;
    for (uint32_t i = 0; i < wanted.count; i++) {
        Box part = scale_box_up(scale, wanted.boxes[i]);
        wanted_area += (int64_t)part.width * part.height;
    }
    XFree(parts);
    g_assert_cmpint(area, ==, wanted_area);
}

static unsigned short cursor_width;

static bool has_cursor(void) {
    XFixesCursorImage *image = XFixesGetCursorImage(bench.eye);
    bool found = image && image->width == cursor_width && image->xhot == scale_up(scale, 5) &&
                 (image->pixels[0] & 0xFFFFFFFF) == 0xFF4080C0;
    XFree(image);
    return found;
}

static void test_pointer(void) {
    DeskEvent event;
    Box frame = host_frame(bench_xid(WINDOW));
    desk_event_init(&event, DESK_EVENT_POINTER);
    event.as.pointer.kind = POINTER_SHAPE;
    event.as.pointer.hot_x = event.as.pointer.hot_y = 5;
    event.as.pointer.raster = raster_new(24, 24);
    for (size_t i = 0; i < 24 * 24; i++)
        ((uint32_t *)event.as.pointer.raster->bgra)[i] = 0xFF4080C0;
    bench_send(&event, -1);
    host_click(frame.x + 20, frame.y + 20);
    cursor_width = (unsigned short)scale_up(scale, 24);
    g_assert_true(bench_wait(has_cursor));
}

static void test_layout(void) {
    Layout layout;
    screen_layout_scaled(bench.screen, scale, &layout);
    int width = DisplayWidth(bench.eye, DefaultScreen(bench.eye));
    g_assert_cmpint(layout_bounds(&layout).width, ==, scale_down(scale, width));
    g_assert_cmpuint(layout.dpi, ==, LAYOUT_DPI);
}

int main(int argc, char **argv) {
    setlinebuf(stdout);
    g_test_init(&argc, &argv, NULL);
    scale = scale_new(argc > 1 ? (uint32_t)atoi(argv[1]) : 200);
    bench_open();
    g_assert_true(scale_equal(compositor_set_scale(bench.compositor, scale), scale));
    guest_start();
    guest.answers = true;
    host_open(WINDOW, first, STYLE);
    g_test_add_func("/scale/place", test_place);
    g_test_add_func("/scale/damage", test_damage);
    g_test_add_func("/scale/user-moves", test_user_moves);
    g_test_add_func("/scale/user-resizes", test_user_resizes);
    g_test_add_func("/scale/own-moves", test_guest_moves);
    g_test_add_func("/scale/popup", test_popup);
    g_test_add_func("/scale/pointer", test_pointer);
    g_test_add_func("/scale/layout", test_layout);
    g_test_add_func("/scale/shape", test_shape);
    return bench_run();
}
