// SPDX-License-Identifier: Apache-2.0
// Reads the pointer's shape by the XFIXES extension whenever it changes. In the one loop.
#include "guest-agent/embedded/x-cursor.h"

#include <X11/extensions/Xfixes.h>

bool x_cursor_start(XCursor *cursor, const XServer *server) {
    int error_base = 0;
    cursor->server = server;
    if (!XFixesQueryExtension(server->display, &cursor->fixes_event, &error_base))
        return false;
    XFixesSelectCursorInput(server->display, server->root, XFixesDisplayCursorNotifyMask);
    return true;
}

// XFIXES gives premultiplied pixels in longs.
static Raster *read_raster(const XFixesCursorImage *image) {
    Raster *raster = raster_new(image->width, image->height);
    bool seen = false;
    for (size_t i = 0; raster && i < (size_t)image->width * image->height; i++) {
        unsigned long pixel = image->pixels[i];
        unsigned alpha = pixel >> 24 & 255;
        for (size_t j = 0; alpha && j < 3; j++)
            raster->bgra[i * 4 + j] = (uint8_t)MIN(255, (pixel >> 8 * j & 255) * 255 / alpha);
        raster->bgra[i * 4 + 3] = (uint8_t)alpha;
        seen |= alpha;
    }
    if (!seen) {
        raster_free(raster);
        return NULL;
    }
    return raster;
}

void x_cursor_tell(XCursor *cursor) {
    XFixesCursorImage *image = cursor->server ? XFixesGetCursorImage(cursor->server->display) : NULL;
    if (!image)
        return;
    Raster *raster = read_raster(image);
    cursor->on_shape(cursor->user, raster, image->xhot, image->yhot);
    raster_free(raster);
    XFree(image);
}

bool x_cursor_event(XCursor *cursor, const XEvent *event) {
    if (!cursor->server || event->type != cursor->fixes_event + XFixesCursorNotify)
        return false;
    x_cursor_tell(cursor);
    return true;
}
