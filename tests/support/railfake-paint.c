// SPDX-License-Identifier: Apache-2.0
// Pixels of the make-believe desktop. A window has one colour, or railprobe's pattern: cells of 8x8 pixels in
// which red is the column, green the row and blue 16 * (number of the window) + 5, counted from the window's
// top left; at 15 and 16 bits eight times the column and the row. With RDPGFX each window is a surface; else
// they lie on one desktop, sent as the depth demands.
#include "tests/support/railfake.h"

#include <freerdp/codec/bitmap.h>
#include <freerdp/codec/color.h>
#include <freerdp/codec/interleaved.h>
#include <freerdp/update.h>
#include <string.h>

#define CELL       8
#define COARSE     8 // what 15 and 16 bits can tell apart
#define TILE       64
#define BACKGROUND 0x3A6EA5
#define STRIP_ROWS 256

static uint32_t colour_at(const FakeWindow *window, int x, int y, uint32_t step) {
    if (window->colour >= 0)
        return 0xFF000000u | (uint32_t)window->colour;
    return 0xFF000000u | ((uint32_t)(x / CELL) * step & 255) << 16 |
           ((uint32_t)(y / CELL) * step & 255) << 8 | ((16 * window->number + 5) & 255);
}

void fake_pixels(const Fake *fake, const FakeWindow *window, Box box, uint8_t *pixels, size_t stride) {
    uint32_t step = fake->options.depth < 24 ? COARSE : 1;
    for (int y = 0; y < box.height; y++)
        for (int x = 0; x < box.width; x++) {
            uint32_t colour = colour_at(window, box.x + x, box.y + y, step);
            memcpy(pixels + (size_t)y * stride + (size_t)x * 4, &colour, 4);
        }
}

static bool is_seen(const FakeWindow *window) {
    return window->window.show != GUEST_SHOW_HIDDEN && window->window.show != GUEST_SHOW_MINIMISED;
}

static void read_desktop(void *user, Box box, uint8_t *pixels, size_t stride) {
    Fake *fake = user;
    uint32_t background = 0xFF000000u | BACKGROUND;
    int32_t dx = 0, dy = 0;
    fake_peer_origin(fake->peer, &dx, &dy);
    for (int y = 0; y < box.height; y++)
        for (int x = 0; x < box.width; x++)
            memcpy(pixels + (size_t)y * stride + (size_t)x * 4, &background, 4);
    box = box_shift(box, -dx, -dy);
    for (guint i = fake->stack->len; i-- > 0;) {
        const FakeWindow *window = fake_window(fake, g_array_index(fake->stack, uint32_t, i));
        Box part = window && is_seen(window) ? box_intersect(window->window.box, box) : (Box){0};
        if (!box_is_empty(part))
            fake_pixels(fake, window, box_shift(part, -window->window.box.x, -window->window.box.y),
                        pixels + (size_t)(part.y - box.y) * stride + (size_t)(part.x - box.x) * 4, stride);
    }
}

static UINT32 format_of(uint32_t depth) {
    return depth == 15 ? PIXEL_FORMAT_RGB15 : depth == 16 ? PIXEL_FORMAT_RGB16 : PIXEL_FORMAT_BGR24;
}

// Bottom-up, as the wire has them.
static UINT32 put_raw(const uint8_t *pixels, uint32_t width, uint32_t height, uint32_t depth,
                      uint8_t *ret_raw) {
    UINT32 format = format_of(depth), stride = width * FreeRDPGetBytesPerPixel(format);
    freerdp_image_copy(ret_raw, format, stride, 0, 0, width, height, pixels, PIXEL_FORMAT_BGRX32, width * 4,
                       0, 0, NULL, FREERDP_FLIP_VERTICAL);
    return stride * height;
}

// One tile as Windows XP sends it: interleaved run-length encoding (MS-RDPBCGR 2.2.9.1.1.3.1.2.4). At 24 bits
// FreeRDP's encoder (3.10.3) is off by a pixel at edges: those go raw.
static void send_tile(Fake *fake, BITMAP_INTERLEAVED_CONTEXT *encoder, Box box) {
    uint8_t pixels[TILE * TILE * 4] = {0}, packed[TILE * TILE * 8];
    uint32_t depth = fake->options.depth, width = (uint32_t)(box.width + 3) & ~3u,
             height = (uint32_t)box.height;
    UINT32 size = sizeof packed, bytes = FreeRDPGetBytesPerPixel(format_of(depth));
    rdpContext *context = fake_peer_context(fake->peer);
    read_desktop(fake, box, pixels, width * 4);
    bool compressed = depth < 24 && interleaved_compress(encoder, packed, &size, width, height, pixels,
                                                         PIXEL_FORMAT_BGRX32, width * 4, 0, 0, NULL, depth);
    if (!compressed)
        size = put_raw(pixels, width, height, depth, packed);
    BITMAP_DATA data = {.destLeft = (UINT32)box.x,
                        .destTop = (UINT32)box.y,
                        .destRight = (UINT32)(box.x + box.width - 1),
                        .destBottom = (UINT32)(box.y + box.height - 1),
                        .width = width,
                        .height = height,
                        .bitsPerPixel = depth,
                        .bitmapLength = size,
                        .cbCompMainBodySize = size,
                        .cbScanWidth = width * bytes,
                        .cbUncompressedSize = width * height * bytes,
                        .bitmapDataStream = packed,
                        .compressed = compressed};
    BITMAP_UPDATE bitmap = {1, &data, FALSE};
    context->update->BitmapUpdate(context, &bitmap);
}

static void send_tiles(Fake *fake, Box box) {
    rdpContext *context = fake_peer_context(fake->peer);
    BITMAP_INTERLEAVED_CONTEXT *encoder = bitmap_interleaved_context_new(TRUE);
    context->update->BeginPaint(context);
    for (int32_t y = box.y; y < box.y + box.height; y += TILE)
        for (int32_t x = box.x; x < box.x + box.width; x += TILE)
            send_tile(fake, encoder, box_intersect(box, (Box){x, y, TILE, TILE}));
    context->update->EndPaint(context);
    bitmap_interleaved_context_free(encoder);
}

static bool has_desktop(const Fake *fake) {
    return fake->peer && fake_peer_is_ready(fake->peer) && !fake_peer_gfx(fake->peer);
}

static void paint_desktop(Fake *fake, Box area) {
    const rdpSettings *settings = fake_peer_context(fake->peer)->settings;
    area =
        box_intersect(area, (Box){0, 0, (int32_t)freerdp_settings_get_uint32(settings, FreeRDP_DesktopWidth),
                                  (int32_t)freerdp_settings_get_uint32(settings, FreeRDP_DesktopHeight)});
    if (box_is_empty(area))
        return;
    rdp_orders_flush(fake_peer_orders(fake->peer));
    if (fake->options.depth == 32)
        rdp_desktop_send(fake->desktop, area);
    else
        send_tiles(fake, area);
}

// The desktop begins at the corner of all monitors, the places of windows at that of the primary one.
static Box on_desktop(const Fake *fake, Box box) {
    int32_t dx = 0, dy = 0;
    fake_peer_origin(fake->peer, &dx, &dy);
    return box_shift(box, dx, dy);
}

void fake_paint_area(Fake *fake, Box area) {
    if (has_desktop(fake))
        paint_desktop(fake, on_desktop(fake, area));
}

static FakeGfx *gfx_of(const Fake *fake) {
    FakeGfx *gfx = fake->peer ? fake_peer_gfx(fake->peer) : NULL;
    return gfx && fake_gfx_is_ready(gfx) ? gfx : NULL;
}

static void make_surface(Fake *fake, FakeGfx *gfx, FakeWindow *window) {
    Box box = window->window.box;
    fake_paint_gone(fake, window);
    window->surface = ++fake->surfaces;
    window->surface_box = box;
    fake_gfx_create(gfx, window->surface, (uint16_t)box.width, (uint16_t)box.height, window->alpha);
    fake_gfx_map(gfx, window->surface, window->window.id, (uint32_t)box.width, (uint32_t)box.height, false);
}

static void send_surface(const Fake *fake, FakeGfx *gfx, const FakeWindow *window) {
    Box box = {0, 0, window->surface_box.width, window->surface_box.height};
    fake_gfx_begin(gfx);
    for (int32_t y = 0; y < box.height; y += STRIP_ROWS) {
        Box strip = {0, y, box.width, MIN(STRIP_ROWS, box.height - y)};
        g_autofree uint8_t *pixels = g_malloc((size_t)strip.width * (size_t)strip.height * 4);
        fake_pixels(fake, window, strip, pixels, (size_t)strip.width * 4);
        fake_gfx_paint(gfx, window->surface, strip, pixels, window->alpha);
    }
    fake_gfx_end(gfx);
}

void fake_paint_window(Fake *fake, FakeWindow *window) {
    FakeGfx *gfx = gfx_of(fake);
    Box box = window->window.box;
    if (has_desktop(fake))
        fake_paint_area(fake, box);
    if (!gfx || !is_seen(window) || box_is_empty(box))
        return;
    if (!window->surface || window->surface_box.width != box.width ||
        window->surface_box.height != box.height)
        make_surface(fake, gfx, window);
    send_surface(fake, gfx, window);
}

void fake_paint_gone(Fake *fake, FakeWindow *window) {
    FakeGfx *gfx = gfx_of(fake);
    if (gfx && window->surface)
        fake_gfx_delete(gfx, window->surface);
    window->surface = 0;
}

void fake_paint_connected(Fake *fake) {
    RdpFramesSource source = {.read_desktop = read_desktop, .user = fake};
    if (has_desktop(fake) && !fake->desktop)
        fake->desktop = rdp_desktop_new(fake_peer_context(fake->peer), &source);
    if (!(fake->manners & FAKE_MANNER_PAINT))
        return;
    if (has_desktop(fake))
        paint_desktop(fake, (Box){0, 0, BOX_LIMIT, BOX_LIMIT});
    for (guint i = fake->stack->len; gfx_of(fake) && i-- > 0;)
        fake_paint_window(fake, fake_window(fake, g_array_index(fake->stack, uint32_t, i)));
}

void fake_paint_disconnected(Fake *fake) {
    GHashTableIter iter;
    gpointer window;
    g_clear_pointer(&fake->desktop, rdp_desktop_free);
    g_hash_table_iter_init(&iter, fake->windows);
    while (g_hash_table_iter_next(&iter, NULL, &window))
        ((FakeWindow *)window)->surface = 0;
}
