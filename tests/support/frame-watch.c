// SPDX-License-Identifier: Apache-2.0
// Looks at a window that frame-paint paints, wherever it is shown: after each damage it reads one column of
// the left edge, whose colour is the number of the frame. A column of two colours is a torn frame.
//   frame-watch WINDOW SECONDS
// Prints "frames N torn N seconds S looks N": different frames seen, torn ones among all looks, time between
// first and last, and how often the window was damaged.
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>

#define COLUMN 4

typedef struct Watch {
    Display *display;
    Window window;
    int height;
    Damage damage;
    unsigned frames, torn, looks;
    unsigned long last;
    double first_at, last_at;
} Watch;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void look(Watch *watch) {
    XImage *image =
        XGetImage(watch->display, watch->window, COLUMN, 0, 1, (unsigned)watch->height, AllPlanes, ZPixmap);
    if (!image)
        return;
    unsigned long top = XGetPixel(image, 0, 0) & 0xFFFFFF;
    bool is_torn = false;
    for (int y = 1; y < watch->height; y++)
        is_torn |= (XGetPixel(image, 0, y) & 0xFFFFFF) != top;
    XDestroyImage(image);
    watch->looks++;
    watch->torn += is_torn;
    if (top == watch->last)
        return;
    watch->last = top;
    watch->last_at = now();
    if (watch->frames++ == 0)
        watch->first_at = watch->last_at;
}

static void take_events(Watch *watch, int damage_event) {
    bool is_damaged = false;
    while (XPending(watch->display)) {
        XEvent event;
        XNextEvent(watch->display, &event);
        is_damaged |= event.type == damage_event + XDamageNotify;
    }
    if (!is_damaged)
        return;
    XDamageSubtract(watch->display, watch->damage, None, None);
    look(watch);
}

int main(int argc, char **argv) {
    int damage_event, error_base;
    XWindowAttributes attributes;
    Watch watch = {.display = XOpenDisplay(NULL), .last = ~0ul};
    if (argc != 3 || !watch.display || !XDamageQueryExtension(watch.display, &damage_event, &error_base))
        return 2;
    watch.window = strtoul(argv[1], NULL, 0);
    if (!XGetWindowAttributes(watch.display, watch.window, &attributes))
        return 2;
    watch.height = attributes.height;
    watch.damage = XDamageCreate(watch.display, watch.window, XDamageReportNonEmpty);
    double end = now() + atof(argv[2]);
    while (now() < end) {
        take_events(&watch, damage_event);
        struct pollfd input = {.fd = ConnectionNumber(watch.display), .events = POLLIN};
        int left = (int)((end - now()) * 1000) + 1;
        if (!XPending(watch.display) && left > 0)
            poll(&input, 1, left);
    }
    printf("frames %u torn %u seconds %.3f looks %u\n", watch.frames, watch.torn,
           watch.last_at - watch.first_at, watch.looks);
    XCloseDisplay(watch.display);
    return 0;
}
