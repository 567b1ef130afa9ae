// SPDX-License-Identifier: Apache-2.0
// Legacy updates (MS-RDPBCGR 2.2.9.1.1.3.1.2 and 2.2.9.2.1) for one client. Owned by its RdpFrames. Never
// keeps pixels.
#include "guest-agent/embedded/rdp-desktop.h"

#include <freerdp/codec/color.h>
#include <freerdp/codec/planar.h>
#include <freerdp/constants.h>
#include <freerdp/update.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define TILE           64
#define STRIP_MAX      (512u * 1024)
#define STRIP_OVERHEAD 256

struct RdpDesktop {
    rdpContext *context;
    RdpFramesSource source;
    BITMAP_PLANAR_CONTEXT *planar;
    bool has_surface_bits;
};

RdpDesktop *rdp_desktop_new(rdpContext *context, const RdpFramesSource *source) {
    RdpDesktop *desktop = g_new0(RdpDesktop, 1);
    rdpSettings *settings = context->settings;
    desktop->context = context;
    desktop->source = *source;
    desktop->planar =
        freerdp_bitmap_planar_context_new(PLANAR_FORMAT_HEADER_NA | PLANAR_FORMAT_HEADER_RLE, TILE, TILE);
    desktop->has_surface_bits =
        freerdp_settings_get_bool(settings, FreeRDP_SurfaceCommandsEnabled) &&
        (freerdp_settings_get_uint32(settings, FreeRDP_SurfaceCommandsSupported) & SURFCMDS_SET_SURFACE_BITS);
    return desktop;
}

void rdp_desktop_free(RdpDesktop *desktop) {
    if (!desktop)
        return;
    freerdp_bitmap_planar_context_free(desktop->planar);
    g_free(desktop);
}

static void flip(uint8_t *pixels, size_t stride, int32_t height) {
    g_autofree uint8_t *row = g_malloc(stride);
    for (int32_t top = 0, bottom = height - 1; top < bottom; top++, bottom--) {
        memcpy(row, pixels + (size_t)top * stride, stride);
        memcpy(pixels + (size_t)top * stride, pixels + (size_t)bottom * stride, stride);
        memcpy(pixels + (size_t)bottom * stride, row, stride);
    }
}

static bool send_strip(RdpDesktop *desktop, Box box, uint8_t *pixels) {
    rdpUpdate *update = desktop->context->update;
    SURFACE_BITS_COMMAND command = {.cmdType = CMDTYPE_SET_SURFACE_BITS,
                                    .destLeft = (UINT32)box.x,
                                    .destTop = (UINT32)box.y,
                                    .destRight = (UINT32)(box.x + box.width),
                                    .destBottom = (UINT32)(box.y + box.height)};
    command.bmp.bpp = 32;
    command.bmp.width = (UINT16)box.width;
    command.bmp.height = (UINT16)box.height;
    command.bmp.bitmapDataLength = (UINT32)box.width * (UINT32)box.height * 4;
    command.bmp.bitmapData = pixels;
    command.skipCompression = TRUE;
    flip(pixels, (size_t)box.width * 4, box.height);
    return update->SurfaceBits(desktop->context, &command);
}

static bool send_surface_bits(RdpDesktop *desktop, Box box) {
    size_t stride = (size_t)box.width * 4;
    uint32_t limit = freerdp_settings_get_uint32(desktop->context->settings, FreeRDP_MultifragMaxRequestSize);
    limit = MIN(limit, STRIP_MAX);
    int32_t rows = MAX(1, (int32_t)((limit - MIN(limit, STRIP_OVERHEAD)) / stride));
    bool sent = true;
    for (int32_t y = 0; y < box.height && sent; y += rows) {
        Box strip = {box.x, box.y + y, box.width, MIN(rows, box.height - y)};
        g_autofree uint8_t *pixels = g_malloc(stride * (size_t)strip.height);
        desktop->source.read_desktop(desktop->source.user, strip, pixels, stride);
        sent = send_strip(desktop, strip, pixels);
    }
    return sent;
}

static bool send_tile(RdpDesktop *desktop, Box box) {
    uint8_t pixels[TILE * TILE * 4];
    uint32_t width = (uint32_t)(box.width + 3) & ~3u;
    UINT32 size = 0;
    memset(pixels, 0, sizeof(pixels));
    desktop->source.read_desktop(desktop->source.user, box, pixels, width * 4);
    freerdp_planar_topdown_image(desktop->planar, FALSE);
    BYTE *packed = freerdp_bitmap_compress_planar(desktop->planar, pixels, PIXEL_FORMAT_BGRX32, width,
                                                  (UINT32)box.height, width * 4, NULL, &size);
    if (!packed)
        return false;
    BITMAP_DATA data = {.destLeft = (UINT32)box.x,
                        .destTop = (UINT32)box.y,
                        .destRight = (UINT32)(box.x + box.width - 1),
                        .destBottom = (UINT32)(box.y + box.height - 1),
                        .width = width,
                        .height = (UINT32)box.height,
                        .bitsPerPixel = 32,
                        .bitmapLength = size,
                        .cbCompMainBodySize = size,
                        .cbScanWidth = width * 4,
                        .cbUncompressedSize = width * 4 * (UINT32)box.height,
                        .bitmapDataStream = packed,
                        .compressed = TRUE};
    BITMAP_UPDATE bitmap = {1, &data, FALSE};
    rdpUpdate *update = desktop->context->update;
    bool sent = update->BitmapUpdate(desktop->context, &bitmap);
    free(packed);
    return sent;
}

static bool send_tiles(RdpDesktop *desktop, Box box) {
    bool sent = true;
    for (int32_t y = box.y; y < box.y + box.height && sent; y += TILE)
        for (int32_t x = box.x; x < box.x + box.width && sent; x += TILE)
            sent = send_tile(desktop, box_intersect(box, (Box){x, y, TILE, TILE}));
    return sent;
}

bool rdp_desktop_send(RdpDesktop *desktop, Box box) {
    rdpUpdate *update = desktop->context->update;
    if (!update->BeginPaint(desktop->context))
        return false;
    bool sent = desktop->has_surface_bits ? send_surface_bits(desktop, box) : send_tiles(desktop, box);
    return update->EndPaint(desktop->context) && sent;
}
