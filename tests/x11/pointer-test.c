// SPDX-License-Identifier: Apache-2.0
// The guest's pointer shapes on the host: colours and alpha, hidden, the desktop's own again; a flood of
// shapes.
#include "tests/x11/bench.h"

#include <X11/extensions/XTest.h>
#include <string.h>

#define WINDOW 0x100u
#define SIDE   24
#define FLOOD  20000

static void send_pointer(PointerKind kind, uint8_t red) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_POINTER);
    event.as.pointer.kind = kind;
    if (kind == POINTER_SHAPE) {
        event.as.pointer.hot_x = 5;
        event.as.pointer.hot_y = 7;
        event.as.pointer.raster = raster_new(SIDE, SIDE);
        for (int i = 0; i < SIDE * SIDE; i++) {
            const uint8_t pixel[4] = {0x40, 0x80, red, i % SIDE < SIDE / 2 ? 0xFF : 0x80};
            memcpy(event.as.pointer.raster->bgra + i * 4, pixel, 4);
        }
    }
    bench_send(&event, -1);
}

static unsigned long wanted_first, wanted_last;
static unsigned wanted_side;

static bool has_shape(void) {
    XFixesCursorImage *image = XFixesGetCursorImage(bench.eye);
    if (!image)
        return false;
    bool same = image->width == wanted_side && image->height == wanted_side &&
                (image->pixels[0] & 0xFFFFFFFF) == wanted_first &&
                (image->pixels[wanted_side * wanted_side - 1] & 0xFFFFFFFF) == wanted_last;
    if (same && wanted_side == SIDE)
        same = image->xhot == 5 && image->yhot == 7;
    XFree(image);
    return same;
}

static void point(int x, int y) {
    XTestFakeMotionEvent(bench.eye, -1, x, y, 0);
    XFlush(bench.eye);
}

static unsigned long serial(void) {
    XFixesCursorImage *image = XFixesGetCursorImage(bench.eye);
    unsigned long number = image ? image->cursor_serial : 0;
    if (image)
        XFree(image);
    return number;
}

static unsigned long desktops;

static bool is_desktops(void) {
    return serial() == desktops;
}

static void test_shapes(void) {
    bench_launch_window(WINDOW, (Box){100, 100, 300, 200}, BENCH_FRAME, 0);
    bench_settle();
    point(200, 150);
    bench_settle();
    desktops = serial();
    wanted_side = SIDE;
    wanted_first = 0xFFC08040;
    wanted_last = 0x80604020; // premultiplied
    send_pointer(POINTER_SHAPE, 0xC0);
    g_assert_true(bench_wait(has_shape));
    wanted_side = 1;
    wanted_first = wanted_last = 0;
    send_pointer(POINTER_HIDDEN, 0);
    g_assert_true(bench_wait(has_shape));
    send_pointer(POINTER_DEFAULT, 0);
    g_assert_true(bench_wait(is_desktops));
    g_print("shape with alpha and hot spot, hidden, the desktop's own again\n");
}

static void test_new_window(void) {
    wanted_side = SIDE;
    wanted_first = 0xFFC08040;
    wanted_last = 0x80604020;
    send_pointer(POINTER_SHAPE, 0xC0);
    bench_open_window(WINDOW + 1, 0, (Box){500, 100, 100, 100}, BENCH_FRAME, 0);
    point(550, 150);
    g_assert_true(bench_wait(has_shape));
    bench_gone(WINDOW + 1);
}

static void test_flood(void) {
    point(200, 150);
    for (int i = 0; i < FLOOD; i++) {
        send_pointer(POINTER_SHAPE, (uint8_t)i);
        if (i % 100 == 0)
            g_main_context_iteration(NULL, FALSE);
    }
    send_pointer(POINTER_SHAPE, 0x80);
    wanted_first = 0xFF808040;
    wanted_last = 0x80404020;
    gint64 began = g_get_monotonic_time();
    g_assert_true(bench_wait(has_shape));
    g_print("%d shapes: the last one is seen after %.1f ms\n", FLOOD,
            (double)(g_get_monotonic_time() - began) / 1000);
}

int main(int argc, char **argv) {
    int event = 0, error = 0;
    g_test_init(&argc, &argv, NULL);
    bench_open();
    bench.known = true;
    XFixesQueryExtension(bench.eye, &event, &error);
    g_test_add_func("/pointer/shapes", test_shapes);
    g_test_add_func("/pointer/new-window", test_new_window);
    g_test_add_func("/pointer/flood", test_flood);
    return bench_run();
}
