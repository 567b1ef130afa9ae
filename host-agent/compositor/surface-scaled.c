// SPDX-License-Identifier: Apache-2.0
// The part of a Surface that is shown larger than it was painted. The X server scales (XRender), from the
// memory that the guest's side wrote; where it makes no pictures of shared memory, from a copy of its own.
// Like surface.c it reads no pixels.
#include "host-agent/compositor/surface.h"

#include <xcb/shm.h>

#define PIXEL_SIZE 4

static XRenderPictFormat *format_of(const Screen *screen, bool argb) {
    return XRenderFindVisualFormat(screen->display, argb ? screen->argb_visual : screen->visual);
}

static unsigned depth_of(const Screen *screen, bool argb) {
    return argb ? 32 : (unsigned)screen->depth;
}

// A picture in the segment: only rows without a rest have the length that the X server takes them to have.
static bool share(Surface *surface, bool argb) {
    Screen *screen = surface->screen;
    if (!screen->shm_pixmaps || !surface->segment || surface->stride != surface->width * PIXEL_SIZE)
        return false;
    xcb_pixmap_t pixmap = xcb_generate_id(screen->connection);
    uint32_t offset = surface->stride * surface->height * surface->buffer;
    xcb_void_cookie_t cookie = xcb_shm_create_pixmap_checked(
        screen->connection, pixmap, (xcb_drawable_t)screen->root, (uint16_t)surface->width,
        (uint16_t)surface->height, (uint8_t)depth_of(screen, argb), surface->segment, offset);
    xcb_generic_error_t *error = xcb_request_check(screen->connection, cookie);
    if (error) {
        free(error);
        screen->shm_pixmaps = false;
        return false;
    }
    surface->sources[surface->buffer] = pixmap;
    return true;
}

static bool make_source(Surface *surface, bool argb) {
    Screen *screen = surface->screen;
    XRenderPictFormat *format = format_of(screen, argb);
    XRenderPictureAttributes attributes = {.repeat = RepeatPad};
    if (!format)
        return false;
    surface->is_copied = !share(surface, argb);
    if (surface->is_copied)
        surface->sources[surface->buffer] = XCreatePixmap(screen->display, screen->root, surface->width,
                                                          surface->height, depth_of(screen, argb));
    surface->pictures[surface->buffer] = XRenderCreatePicture(
        screen->display, surface->sources[surface->buffer], format, CPRepeat, &attributes);
    surface->is_argb = argb;
    return true;
}

void surface_scaling_clear(Surface *surface) {
    Display *display = surface->screen->display;
    for (size_t i = 0; i < G_N_ELEMENTS(surface->pictures); i++) {
        if (surface->pictures[i])
            XRenderFreePicture(display, surface->pictures[i]);
        if (surface->sources[i])
            XFreePixmap(display, surface->sources[i]);
        surface->pictures[i] = surface->sources[i] = None;
    }
}

static void set_transform(const Surface *surface, Picture picture, const SurfaceScaling *scaling) {
    XFixed step = (XFixed)(((int64_t)scaling->scale.down << 16) / scaling->scale.up);
    XTransform transform = {{{step, 0, XDoubleToFixed(scaling->dx)},
                             {0, step, XDoubleToFixed(scaling->dy)},
                             {0, 0, XDoubleToFixed(1)}}};
    Display *display = surface->screen->display;
    XRenderSetPictureTransform(display, picture, &transform);
    XRenderSetPictureFilter(display, picture, scale_is_whole(scaling->scale) ? FilterNearest : FilterGood,
                            NULL, 0);
}

// The X server answers in order: once it has put nothing, it has read what was scaled before.
static bool ask_completion(const Surface *surface, Window window, bool argb) {
    Screen *screen = surface->screen;
    if (!surface->segment)
        return false;
    xcb_shm_put_image(screen->connection, (xcb_drawable_t)window,
                      (xcb_gcontext_t)XGContextFromGC(argb ? screen->argb_gc : screen->gc),
                      (uint16_t)(surface->stride / PIXEL_SIZE), (uint16_t)surface->height, 0, 0, 0, 0, 0, 0,
                      (uint8_t)depth_of(screen, argb), XCB_IMAGE_FORMAT_Z_PIXMAP, 1, surface->segment, 0);
    return true;
}

bool surface_put_scaled(Surface *surface, Window window, const SurfaceScaling *scaling, bool last,
                        bool argb) {
    Display *display = surface->screen->display;
    if (surface->is_argb != argb)
        surface_scaling_clear(surface);
    if (!surface->pictures[surface->buffer] && !make_source(surface, argb))
        return false;
    Picture from = surface->pictures[surface->buffer];
    if (surface->is_copied)
        surface_put(surface, surface->sources[surface->buffer], scaling->from.x, scaling->from.y,
                    scaling->from, false, argb);
    set_transform(surface, from, scaling);
    Picture to = XRenderCreatePicture(display, window, format_of(surface->screen, argb), 0, NULL);
    XRenderComposite(display, PictOpSrc, from, None, to, scaling->to.x, scaling->to.y, 0, 0, scaling->to.x,
                     scaling->to.y, (unsigned)scaling->to.width, (unsigned)scaling->to.height);
    XRenderFreePicture(display, to);
    return last && ask_completion(surface, window, argb);
}
