// SPDX-License-Identifier: Apache-2.0
// A pointer with smooth wheels, as Xorg's driver "inputtest" makes one: rotation in parts of a notch on both
// axes, whole notches that come as valuators and as buttons at once, and buttons that have no valuator. The
// driver's socket is RAILHEAD_POINTER; without it there is nothing to test.
#include "tests/x11/host.h"

#include <X11/extensions/XTest.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define WINDOW        0x40010u
#define AXES_MAX      64 // of the driver's messages
#define MAJOR_VERSION 1
#define MINOR_VERSION 1

enum { AXIS_X, AXIS_Y, AXIS_HORIZONTAL, AXIS_VERTICAL };
enum { MESSAGE_VERSION = 0, MESSAGE_WAIT = 1, MESSAGE_MOTION = 2, MESSAGE_BUTTON = 4 };

typedef struct Valuators { // inputtestdrv(4), xf86-input-inputtest-protocol.h
    uint32_t has_unaccelerated;
    uint8_t mask[AXES_MAX / 8];
    double values[AXES_MAX], unaccelerated[AXES_MAX];
} Valuators;

typedef struct Message {
    uint32_t length, type;
    union {
        struct {
            uint16_t major, minor;
        } version;
        struct {
            uint32_t is_absolute;
            Valuators valuators;
        } motion;
        struct {
            int32_t is_absolute, button;
            uint32_t is_press;
            Valuators valuators;
        } button;
    } as;
} Message;

static int device = -1;
static double increments[2]; // vertical, horizontal

static void say(const Message *message, size_t size) {
    Message copy = *message;
    copy.length = (uint32_t)size;
    g_assert_cmpint(write(device, &copy, size), ==, (ssize_t)size);
}

static void await_answer(size_t size) {
    uint8_t answer[64];
    g_assert_cmpint(recv(device, answer, size, MSG_WAITALL), ==, (ssize_t)size);
}

static void synchronise(void) { // the driver has handed on what it was told
    say(&(Message){.type = MESSAGE_WAIT}, offsetof(Message, as));
    await_answer(8);
    XSync(bench.eye, False);
}

static bool connect_device(void) {
    const char *path = g_getenv("RAILHEAD_POINTER");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (!path)
        return false;
    g_strlcpy(address.sun_path, path, sizeof address.sun_path);
    device = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    g_assert_cmpint(connect(device, (struct sockaddr *)&address, sizeof address), ==, 0);
    say(&(Message){.type = MESSAGE_VERSION, .as.version = {MAJOR_VERSION, MINOR_VERSION}},
        offsetof(Message, as) + 4);
    await_answer(12);
    return true;
}

static void move_axis(int axis, double way) {
    Message message = {.type = MESSAGE_MOTION};
    message.as.motion.valuators.mask[0] = (uint8_t)(1 << axis);
    message.as.motion.valuators.values[axis] = way;
    say(&message, offsetof(Message, as) + sizeof message.as.motion);
    synchronise();
}

static void press(int32_t button) {
    for (uint32_t down = 2; down-- > 0;) {
        Message message = {.type = MESSAGE_BUTTON, .as.button = {.button = button, .is_press = down}};
        say(&message, offsetof(Message, as) + sizeof message.as.button);
    }
    synchronise();
}

static void scroll(bool horizontal, double notches) {
    move_axis(horizontal ? AXIS_HORIZONTAL : AXIS_VERTICAL, notches * increments[horizontal]);
}

static void find_increments(void) {
    int n = 0;
    XIDeviceInfo *infos = XIQueryDevice(bench.eye, XIAllDevices, &n);
    for (int i = 0; i < n; i++)
        for (int j = 0; infos[i].use == XISlavePointer && j < infos[i].num_classes; j++) {
            const XIScrollClassInfo *class = (const XIScrollClassInfo *)infos[i].classes[j];
            if (class->type == XIScrollClass)
                increments[class->scroll_type == XIScrollTypeHorizontal] = class->increment;
        }
    XIFreeDeviceInfo(infos);
    printf("increments: %g and %g for a notch\n", increments[0], increments[1]);
    g_assert_cmpfloat(increments[0], !=, 0);
    g_assert_cmpfloat(increments[1], !=, 0);
}

static int rotation_of(const Intent *intent) {
    int value = intent->as.pointer.flags & 0x1FF;
    return value >= 0x100 ? value - 0x200 : value;
}

static int sum(uint16_t wheel, size_t *ret_count) {
    int total = 0;
    *ret_count = 0;
    for (size_t i = 0; i < bench.n_intents; i++) {
        const Intent *intent = &bench.intents[i];
        if (intent->kind != INTENT_POINTER || intent->as.pointer.extended ||
            !(intent->as.pointer.flags & wheel))
            continue;
        total += rotation_of(intent);
        ++*ret_count;
    }
    return total;
}

static void assert_turned(int vertical, int horizontal, const char *text) {
    size_t n_vertical, n_horizontal;
    bench_settle();
    int is_vertical = sum(POINTER_WHEEL, &n_vertical), is_horizontal = sum(POINTER_HWHEEL, &n_horizontal);
    printf("%s: %d units up in %zu messages, %d to the right in %zu\n", text, is_vertical, n_vertical,
           is_horizontal, n_horizontal);
    g_assert_cmpint(is_vertical, ==, vertical);
    g_assert_cmpint(is_horizontal, ==, horizontal);
    host_forget_intents();
}

static bool pointer_is_known;

static bool has_moved(void) {
    const Intent *intent = bench_last(INTENT_POINTER);
    pointer_is_known = intent && intent->as.pointer.flags == POINTER_MOVE;
    return pointer_is_known;
}

static void enter(void) { // from outside, by the device itself
    XTestFakeMotionEvent(bench.eye, -1, 5, 5, 0);
    move_axis(AXIS_X, 1);
    bench_settle();
    host_forget_intents();
    XTestFakeMotionEvent(bench.eye, -1, 250, 200, 0);
    move_axis(AXIS_X, 1);
    g_assert_true(bench_wait(has_moved));
    host_forget_intents();
}

static void test_parts(void) {
    enter();
    for (int i = 0; i < 20; i++)
        scroll(false, 1.0 / 8);
    assert_turned(-20 * 15, 0, "20 eighths of a notch down");
    for (int i = 0; i < 7; i++)
        scroll(true, 1.0 / 7);
    assert_turned(0, 120, "7 sevenths of a notch to the right");
    for (int i = 0; i < 300; i++)
        scroll(false, -1.0 / 240);
    assert_turned(150, 0, "300 halves of a unit up");
    scroll(false, -5);
    assert_turned(600, 0, "5 notches up at once");
}

static void test_first_notch(void) {
    enter();
    scroll(false, 1);
    assert_turned(-120, 0, "the first notch after the pointer came");
    scroll(false, 1);
    assert_turned(-120, 0, "and the second");
    enter();
    scroll(true, -1);
    assert_turned(0, -120, "the first notch to the left");
    scroll(true, -2);
    assert_turned(0, -240, "two notches to the left");
}

// What is scrolled over other windows does not come in at once later. (Over none, xfwm4 changes the
// workspace.)
static void test_elsewhere(void) {
    bench_foreign((Box){700, 450, 200, 150}, "elsewhere");
    enter();
    scroll(false, 1);
    XTestFakeMotionEvent(bench.eye, -1, 800, 500, 0);
    scroll(false, 10);
    bench_settle();
    host_forget_intents();
    XTestFakeMotionEvent(bench.eye, -1, 250, 200, 0);
    XSync(bench.eye, False);
    g_assert_true(bench_wait(has_moved));
    scroll(false, 1);
    assert_turned(-120, 0, "10 notches elsewhere, one here");
}

static bool has_extended(void) {
    const Intent *intent = bench_last(INTENT_POINTER);
    return intent && intent->as.pointer.extended && !(intent->as.pointer.flags & 0x8000);
}

static void test_buttons(void) {
    enter();
    for (int32_t button = 8; button <= 9; button++) {
        host_forget_intents();
        press(button);
        g_assert_true(bench_wait(has_extended));
        g_assert_cmpuint(bench_last(INTENT_POINTER)->as.pointer.flags, ==, button == 8 ? 1 : 2);
        g_assert_cmpuint(bench_count(INTENT_POINTER), ==, 2);
    }
    host_forget_intents();
    static const int turns[][3] = {{4, 120, 0}, {5, -120, 0}, {6, 0, -120}, {7, 0, 120}};
    for (size_t i = 0; i < G_N_ELEMENTS(turns); i++) { // of a device without valuators
        bench_press((unsigned)turns[i][0]);
        g_autofree char *text = g_strdup_printf("button %d of another device", turns[i][0]);
        assert_turned(turns[i][1], turns[i][2], text);
    }
}

static void test_motions(void) { // many at once: the last one is told, and the place is right
    enter();
    for (int i = 0; i < 200; i++)
        move_axis(i % 2 ? AXIS_X : AXIS_Y, 1);
    bench_settle();
    Window root, child;
    int x = 0, y = 0, window_x = 0, window_y = 0;
    unsigned state = 0;
    XQueryPointer(bench.eye, DefaultRootWindow(bench.eye), &root, &child, &x, &y, &window_x, &window_y,
                  &state);
    const Intent *last = bench_last(INTENT_POINTER);
    printf("200 motions in %zu messages, the last one at %d,%d\n", bench_count(INTENT_POINTER), x, y);
    g_assert_cmpint(last->as.pointer.x, ==, x);
    g_assert_cmpint(last->as.pointer.y, ==, y);
}

int main(int argc, char **argv) {
    setlinebuf(stdout);
    g_test_init(&argc, &argv, NULL);
    if (!g_getenv("RAILHEAD_POINTER"))
        return 77;
    bench_open();
    guest_start();
    g_assert_true(connect_device());
    find_increments();
    bench_launch_window(WINDOW, (Box){100, 100, 400, 300}, BENCH_FRAME, 0);
    g_test_add_func("/scroll/parts", test_parts);
    g_test_add_func("/scroll/first-notch", test_first_notch);
    g_test_add_func("/scroll/elsewhere", test_elsewhere);
    g_test_add_func("/scroll/buttons", test_buttons);
    g_test_add_func("/scroll/motions", test_motions);
    return bench_run();
}
