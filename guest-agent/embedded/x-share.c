// SPDX-License-Identifier: Apache-2.0
// Shared pixmaps (MIT-SHM 1.2) over a sealed memfd, filled by CopyArea inside the X server, clipped to what
// XDamage has collected: this process moves no pixel, and one round trip per frame brings the changed
// rectangles and says that the copy is done. The picture to be written lacks what changed before the last
// frame, so that is copied with it. Owned by whoever made it; uses the process' one X connection.
#include "guest-agent/embedded/x-share.h"
#include "guest-agent/embedded/x-capture.h"
#include "rail/pixels-message.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <X11/Xlib-xcb.h>
#include <X11/extensions/XShm.h>
#include <X11/extensions/Xdamage.h>
#include <X11/extensions/Xfixes.h>
#include <xcb/shm.h>

#define PICTURES 2
#define PIXEL    4

struct XShare {
    Display *display;
    int fd, width, height, depth;
    xcb_shm_seg_t segment;
    Pixmap pictures[PICTURES];
    GC gc;
    XserverRegion whole, changed, before, stale; // changed: since the last frame; before: in it; stale: both
    uint8_t shown;
    bool is_drawn, is_forgotten;
};

static bool can_share(Display *display) {
    int major = 0, minor = 0;
    Bool pixmaps = False;
    return XShmQueryVersion(display, &major, &minor, &pixmaps) && pixmaps &&
           (major > 1 || (major == 1 && minor >= 2)) && XShmPixmapFormat(display) == ZPixmap;
}

static int new_memory(size_t size) {
    int fd = memfd_create("railhead-window", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd >= 0 && ftruncate(fd, (off_t)size) == 0 &&
        fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool attach(XShare *share) {
    xcb_connection_t *connection = XGetXCBConnection(share->display);
    int spare = fcntl(share->fd, F_DUPFD_CLOEXEC, 3); // the request closes what it is given
    if (spare < 0)
        return false;
    share->segment = xcb_generate_id(connection);
    xcb_generic_error_t *error = xcb_request_check(
        connection, xcb_shm_attach_fd_checked(connection, share->segment, (uint32_t)spare, 0));
    bool is_attached = !error;
    free(error);
    if (!is_attached)
        share->segment = 0;
    return is_attached;
}

static bool make_pictures(XShare *share, Window root) {
    xcb_connection_t *connection = XGetXCBConnection(share->display);
    size_t size = (size_t)share->width * (size_t)share->height * PIXEL;
    for (size_t i = 0; i < PICTURES; i++) {
        uint32_t id = xcb_generate_id(connection);
        xcb_generic_error_t *error = xcb_request_check(
            connection,
            xcb_shm_create_pixmap_checked(connection, id, (xcb_drawable_t)root, (uint16_t)share->width,
                                          (uint16_t)share->height, (uint8_t)share->depth, share->segment,
                                          (uint32_t)(i * size)));
        if (error) {
            free(error);
            return false;
        }
        share->pictures[i] = id;
    }
    share->gc = XCreateGC(share->display, share->pictures[0], 0, NULL);
    XSetGraphicsExposures(share->display, share->gc, False);
    XRectangle whole = {0, 0, (unsigned short)share->width, (unsigned short)share->height};
    share->whole = XFixesCreateRegion(share->display, &whole, 1);
    share->changed = XFixesCreateRegion(share->display, NULL, 0);
    share->before = XFixesCreateRegion(share->display, NULL, 0);
    share->stale = XFixesCreateRegion(share->display, NULL, 0);
    return true;
}

bool x_share_new(XWindow *window, XShare **ret_share) {
    Display *display = window->owner->server->display;
    *ret_share = NULL;
    if (!window->pixmap || box_is_empty(window->box))
        return true;
    if ((window->depth != 24 && window->depth != 32) || window->box.width > PIXELS_SIDE_MAX ||
        window->box.height > PIXELS_SIDE_MAX || !can_share(display))
        return false;
    XShare *share = g_new0(XShare, 1);
    *share =
        (XShare){.display = display,
                 .width = window->box.width,
                 .height = window->box.height,
                 .depth = window->depth,
                 .is_forgotten = true,
                 .fd = new_memory((size_t)window->box.width * (size_t)window->box.height * PIXEL * PICTURES)};
    if (share->fd >= 0 && attach(share) && make_pictures(share, window->owner->server->root)) {
        *ret_share = share;
        return true;
    }
    x_share_free(share);
    return false;
}

void x_share_free(XShare *share) {
    if (!share)
        return;
    XserverRegion regions[] = {share->whole, share->changed, share->before, share->stale};
    for (size_t i = 0; i < G_N_ELEMENTS(regions); i++)
        if (regions[i])
            XFixesDestroyRegion(share->display, regions[i]);
    if (share->gc)
        XFreeGC(share->display, share->gc);
    for (size_t i = 0; i < PICTURES; i++)
        if (share->pictures[i])
            XFreePixmap(share->display, share->pictures[i]);
    if (share->segment)
        xcb_shm_detach(XGetXCBConnection(share->display), share->segment);
    if (share->fd >= 0)
        close(share->fd);
    g_free(share);
}

int x_share_fd(const XShare *share) {
    return share->fd;
}

uint32_t x_share_size(const XShare *share, uint32_t *ret_width, uint32_t *ret_height) {
    *ret_width = (uint32_t)share->width;
    *ret_height = (uint32_t)share->height;
    return (uint32_t)share->width * PIXEL;
}

static void take_rectangles(XShare *share, BoxList *ret_boxes) {
    int count = 0;
    XRectangle bounds;
    XRectangle *parts = XFixesFetchRegionAndBounds(share->display, share->changed, &count, &bounds);
    Box whole = {0, 0, share->width, share->height};
    ret_boxes->count = 0;
    if (parts && count > BOX_LIST_MAX) {
        parts[0] = bounds;
        count = 1;
    }
    for (int i = 0; parts && i < count; i++) {
        Box box = box_intersect((Box){parts[i].x, parts[i].y, parts[i].width, parts[i].height}, whole);
        if (!box_is_empty(box))
            ret_boxes->boxes[ret_boxes->count++] = box;
    }
    if (parts)
        XFree(parts);
}

void x_share_forget(XShare *share) {
    share->is_forgotten = true;
}

bool x_share_capture(XShare *share, XWindow *window, uint8_t *ret_buffer, BoxList *ret_boxes) {
    Display *display = share->display;
    uint8_t back = share->is_drawn ? !share->shown : 0;
    if (!window->pixmap || !window->damage || window->depth != share->depth ||
        window->box.width != share->width || window->box.height != share->height)
        return false;
    x_capture_fetch_damage(window, share->changed);
    if (share->is_forgotten)
        XFixesCopyRegion(display, share->changed, share->whole);
    XFixesUnionRegion(display, share->stale, share->changed, share->before);
    XFixesSetGCClipRegion(display, share->gc, 0, 0, share->stale);
    XCopyArea(display, window->pixmap, share->pictures[back], share->gc, 0, 0, (unsigned)share->width,
              (unsigned)share->height, 0, 0);
    XFixesCopyRegion(display, share->before, share->changed);
    take_rectangles(share, ret_boxes);
    if (!ret_boxes->count)
        return false;
    share->is_drawn = true;
    share->is_forgotten = false;
    share->shown = *ret_buffer = back;
    return true;
}
