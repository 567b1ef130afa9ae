// SPDX-License-Identifier: Apache-2.0
// Surfaces of two buffers: the one that was named last is shown, also after an exposure, and the guest hears
// that the other is free when no copy to the screen reads it any more.
#include "tests/x11/bench.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#define WINDOW  0x10010u
#define SURFACE 0x01000001u
#define WIDTH   300
#define HEIGHT  200
#define FIRST   0x112233u
#define SECOND  0x445566u

static int two_colours(size_t missing) {
    size_t count = (size_t)WIDTH * HEIGHT * 2, size = count * 4 - missing;
    int fd = memfd_create("test-buffers", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    g_assert_cmpint(ftruncate(fd, (off_t)size), ==, 0);
    uint32_t *pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    for (size_t i = 0; i < size / 4; i++)
        pixels[i] = i < count / 2 ? FIRST : SECOND;
    munmap(pixels, size);
    g_assert_cmpint(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), ==, 0);
    return fd;
}

static void send_doubled(int fd) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_SURFACE);
    event.window = WINDOW;
    event.as.surface.surface = SURFACE;
    event.as.surface.width = WIDTH;
    event.as.surface.height = HEIGHT;
    event.as.surface.stride = WIDTH * 4;
    event.as.surface.doubled = true;
    bench_send(&event, fd);
}

static void send_frame(uint32_t frame, uint8_t buffer) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_DAMAGE);
    event.as.damage.surface = SURFACE;
    event.as.damage.frame = frame;
    event.as.damage.buffer = buffer;
    box_list_add(&event.as.damage.boxes, (Box){0, 0, WIDTH, HEIGHT});
    bench_send(&event, -1);
}

static bool shows(uint32_t colour) {
    Window window = bench_xid(WINDOW);
    if (!window || !bench_is_viewable(WINDOW))
        return false;
    XImage *image = XGetImage(bench.eye, window, 0, 0, WIDTH, HEIGHT, AllPlanes, ZPixmap);
    bool is_all = image != NULL;
    for (int i = 0; is_all && i < WIDTH * HEIGHT; i++)
        is_all = (XGetPixel(image, i % WIDTH, i / WIDTH) & 0xFFFFFF) == colour;
    if (image)
        XDestroyImage(image);
    return is_all;
}

static bool shows_first(void) {
    return shows(FIRST);
}

static bool shows_second(void) {
    return shows(SECOND);
}

static bool last_done_is(uint32_t frame) {
    const Intent *intent = bench_last(INTENT_FRAME_DONE);
    return intent && intent->window == WINDOW && intent->as.done.surface == SURFACE &&
           intent->as.done.frame == frame;
}

static bool second_is_done(void) {
    return last_done_is(2);
}

static bool last_is_done(void) {
    return last_done_is(101);
}

// Memory for one and a half pictures is no memory for two.
static void test_too_small(void) {
    bench_window(WINDOW, (Box){100, 120, WIDTH, HEIGHT}, BENCH_FRAME, 0, "Buffers");
    g_test_expect_message("railhead-compositor", G_LOG_LEVEL_WARNING, "*refused*");
    send_doubled(two_colours((size_t)WIDTH * HEIGHT * 2));
    g_test_assert_expected_messages();
    send_frame(1, 1);
    bench_quiet();
    g_assert_false(bench_is_viewable(WINDOW));
    g_assert_cmpuint(bench_count(INTENT_FRAME_DONE), ==, 0);
    compositor_drop(bench.compositor);
}

static void test_buffers(void) {
    bench.known = true;
    send_doubled(two_colours(0));
    bench_window(WINDOW, (Box){100, 120, WIDTH, HEIGHT}, BENCH_FRAME, 0, "Buffers");
    g_assert_cmpuint(bench_count(INTENT_FRAME_DONE), ==, 0);
    send_frame(1, 0);
    g_assert_true(last_done_is(1)); // nothing reads the other buffer
    g_assert_true(bench_wait(shows_first));
    send_frame(2, 1);
    g_assert_true(bench_wait(second_is_done));
    g_assert_true(bench_wait(shows_second));
    XClearArea(bench.eye, bench_xid(WINDOW), 0, 0, 0, 0, True); // an exposure
    XSync(bench.eye, False);
    g_assert_true(bench_wait(shows_second));
    g_assert_cmpuint(bench_count(INTENT_FRAME_DONE), ==, 2);
}

// A copy that the X server has not confirmed holds its buffer back; each frame is answered in the end.
static void test_reading_holds_the_buffer(void) {
    bench_settle();
    send_frame(3, 0);
    g_assert_true(last_done_is(3)); // frame 2 has long been copied
    send_frame(4, 1);               // the copy of frame 3 is on its way: nobody dispatches X events here
    g_assert_false(last_done_is(4));
    for (uint32_t frame = 5; frame <= 101; frame++)
        send_frame(frame, (uint8_t)(frame & 1));
    g_assert_false(last_done_is(101));
    g_assert_true(bench_wait(last_is_done));
    g_assert_true(bench_wait(shows_second));
}

static void test_hidden_window_holds_nothing(void) {
    bench_settle();
    send_frame(102, 0);
    bench_show(WINDOW, GUEST_SHOW_HIDDEN); // the copy of frame 102 may still be on its way
    send_frame(103, 1);
    g_assert_true(last_done_is(103));
    bench_gone(WINDOW);
    send_frame(104, 0);
    g_assert_true(last_done_is(104));
}

// A new session's frames may come before its windows are all known: it waits for the answers.
static void test_answers_before_the_windows(void) {
    compositor_session_lost(bench.compositor);
    size_t before = bench_count(INTENT_FRAME_DONE);
    send_doubled(two_colours(0));
    send_frame(7, 0);
    g_assert_cmpuint(bench_count(INTENT_FRAME_DONE), ==, before + 1);
    g_assert_true(last_done_is(7));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    bench_open();
    g_test_add_func("/buffers/too-small", test_too_small);
    g_test_add_func("/buffers/shown", test_buffers);
    g_test_add_func("/buffers/reading", test_reading_holds_the_buffer);
    g_test_add_func("/buffers/hidden", test_hidden_window_holds_nothing);
    g_test_add_func("/buffers/not-synchronised", test_answers_before_the_windows);
    return bench_run();
}
