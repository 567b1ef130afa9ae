// SPDX-License-Identifier: Apache-2.0
// Monitors of the host as RandR tells them. A value: read by the Screen at its start and when RandR or the
// window manager's work area changes. It never talks to guests.
#include "host-agent/compositor/monitors.h"

#include <glib.h>

RootBox root_box_intersect(RootBox a, RootBox b) {
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
        if (infos[i].primary || monitors->count == 1)
            monitors->millimetres = infos[i].mwidth;
        if (infos[i].primary) {
            monitors->boxes[monitors->count - 1] = monitors->boxes[0];
            monitors->boxes[0] = box;
        }
    }
    if (infos)
        XRRFreeMonitors(infos);
}

void monitors_read(Display *display, Window root, Monitors *ret_monitors) {
    Monitors monitors = {.dpi = LAYOUT_DPI};
    XWindowAttributes attributes;
    if (XGetWindowAttributes(display, root, &attributes))
        monitors.root = (RootBox){0, 0, attributes.width, attributes.height};
    read_randr(display, root, &monitors);
    if (!monitors.count)
        monitors.boxes[monitors.count++] = monitors.root;
    monitors.bounds = monitors.boxes[0];
    for (size_t i = 0; i < monitors.count; i++) {
        monitors.work_areas[i] = monitors.boxes[i];
        monitors.bounds = root_union(monitors.bounds, monitors.boxes[i]);
    }
    *ret_monitors = monitors;
}

RootBox monitors_root_from_guest(const Monitors *monitors, Scale scale, Box box) {
    Box host = scale_window_up(scale, box);
    return (RootBox){host.x + monitors->bounds.x, host.y + monitors->bounds.y, host.width, host.height};
}

static Box from_corner(const Monitors *monitors, RootBox box) {
    return (Box){box.x - monitors->bounds.x, box.y - monitors->bounds.y, box.width, box.height};
}

Box monitors_guest_from_root(const Monitors *monitors, Scale scale, RootBox box) {
    return scale_window_down(scale, from_corner(monitors, box));
}

static int64_t square_distance(RootBox a, RootBox b) {
    int64_t dx = MAX(0, MAX(a.x - (b.x + b.width), b.x - (a.x + a.width)));
    int64_t dy = MAX(0, MAX(a.y - (b.y + b.height), b.y - (a.y + a.height)));
    return dx * dx + dy * dy;
}

size_t monitors_nearest_index(const Monitors *monitors, RootBox box) {
    size_t nearest = 0;
    int64_t most = 0, least = INT64_MAX;
    for (size_t i = 0; i < monitors->count; i++) {
        RootBox seen = root_box_intersect(monitors->boxes[i], box);
        int64_t area = (int64_t)seen.width * seen.height, distance = square_distance(monitors->boxes[i], box);
        if (area > most || (!most && distance < least)) {
            most = area;
            least = distance;
            nearest = i;
        }
    }
    return nearest;
}

RootBox monitors_nearest(const Monitors *monitors, RootBox box) {
    return monitors->boxes[monitors_nearest_index(monitors, box)];
}

// Edge by edge, so that monitors which touch touch for the guest, too.
static Box part_of_guest(const Monitors *monitors, Scale scale, RootBox box) {
    Box host = from_corner(monitors, box);
    int32_t left = scale_down(scale, host.x), top = scale_down(scale, host.y);
    return (Box){left, top, scale_down(scale, host.x + host.width) - left,
                 scale_down(scale, host.y + host.height) - top};
}

void monitors_layout(const Monitors *monitors, Scale scale, Layout *ret_layout) {
    layout_init(ret_layout, part_of_guest(monitors, scale, monitors->bounds));
    ret_layout->count = (uint32_t)monitors->count;
    uint32_t left =
        scale_is_one(scale) ? monitors->dpi : monitors->dpi * (uint32_t)scale.down / (uint32_t)scale.up;
    ret_layout->dpi = MAX(left, LAYOUT_DPI); // of what scaling does not make up for
    for (size_t i = 0; i < monitors->count; i++) {
        Box box = part_of_guest(monitors, scale, monitors->boxes[i]);
        Box area = monitors_guest_from_root(monitors, scale, monitors->work_areas[i]);
        ret_layout->monitors[i] = (LayoutMonitor){box, box_intersect(area, box)};
    }
}

RootBox root_box_clamp(RootBox box, RootBox limits) {
    box.x = MAX(MIN(box.x, limits.x + limits.width - box.width), limits.x);
    box.y = MAX(MIN(box.y, limits.y + limits.height - box.height), limits.y);
    return box;
}

bool root_box_equal(RootBox a, RootBox b) {
    return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

bool root_box_is_empty(RootBox box) {
    return box.width < 1 || box.height < 1;
}
