// SPDX-License-Identifier: Apache-2.0
// Many small still windows of one X client, for tests and benchmarks of what one event costs among many
// windows.
//   window-crowd PREFIX COUNT     windows "PREFIX 1" to "PREFIX COUNT"
// Lines on its input: "title N", "paint N" or "move N" do that N times to the first window, a hundred a
// second, and are answered with "done"; "moves" is answered with the number of times that the first window
// was moved.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <X11/Xlib.h>

#define WIDTH   160
#define HEIGHT  120
#define RATE_NS 10000000

typedef struct Crowd {
    Display *display;
    const char *prefix;
    Window first;
    GC gc;
    unsigned moves;
} Crowd;

static void set_title(Crowd *crowd, Window window, const char *text) {
    XChangeProperty(crowd->display, window, XInternAtom(crowd->display, "_NET_WM_NAME", False),
                    XInternAtom(crowd->display, "UTF8_STRING", False), 8, PropModeReplace,
                    (const unsigned char *)text, (int)strlen(text));
}

static void make_window(Crowd *crowd, int number) {
    char title[200];
    int screen = DefaultScreen(crowd->display);
    Window window =
        XCreateSimpleWindow(crowd->display, RootWindow(crowd->display, screen), 20 + number * 7 % 1200,
                            20 + number * 13 % 700, WIDTH, HEIGHT, 0, 0, 0x336699);
    snprintf(title, sizeof title, "%s %d", crowd->prefix, number);
    set_title(crowd, window, title);
    if (number == 1) {
        crowd->first = window;
        crowd->gc = XCreateGC(crowd->display, window, 0, NULL);
        XSelectInput(crowd->display, window, StructureNotifyMask);
    }
    XMapWindow(crowd->display, window);
}

static void take_events(Crowd *crowd) {
    while (XPending(crowd->display)) {
        XEvent event;
        XNextEvent(crowd->display, &event);
        crowd->moves += event.type == ConfigureNotify;
    }
}

static void act(Crowd *crowd, const char *what, int step) {
    char title[200];
    if (strcmp(what, "title") == 0) {
        snprintf(title, sizeof title, "%s 1, %d", crowd->prefix, step);
        set_title(crowd, crowd->first, title);
    } else if (strcmp(what, "paint") == 0) {
        XSetForeground(crowd->display, crowd->gc, (unsigned long)step);
        XFillRectangle(crowd->display, crowd->first, crowd->gc, 10, 10, 20, 20);
    } else {
        XMoveWindow(crowd->display, crowd->first, 100 + step % 200, 100 + step % 100);
    }
    XFlush(crowd->display);
}

static void repeat(Crowd *crowd, const char *what, int count) {
    struct itimerspec every = {.it_interval.tv_nsec = RATE_NS, .it_value.tv_nsec = RATE_NS};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    timerfd_settime(timer, 0, &every, NULL);
    for (int step = 1; step <= count; step++) {
        uint64_t ticks;
        if (read(timer, &ticks, sizeof ticks) != sizeof ticks)
            break;
        act(crowd, what, step);
        take_events(crowd);
    }
    close(timer);
    XSync(crowd->display, False);
}

static void serve(Crowd *crowd) {
    char line[100], what[20];
    int count = 0;
    while (fgets(line, sizeof line, stdin)) {
        XSync(crowd->display, False);
        take_events(crowd);
        if (strcmp(line, "moves\n") == 0) {
            printf("%u\n", crowd->moves);
        } else if (sscanf(line, "%19s %d", what, &count) == 2) {
            repeat(crowd, what, count);
            printf("done\n");
        }
        fflush(stdout);
    }
}

int main(int argc, char **argv) {
    Crowd crowd = {.display = XOpenDisplay(NULL), .prefix = argc > 1 ? argv[1] : ""};
    if (argc != 3 || !crowd.display) {
        fprintf(stderr, "usage: window-crowd PREFIX COUNT\n");
        return 2;
    }
    for (int number = 1; number <= atoi(argv[2]); number++)
        make_window(&crowd, number);
    XSync(crowd.display, False);
    serve(&crowd);
    XCloseDisplay(crowd.display);
    return 0;
}
