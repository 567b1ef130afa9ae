// SPDX-License-Identifier: Apache-2.0
// Which monitors the guest has: told when the connection is made (settings.c), and while it lasts on the
// display channel (MS-RDPEDISP), where the guest has one. What the guest makes of it is what it says of its
// monitors afterwards; until then everything counts from where it counted before. One loop, and FreeRDP's
// callbacks in it.
#include "host-agent/session/session.h"

#include <freerdp/client/disp.h>
#include <freerdp/update.h>

#define MISFIT_PATIENCE 2000 // ms

struct Display {
    DispClientContext *channel; // NULL: the guest has none
    bool can_tell;              // it has said what it takes
    uint32_t max_monitors;
    uint64_t max_pixels;
    Layout wanted, told; // of the host; what the guest was last asked for
    Box told_bounds;     // in the guest's coordinates, as it was told
    uint32_t told_count;
    bool is_asked; // and has not answered
    guint misfit_timer;
};

static Display *display_of(Session *session) {
    if (!session->display) {
        session->display = g_new0(Display, 1);
        session->display->wanted = session->display->told = session->connect.as.connect.monitors;
    }
    return session->display;
}

void display_clear(Session *session) {
    if (session->display)
        g_clear_handle_id(&session->display->misfit_timer, g_source_remove);
    g_clear_pointer(&session->display, g_free);
}

static Box desktop_of(const Session *session) {
    const rdpSettings *settings = session->rdp->settings;
    return (Box){0, 0, (int32_t)freerdp_settings_get_uint32(settings, FreeRDP_DesktopWidth),
                 (int32_t)freerdp_settings_get_uint32(settings, FreeRDP_DesktopHeight)};
}

void display_tell_work_areas(Session *session) {
    Layout layout = display_of(session)->wanted;
    layout_clip(&layout, desktop_of(session));
    rail_channel_layout(session, &layout);
}

static void report(Session *session, bool follows, int32_t dx, int32_t dy) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_DISPLAY);
    event.as.display.follows = follows;
    event.as.display.dx = dx;
    event.as.display.dy = dy;
    session_send(session, &event, -1);
}

static DISPLAY_CONTROL_MONITOR_LAYOUT monitor_of(const Layout *layout, uint32_t index) {
    Box box = layout->monitors[index].box, primary = layout->monitors[0].box;
    return (DISPLAY_CONTROL_MONITOR_LAYOUT){.Flags = index ? 0 : DISPLAY_CONTROL_MONITOR_PRIMARY,
                                            .Left = box.x - primary.x,
                                            .Top = box.y - primary.y,
                                            .Width = (UINT32)box.width,
                                            .Height = (UINT32)box.height,
                                            .DesktopScaleFactor = layout_scale(layout),
                                            .DeviceScaleFactor = layout_device_scale(layout)};
}

static void tell(Session *session) {
    Display *display = session->display;
    DISPLAY_CONTROL_MONITOR_LAYOUT monitors[LAYOUT_MONITORS_MAX];
    Layout layout = display->wanted;
    layout_make_tellable(&layout, display->max_monitors, display->max_pixels);
    for (uint32_t i = 0; i < layout.count; i++)
        monitors[i] = monitor_of(&layout, i);
    display->told = display->wanted;
    display->told_bounds =
        box_shift(layout_bounds(&layout), -layout.monitors[0].box.x, -layout.monitors[0].box.y);
    display->told_count = layout.count;
    display->is_asked =
        display->channel->SendMonitorLayout(display->channel, layout.count, monitors) == CHANNEL_RC_OK;
    if (!display->is_asked)
        g_printerr("railhead-session: the guest could not be told of %u monitors\n", layout.count);
}

static bool has_outgrown(Session *session) {
    Box bounds = layout_bounds(&session->display->wanted), desktop = desktop_of(session);
    return bounds.width != desktop.width || bounds.height != desktop.height;
}

static gboolean on_misfit(gpointer user) {
    Session *session = user;
    session->display->misfit_timer = 0;
    if (!session->display->can_tell && has_outgrown(session))
        report(session, false, 0, 0);
    return G_SOURCE_REMOVE;
}

// The channel may be on its way, and a user who plugs monitors in may not be done.
static void report_misfit_later(Session *session) {
    Display *display = session->display;
    g_clear_handle_id(&display->misfit_timer, g_source_remove);
    display->misfit_timer = g_timeout_add(MISFIT_PATIENCE, on_misfit, session);
}

void display_take(Session *session, const Layout *layout) {
    Display *display = display_of(session);
    display->wanted = *layout;
    if (layout_same_monitors(layout, &display->told)) {
        display_tell_work_areas(session);
    } else if (display->can_tell) {
        tell(session);
    } else {
        display_tell_work_areas(session);
        report_misfit_later(session);
    }
}

static UINT on_caps(DispClientContext *channel, UINT32 max_monitors, UINT32 area_a, UINT32 area_b) {
    Session *session = channel->custom;
    Display *display = display_of(session);
    display->can_tell = true;
    display->max_monitors = MIN(max_monitors, LAYOUT_MONITORS_MAX);
    display->max_pixels = (uint64_t)display->max_monitors * MIN(area_a, UINT16_MAX) * MIN(area_b, UINT16_MAX);
    if (!layout_same_monitors(&display->wanted, &display->told))
        tell(session);
    return CHANNEL_RC_OK;
}

void display_start(Session *session, DispClientContext *channel) {
    display_of(session)->channel = channel;
    channel->custom = session;
    channel->DisplayControlCaps = on_caps;
}

void display_stop(Session *session) {
    Display *display = session->display;
    if (!display)
        return;
    display->channel = NULL;
    display->can_tell = display->is_asked = false;
}

static Box bounds_of(const MONITOR_DEF *untrusted_monitors, uint32_t count) {
    Box bounds = {0};
    for (uint32_t i = 0; i < MIN(count, LAYOUT_MONITORS_MAX); i++) {
        const MONITOR_DEF *monitor = &untrusted_monitors[i];
        int32_t left = CLAMP(monitor->left, -BOX_LIMIT, BOX_LIMIT);
        int32_t top = CLAMP(monitor->top, -BOX_LIMIT, BOX_LIMIT);
        bounds = box_union(bounds, (Box){left, top, CLAMP(monitor->right, left, BOX_LIMIT) - left + 1,
                                         CLAMP(monitor->bottom, top, BOX_LIMIT) - top + 1});
    }
    return bounds;
}

// The guest counts from its primary monitor, the agent from the corner of all of them. Of what a server says
// of monitors only the answer counts: what it says at the start is no news, and not always true.
static bool is_answer(const Display *display, Box bounds, uint32_t count) {
    return display->is_asked && count == display->told_count && box_equal(bounds, display->told_bounds);
}

static void take_answer(Session *session, Box bounds) {
    int32_t dx = -bounds.x - session->origin_x, dy = -bounds.y - session->origin_y;
    session->origin_x = -bounds.x;
    session->origin_y = -bounds.y;
    session->display->is_asked = false;
    g_printerr("railhead-session: the guest has %u monitors, the primary one at %d,%d\n",
               session->display->told_count, session->origin_x, session->origin_y);
    report(session, true, dx, dy);
    if (session->shook_hands)
        display_tell_work_areas(session);
}

void display_confirmed(Session *session, const MONITOR_DEF *untrusted_monitors, uint32_t count) {
    Box bounds = bounds_of(untrusted_monitors, count);
    if (is_answer(display_of(session), bounds, count))
        take_answer(session, bounds);
}

// A guest that shares its pixels says no more of its desktop than this.
void display_confirmed_by_sharer(Session *session, const Layout *untrusted_layout) {
    rdpContext *context = session->rdp;
    Box primary = untrusted_layout->monitors[0].box;
    Box bounds = box_shift(layout_bounds(untrusted_layout), -primary.x, -primary.y);
    if (!is_answer(display_of(session), bounds, untrusted_layout->count))
        return;
    freerdp_settings_set_uint32(context->settings, FreeRDP_DesktopWidth, (UINT32)bounds.width);
    freerdp_settings_set_uint32(context->settings, FreeRDP_DesktopHeight, (UINT32)bounds.height);
    if (!context->update->DesktopResize(context))
        g_printerr("railhead-session: no memory for a desktop of %dx%d\n", bounds.width, bounds.height);
    take_answer(session, bounds);
}

static BOOL on_monitors(rdpContext *context, UINT32 count, const MONITOR_DEF *monitors) {
    display_confirmed(session_of(context), monitors, count);
    return TRUE;
}

void display_install(Session *session) {
    session->rdp->update->RemoteMonitors = on_monitors;
}
