// SPDX-License-Identifier: Apache-2.0
// One shared picture, owned by a Compositor. The descriptor comes from the process that decodes what a guest
// sends, so it is checked before the X server sees it: sealed against shrinking and growing, and big enough
// for what it claims to hold. Never reads pixels except on an X server without descriptor passing.
#include "host-agent/compositor/surface.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xcb/shm.h>

#define SIDE_MAX   16384
#define SEALS      (F_SEAL_SHRINK | F_SEAL_GROW)
#define PIXEL_SIZE 4

static bool is_safe(uint32_t untrusted_width, uint32_t untrusted_height, uint32_t untrusted_stride,
                    bool is_doubled, int fd) {
    if (untrusted_width < 1 || untrusted_width > SIDE_MAX || untrusted_height < 1 ||
        untrusted_height > SIDE_MAX)
        return false;
    if (untrusted_stride % PIXEL_SIZE || untrusted_stride < untrusted_width * PIXEL_SIZE ||
        untrusted_stride > SIDE_MAX * PIXEL_SIZE)
        return false;
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0 || (seals & SEALS) != SEALS)
        return false;
    struct stat status;
    return fstat(fd, &status) == 0 &&
           status.st_size / (is_doubled ? 2 : 1) >= (off_t)untrusted_stride * untrusted_height;
}

static bool attach_fd(Surface *surface, int *fd) {
    if (!surface->screen->shm_fds)
        return false;
    xcb_connection_t *connection = surface->screen->connection;
    xcb_shm_seg_t segment = xcb_generate_id(connection);
    xcb_void_cookie_t cookie =
        xcb_shm_attach_fd_checked(connection, segment, *fd, 1); // closes the descriptor
    *fd = -1;
    xcb_generic_error_t *error = xcb_request_check(connection, cookie);
    if (error) {
        free(error);
        return false;
    }
    surface->segment = segment;
    return true;
}

static bool map_fd(Surface *surface, int fd) {
    surface->pixels = mmap(NULL, surface->size, PROT_READ, MAP_SHARED, fd, 0);
    if (surface->pixels == MAP_FAILED)
        surface->pixels = NULL;
    return surface->pixels != NULL;
}

Surface *surface_new(Screen *screen, const DeskEvent *untrusted_event, int fd) {
    if (fd < 0)
        return NULL;
    uint32_t width = untrusted_event->as.surface.width, height = untrusted_event->as.surface.height;
    uint32_t stride = untrusted_event->as.surface.stride;
    bool doubled = untrusted_event->as.surface.doubled;
    if (!is_safe(width, height, stride, doubled, fd)) {
        close(fd);
        return NULL;
    }
    Surface *surface = g_new0(Surface, 1);
    *surface = (Surface){.id = untrusted_event->as.surface.surface,
                         .window = untrusted_event->window,
                         .width = width,
                         .height = height,
                         .stride = stride,
                         .doubled = doubled,
                         .screen = screen,
                         .size = (size_t)stride * height * (doubled ? 2 : 1)};
    box_list_add(&surface->missing, (Box){0, 0, (int32_t)width, (int32_t)height});
    int spare = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    bool usable = attach_fd(surface, &fd) || map_fd(surface, spare);
    if (usable && untrusted_event->as.surface.alpha)
        surface->alpha = surface->pixels || map_fd(surface, spare);
    if (fd >= 0)
        close(fd);
    if (spare >= 0)
        close(spare);
    if (!usable)
        g_clear_pointer(&surface, g_free);
    return surface;
}

void surface_free(Surface *surface) {
    if (!surface)
        return;
    surface_scaling_clear(surface);
    if (surface->segment)
        xcb_shm_detach(surface->screen->connection, surface->segment);
    if (surface->pixels)
        munmap(surface->pixels, surface->size);
    g_free(surface);
}

void surface_show(Surface *surface, uint8_t untrusted_buffer, uint32_t frame) {
    surface->drawn = true;
    surface->buffer = surface->doubled && untrusted_buffer == 1;
    surface->due = frame;
}

static size_t offset(const Surface *surface) {
    return (size_t)surface->stride * surface->height * surface->buffer;
}

const uint8_t *surface_pixels(const Surface *surface) {
    return surface->pixels ? (const uint8_t *)surface->pixels + offset(surface) : NULL;
}

static void put_mapped(Surface *surface, Window window, int32_t x, int32_t y, Box source, bool argb) {
    Screen *screen = surface->screen;
    XImage *image = XCreateImage(screen->display, argb ? screen->argb_visual : screen->visual,
                                 argb ? 32 : (unsigned)screen->depth, ZPixmap, 0,
                                 (char *)surface->pixels + offset(surface), surface->width, surface->height,
                                 32, (int)surface->stride);
    if (!image)
        return;
    image->byte_order = LSBFirst;
    XPutImage(screen->display, window, argb ? screen->argb_gc : screen->gc, image, source.x, source.y, x, y,
              (unsigned)source.width, (unsigned)source.height);
    image->data = NULL;
    XDestroyImage(image);
}

bool surface_put(Surface *surface, Window window, int32_t x, int32_t y, Box source, bool last, bool argb) {
    Screen *screen = surface->screen;
    if (!surface->segment) {
        put_mapped(surface, window, x, y, source, argb);
        return false;
    }
    xcb_shm_put_image(screen->connection, (xcb_drawable_t)window,
                      (xcb_gcontext_t)XGContextFromGC(argb ? screen->argb_gc : screen->gc),
                      (uint16_t)(surface->stride / PIXEL_SIZE), (uint16_t)surface->height, (uint16_t)source.x,
                      (uint16_t)source.y, (uint16_t)source.width, (uint16_t)source.height, (int16_t)x,
                      (int16_t)y, argb ? 32 : (uint8_t)screen->depth, XCB_IMAGE_FORMAT_Z_PIXMAP, last,
                      surface->segment, (uint32_t)offset(surface));
    return last;
}
