// SPDX-License-Identifier: Apache-2.0
// The benchmark's clock: one process that acts and sees the pixel change on the same X connection, so that a
// local program, a remote client and `railhead run` are held to one yardstick. It does not know which of them
// it measures.
//   pixel-clock start COLOUR PROGRAM ARGUMENT...   from the start of PROGRAM to the first pixel of COLOUR in
//                                                  a new window; prints "MILLISECONDS WINDOW PID EARLY",
//                                                  EARLY: 1 when PROGRAM ended before there was the pixel
//   pixel-clock keys WINDOW COLOUR BITS N          from a key press (XTest) to the change of a pixel that has
//                                                  COLOUR but for BITS, in the window with the focus; prints
//                                                  N times MILLISECONDS
// COLOUR and BITS are RRGGBB. The damage event is what tells that something was drawn; then the pixel is
// read.
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>
#include <X11/extensions/Xdamage.h>
#include <X11/keysym.h>

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum {
    KEYS_MAX = 1000,
    QUIET_MS = 60,
    KEY_LIMIT_MS = 2000,
    FIRST_KEY_MS = 250,
    FIRST_KEYS = 40,
    START_LIMIT_MS = 60000
};

typedef struct Clock {
    Display *display;
    int damage_notify;
    int child; // pidfd of the program until it ended, or -1
} Clock;

typedef struct Pixel {
    Window window;
    int x, y;
    unsigned long value;
} Pixel;

static int on_error(Display *display, XErrorEvent *error) {
    return 0; // windows go away while they are looked at
}

static double now_ms(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

// The next event, or false when none came before the deadline; none, too, when the program ended.
static bool next_event(Clock *clock, double deadline, XEvent *ret_event) {
    for (double left; !XPending(clock->display);) {
        struct pollfd fds[] = {{ConnectionNumber(clock->display), POLLIN, 0}, {clock->child, POLLIN, 0}};
        if ((left = deadline - now_ms()) <= 0)
            return false;
        if (poll(fds, 2, (int)left + 1) > 0 && fds[1].revents) {
            clock->child = -1;
            *ret_event = (XEvent){0};
            return true;
        }
    }
    XNextEvent(clock->display, ret_event);
    return true;
}

static bool find_colour(const Clock *clock, Window window, unsigned long colour, unsigned long ignored,
                        Pixel *ret_pixel) {
    XWindowAttributes attributes;
    if (!XGetWindowAttributes(clock->display, window, &attributes) || attributes.map_state != IsViewable)
        return false;
    XImage *image = XGetImage(clock->display, window, 0, 0, (unsigned)attributes.width,
                              (unsigned)attributes.height, AllPlanes, ZPixmap);
    bool found = false;
    for (int y = 0; image && y < image->height && !found; y++)
        for (int x = 0; x < image->width && !found; x++) {
            unsigned long value = XGetPixel(image, x, y) & 0xFFFFFF;
            found = (value & ~ignored) == (colour & ~ignored);
            if (found)
                *ret_pixel = (Pixel){window, x, y, value};
        }
    if (image)
        XDestroyImage(image);
    return found;
}

// A window manager's frame shows what its client shows, and has no class.
static bool is_client(const Clock *clock, Window window) {
    XClassHint hint = {0};
    bool has_class = XGetClassHint(clock->display, window, &hint);
    XFree(hint.res_name);
    XFree(hint.res_class);
    return has_class;
}

static bool has_changed(const Clock *clock, Pixel *pixel) {
    XImage *image = XGetImage(clock->display, pixel->window, pixel->x, pixel->y, 1, 1, AllPlanes, ZPixmap);
    unsigned long value = image ? XGetPixel(image, 0, 0) & 0xFFFFFF : pixel->value;
    bool changed = value != pixel->value;
    if (image)
        XDestroyImage(image);
    pixel->value = value;
    return changed;
}

static pid_t start_program(char **argv) {
    pid_t pid = fork();
    if (pid == 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO); // the answer is ours alone
        execvp(argv[0], argv);
        perror(argv[0]);
        _exit(127);
    }
    return pid;
}

static int clock_start(Clock *clock, unsigned long colour, char **argv) {
    XEvent event;
    Pixel pixel;
    Window drawn = None; // last
    bool is_early = false;
    XSelectInput(clock->display, DefaultRootWindow(clock->display), SubstructureNotifyMask);
    XSync(clock->display, False);
    double began = now_ms();
    pid_t pid = start_program(argv);
    clock->child = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
    while (pid > 0 && next_event(clock, began + START_LIMIT_MS, &event)) {
        if (event.type == CreateNotify)
            XDamageCreate(clock->display, event.xcreatewindow.window, XDamageReportRawRectangles);
        if (event.type == clock->damage_notify)
            drawn = is_client(clock, ((XDamageNotifyEvent *)&event)->drawable)
                        ? ((XDamageNotifyEvent *)&event)->drawable
                        : drawn;
        else if (event.type)
            continue;
        if (drawn && find_colour(clock, drawn, colour, 0, &pixel)) {
            printf("%.2f %lu %d %d\n", now_ms() - began, drawn, (int)pid, is_early);
            return 0;
        }
        is_early |= !event.type;
    }
    fprintf(stderr, "pixel-clock: no new window showed the colour %06lx\n", colour);
    return 1;
}

// Presses when nothing was drawn for a while, so that one key's echo is never taken for the next one's.
static double press(Clock *clock, KeyCode key, Pixel *pixel, int limit_ms) {
    XEvent event;
    while (next_event(clock, now_ms() + QUIET_MS, &event))
        ;
    has_changed(clock, pixel);
    double began = now_ms(), took = -1;
    XTestFakeKeyEvent(clock->display, key, True, 0);
    XFlush(clock->display);
    while (took < 0 && next_event(clock, began + limit_ms, &event))
        if (event.type == clock->damage_notify && has_changed(clock, pixel))
            took = now_ms() - began;
    XTestFakeKeyEvent(clock->display, key, False, 0);
    XFlush(clock->display);
    return took;
}

static int clock_keys(Clock *clock, Window window, unsigned long colour, unsigned long bits, int n) {
    Pixel pixel;
    KeyCode key = XKeysymToKeycode(clock->display, XK_a);
    XDamageCreate(clock->display, window, XDamageReportRawRectangles);
    if (!find_colour(clock, window, colour, bits, &pixel)) {
        fprintf(stderr, "pixel-clock: window 0x%lx does not show the colour %06lx\n", window, colour);
        return 1;
    }
    for (int i = 0; i < FIRST_KEYS && press(clock, key, &pixel, FIRST_KEY_MS) < 0; i++)
        ; // the program does not have the focus yet; its first answer is not counted
    for (int i = 0; i < n; i++) {
        double took = press(clock, key, &pixel, KEY_LIMIT_MS);
        if (took < 0) {
            fprintf(stderr, "pixel-clock: key %d changed nothing\n", i + 1);
            return 1;
        }
        printf("%.2f\n", took);
    }
    return 0;
}

static unsigned long hex(const char *text) {
    return strtoul(text, NULL, 16);
}

int main(int argc, char **argv) {
    Clock clock = {.display = XOpenDisplay(NULL), .child = -1};
    int errors;
    if (!clock.display || !XDamageQueryExtension(clock.display, &clock.damage_notify, &errors)) {
        fprintf(stderr, "pixel-clock: no display with DAMAGE\n");
        return 2;
    }
    clock.damage_notify += XDamageNotify;
    XSetErrorHandler(on_error);
    if (argc > 3 && strcmp(argv[1], "start") == 0)
        return clock_start(&clock, hex(argv[2]), argv + 3);
    int n = argc == 6 && strcmp(argv[1], "keys") == 0 ? atoi(argv[5]) : 0;
    if (n > 0 && n <= KEYS_MAX)
        return clock_keys(&clock, strtoul(argv[2], NULL, 0), hex(argv[3]), hex(argv[4]), n);
    fprintf(stderr, "usage: pixel-clock start COLOUR PROGRAM ARGUMENT... | keys WINDOW COLOUR BITS N\n");
    return 2;
}
