// SPDX-License-Identifier: Apache-2.0
// Opens a connection of its own to the X server, asks for each extension that the compositor uses, and closes
// it. Process: railhead-agent --check-display.
#include "host-agent/compositor/probe.h"

#include <stdio.h>

#include "host-agent/compositor/x11.h"

static bool has(Display *display, const char *extension) {
    int opcode, event, error;
    return XQueryExtension(display, extension, &opcode, &event, &error);
}

static bool has_argb(Display *display) {
    XVisualInfo info;
    return XMatchVisualInfo(display, DefaultScreen(display), 32, TrueColor, &info) != 0;
}

static bool is_managed(Display *display) {
    Atom type = None, check = XInternAtom(display, "_NET_SUPPORTING_WM_CHECK", False);
    int format = 0;
    unsigned long count = 0, left = 0;
    unsigned char *bytes = NULL;
    bool found = XGetWindowProperty(display, DefaultRootWindow(display), check, 0, 1, False, XA_WINDOW, &type,
                                    &format, &count, &left, &bytes) == Success &&
                 count == 1;
    if (bytes)
        XFree(bytes);
    return found;
}

static bool is_composited(Display *display) {
    char name[32];
    snprintf(name, sizeof name, "_NET_WM_CM_S%d", DefaultScreen(display));
    return XGetSelectionOwner(display, XInternAtom(display, name, False)) != None;
}

bool display_probe(const char *display_name, DisplayProbe *ret_probe) {
    Display *display = XOpenDisplay(display_name);
    int major = 0, minor = 0;
    Bool pixmaps = False;
    if (!display)
        return false;
    *ret_probe = (DisplayProbe){.randr = has(display, "RANDR"),
                                .sync = has(display, "SYNC"),
                                .xkb = has(display, "XKEYBOARD"),
                                .input = has(display, "XInputExtension"),
                                .fixes = has(display, "XFIXES"),
                                .argb = has_argb(display),
                                .manager = is_managed(display),
                                .composited = is_composited(display)};
    ret_probe->shm = XShmQueryVersion(display, &major, &minor, &pixmaps);
    ret_probe->shm_fds = ret_probe->shm && (major > 1 || minor >= 2);
    XCloseDisplay(display);
    return true;
}
