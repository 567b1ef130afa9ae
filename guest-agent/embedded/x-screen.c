// SPDX-License-Identifier: Apache-2.0
// Xvfb has one output whose mode can be anything up to the memory that it was started with; monitors are
// drawn into it by name. Works on an XServer, keeps nothing of its own.
#include "guest-agent/embedded/x-screen.h"

#include <stdio.h>
#include <string.h>
#include <X11/extensions/Xrandr.h>

#define MODE_PREFIX "railhead-"
#define MODE_RATE   60

static int millimetres(int pixels, uint32_t dpi) {
    return (int)((int64_t)pixels * 254 / (10 * (int64_t)dpi));
}

static RRMode find_mode(const XRRScreenResources *resources, int width, int height) {
    for (int i = 0; i < resources->nmode; i++)
        if ((int)resources->modes[i].width == width && (int)resources->modes[i].height == height)
            return resources->modes[i].id;
    return None;
}

static RRMode make_mode(const XServer *server, RROutput output, int width, int height) {
    char name[64];
    XRRModeInfo mode = {.width = (unsigned)width,
                        .height = (unsigned)height,
                        .dotClock = (unsigned long)width * (unsigned long)height * MODE_RATE,
                        .hSyncStart = (unsigned)width,
                        .hSyncEnd = (unsigned)width,
                        .hTotal = (unsigned)width,
                        .vSyncStart = (unsigned)height,
                        .vSyncEnd = (unsigned)height,
                        .vTotal = (unsigned)height,
                        .name = name};
    mode.nameLength = (unsigned)snprintf(name, sizeof(name), MODE_PREFIX "%dx%d", width, height);
    RRMode made = XRRCreateMode(server->display, server->root, &mode);
    if (made)
        XRRAddOutputMode(server->display, output, made);
    return made;
}

static void forget_modes(const XServer *server, const XRRScreenResources *resources, RRMode kept) {
    for (int i = 0; i < resources->nmode; i++) {
        const XRRModeInfo *mode = &resources->modes[i];
        if (mode->id == kept || strncmp(mode->name, MODE_PREFIX, strlen(MODE_PREFIX)) != 0)
            continue;
        XRRDeleteOutputMode(server->display, resources->outputs[0], mode->id);
        XRRDestroyMode(server->display, mode->id);
    }
}

static bool set_size(XServer *server, XRRScreenResources *resources, Box size, uint32_t dpi) {
    Display *display = server->display;
    RRCrtc crtc = resources->crtcs[0];
    RRMode mode = find_mode(resources, size.width, size.height);
    if (!mode)
        mode = make_mode(server, resources->outputs[0], size.width, size.height);
    if (!mode)
        return false;
    XRRSetCrtcConfig(display, resources, crtc, CurrentTime, 0, 0, None, RR_Rotate_0, NULL, 0);
    XRRSetScreenSize(display, server->root, size.width, size.height, millimetres(size.width, dpi),
                     millimetres(size.height, dpi));
    bool is_set = XRRSetCrtcConfig(display, resources, crtc, CurrentTime, 0, 0, mode, RR_Rotate_0,
                                   resources->outputs, 1) == RRSetConfigSuccess;
    forget_modes(server, resources, mode);
    return is_set;
}

static void forget_monitors(const XServer *server) {
    int count = 0;
    XRRMonitorInfo *infos = XRRGetMonitors(server->display, server->root, False, &count);
    for (int i = 0; infos && i < count; i++)
        if (!infos[i].automatic)
            XRRDeleteMonitor(server->display, server->root, infos[i].name);
    if (infos)
        XRRFreeMonitors(infos);
}

// The first one has the output; RandR would show the output as a monitor of its own otherwise.
static void set_monitors(const XServer *server, const XRRScreenResources *resources, const Layout *layout) {
    for (uint32_t i = 0; i < layout->count; i++) {
        char name[16];
        Box box = layout->monitors[i].box;
        XRRMonitorInfo *info = XRRAllocateMonitor(server->display, i == 0);
        snprintf(name, sizeof(name), "RAIL-%u", i + 1);
        info->name = XInternAtom(server->display, name, False);
        info->primary = i == 0;
        info->x = box.x;
        info->y = box.y;
        info->width = box.width;
        info->height = box.height;
        info->mwidth = millimetres(box.width, layout->dpi);
        info->mheight = millimetres(box.height, layout->dpi);
        if (i == 0)
            info->outputs[0] = resources->outputs[0];
        XRRSetMonitor(server->display, server->root, info);
        XRRFreeMonitors(info);
    }
}

bool x_screen_set(XServer *server, const Layout *layout, Layout *ret_layout) {
    Layout fitting = *layout;
    layout_clip(&fitting, (Box){0, 0, server->width_max, server->height_max});
    Box size = layout_bounds(&fitting);
    XRRScreenResources *resources = XRRGetScreenResourcesCurrent(server->display, server->root);
    bool is_set = resources && resources->ncrtc && resources->noutput;
    XGrabServer(server->display); // nobody shall see a state in between
    if (is_set && (size.width != server->width || size.height != server->height || !server->has_monitors))
        is_set = set_size(server, resources, size, fitting.dpi);
    if (is_set) {
        forget_monitors(server);
        set_monitors(server, resources, &fitting);
        server->width = size.width;
        server->height = size.height;
        server->has_monitors = true;
    }
    XUngrabServer(server->display);
    XSync(server->display, False);
    if (resources)
        XRRFreeScreenResources(resources);
    if (!is_set)
        layout_init(&fitting, (Box){0, 0, server->width, server->height});
    *ret_layout = fitting;
    return is_set;
}
