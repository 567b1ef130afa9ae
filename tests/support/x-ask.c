// SPDX-License-Identifier: Apache-2.0
// x-ask WINDOW TYPE VALUE...: sends a client message of a window (or "root") to the root window, as pagers
// and taskbars do. A value that is no number is the name of an atom.
#include <X11/Xlib.h>
#include <stdlib.h>

#define VALUES 5

static long value_of(Display *display, const char *text) {
    char *end = NULL;
    long number = strtol(text, &end, 0);
    return *end ? (long)XInternAtom(display, text, False) : number;
}

int main(int argc, char **argv) {
    Display *display = XOpenDisplay(NULL);
    if (!display || argc < 3 || argc > 3 + VALUES)
        return 2;
    Window root = DefaultRootWindow(display), window = strtoul(argv[1], NULL, 0);
    XEvent event = {.xclient = {.type = ClientMessage,
                                .window = window ? window : root,
                                .message_type = XInternAtom(display, argv[2], False),
                                .format = 32}};
    for (int i = 3; i < argc; i++)
        event.xclient.data.l[i - 3] = value_of(display, argv[i]);
    XSendEvent(display, root, False, SubstructureNotifyMask | SubstructureRedirectMask, &event);
    XCloseDisplay(display);
    return 0;
}
