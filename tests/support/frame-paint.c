// SPDX-License-Identifier: Apache-2.0
// A window of full-motion pictures, for tests and benchmarks: each frame is one request to the X server, and
// its left edge has the number of the frame as its colour, so that whoever looks at the window knows which
// frame he sees and whether he sees one alone.
//   frame-paint TITLE WIDTH HEIGHT FRAMES-PER-SECOND [motion|scroll|argb]     0: as fast as the X server
//   draws
// Prints "frames N" once it is ended by SIGTERM or SIGINT.
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <X11/Xatom.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>

#define PICTURES 4
#define EDGE     16
#define LINE     15 // pixels of a line of text

typedef struct Painter {
    Display *display;
    Window window;
    Pixmap pictures[PICTURES];
    GC gc;
    unsigned width, height;
    int depth;
    bool scrolls;
    uint32_t frame;
} Painter;

static volatile sig_atomic_t is_over;

static void on_signal(int number) {
    is_over = 1;
}

static uint32_t next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

// Soft gradients with detail, as film has them.
static void fill_motion(Painter *painter, XImage *image, unsigned seed) {
    uint32_t state = seed * 7919 + 1;
    for (unsigned y = 0; y < painter->height; y++)
        for (unsigned x = 0; x < painter->width; x++) {
            uint32_t red = (x + seed * 37) / 8 + next_random(&state) % 8, green = (y + seed * 53) / 5;
            uint32_t blue = (x + y) / 9 + next_random(&state) % 4;
            XPutPixel(image, (int)x, (int)y,
                      0x80000000u | (red & 0x7F) << 16 | (green & 0x7F) << 8 | (blue & 0x7F));
        }
}

// Black glyph-like marks on white, in lines; each picture is scrolled by one line against the one before.
static void fill_text(Painter *painter, XImage *image, unsigned seed) {
    for (unsigned y = 0; y < painter->height; y++) {
        uint32_t line = y / LINE + seed, row = y % LINE;
        for (unsigned x = 0; x < painter->width; x++) {
            uint32_t state = line * 104729 + (x / 8) * 31 + 7, glyph = next_random(&state);
            bool is_blank = glyph % 6 == 0 || row < 3 || row > 12 || x % 8 > 5;
            bool is_ink = !is_blank && ((glyph >> ((row / 2 * 3 + x % 8 / 2) % 20)) & 1);
            XPutPixel(image, (int)x, (int)y, is_ink ? 0xFF101010u : 0xFFFFFFFFu);
        }
    }
}

static void make_pictures(Painter *painter, Visual *visual) {
    char *data = malloc((size_t)painter->width * painter->height * 4);
    XImage *image = XCreateImage(painter->display, visual, (unsigned)painter->depth, ZPixmap, 0, data,
                                 painter->width, painter->height, 32, 0);
    for (unsigned i = 0; i < PICTURES; i++) {
        painter->pictures[i] = XCreatePixmap(painter->display, painter->window, painter->width,
                                             painter->height, (unsigned)painter->depth);
        (painter->scrolls ? fill_text : fill_motion)(painter, image, i);
        if (i == 0)
            painter->gc = XCreateGC(painter->display, painter->pictures[0], 0, NULL);
        XPutImage(painter->display, painter->pictures[i], painter->gc, image, 0, 0, 0, 0, painter->width,
                  painter->height);
    }
    XSetGraphicsExposures(painter->display, painter->gc, False);
    XDestroyImage(image);
}

static void paint(Painter *painter) {
    Pixmap picture = painter->pictures[++painter->frame % PICTURES];
    XSetForeground(painter->display, painter->gc, 0xFF000000u | (painter->frame & 0xFFFFFF));
    XFillRectangle(painter->display, picture, painter->gc, 0, 0, EDGE, painter->height);
    XCopyArea(painter->display, picture, painter->window, painter->gc, 0, 0, painter->width, painter->height,
              0, 0);
    XSync(painter->display, False);
}

static void make_window(Painter *painter, const char *title, bool is_argb) {
    int number = DefaultScreen(painter->display);
    Window root = RootWindow(painter->display, number);
    XVisualInfo info = {.visual = DefaultVisual(painter->display, number),
                        .depth = DefaultDepth(painter->display, number)};
    if (is_argb && !XMatchVisualInfo(painter->display, number, 32, TrueColor, &info))
        exit(2);
    painter->depth = info.depth;
    XSetWindowAttributes attributes = {.colormap =
                                           XCreateColormap(painter->display, root, info.visual, AllocNone)};
    painter->window =
        XCreateWindow(painter->display, root, 40, 40, painter->width, painter->height, 0, info.depth,
                      InputOutput, info.visual, CWColormap | CWBorderPixel | CWBackPixel, &attributes);
    XChangeProperty(painter->display, painter->window, XInternAtom(painter->display, "_NET_WM_NAME", False),
                    XInternAtom(painter->display, "UTF8_STRING", False), 8, PropModeReplace,
                    (const unsigned char *)title, (int)strlen(title));
    XStoreName(painter->display, painter->window, title);
    make_pictures(painter, info.visual);
    XMapWindow(painter->display, painter->window);
    XSync(painter->display, False);
}

static void run(Painter *painter, long rate) {
    struct itimerspec every = {.it_interval.tv_nsec = rate > 0 ? 1000000000 / rate : 0,
                               .it_value.tv_nsec = 1};
    int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    timerfd_settime(timer, 0, &every, NULL);
    while (!is_over) {
        uint64_t ticks;
        if (rate > 0 && read(timer, &ticks, sizeof ticks) != sizeof ticks)
            continue;
        paint(painter);
    }
    close(timer);
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: frame-paint TITLE WIDTH HEIGHT FRAMES-PER-SECOND [motion|scroll|argb]\n");
        return 2;
    }
    Painter painter = {.display = XOpenDisplay(NULL),
                       .width = (unsigned)atoi(argv[2]),
                       .height = (unsigned)atoi(argv[3]),
                       .scrolls = argc > 5 && strcmp(argv[5], "scroll") == 0};
    if (!painter.display || painter.width < EDGE || painter.height < EDGE)
        return 2;
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    make_window(&painter, argv[1], argc > 5 && strcmp(argv[5], "argb") == 0);
    run(&painter, atol(argv[4]));
    printf("frames %u\n", painter.frame);
    XCloseDisplay(painter.display);
    return 0;
}
