// SPDX-License-Identifier: Apache-2.0
// The server's end of RDPGFX, by hand: each call is one PDU, right or wrong. Owned by one FakePeer.
#include "tests/support/railfake-gfx.h"

#include <freerdp/channels/drdynvc.h>
#include <freerdp/channels/wtsvc.h>
#include <freerdp/codec/color.h>
#include <freerdp/server/rdpgfx.h>

struct FakeGfx {
    rdpContext *context;
    HANDLE manager;
    FakeGfxEvents events;
    void *user;
    RdpgfxServerContext *server;
    bool is_open, is_ready;
    uint32_t frame;
};

void fake_gfx_reset(FakeGfx *gfx, const Layout *layout) {
    MONITOR_DEF monitors[LAYOUT_MONITORS_MAX];
    Box bounds = layout_bounds(layout);
    UINT32 count = rdp_display_monitors(layout, monitors);
    RDPGFX_RESET_GRAPHICS_PDU reset = {(UINT32)bounds.width, (UINT32)bounds.height, count, monitors};
    gfx->server->ResetGraphics(gfx->server, &reset);
}

static UINT on_caps_advertise(RdpgfxServerContext *server, const RDPGFX_CAPS_ADVERTISE_PDU *advertise) {
    FakeGfx *gfx = server->custom;
    RDPGFX_CAPSET best = {0};
    for (UINT16 i = 0; i < advertise->capsSetCount; i++)
        if (advertise->capsSets[i].version <= RDPGFX_CAPVERSION_107 &&
            advertise->capsSets[i].version > best.version)
            best = advertise->capsSets[i];
    RDPGFX_CAPS_CONFIRM_PDU confirm = {&best};
    server->CapsConfirm(server, &confirm);
    const rdpSettings *settings = gfx->context->settings;
    Layout whole;
    layout_init(&whole, (Box){0, 0, (int32_t)freerdp_settings_get_uint32(settings, FreeRDP_DesktopWidth),
                              (int32_t)freerdp_settings_get_uint32(settings, FreeRDP_DesktopHeight)});
    fake_gfx_reset(gfx, &whole);
    gfx->is_ready = true;
    gfx->events.on_ready(gfx->user);
    return CHANNEL_RC_OK;
}

static UINT on_frame_acknowledge(RdpgfxServerContext *server, const RDPGFX_FRAME_ACKNOWLEDGE_PDU *ack) {
    FakeGfx *gfx = server->custom;
    Record *record = record_new("frame-ack");
    record_put(record, "frame", ack->frameId);
    record_put(record, "queue", ack->queueDepth);
    gfx->events.record(gfx->user, record);
    return CHANNEL_RC_OK;
}

FakeGfx *fake_gfx_new(rdpContext *context, HANDLE manager, const FakeGfxEvents *events, void *user) {
    FakeGfx *gfx = g_new0(FakeGfx, 1);
    gfx->context = context;
    gfx->manager = manager;
    gfx->events = *events;
    gfx->user = user;
    return gfx;
}

void fake_gfx_free(FakeGfx *gfx) {
    if (!gfx)
        return;
    if (gfx->server) {
        if (gfx->is_open)
            gfx->server->Close(gfx->server);
        rdpgfx_server_context_free(gfx->server);
    }
    g_free(gfx);
}

HANDLE fake_gfx_event(FakeGfx *gfx) {
    return gfx->is_open ? rdpgfx_server_get_event_handle(gfx->server) : NULL;
}

static void open_channel(FakeGfx *gfx) {
    if (gfx->server || WTSVirtualChannelManagerGetDrdynvcState(gfx->manager) != DRDYNVC_STATE_READY)
        return;
    gfx->server = rdpgfx_server_context_new(gfx->manager);
    gfx->server->custom = gfx;
    gfx->server->rdpcontext = gfx->context;
    gfx->server->CapsAdvertise = on_caps_advertise;
    gfx->server->FrameAcknowledge = on_frame_acknowledge;
    gfx->is_open = gfx->server->Initialize(gfx->server, TRUE) && gfx->server->Open(gfx->server);
}

bool fake_gfx_pump(FakeGfx *gfx) {
    open_channel(gfx);
    HANDLE event = fake_gfx_event(gfx);
    if (event && WaitForSingleObject(event, 0) == WAIT_OBJECT_0)
        return rdpgfx_server_handle_messages(gfx->server) == CHANNEL_RC_OK;
    return true;
}

bool fake_gfx_is_ready(const FakeGfx *gfx) {
    return gfx->is_ready;
}

void fake_gfx_create(FakeGfx *gfx, uint16_t surface, uint16_t width, uint16_t height, bool alpha) {
    RDPGFX_CREATE_SURFACE_PDU pdu = {surface, width, height,
                                     alpha ? GFX_PIXEL_FORMAT_ARGB_8888 : GFX_PIXEL_FORMAT_XRGB_8888};
    gfx->server->CreateSurface(gfx->server, &pdu);
}

void fake_gfx_delete(FakeGfx *gfx, uint16_t surface) {
    RDPGFX_DELETE_SURFACE_PDU pdu = {surface};
    gfx->server->DeleteSurface(gfx->server, &pdu);
}

void fake_gfx_map(FakeGfx *gfx, uint16_t surface, uint64_t window, uint32_t width, uint32_t height,
                  bool scaled) {
    RDPGFX_MAP_SURFACE_TO_WINDOW_PDU plain = {surface, window, width, height};
    RDPGFX_MAP_SURFACE_TO_SCALED_WINDOW_PDU with_target = {surface, window, width, height, width, height};
    if (scaled)
        gfx->server->MapSurfaceToScaledWindow(gfx->server, &with_target);
    else
        gfx->server->MapSurfaceToWindow(gfx->server, &plain);
}

void fake_gfx_begin(FakeGfx *gfx) {
    RDPGFX_START_FRAME_PDU pdu = {.timestamp = 0, .frameId = ++gfx->frame};
    gfx->server->StartFrame(gfx->server, &pdu);
}

void fake_gfx_end(FakeGfx *gfx) {
    RDPGFX_END_FRAME_PDU pdu = {.frameId = gfx->frame};
    gfx->server->EndFrame(gfx->server, &pdu);
}

void fake_gfx_paint(FakeGfx *gfx, uint16_t surface, Box box, const uint8_t *pixels, bool alpha) {
    RDPGFX_SURFACE_COMMAND command = {.surfaceId = surface,
                                      .codecId = RDPGFX_CODECID_UNCOMPRESSED,
                                      .format = alpha ? PIXEL_FORMAT_BGRA32 : PIXEL_FORMAT_BGRX32,
                                      .left = (UINT32)box.x,
                                      .top = (UINT32)box.y,
                                      .right = (UINT32)(box.x + box.width),
                                      .bottom = (UINT32)(box.y + box.height),
                                      .width = (UINT32)box.width,
                                      .height = (UINT32)box.height,
                                      .length = (UINT32)(box.width * box.height * 4),
                                      .data = (BYTE *)pixels};
    gfx->server->SurfaceCommand(gfx->server, &command);
}
