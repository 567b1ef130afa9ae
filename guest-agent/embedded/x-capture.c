// SPDX-License-Identifier: Apache-2.0
// Capture of windows by XComposite, XDamage and MIT-SHM. One shared segment for all reads, since each is read
// and copied at once; it belongs to the process' one X connection. Never keeps pixels.
#include "guest-agent/embedded/x-capture.h"

#include <string.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>
#include <X11/extensions/Xcomposite.h>
#include <X11/extensions/Xdamage.h>
#include <X11/extensions/Xfixes.h>

static struct {
    XShmSegmentInfo info;
    size_t size;
    Display *display;
    XserverRegion region;
} segment = {.info = {.shmid = -1}};

void x_capture_stop(void) {
    if (segment.size) {
        XShmDetach(segment.display, &segment.info);
        shmdt(segment.info.shmaddr);
    }
    segment.size = 0;
}

#define SEGMENT_MIN (8u << 20)

static bool reserve(Display *display, size_t size) {
    if (segment.size >= size)
        return true;
    x_capture_stop();
    size = size > SEGMENT_MIN ? size : SEGMENT_MIN;
    segment.display = display;
    segment.info.shmid = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
    if (segment.info.shmid < 0)
        return false;
    segment.info.shmaddr = shmat(segment.info.shmid, NULL, 0);
    segment.info.readOnly = False;
    bool attached = segment.info.shmaddr != (void *)-1 && XShmAttach(display, &segment.info);
    XSync(display, False);
    shmctl(segment.info.shmid, IPC_RMID, NULL);
    if (attached)
        segment.size = size;
    return attached;
}

void x_capture_watch(XWindow *window) {
    window->damage = XDamageCreate(window->owner->server->display, window->xid, XDamageReportNonEmpty);
    window->held = XFixesCreateRegion(window->owner->server->display, NULL, 0);
}

void x_capture_attach(XWindow *window) {
    x_capture_detach(window);
    window->pixmap = XCompositeNameWindowPixmap(window->owner->server->display, window->xid);
}

void x_capture_detach(XWindow *window) {
    if (window->pixmap)
        XFreePixmap(window->owner->server->display, window->pixmap);
    window->pixmap = None;
}

void x_capture_unwatch(XWindow *window) {
    x_capture_detach(window);
    if (window->damage)
        XDamageDestroy(window->owner->server->display, window->damage);
    if (window->held)
        XFixesDestroyRegion(window->owner->server->display, window->held);
    window->damage = window->held = None;
}

void x_capture_resized(XWindow *window) {
    if (!window->pixmap)
        return;
    Display *display = window->owner->server->display;
    XFreePixmap(display, window->pixmap);
    window->pixmap = XCompositeNameWindowPixmap(display, window->xid);
}

void x_capture_forget_damage(XWindow *window) {
    if (!window->damage)
        return;
    XDamageSubtract(window->owner->server->display, window->damage, None, None);
    XFixesSetRegion(window->owner->server->display, window->held, NULL, 0);
}

void x_capture_fetch_damage(XWindow *window, XID region) {
    Display *display = window->owner->server->display;
    XDamageSubtract(display, window->damage, None, region);
    XFixesUnionRegion(display, region, region, window->held);
    XFixesSetRegion(display, window->held, NULL, 0);
}

// A program that draws between these two requests of a move would be lost: hence the grab.
void x_capture_begin_move(XWindow *window) {
    Display *display = window->owner->server->display;
    XGrabServer(display);
    if (!window->damage)
        return;
    XserverRegion region = XFixesCreateRegion(display, NULL, 0);
    x_capture_fetch_damage(window, region);
    XFixesCopyRegion(display, window->held, region);
    XFixesDestroyRegion(display, region);
}

void x_capture_end_move(XWindow *window) {
    Display *display = window->owner->server->display;
    if (window->damage)
        XDamageSubtract(display, window->damage, None, None);
    XUngrabServer(display);
}

size_t x_capture_take_damage(XWindow *window, Box *ret_boxes, size_t max) {
    Display *display = window->owner->server->display;
    if (!segment.region)
        segment.region = XFixesCreateRegion(display, NULL, 0);
    x_capture_fetch_damage(window, segment.region);
    int count = 0;
    XRectangle bounds;
    XRectangle *parts = XFixesFetchRegionAndBounds(display, segment.region, &count, &bounds);
    size_t used = 0;
    if (count > (int)max)
        ret_boxes[used++] = (Box){bounds.x, bounds.y, bounds.width, bounds.height};
    else
        for (int i = 0; i < count; i++)
            ret_boxes[used++] = (Box){parts[i].x, parts[i].y, parts[i].width, parts[i].height};
    if (parts)
        XFree(parts);
    return used;
}

bool x_capture_read(XWindow *window, Box box, uint8_t *pixels, size_t stride) {
    Display *display = window->owner->server->display;
    Box part = box_intersect(box, (Box){0, 0, window->box.width, window->box.height});
    if (!window->pixmap || box_is_empty(part) ||
        !reserve(display, (size_t)part.width * (size_t)part.height * 4))
        return false;
    XImage *image =
        XShmCreateImage(display, window->visual, (unsigned)window->depth, ZPixmap, segment.info.shmaddr,
                        &segment.info, (unsigned)part.width, (unsigned)part.height);
    bool done = image && image->bits_per_pixel == 32 &&
                XShmGetImage(display, window->pixmap, image, part.x, part.y, AllPlanes);
    uint8_t *to = pixels + (size_t)(part.y - box.y) * stride + (size_t)(part.x - box.x) * 4;
    for (int row = 0; done && row < part.height; row++)
        memcpy(to + (size_t)row * stride, image->data + (size_t)row * (size_t)image->bytes_per_line,
               (size_t)part.width * 4);
    if (image) {
        image->data = NULL;
        XDestroyImage(image);
    }
    return done;
}

static uint8_t over(uint8_t above, uint8_t below, uint8_t alpha) { // above is premultiplied
    unsigned sum = above + below * (255u - alpha) / 255;
    return (uint8_t)MIN(sum, 255);
}

static void blend(uint8_t *to, size_t stride, const uint8_t *from, Box part) {
    for (int row = 0; row < part.height; row++)
        for (int i = 0; i < part.width; i++) {
            const uint8_t *pixel = from + ((size_t)row * (size_t)part.width + (size_t)i) * 4;
            uint8_t *at = to + (size_t)row * stride + (size_t)i * 4;
            for (int channel = 0; channel < 3; channel++)
                at[channel] = over(pixel[channel], at[channel], pixel[3]);
        }
}

// part: of the window, in its coordinates; to: where its corner goes.
static void compose_part(XWindow *window, Box part, uint8_t *to, size_t stride) {
    if (!window->has_argb) {
        x_capture_read(window, part, to, stride);
        return;
    }
    g_autofree uint8_t *pixels = g_malloc0((size_t)part.width * (size_t)part.height * 4);
    if (x_capture_read(window, part, pixels, (size_t)part.width * 4))
        blend(to, stride, pixels, part);
}

void x_capture_compose(XWindows *windows, Box box, uint8_t *pixels, size_t stride) {
    for (int row = 0; row < box.height; row++)
        memset(pixels + (size_t)row * stride, 0, (size_t)box.width * 4);
    for (size_t i = windows->stack_count; i-- > 0;) {
        XWindow *window = x_windows_find(windows, windows->stack[i]);
        const BoxList *shape = window && window->is_mapped ? &window->told.shape : NULL;
        for (uint32_t j = 0; shape && j < shape->count; j++) {
            Box at = box_intersect(window->box, box_shift(shape->boxes[j], window->box.x, window->box.y));
            at = box_intersect(at, box);
            if (!box_is_empty(at))
                compose_part(window, box_shift(at, -window->box.x, -window->box.y),
                             pixels + (size_t)(at.y - box.y) * stride + (size_t)(at.x - box.x) * 4, stride);
        }
    }
}
