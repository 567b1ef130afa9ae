// SPDX-License-Identifier: Apache-2.0
// Pointer shapes of the guest, turned into DeskEvents. Runs in FreeRDP's callbacks in the session's loop.
// Parts that invert what is below become a pattern, since no desktop of today can invert; shapes that are too
// big are made smaller. Never answers FALSE: that would end the connection.
#include "host-agent/session/session.h"

#include <freerdp/codec/color.h>
#include <freerdp/gdi/gdi.h>
#include <freerdp/graphics.h>

#define SHAPE_SIDE_MAX 384 // MS-RDPBCGR 2.2.7.2.7

typedef struct Shape { // FreeRDP allocates it, and keeps it in its cache
    rdpPointer pointer;
    Raster *raster;
    uint16_t hot_x, hot_y;
} Shape;

static void send_pointer(rdpContext *context, PointerKind kind, const Shape *shape) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_POINTER);
    event.as.pointer.kind = kind;
    if (shape) {
        event.as.pointer.hot_x = shape->hot_x;
        event.as.pointer.hot_y = shape->hot_y;
        event.as.pointer.raster = shape->raster; // lent for the call
    }
    session_send(session_of(context), &event, -1);
}

static Raster *shrink(const uint8_t *bgra, uint32_t width, uint32_t height, uint32_t step) {
    Raster *raster = raster_new((width + step - 1) / step, (height + step - 1) / step);
    for (uint32_t y = 0; raster && y < raster->height; y++)
        for (uint32_t x = 0; x < raster->width; x++)
            memcpy(raster->bgra + ((size_t)y * raster->width + x) * 4,
                   bgra + ((size_t)y * step * width + x * step) * 4, 4);
    return raster;
}

static BOOL on_new(rdpContext *context, rdpPointer *pointer) {
    Shape *shape = (Shape *)pointer;
    uint32_t width = pointer->width, height = pointer->height;
    if (!width || !height || width > SHAPE_SIDE_MAX || height > SHAPE_SIDE_MAX)
        return TRUE;
    g_autofree uint8_t *bgra = g_malloc0((size_t)width * height * 4);
    if (!freerdp_image_copy_from_pointer_data(bgra, PIXEL_FORMAT_BGRA32, width * 4, 0, 0, width, height,
                                              pointer->xorMaskData, pointer->lengthXorMask,
                                              pointer->andMaskData, pointer->lengthAndMask, pointer->xorBpp,
                                              &context->gdi->palette))
        return TRUE;
    uint32_t step = (MAX(width, height) + POINTER_SIDE_MAX - 1) / POINTER_SIDE_MAX;
    shape->raster = shrink(bgra, width, height, step);
    shape->hot_x = (uint16_t)MIN(pointer->xPos / step, (width - 1) / step);
    shape->hot_y = (uint16_t)MIN(pointer->yPos / step, (height - 1) / step);
    return TRUE;
}

static void on_free(rdpContext *context, rdpPointer *pointer) {
    Shape *shape = (Shape *)pointer;
    raster_free(shape->raster);
    shape->raster = NULL;
}

static BOOL on_set(rdpContext *context, rdpPointer *pointer) {
    const Shape *shape = (const Shape *)pointer;
    send_pointer(context, shape->raster ? POINTER_SHAPE : POINTER_DEFAULT, shape->raster ? shape : NULL);
    return TRUE;
}

static BOOL on_set_null(rdpContext *context) {
    send_pointer(context, POINTER_HIDDEN, NULL);
    return TRUE;
}

static BOOL on_set_default(rdpContext *context) {
    send_pointer(context, POINTER_DEFAULT, NULL);
    return TRUE;
}

static BOOL on_set_position(rdpContext *context, UINT32 x, UINT32 y) {
    return TRUE; // the pointer is the user's
}

void pointer_install(Session *session) {
    rdpPointer pointer = {.size = sizeof(Shape),
                          .New = on_new,
                          .Free = on_free,
                          .Set = on_set,
                          .SetNull = on_set_null,
                          .SetDefault = on_set_default,
                          .SetPosition = on_set_position};
    graphics_register_pointer(session->rdp->graphics, &pointer);
}
