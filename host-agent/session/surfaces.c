// SPDX-License-Identifier: Apache-2.0
// Pixels in sealed memfds: the desktop's, drawn by FreeRDP's GDI, and one per RDPGFX surface, whose memory is
// swapped for ours while FreeRDP draws and swapped back before FreeRDP frees it. Each memfd is announced
// once, then only damage goes over the link. Owned by the session; FreeRDP's callbacks in its loop.
#include "host-agent/session/session.h"

#include <fcntl.h>
#include <freerdp/channels/rdpgfx.h>
#include <freerdp/codec/planar.h>
#include <freerdp/codec/region.h>
#include <freerdp/gdi/gdi.h>
#include <freerdp/gdi/gfx.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#define DESKTOP_BYTES_MAX  (256u * 1024 * 1024)    // 8192x8192
#define SURFACES_BYTES_MAX (1024ull * 1024 * 1024) // all RDPGFX surfaces together: thirty of 4K
#define SURFACES_MAX       1024
#define CACHED_SIDE_MAX    64 // of bitmaps in the caches of MS-RDPEGDI

typedef struct Pixels {
    int fd;
    size_t size;
    uint8_t *data;
    uint8_t *original; // FreeRDP's own memory of a GFX surface
    bool announced, drawn;
} Pixels;

struct Surfaces {
    Pixels *desktop;
    uint32_t width, height;
    GHashTable *gfx; // surface id + 1 -> Pixels
    uint64_t gfx_bytes;
    bool legacy_is_small; // FreeRDP's buffers for decoding legacy bitmaps
    pBitmapUpdate bitmap_update;
    pcRdpgfxResetGraphics reset;
    pcRdpgfxCreateSurface create;
    pcRdpgfxDeleteSurface remove;
    pcRdpgfxMapSurfaceToWindow map;
    pcRdpgfxMapSurfaceToScaledWindow map_scaled;
};

static void pixels_free(gpointer data) {
    Pixels *pixels = data;
    if (!pixels)
        return;
    if (pixels->data)
        munmap(pixels->data, pixels->size);
    if (pixels->fd >= 0)
        close(pixels->fd);
    g_free(pixels);
}

static Pixels *pixels_new(const char *name, size_t size) {
    Pixels *pixels = g_new0(Pixels, 1);
    pixels->size = size;
    pixels->fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    void *data = MAP_FAILED;
    if (size > 0 && pixels->fd >= 0 && ftruncate(pixels->fd, size) == 0 &&
        fcntl(pixels->fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, pixels->fd, 0);
    if (data != MAP_FAILED) {
        pixels->data = data;
        return pixels;
    }
    pixels_free(pixels);
    return NULL;
}

static void announce(Session *session, uint32_t surface, uint32_t window, Box size, uint32_t stride,
                     bool alpha, int fd) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_SURFACE);
    event.window = window;
    event.as.surface.surface = surface;
    event.as.surface.width = size.width;
    event.as.surface.height = size.height;
    event.as.surface.stride = stride;
    event.as.surface.alpha = alpha;
    session_send(session, &event, fd);
}

static void announce_gone(Session *session, uint32_t surface) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_SURFACE_GONE);
    event.as.surface.surface = surface;
    session_send(session, &event, -1);
}

static void send_damage(Session *session, uint32_t surface, const BoxList *boxes) {
    if (boxes->count == 0)
        return;
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_DAMAGE);
    event.as.damage.surface = surface;
    event.as.damage.boxes = *boxes;
    session_send(session, &event, -1);
}

static BOOL on_begin_paint(rdpContext *context) {
    HGDI_WND window = context->gdi->primary->hdc->hwnd;
    window->invalid->null = TRUE;
    window->ninvalid = 0;
    return TRUE;
}

static BOOL on_end_paint(rdpContext *context) {
    Session *session = session_of(context);
    HGDI_WND window = context->gdi->primary->hdc->hwnd;
    Box limits = {0, 0, session->surfaces->width, session->surfaces->height};
    BoxList boxes = {0};
    for (INT32 i = 0; !window->invalid->null && i < window->ninvalid; i++) {
        const GDI_RGN *area = &window->cinvalid[i];
        Box box = box_intersect((Box){area->x, area->y, area->w, area->h}, limits);
        if (!box_is_empty(box))
            box_list_add(&boxes, box);
    }
    send_damage(session, DESKTOP_SURFACE, &boxes);
    window->invalid->null = TRUE;
    window->ninvalid = 0;
    return TRUE;
}

// FreeRDP keeps 18 bytes for each pixel of the desktop to decode legacy bitmaps, and as many for RDPGFX. A
// guest that uses RDPGFX sends no legacy bitmaps but such as fit into a cache; should it, there is room
// again.
static bool size_legacy_decoder(rdpCodecs *codecs, uint32_t width, uint32_t height) {
    BITMAP_PLANAR_CONTEXT *planar = freerdp_bitmap_planar_context_new(0, width, height);
    if (!planar)
        return false;
    freerdp_bitmap_planar_context_free(codecs->planar);
    codecs->planar = planar;
    return true;
}

static BOOL on_bitmap_update(rdpContext *context, const BITMAP_UPDATE *bitmap) {
    Surfaces *surfaces = session_of(context)->surfaces;
    if (surfaces->legacy_is_small && !size_legacy_decoder(context->codecs, surfaces->width, surfaces->height))
        return FALSE;
    surfaces->legacy_is_small = false;
    return surfaces->bitmap_update(context, bitmap);
}

static Pixels *new_desktop(Session *session, uint32_t width, uint32_t height) {
    return width && height && width <= BOX_LIMIT && height <= BOX_LIMIT &&
                   (uint64_t)width * height * 4 <= DESKTOP_BYTES_MAX
               ? pixels_new("railhead-desktop", (size_t)width * height * 4)
               : NULL;
}

static void adopt_desktop(Session *session, Pixels *pixels, uint32_t width, uint32_t height) {
    Pixels *old = session->surfaces->desktop;
    session->surfaces->desktop = pixels;
    session->surfaces->width = width;
    session->surfaces->height = height;
    announce(session, DESKTOP_SURFACE, 0, (Box){0, 0, width, height}, width * 4, false, pixels->fd);
    pixels_free(old);
}

static BOOL on_desktop_resize(rdpContext *context) {
    Session *session = session_of(context);
    uint32_t width = freerdp_settings_get_uint32(context->settings, FreeRDP_DesktopWidth);
    uint32_t height = freerdp_settings_get_uint32(context->settings, FreeRDP_DesktopHeight);
    if (width == session->surfaces->width && height == session->surfaces->height)
        return TRUE;
    Pixels *pixels = new_desktop(session, width, height);
    if (!pixels ||
        !gdi_resize_ex(context->gdi, width, height, width * 4, PIXEL_FORMAT_BGRX32, pixels->data, NULL)) {
        pixels_free(pixels);
        return FALSE;
    }
    adopt_desktop(session, pixels, width, height);
    return TRUE;
}

void surfaces_damage_desktop(Session *session, Box box) {
    BoxList boxes = {0};
    box = box_intersect(box, (Box){0, 0, session->surfaces->width, session->surfaces->height});
    if (!box_is_empty(box))
        box_list_add(&boxes, box);
    send_damage(session, DESKTOP_SURFACE, &boxes);
}

bool surfaces_start(Session *session) {
    rdpContext *context = session->rdp;
    uint32_t width = freerdp_settings_get_uint32(context->settings, FreeRDP_DesktopWidth);
    uint32_t height = freerdp_settings_get_uint32(context->settings, FreeRDP_DesktopHeight);
    session->surfaces = g_new0(Surfaces, 1);
    session->surfaces->gfx = g_hash_table_new_full(NULL, NULL, NULL, pixels_free);
    Pixels *pixels = new_desktop(session, width, height);
    if (!pixels || !gdi_init_ex(context->instance, PIXEL_FORMAT_BGRX32, width * 4, pixels->data, NULL)) {
        pixels_free(pixels);
        return false;
    }
    adopt_desktop(session, pixels, width, height);
    context->update->BeginPaint = on_begin_paint;
    context->update->EndPaint = on_end_paint;
    context->update->DesktopResize = on_desktop_resize;
    session->surfaces->bitmap_update = context->update->BitmapUpdate;
    context->update->BitmapUpdate = on_bitmap_update;
    return true;
}

void surfaces_free(Session *session) {
    if (!session->surfaces)
        return;
    if (session->rdp->gdi)
        gdi_free(session->rdp->instance);
    g_hash_table_unref(session->surfaces->gfx);
    pixels_free(session->surfaces->desktop);
    g_clear_pointer(&session->surfaces, g_free);
}

static Session *session_of_gfx(RdpgfxClientContext *gfx) {
    return session_of(((rdpGdi *)gfx->custom)->context);
}

static UINT refuse(Session *session, const char *why) {
    session->agent_code = SESSION_END_LOST;
    g_strlcpy(session->agent_reason, why, sizeof session->agent_reason);
    return CHANNEL_RC_NO_MEMORY;
}

// The library takes memory for a surface before it asks anybody.
static bool has_room(const Surfaces *surfaces, const RDPGFX_CREATE_SURFACE_PDU *create) {
    uint64_t width = (create->width + 15u) & ~15u, height = (create->height + 15u) & ~15u;
    return surfaces->gfx_bytes + width * height * 4 <= SURFACES_BYTES_MAX &&
           g_hash_table_size(surfaces->gfx) < SURFACES_MAX;
}

// The library's own memory of a surface serves for nothing but to be freed.
static void give_back(uint8_t *memory, size_t size) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), start = (uintptr_t)memory + page - 1;
    start -= start % page;
    uintptr_t end = (uintptr_t)memory + size;
    end -= end % page;
    if (end > start)
        madvise((void *)start, end - start, MADV_DONTNEED);
}

static UINT on_reset_graphics(RdpgfxClientContext *gfx, const RDPGFX_RESET_GRAPHICS_PDU *reset) {
    Session *session = session_of_gfx(gfx);
    UINT result = session->surfaces->reset(gfx, reset);
    if (result == CHANNEL_RC_OK && session->rdp->codecs != gfx->codecs)
        session->surfaces->legacy_is_small =
            size_legacy_decoder(session->rdp->codecs, CACHED_SIDE_MAX, CACHED_SIDE_MAX);
    if (result == CHANNEL_RC_OK && reset->monitorDefArray)
        display_confirmed(session, reset->monitorDefArray, reset->monitorCount);
    malloc_trim(0);
    return result;
}

static UINT on_create_surface(RdpgfxClientContext *gfx, const RDPGFX_CREATE_SURFACE_PDU *create) {
    Session *session = session_of_gfx(gfx);
    Surfaces *surfaces = session->surfaces;
    if (!has_room(surfaces, create))
        return refuse(session, "The guest wants more memory for its windows than one may have.");
    UINT result = surfaces->create(gfx, create);
    gdiGfxSurface *surface = result == CHANNEL_RC_OK ? gfx->GetSurfaceData(gfx, create->surfaceId) : NULL;
    if (!surface)
        return result;
    size_t size = (size_t)surface->scanline * surface->height;
    Pixels *pixels = size ? pixels_new("railhead-surface", size) : NULL;
    if (!pixels)
        return size ? refuse(session, "There is no memory left for the guest's windows.") : result;
    memcpy(pixels->data, surface->data, size);
    pixels->original = surface->data;
    surface->data = pixels->data;
    give_back(pixels->original, size);
    surfaces->gfx_bytes += size;
    g_hash_table_insert(surfaces->gfx, GUINT_TO_POINTER((guint)create->surfaceId + 1), pixels);
    return result;
}

static UINT on_delete_surface(RdpgfxClientContext *gfx, const RDPGFX_DELETE_SURFACE_PDU *gone) {
    Session *session = session_of_gfx(gfx);
    gpointer key = GUINT_TO_POINTER((guint)gone->surfaceId + 1);
    Pixels *pixels = g_hash_table_lookup(session->surfaces->gfx, key);
    gdiGfxSurface *surface = gfx->GetSurfaceData(gfx, gone->surfaceId);
    if (surface && pixels && surface->data == pixels->data)
        surface->data = pixels->original;
    UINT result = session->surfaces->remove(gfx, gone);
    if (pixels) {
        if (pixels->announced)
            announce_gone(session, gone->surfaceId);
        session->surfaces->gfx_bytes -= pixels->size;
        g_hash_table_remove(session->surfaces->gfx, key);
    }
    return result;
}

static void announce_mapped(RdpgfxClientContext *gfx, uint16_t id) {
    Session *session = session_of_gfx(gfx);
    gdiGfxSurface *surface = gfx->GetSurfaceData(gfx, id);
    Pixels *pixels = g_hash_table_lookup(session->surfaces->gfx, GUINT_TO_POINTER((guint)id + 1));
    if (!surface || !pixels || !surface->windowMapped)
        return;
    Box size = {0, 0, MIN(surface->width, surface->mappedWidth), MIN(surface->height, surface->mappedHeight)};
    if (box_is_empty(size))
        return;
    pixels->announced = true;
    pixels->drawn |= !region16_is_empty(&surface->invalidRegion);
    announce(session, id, (uint32_t)surface->windowId, size, surface->scanline,
             surface->format == PIXEL_FORMAT_BGRA32, pixels->fd);
    BoxList all = {0};
    box_list_add(&all, size);
    if (pixels->drawn) // else there is nothing to show before the first frame
        send_damage(session, id, &all);
}

static UINT on_map(RdpgfxClientContext *gfx, const RDPGFX_MAP_SURFACE_TO_WINDOW_PDU *map) {
    UINT result = session_of_gfx(gfx)->surfaces->map(gfx, map);
    if (result == CHANNEL_RC_OK)
        announce_mapped(gfx, map->surfaceId);
    return result;
}

static UINT on_map_scaled(RdpgfxClientContext *gfx, const RDPGFX_MAP_SURFACE_TO_SCALED_WINDOW_PDU *map) {
    UINT result = session_of_gfx(gfx)->surfaces->map_scaled(gfx, map);
    if (result == CHANNEL_RC_OK)
        announce_mapped(gfx, map->surfaceId);
    return result;
}

static UINT on_window_surface(RdpgfxClientContext *gfx, gdiGfxSurface *surface) {
    UINT32 count = 0;
    const RECTANGLE_16 *rects = region16_rects(&surface->invalidRegion, &count);
    Box limits = {0, 0, MIN(surface->width, surface->mappedWidth),
                  MIN(surface->height, surface->mappedHeight)};
    BoxList boxes = {0};
    for (UINT32 i = 0; i < count; i++) {
        Box box = {rects[i].left, rects[i].top, rects[i].right - rects[i].left,
                   rects[i].bottom - rects[i].top};
        box = box_intersect(box, limits);
        if (!box_is_empty(box))
            box_list_add(&boxes, box);
    }
    region16_clear(&surface->invalidRegion);
    Session *session = session_of_gfx(gfx);
    Pixels *pixels =
        g_hash_table_lookup(session->surfaces->gfx, GUINT_TO_POINTER((guint)surface->surfaceId + 1));
    if (pixels)
        pixels->drawn |= boxes.count > 0;
    send_damage(session, surface->surfaceId, &boxes);
    return CHANNEL_RC_OK;
}

void surfaces_start_gfx(Session *session, RdpgfxClientContext *gfx) {
    Surfaces *surfaces = session->surfaces;
    if (!surfaces || !gdi_graphics_pipeline_init(session->rdp->gdi, gfx))
        return;
    surfaces->reset = gfx->ResetGraphics;
    surfaces->create = gfx->CreateSurface;
    surfaces->remove = gfx->DeleteSurface;
    surfaces->map = gfx->MapSurfaceToWindow;
    surfaces->map_scaled = gfx->MapSurfaceToScaledWindow;
    gfx->ResetGraphics = on_reset_graphics;
    gfx->CreateSurface = on_create_surface;
    gfx->DeleteSurface = on_delete_surface;
    gfx->MapSurfaceToWindow = on_map;
    gfx->MapSurfaceToScaledWindow = on_map_scaled;
    gfx->UpdateWindowFromSurface = on_window_surface;
}

void surfaces_stop_gfx(Session *session, RdpgfxClientContext *gfx) {
    if (session->rdp->gdi)
        gdi_graphics_pipeline_uninit(session->rdp->gdi, gfx);
}
