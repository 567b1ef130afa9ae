// SPDX-License-Identifier: Apache-2.0
// set-monitors WxH+X+Y[*]...: divides the one output of a test's X server into monitors (RandR 1.5); the one
// with a star is the primary one. Monitors that were set before are gone. The server has to run with -noreset
// to remember them.
#include <X11/Xlib.h>
#include <X11/extensions/Xrandr.h>
#include <stdbool.h>
#include <stdio.h>

#define MONITORS_MAX 8

static bool set(Display *display, int number, const char *text, RROutput output) {
    char name[16], star = 0;
    int width, height, x, y;
    int found = sscanf(text, "%dx%d+%d+%d%c", &width, &height, &x, &y, &star);
    if (found < 4 || (found == 5 && star != '*'))
        return false;
    snprintf(name, sizeof name, "TEST%d", number);
    XRRMonitorInfo *info = XRRAllocateMonitor(display, number ? 0 : 1); // the first one takes the output
    info->name = XInternAtom(display, name, False);
    info->primary = star == '*';
    info->x = x;
    info->y = y;
    info->width = width;
    info->height = height;
    info->mwidth = width * 254 / 960;
    info->mheight = height * 254 / 960;
    if (!number)
        info->outputs[0] = output;
    XRRSetMonitor(display, DefaultRootWindow(display), info);
    XRRFreeMonitors(info);
    return true;
}

static void delete_others(Display *display) {
    int n = 0;
    XRRMonitorInfo *infos = XRRGetMonitors(display, DefaultRootWindow(display), False, &n);
    for (int i = 0; infos && i < n; i++)
        if (!infos[i].automatic)
            XRRDeleteMonitor(display, DefaultRootWindow(display), infos[i].name);
    if (infos)
        XRRFreeMonitors(infos);
}

// ConfigureNotify of the root window alone tells of a monitor that was set; toolkits wait for RandR's event.
static void announce(Display *display) {
    int screen = DefaultScreen(display);
    XRRSetScreenSize(display, RootWindow(display, screen), DisplayWidth(display, screen),
                     DisplayHeight(display, screen), DisplayWidthMM(display, screen) + 1, 300);
}

int main(int argc, char **argv) {
    Display *display = XOpenDisplay(NULL);
    if (!display || argc < 2 || argc > MONITORS_MAX + 1)
        return 2;
    XRRScreenResources *resources = XRRGetScreenResources(display, DefaultRootWindow(display));
    if (!resources || !resources->noutput)
        return 1;
    XGrabServer(display); // nobody shall see a state in between
    delete_others(display);
    for (int i = 1; i < argc; i++)
        if (!set(display, i - 1, argv[i], resources->outputs[0]))
            return 2;
    XUngrabServer(display);
    announce(display);
    XRRFreeScreenResources(resources);
    XCloseDisplay(display);
    return 0;
}
