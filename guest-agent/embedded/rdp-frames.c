// SPDX-License-Identifier: Apache-2.0
// Pixels for one client. Owned by one RdpPeer, in its loop. Each window has a surface, in memory that a
// client of this machine shares or else by RDPGFX with at most a few frames on their way; legacy updates are
// part of one desktop, and a client that sees the desktop in place of its windows gets nothing else. Only
// damage is sent; while the client is behind, damage collects. Each picture that is sent has its own pace:
// the first damage after a pause goes out at once, but a new surface waits until its program pauses drawing,
// so that its first frame is not half a window.
#include "guest-agent/embedded/rdp-frames.h"
#include "guest-agent/embedded/rdp-desktop.h"
#include "guest-agent/embedded/rdp-display.h"

#include <freerdp/channels/drdynvc.h>
#include <freerdp/channels/wtsvc.h>
#include <freerdp/codec/color.h>
#include <freerdp/codec/planar.h>
#include <freerdp/server/rdpgfx.h>
#include <glib.h>
#include <stdlib.h>

#define FRAME_INTERVAL_US (15 * G_TIME_SPAN_MILLISECOND)
#define FIRST_SETTLE_US   (4 * G_TIME_SPAN_MILLISECOND) // between the parts of a window's first drawing
#define FRAMES_IN_FLIGHT  3
#define RAW_MAX           (16u << 10) // FreeRDP cuts into records of 1600 bytes: more costs more than packing

typedef struct Pace {
    int64_t last, due; // of frames; due is not in force without damage
    int64_t first;     // damage of a surface that is not made, 0: none
} Pace;

typedef struct Surface {
    uint32_t window;
    uint16_t id;
    Box box;
    bool has_alpha;
    bool is_made;
    BoxList damage;
    Pace pace;
} Surface;

struct RdpFrames {
    rdpContext *context;
    HANDLE manager;
    bool is_gfx, is_raw, is_open, is_ready, is_unpaced, has_failed, shows_desktop;
    RdpFramesSource source;
    RdpgfxServerContext *gfx;
    RdpDesktop *desktop;
    RdpShared *shared;    // NULL: the client cannot share memory
    GHashTable *surfaces; // window -> Surface
    BoxList damage;       // of the desktop
    Pace pace;            // of that
    uint16_t next_surface;
    uint32_t frame, acknowledged;
    guint timer;
    int64_t timer_due;
};

static void schedule(RdpFrames *frames);

static bool reset_graphics(RdpFrames *frames, const Layout *layout) {
    MONITOR_DEF monitors[LAYOUT_MONITORS_MAX];
    Box bounds = layout_bounds(layout);
    UINT32 count = rdp_display_monitors(layout, monitors);
    RDPGFX_RESET_GRAPHICS_PDU reset = {(UINT32)bounds.width, (UINT32)bounds.height, count, monitors};
    return frames->gfx->ResetGraphics(frames->gfx, &reset) == CHANNEL_RC_OK;
}

static UINT on_caps_advertise(RdpgfxServerContext *gfx, const RDPGFX_CAPS_ADVERTISE_PDU *advertise) {
    RdpFrames *frames = gfx->custom;
    RDPGFX_CAPSET best = {0};
    for (UINT16 i = 0; i < advertise->capsSetCount; i++)
        if (advertise->capsSets[i].version <= RDPGFX_CAPVERSION_107 &&
            advertise->capsSets[i].version > best.version)
            best = advertise->capsSets[i];
    RDPGFX_CAPS_CONFIRM_PDU confirm = {&best};
    if (!best.version || gfx->CapsConfirm(gfx, &confirm) != CHANNEL_RC_OK)
        return ERROR_INVALID_DATA;
    Layout layout;
    rdp_display_read(frames->context->settings, &layout);
    frames->is_ready = reset_graphics(frames, &layout);
    schedule(frames);
    return CHANNEL_RC_OK;
}

static UINT on_frame_acknowledge(RdpgfxServerContext *gfx, const RDPGFX_FRAME_ACKNOWLEDGE_PDU *acknowledge) {
    RdpFrames *frames = gfx->custom;
    frames->acknowledged = acknowledge->frameId;
    frames->is_unpaced = acknowledge->queueDepth == SUSPEND_FRAME_ACKNOWLEDGEMENT;
    schedule(frames);
    return CHANNEL_RC_OK;
}

static void open_gfx(RdpFrames *frames) {
    if (frames->gfx || WTSVirtualChannelManagerGetDrdynvcState(frames->manager) != DRDYNVC_STATE_READY)
        return;
    RdpgfxServerContext *gfx = rdpgfx_server_context_new(frames->manager);
    if (!gfx)
        return;
    gfx->custom = frames;
    gfx->rdpcontext = frames->context;
    gfx->CapsAdvertise = on_caps_advertise;
    gfx->FrameAcknowledge = on_frame_acknowledge;
    frames->gfx = gfx;
    frames->is_open = gfx->Initialize(gfx, TRUE) && gfx->Open(gfx);
    if (!frames->is_open)
        g_warning("the graphics channel does not open");
}

static bool make_surface(RdpFrames *frames, Surface *surface) {
    RDPGFX_CREATE_SURFACE_PDU create = {
        ++frames->next_surface, (UINT16)surface->box.width, (UINT16)surface->box.height,
        surface->has_alpha ? GFX_PIXEL_FORMAT_ARGB_8888 : GFX_PIXEL_FORMAT_XRGB_8888};
    RDPGFX_MAP_SURFACE_TO_WINDOW_PDU map = {.surfaceId = create.surfaceId,
                                            .windowId = surface->window,
                                            .mappedWidth = create.width,
                                            .mappedHeight = create.height};
    surface->id = create.surfaceId;
    surface->is_made = frames->gfx->CreateSurface(frames->gfx, &create) == CHANNEL_RC_OK &&
                       frames->gfx->MapSurfaceToWindow(frames->gfx, &map) == CHANNEL_RC_OK;
    surface->damage.count = 0;
    box_list_add(&surface->damage, (Box){0, 0, surface->box.width, surface->box.height});
    return surface->is_made;
}

static void drop_surface(RdpFrames *frames, Surface *surface) {
    if (surface->is_made && frames->gfx) {
        RDPGFX_DELETE_SURFACE_PDU pdu = {surface->id};
        frames->gfx->DeleteSurface(frames->gfx, &pdu);
    }
    surface->is_made = false;
}

static BYTE *pack(const RDPGFX_SURFACE_COMMAND *raw, size_t stride, bool has_alpha, UINT32 *ret_length) {
    DWORD flags = has_alpha ? PLANAR_FORMAT_HEADER_RLE : PLANAR_FORMAT_HEADER_NA | PLANAR_FORMAT_HEADER_RLE;
    BITMAP_PLANAR_CONTEXT *planar = freerdp_bitmap_planar_context_new(flags, raw->width, raw->height);
    freerdp_planar_topdown_image(planar, TRUE);
    BYTE *packed = freerdp_bitmap_compress_planar(planar, raw->data, raw->format, raw->width, raw->height,
                                                  (UINT32)stride, NULL, ret_length);
    freerdp_bitmap_planar_context_free(planar);
    return packed;
}

// False when box has no pixels now; else the caller frees the command's data.
static bool read_part(RdpFrames *frames, const Surface *surface, Box box,
                      RDPGFX_SURFACE_COMMAND *ret_command) {
    size_t stride = (size_t)box.width * 4, size = stride * (size_t)box.height;
    BYTE *pixels = g_malloc0(size);
    *ret_command =
        (RDPGFX_SURFACE_COMMAND){.surfaceId = surface->id,
                                 .codecId = RDPGFX_CODECID_UNCOMPRESSED,
                                 .format = surface->has_alpha ? PIXEL_FORMAT_BGRA32 : PIXEL_FORMAT_BGRX32,
                                 .left = (UINT32)box.x,
                                 .top = (UINT32)box.y,
                                 .right = (UINT32)(box.x + box.width),
                                 .bottom = (UINT32)(box.y + box.height),
                                 .width = (UINT32)box.width,
                                 .height = (UINT32)box.height,
                                 .length = (UINT32)size,
                                 .data = pixels};
    bool has_pixels = frames->source.read_window(frames->source.user, surface->window, box, pixels, stride);
    if (has_pixels && frames->is_raw && size <= RAW_MAX)
        return true;
    if (has_pixels) {
        ret_command->codecId = RDPGFX_CODECID_PLANAR;
        ret_command->data = pack(ret_command, stride, surface->has_alpha, &ret_command->length);
        has_pixels = ret_command->data != NULL;
    }
    free(pixels); // of g_malloc0, which is malloc's
    return has_pixels;
}

// A frame is as few messages as it has parts: each one wakes the client.
static bool send_surface(RdpFrames *frames, Surface *surface) {
    RDPGFX_SURFACE_COMMAND parts[BOX_LIST_MAX];
    uint32_t count = 0;
    bool is_made = surface->is_made || make_surface(frames, surface), sent = true;
    for (uint32_t i = 0; i < surface->damage.count && is_made; i++)
        count += read_part(frames, surface, surface->damage.boxes[i], &parts[count]);
    surface->damage.count = 0;
    surface->pace = (Pace){.last = g_get_monotonic_time()};
    RDPGFX_START_FRAME_PDU start = {.timestamp = 0, .frameId = frames->frame + 1};
    RDPGFX_END_FRAME_PDU end = {.frameId = start.frameId};
    frames->frame += count > 0;
    for (uint32_t i = 0; i < count; i++) {
        sent = sent && frames->gfx->SurfaceFrameCommand(frames->gfx, &parts[i], i ? NULL : &start,
                                                        i + 1 < count ? NULL : &end) == CHANNEL_RC_OK;
        free(parts[i].data);
    }
    return sent;
}

static bool is_due(const Surface *surface, int64_t now) {
    return surface->damage.count && !box_is_empty(surface->box) && surface->pace.due <= now;
}

static bool is_behind(const RdpFrames *frames) {
    return !frames->is_unpaced && frames->frame - frames->acknowledged >= FRAMES_IN_FLIGHT;
}

static bool send_surfaces(RdpFrames *frames) {
    int64_t now = g_get_monotonic_time();
    GHashTableIter iter;
    gpointer value;
    if (!frames->is_ready)
        return true;
    g_hash_table_iter_init(&iter, frames->surfaces);
    while (!is_behind(frames) && g_hash_table_iter_next(&iter, NULL, &value))
        if (is_due(value, now) && !send_surface(frames, value))
            return false;
    return true;
}

static bool send_desktop(RdpFrames *frames) {
    bool sent = true;
    if (!frames->damage.count || frames->pace.due > g_get_monotonic_time())
        return true;
    for (uint32_t i = 0; i < frames->damage.count && sent; i++)
        sent = rdp_desktop_send(frames->desktop, frames->damage.boxes[i]);
    frames->damage.count = 0;
    frames->pace = (Pace){.last = g_get_monotonic_time()};
    return sent;
}

static gboolean on_frame(gpointer user) {
    RdpFrames *frames = user;
    frames->timer = 0;
    if (!send_desktop(frames) || !send_surfaces(frames))
        frames->has_failed = true;
    else
        schedule(frames);
    if (frames->is_gfx) // what is queued goes out now, not a turn of the loop later
        frames->has_failed |= !WTSVirtualChannelManagerCheckFileDescriptorEx(frames->manager, TRUE);
    return G_SOURCE_REMOVE;
}

static int64_t next_due(const RdpFrames *frames) {
    GHashTableIter iter;
    gpointer value;
    int64_t due = frames->damage.count ? frames->pace.due : INT64_MAX;
    if (!frames->is_ready || is_behind(frames)) // the client's next word schedules
        return due;
    g_hash_table_iter_init(&iter, frames->surfaces);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Surface *surface = value;
        if (is_due(surface, INT64_MAX))
            due = MIN(due, surface->pace.due);
    }
    return due;
}

static void schedule(RdpFrames *frames) {
    int64_t due = next_due(frames), wait = due - g_get_monotonic_time();
    if (due == INT64_MAX || (frames->timer && frames->timer_due <= due))
        return;
    if (frames->timer)
        g_source_remove(frames->timer);
    frames->timer_due = due;
    wait = wait > 0 ? (wait + G_TIME_SPAN_MILLISECOND - 1) / G_TIME_SPAN_MILLISECOND : 0;
    frames->timer = g_timeout_add_full(G_PRIORITY_DEFAULT_IDLE, (guint)wait, on_frame, frames, NULL);
}

static void add_damage(BoxList *damage, Pace *pace, Box box) {
    if (!damage->count)
        pace->due = pace->last + FRAME_INTERVAL_US;
    box_list_add(damage, box);
}

// A surface that is not made: its first frame is due when drawing pauses, or goes on for a frame's time.
static void settle(Pace *pace) {
    int64_t now = g_get_monotonic_time();
    pace->first = pace->first ? pace->first : now;
    pace->due = MIN(now + FIRST_SETTLE_US, pace->first + FRAME_INTERVAL_US);
}

static void on_shared_state(void *owner, RdpSharedState state) {
    RdpFrames *frames = owner;
    if (state != RDP_SHARED_OFF)
        return;
    open_gfx(frames);
    frames->source.damage_all(frames->source.user);
    schedule(frames);
}

static bool is_shared(const RdpFrames *frames) {
    return rdp_shared_state(frames->shared) != RDP_SHARED_OFF;
}

static void open_shared(RdpFrames *frames, PixelsDoor *door) {
    const RdpFramesSource *source = &frames->source;
    RdpSharedSource shared = {source->share_window, source->capture_window, source->user, on_shared_state,
                              frames};
    frames->shared = rdp_shared_new(frames->manager, door, &shared);
}

bool rdp_frames_can_set_monitors(const RdpFrames *frames) {
    return frames->is_gfx;
}

// A client forgets what surfaces showed when it is told of another desktop.
static void show_all_again(RdpFrames *frames) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, frames->surfaces);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        Surface *surface = value;
        drop_surface(frames, surface);
        rdp_frames_damage(frames, surface->window, (Box){0, 0, surface->box.width, surface->box.height});
    }
}

bool rdp_frames_set_monitors(RdpFrames *frames, const Layout *layout) {
    bool is_told = true;
    if (!frames->is_gfx)
        return false;
    if (is_shared(frames))
        is_told = rdp_shared_tell_monitors(frames->shared, layout);
    else if (frames->is_ready && (is_told = reset_graphics(frames, layout)))
        show_all_again(frames);
    return is_told && WTSVirtualChannelManagerCheckFileDescriptorEx(frames->manager, TRUE);
}

static void free_surface(gpointer data) {
    g_free(data);
}

RdpFrames *rdp_frames_new(rdpContext *context, HANDLE manager, bool is_gfx, bool is_raw, PixelsDoor *door,
                          const RdpFramesSource *source) {
    RdpFrames *frames = g_new0(RdpFrames, 1);
    frames->context = context;
    frames->manager = manager;
    frames->is_gfx = is_gfx;
    frames->is_raw = is_raw;
    frames->source = *source;
    frames->surfaces = g_hash_table_new_full(NULL, NULL, NULL, free_surface);
    frames->desktop = rdp_desktop_new(context, source);
    if (is_gfx)
        open_shared(frames, door);
    return frames;
}

void rdp_frames_free(RdpFrames *frames) {
    if (!frames)
        return;
    rdp_shared_free(frames->shared);
    if (frames->timer)
        g_source_remove(frames->timer);
    if (frames->gfx) {
        if (frames->is_open)
            frames->gfx->Close(frames->gfx);
        rdpgfx_server_context_free(frames->gfx);
    }
    rdp_desktop_free(frames->desktop);
    g_hash_table_destroy(frames->surfaces);
    g_free(frames);
}

HANDLE rdp_frames_event(RdpFrames *frames) {
    return frames->gfx && frames->is_open ? rdpgfx_server_get_event_handle(frames->gfx) : NULL;
}

bool rdp_frames_pump(RdpFrames *frames) {
    if (frames->has_failed)
        return false;
    if (!frames->is_gfx)
        return true;
    if (is_shared(frames)) {
        rdp_shared_pump(frames->shared);
        return true;
    }
    open_gfx(frames);
    HANDLE event = rdp_frames_event(frames);
    if (event && WaitForSingleObject(event, 0) == WAIT_OBJECT_0)
        return rdpgfx_server_handle_messages(frames->gfx) == CHANNEL_RC_OK;
    return true;
}

void rdp_frames_window(RdpFrames *frames, uint32_t window, Box box, bool has_alpha) {
    if (!frames->is_gfx)
        return;
    Surface *surface = g_hash_table_lookup(frames->surfaces, GUINT_TO_POINTER(window));
    if (!surface) {
        surface = g_new0(Surface, 1);
        surface->window = window;
        surface->has_alpha = has_alpha;
        g_hash_table_insert(frames->surfaces, GUINT_TO_POINTER(window), surface);
    } else if (surface->box.width != box.width || surface->box.height != box.height) {
        drop_surface(frames, surface);
    }
    surface->box = box;
    if (is_shared(frames))
        rdp_shared_window(frames->shared, window, box, has_alpha);
    else if (!surface->is_made && !surface->damage.count)
        rdp_frames_damage(frames, window, (Box){0, 0, box.width, box.height});
}

void rdp_frames_gone(RdpFrames *frames, uint32_t window) {
    Surface *surface = g_hash_table_lookup(frames->surfaces, GUINT_TO_POINTER(window));
    if (surface)
        drop_surface(frames, surface);
    g_hash_table_remove(frames->surfaces, GUINT_TO_POINTER(window));
    if (is_shared(frames))
        rdp_shared_gone(frames->shared, window);
}

bool rdp_frames_touch(RdpFrames *frames, uint32_t window) {
    if (is_shared(frames))
        rdp_shared_touch(frames->shared, window, false);
    return is_shared(frames);
}

void rdp_frames_damage(RdpFrames *frames, uint32_t window, Box box) {
    Surface *surface = g_hash_table_lookup(frames->surfaces, GUINT_TO_POINTER(window));
    if (!surface)
        return;
    if (is_shared(frames)) {
        rdp_shared_touch(frames->shared, window, true);
        return;
    }
    box = box_intersect(box, (Box){0, 0, surface->box.width, surface->box.height});
    if (box_is_empty(box))
        return;
    add_damage(&surface->damage, &surface->pace, box);
    if (!surface->is_made)
        settle(&surface->pace);
    schedule(frames);
}

void rdp_frames_show_desktop(RdpFrames *frames, bool is_shown) {
    frames->shows_desktop = is_shown;
    frames->damage.count = 0;
}

void rdp_frames_damage_desktop(RdpFrames *frames, Box box) {
    if (frames->is_gfx && !frames->shows_desktop)
        return;
    rdpSettings *settings = frames->context->settings;
    box = box_intersect(box, (Box){0, 0, (int32_t)freerdp_settings_get_uint32(settings, FreeRDP_DesktopWidth),
                                   (int32_t)freerdp_settings_get_uint32(settings, FreeRDP_DesktopHeight)});
    if (box_is_empty(box))
        return;
    add_damage(&frames->damage, &frames->pace, box);
    schedule(frames);
}
