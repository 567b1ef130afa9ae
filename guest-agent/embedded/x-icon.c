// SPDX-License-Identifier: Apache-2.0
// Reads a window's icon of one size. Keeps nothing. The property is the guest's word: sizes are checked
// against its length.
#include "guest-agent/embedded/x-icon.h"

#include <X11/Xatom.h>

#define ICON_LONGS_MAX (1u << 19)

static Raster *convert(const unsigned long *pixels, int side) {
    Raster *raster = raster_new((uint32_t)side, (uint32_t)side);
    for (size_t i = 0; raster && i < (size_t)side * (size_t)side; i++)
        for (size_t byte = 0; byte < 4; byte++)
            raster->bgra[4 * i + byte] = (uint8_t)(pixels[i] >> (8 * byte));
    return raster;
}

Raster *x_icon_read(const XWindow *window, int side) {
    const XServer *server = window->owner->server;
    size_t count = 0, at = 0;
    g_autofree unsigned long *values = x_server_get_longs(server, window->xid, server->atoms[X__NET_WM_ICON],
                                                          XA_CARDINAL, ICON_LONGS_MAX, &count);
    while (values && count - at >= 2) {
        unsigned long width = values[at], height = values[at + 1];
        at += 2;
        if (!width || !height || width > RASTER_SIDE_MAX || height > RASTER_SIDE_MAX ||
            width * height > count - at)
            return NULL;
        if (width == (unsigned long)side && height == (unsigned long)side)
            return convert(values + at, side);
        at += width * height;
    }
    return NULL;
}
