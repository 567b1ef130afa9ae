// SPDX-License-Identifier: Apache-2.0
// MS-RDPEDISP over FreeRDP's channel manager, without the library's own server of it, which is a thread.
// Owned by one connection; pumped from its loop.
#include "guest-agent/embedded/rdp-display.h"

#include <freerdp/channels/drdynvc.h>
#include <freerdp/channels/wtsvc.h>
#include <freerdp/peer.h>
#include <glib.h>
#include <winpr/wtsapi.h>

#define AREA_WIDTH  8192
#define AREA_HEIGHT 4320

void rdp_display_init(RdpDisplay *display, HANDLE manager) {
    *display = (RdpDisplay){.manager = manager};
}

void rdp_display_close(RdpDisplay *display) {
    if (display->channel)
        WTSVirtualChannelClose(display->channel);
    display->channel = NULL;
}

static void *query(HANDLE channel, WTS_VIRTUAL_CLASS what, size_t size) {
    void *buffer = NULL;
    DWORD got = 0;
    if (WTSVirtualChannelQuery(channel, what, &buffer, &got) && got == size)
        return buffer;
    WTSFreeMemory(buffer);
    return NULL;
}

HANDLE rdp_display_event(const RdpDisplay *display) {
    HANDLE *found = display->channel ? query(display->channel, WTSVirtualEventHandle, sizeof(HANDLE)) : NULL;
    HANDLE event = found ? *found : NULL;
    WTSFreeMemory(found);
    return event;
}

static void open_channel(RdpDisplay *display) {
    ULONG *session = NULL;
    DWORD size = 0;
    display->has_asked = true;
    if (!WTSQuerySessionInformationA(display->manager, WTS_CURRENT_SESSION, WTSSessionId, (LPSTR *)&session,
                                     &size))
        return;
    display->channel = WTSVirtualChannelOpenEx(*session, (LPSTR)DISPLAY_CHANNEL, WTS_CHANNEL_OPTION_DYNAMIC);
    WTSFreeMemory(session);
}

static bool is_open(const RdpDisplay *display) {
    BOOL *ready = query(display->channel, WTSVirtualChannelReady, sizeof(BOOL));
    bool is_ready = ready && *ready;
    WTSFreeMemory(ready);
    return is_ready;
}

static void greet(RdpDisplay *display) {
    ULONG written = 0;
    WireWriter writer;
    wire_writer_init(&writer);
    display_caps_encode(&writer, LAYOUT_MONITORS_MAX, AREA_WIDTH, AREA_HEIGHT);
    display->is_greeted =
        WTSVirtualChannelWrite(display->channel, (PCHAR)writer.data, (ULONG)writer.size, &written);
    wire_writer_clear(&writer);
}

static bool read_layout(RdpDisplay *display, Layout *ret_layout, bool *ret_valid) {
    uint8_t untrusted_bytes[DISPLAY_PDU_MAX];
    ULONG size = 0, got = 0;
    WTSVirtualChannelRead(display->channel, 0, NULL, 0, &size);
    if (size == 0)
        return false;
    if (size > sizeof(untrusted_bytes)) {
        g_warning("the client's monitors are %u bytes long", (unsigned)size);
        rdp_display_close(display);
        return false;
    }
    if (!WTSVirtualChannelRead(display->channel, 0, (PCHAR)untrusted_bytes, sizeof(untrusted_bytes), &got) ||
        got == 0)
        return false;
    *ret_valid = display_layout_decode(untrusted_bytes, got, ret_layout);
    return true;
}

void rdp_display_pump(RdpDisplay *display, RdpDisplayOnLayout on_layout, void *user) {
    Layout layout;
    bool is_valid = false;
    if (!display->has_asked &&
        WTSVirtualChannelManagerGetDrdynvcState(display->manager) == DRDYNVC_STATE_READY)
        open_channel(display);
    if (!display->channel)
        return;
    if (!display->is_greeted && is_open(display))
        greet(display);
    while (display->channel && read_layout(display, &layout, &is_valid))
        if (is_valid)
            on_layout(user, &layout);
        else
            g_message("the client's monitors are no layout");
}

uint32_t rdp_display_monitors(const Layout *layout, MONITOR_DEF ret_monitors[LAYOUT_MONITORS_MAX]) {
    Box primary = layout->monitors[0].box;
    for (uint32_t i = 0; i < layout->count; i++) {
        Box box = box_shift(layout->monitors[i].box, -primary.x, -primary.y);
        ret_monitors[i] = (MONITOR_DEF){.left = box.x,
                                        .top = box.y,
                                        .right = box.x + box.width - 1, // inclusive
                                        .bottom = box.y + box.height - 1,
                                        .flags = i ? 0 : MONITOR_PRIMARY};
    }
    return layout->count;
}

static bool set_monitor(rdpSettings *settings, const MONITOR_DEF *monitor, uint32_t index) {
    rdpMonitor own = {.x = monitor->left,
                      .y = monitor->top,
                      .width = monitor->right - monitor->left + 1,
                      .height = monitor->bottom - monitor->top + 1,
                      .is_primary = monitor->flags & MONITOR_PRIMARY,
                      .orig_screen = index};
    return freerdp_settings_set_pointer_array(settings, FreeRDP_MonitorDefArray, index, &own);
}

bool rdp_display_adopt(rdpSettings *settings, const Layout *layout) {
    MONITOR_DEF monitors[LAYOUT_MONITORS_MAX];
    Box bounds = layout_bounds(layout);
    uint32_t count = rdp_display_monitors(layout, monitors);
    bool good = freerdp_settings_set_uint32(settings, FreeRDP_DesktopWidth, (UINT32)bounds.width) &&
                freerdp_settings_set_uint32(settings, FreeRDP_DesktopHeight, (UINT32)bounds.height) &&
                freerdp_settings_set_pointer_len(settings, FreeRDP_MonitorDefArray, NULL, count) &&
                freerdp_settings_set_uint32(settings, FreeRDP_MonitorCount, count);
    for (uint32_t i = 0; good && i < count; i++)
        good = set_monitor(settings, &monitors[i], i);
    return good;
}

static Box desktop_of(const rdpSettings *settings) {
    return (Box){0, 0, (int32_t)MIN(freerdp_settings_get_uint32(settings, FreeRDP_DesktopWidth), BOX_LIMIT),
                 (int32_t)MIN(freerdp_settings_get_uint32(settings, FreeRDP_DesktopHeight), BOX_LIMIT)};
}

static bool read_monitors(const rdpSettings *settings, Layout *ret_layout) {
    uint32_t count = MIN(freerdp_settings_get_uint32(settings, FreeRDP_MonitorCount), LAYOUT_MONITORS_MAX);
    uint32_t primary = 0;
    ret_layout->count = count;
    for (uint32_t i = 0; i < count; i++) {
        const rdpMonitor *monitor = freerdp_settings_get_pointer_array(settings, FreeRDP_MonitorDefArray, i);
        Box untrusted_box =
            monitor ? (Box){monitor->x, monitor->y, monitor->width, monitor->height} : (Box){0};
        if (!box_is_sane(untrusted_box) || box_is_empty(untrusted_box))
            return false;
        ret_layout->monitors[i].box = untrusted_box;
        primary = monitor->is_primary ? i : primary;
    }
    LayoutMonitor first = ret_layout->monitors[0];
    ret_layout->monitors[0] = ret_layout->monitors[primary];
    ret_layout->monitors[primary] = first;
    return count > 0 && layout_is_seamless(ret_layout);
}

void rdp_display_read(const rdpSettings *settings, Layout *ret_layout) {
    Layout layout;
    Box desktop = desktop_of(settings);
    layout_init(&layout, desktop);
    if (!read_monitors(settings, &layout))
        layout_init(&layout, desktop);
    Box bounds = layout_bounds(&layout);
    for (uint32_t i = 0; i < layout.count; i++) {
        layout.monitors[i].box = box_shift(layout.monitors[i].box, -bounds.x, -bounds.y);
        layout.monitors[i].work_area = layout.monitors[i].box;
    }
    layout.dpi = freerdp_settings_get_uint32(settings, FreeRDP_DesktopScaleFactor) * LAYOUT_DPI / 100;
    layout.dpi = CLAMP(layout.dpi, LAYOUT_DPI, LAYOUT_DPI * 5);
    *ret_layout = layout;
}
