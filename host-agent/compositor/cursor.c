// SPDX-License-Identifier: Apache-2.0
// Pointer shapes as X cursors, by the RENDER extension. Part of a Compositor, in the agent's loop. A guest
// that changes its pointer faster than the loop turns gets the last shape only. Where the X server cannot
// show coloured pointers the guest's windows keep the desktop's.
#include "host-agent/compositor/cursor.h"

#include <X11/extensions/Xrender.h>
#include <string.h>

static Cursor make_hidden(const Screen *screen) {
    static const char empty[1] = {0};
    XColor black = {0};
    Pixmap pixmap = XCreateBitmapFromData(screen->display, screen->root, empty, 1, 1);
    Cursor cursor = XCreatePixmapCursor(screen->display, pixmap, pixmap, &black, &black, 0, 0);
    XFreePixmap(screen->display, pixmap);
    return cursor;
}

static uint8_t *premultiply(const Raster *raster) {
    size_t pixels = (size_t)raster->width * raster->height;
    uint8_t *bgra = malloc(pixels * 4); // Xlib frees it with the image
    for (size_t i = 0; bgra && i < pixels; i++) {
        const uint8_t *from = raster->bgra + i * 4;
        for (size_t j = 0; j < 3; j++)
            bgra[i * 4 + j] = (uint8_t)(from[j] * from[3] / 255);
        bgra[i * 4 + 3] = from[3];
    }
    return bgra;
}

// As large as the windows that it is over.
static Picture enlarge(const Screen *screen, Picture small, Box *size, Scale scale) {
    Display *display = screen->display;
    XRenderPictFormat *format = XRenderFindStandardFormat(display, PictStandardARGB32);
    Box large = scale_window_up(scale, *size);
    XTransform transform = {{{(XFixed)(((int64_t)scale.down << 16) / scale.up), 0, 0},
                             {0, (XFixed)(((int64_t)scale.down << 16) / scale.up), 0},
                             {0, 0, XDoubleToFixed(1)}}};
    Pixmap pixmap = XCreatePixmap(display, screen->root, (unsigned)large.width, (unsigned)large.height, 32);
    Picture picture = XRenderCreatePicture(display, pixmap, format, 0, NULL);
    XRenderPictureAttributes attributes = {.repeat = RepeatPad}; // or its edges melt into nothing
    XRenderChangePicture(display, small, CPRepeat, &attributes);
    XRenderSetPictureTransform(display, small, &transform);
    XRenderSetPictureFilter(display, small, scale_is_whole(scale) ? FilterNearest : FilterGood, NULL, 0);
    XRenderComposite(display, PictOpSrc, small, None, picture, 0, 0, 0, 0, 0, 0, (unsigned)large.width,
                     (unsigned)large.height);
    XFreePixmap(display, pixmap); // the picture keeps it
    *size = large;
    return picture;
}

static Cursor make_cursor(const Screen *screen, Picture picture, const DeskEvent *event, Scale scale) {
    Display *display = screen->display;
    const Raster *raster = event->as.pointer.raster;
    unsigned hot_x = (unsigned)scale_up(scale, event->as.pointer.hot_x);
    unsigned hot_y = (unsigned)scale_up(scale, event->as.pointer.hot_y);
    Box size = {0, 0, (int32_t)raster->width, (int32_t)raster->height};
    if (scale_is_one(scale))
        return XRenderCreateCursor(display, picture, hot_x, hot_y);
    Picture large = enlarge(screen, picture, &size, scale);
    Cursor cursor = XRenderCreateCursor(display, large, hot_x, hot_y);
    XRenderFreePicture(display, large);
    return cursor;
}

static Cursor make_shape(const Screen *screen, const DeskEvent *event, Scale scale) {
    const Raster *raster = event->as.pointer.raster;
    XRenderPictFormat *format = XRenderFindStandardFormat(screen->display, PictStandardARGB32);
    uint8_t *bgra = format && raster && screen->argb_gc ? premultiply(raster) : NULL;
    if (!bgra)
        return None;
    XImage *image = XCreateImage(screen->display, screen->argb_visual, 32, ZPixmap, 0, (char *)bgra,
                                 raster->width, raster->height, 32, raster->width * 4);
    if (!image) {
        free(bgra);
        return None;
    }
    image->byte_order = LSBFirst;
    Pixmap pixmap = XCreatePixmap(screen->display, screen->root, raster->width, raster->height, 32);
    XPutImage(screen->display, pixmap, screen->argb_gc, image, 0, 0, 0, 0, raster->width, raster->height);
    Picture picture = XRenderCreatePicture(screen->display, pixmap, format, 0, NULL);
    Cursor cursor = make_cursor(screen, picture, event, scale);
    XRenderFreePicture(screen->display, picture);
    XFreePixmap(screen->display, pixmap);
    XDestroyImage(image);
    return cursor;
}

void cursor_show_on(const Pane *pane) {
    const Compositor *compositor = pane->compositor;
    if (pane->toplevel.window)
        XDefineCursor(compositor->screen->display, pane->toplevel.window, compositor->cursor);
}

static void replace(Compositor *compositor, Cursor cursor) {
    GHashTableIter iter;
    gpointer value;
    Cursor before = compositor->cursor;
    compositor->cursor = cursor;
    g_hash_table_iter_init(&iter, compositor->panes);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        cursor_show_on(value);
    if (before)
        XFreeCursor(compositor->screen->display, before);
}

static gboolean on_pointer(gpointer user) {
    Compositor *compositor = user;
    const Screen *screen = compositor->screen;
    const DeskEvent *event = &compositor->pointer;
    compositor->cursor_check = 0;
    replace(compositor, event->as.pointer.kind == POINTER_HIDDEN ? make_hidden(screen)
                        : event->as.pointer.kind == POINTER_SHAPE
                            ? make_shape(screen, event, compositor->scale)
                            : None);
    XFlush(screen->display);
    return G_SOURCE_REMOVE;
}

void cursor_take_event(Compositor *compositor, const DeskEvent *event) {
    const Raster *raster = event->as.pointer.raster;
    desk_event_clear(&compositor->pointer);
    compositor->pointer = *event;
    if (raster) {
        compositor->pointer.as.pointer.raster = raster_new(raster->width, raster->height);
        memcpy(compositor->pointer.as.pointer.raster->bgra, raster->bgra,
               (size_t)raster->width * raster->height * 4);
    }
    if (!compositor->cursor_check)
        compositor->cursor_check = g_idle_add(on_pointer, compositor);
}

void cursor_stop(Compositor *compositor) {
    g_clear_handle_id(&compositor->cursor_check, g_source_remove);
    desk_event_clear(&compositor->pointer);
    replace(compositor, None);
}
