// SPDX-License-Identifier: Apache-2.0
// Copies damage of one window; embedded in that window's Pane. A window of a lost session is painted as it
// was and greyed with a 50 % stipple. Never waits for the X server: the completion event opens the way for
// the next copy.
#include "host-agent/compositor/painter.h"

void painter_damage(Painter *painter, Box box) {
    if (!box_is_empty(box))
        box_list_add(&painter->damage, box);
}

// Between two pixels of the guest both are seen.
static Box with_neighbours(Scale scale, Box box) {
    return scale_is_whole(scale) ? box : (Box){box.x - 1, box.y - 1, box.width + 2, box.height + 2};
}

static BoxList take_damage(Painter *painter, const PaintSource *source) {
    BoxList todo = {0};
    Box surface = {-source->dx, -source->dy, (int32_t)source->surface->width,
                   (int32_t)source->surface->height};
    for (uint32_t i = 0; i < painter->damage.count; i++)
        for (uint32_t j = 0; j < source->allowed->count; j++) {
            Box box = box_intersect(box_intersect(with_neighbours(painter->scale, painter->damage.boxes[i]),
                                                  source->allowed->boxes[j]),
                                    surface);
            if (!box_is_empty(box))
                box_list_add(&todo, box);
        }
    painter->damage.count = 0;
    return todo;
}

// On the host; the last row and column cover what a window has more there than whole pixels of the guest.
static Box on_host(const Painter *painter, const PaintSource *source, Box box) {
    Box host = scale_box_up(painter->scale, box);
    if (box.x + box.width == source->width)
        host.width = MAX(host.width, source->host_width - host.x);
    if (box.y + box.height == source->height)
        host.height = MAX(host.height, source->host_height - host.y);
    return host;
}

static bool put(Painter *painter, const PaintSource *source, Box box, bool last) {
    if (scale_is_one(painter->scale))
        return surface_put(source->surface, painter->window, box.x, box.y,
                           box_shift(box, source->dx, source->dy), last, painter->argb);
    SurfaceScaling scaling = {painter->scale, source->dx, source->dy, on_host(painter, source, box),
                              box_shift(box, source->dx, source->dy)};
    return surface_put_scaled(source->surface, painter->window, &scaling, last, painter->argb);
}

PaintResult painter_flush(Painter *painter, const PaintSource *source) {
    if (!painter->viewable || painter->in_flight || !painter->damage.count || !source->surface)
        return PAINT_NOTHING;
    BoxList todo = take_damage(painter, source);
    if (!todo.count)
        return PAINT_NOTHING;
    painter->surface = source->surface->id;
    painter->buffer = source->surface->buffer;
    for (uint32_t i = 0; i < todo.count; i++) {
        painter->in_flight = put(painter, source, todo.boxes[i], i + 1 == todo.count);
    }
    for (uint32_t i = 0; painter->stale && i < todo.count; i++) {
        Box box = on_host(painter, source, todo.boxes[i]);
        XFillRectangle(painter->screen->display, painter->window,
                       painter->argb ? painter->screen->argb_grey : painter->screen->grey, box.x, box.y,
                       (unsigned)box.width, (unsigned)box.height);
    }
    return painter->in_flight ? PAINT_STARTED : PAINT_DONE;
}

bool painter_reads_other_buffer(const Painter *painter, const Surface *surface) {
    return painter->in_flight && painter->surface == surface->id && painter->buffer != surface->buffer;
}

void painter_draw_frame(const Painter *painter, int32_t width, int32_t height, uint32_t colour) {
    Display *display = painter->screen->display;
    GC gc = painter->argb ? painter->screen->argb_frame : painter->screen->frame;
    if (!painter->viewable || !painter->window)
        return;
    XSetForeground(display, gc, 0xFF000000 | colour);
    for (int i = 0; i < PAINTER_FRAME && width > 2 * i && height > 2 * i; i++)
        XDrawRectangle(display, painter->window, gc, i, i, (unsigned)(width - 1 - 2 * i),
                       (unsigned)(height - 1 - 2 * i));
}

void painter_completed(Painter *painter) {
    painter->in_flight = false;
}
