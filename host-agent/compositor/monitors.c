// SPDX-License-Identifier: Apache-2.0
// Monitors of the host as RandR tells them. A value: read by the Screen at its start and when RandR or the
// window manager's work area changes. It never talks to guests.
#include "host-agent/compositor/monitors.h"

#include <glib.h>

static RootBox root_intersect(RootBox a, RootBox b) {
    int32_t left = MAX(a.x, b.x), top = MAX(a.y, b.y);
    int32_t right = MIN(a.x + a.width, b.x + b.width), bottom = MIN(a.y + a.height, b.y + b.height);
    if (right <= left || bottom <= top)
        return (RootBox){0};
    return (RootBox){left, top, right - left, bottom - top};
}

static RootBox root_union(RootBox a, RootBox b) {
    int32_t left = MIN(a.x, b.x), top = MIN(a.y, b.y);
    int32_t right = MAX(a.x + a.width, b.x + b.width), bottom = MAX(a.y + a.height, b.y + b.height);
    return (RootBox){left, top, right - left, bottom - top};
}

static void read_randr(Display *display, Window root, Monitors *monitors) {
    int n = 0;
    XRRMonitorInfo *infos = XRRGetMonitors(display, root, True, &n);
    for (int i = 0; infos && i < n && monitors->count < MONITORS_MAX; i++) {
        RootBox box = {infos[i].x, infos[i].y, infos[i].width, infos[i].height};
        if (box.width < 1 || box.height < 1)
            continue;
        monitors->boxes[monitors->count++] = box;
        if (infos[i].primary) {
            monitors->boxes[monitors->count - 1] = monitors->boxes[0];
            monitors->boxes[0] = box;
        }
    }
    if (infos)
        XRRFreeMonitors(infos);
}

// _NET_WORKAREA of the first desktop covers all monitors; what lies on the first monitor is its work area.
static RootBox read_work_area(Display *display, Window root, Atom net_workarea, RootBox monitor) {
    Atom type = None;
    int format = 0;
    unsigned long n = 0, left = 0;
    unsigned char *bytes = NULL;
    RootBox area = monitor;
    if (XGetWindowProperty(display, root, net_workarea, 0, 4, False, XA_CARDINAL, &type, &format, &n, &left,
                           &bytes) == Success &&
        type == XA_CARDINAL && format == 32 && n == 4) {
        const long *values = (const long *)bytes;
        RootBox all = {(int32_t)values[0], (int32_t)values[1], (int32_t)values[2], (int32_t)values[3]};
        area = root_intersect(all, monitor);
        if (area.width < 1)
            area = monitor;
    }
    if (bytes)
        XFree(bytes);
    return area;
}

void monitors_read(Display *display, Window root, Atom net_workarea, Monitors *ret_monitors) {
    Monitors monitors = {0};
    read_randr(display, root, &monitors);
    if (!monitors.count) {
        int screen = DefaultScreen(display);
        monitors.boxes[monitors.count++] =
            (RootBox){0, 0, DisplayWidth(display, screen), DisplayHeight(display, screen)};
    }
    monitors.bounds = monitors.boxes[0];
    for (size_t i = 1; i < monitors.count; i++)
        monitors.bounds = root_union(monitors.bounds, monitors.boxes[i]);
    monitors.work_area = read_work_area(display, root, net_workarea, monitors.boxes[0]);
    *ret_monitors = monitors;
}

RootBox monitors_root_from_guest(const Monitors *monitors, Box box) {
    return (RootBox){box.x + monitors->bounds.x, box.y + monitors->bounds.y, box.width, box.height};
}

Box monitors_guest_from_root(const Monitors *monitors, RootBox box) {
    return (Box){box.x - monitors->bounds.x, box.y - monitors->bounds.y, box.width, box.height};
}

RootBox monitors_nearest(const Monitors *monitors, RootBox box) {
    RootBox nearest = monitors->boxes[0];
    int64_t most = 0;
    for (size_t i = 0; i < monitors->count; i++) {
        RootBox seen = root_intersect(monitors->boxes[i], box);
        int64_t area = (int64_t)seen.width * seen.height;
        if (area > most) {
            most = area;
            nearest = monitors->boxes[i];
        }
    }
    return nearest;
}

RootBox root_box_clamp(RootBox box, RootBox limits) {
    box.x = MAX(MIN(box.x, limits.x + limits.width - box.width), limits.x);
    box.y = MAX(MIN(box.y, limits.y + limits.height - box.height), limits.y);
    return box;
}

bool root_box_equal(RootBox a, RootBox b) {
    return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}
