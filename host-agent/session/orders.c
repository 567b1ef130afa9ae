// SPDX-License-Identifier: Apache-2.0
// Window orders as FreeRDP decodes them, turned into DeskEvents. Runs in FreeRDP's callbacks in the session's
// loop. Never answers FALSE for what only looks wrong: that would end the connection.
#include "host-agent/session/session.h"

#include <freerdp/update.h>
#include <freerdp/window.h>
#include "rail/utf.h"

#define ICON_CACHES  3
#define ICON_ENTRIES 12

struct IconCache {
    Raster *rasters[ICON_CACHES][ICON_ENTRIES];
    Raster *loose; // the last one that is not to be kept
};

static GHashTable *margins; // window id -> GuestMargins, of those that have any

static void keep_margins(uint32_t window, const GuestMargins *value) {
    if (!margins)
        margins = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    if (g_hash_table_size(margins) < GUEST_WINDOWS_MAX)
        g_hash_table_replace(margins, GUINT_TO_POINTER(window), g_memdup2(value, sizeof *value));
}

Box orders_with_margins(uint32_t window, Box box) {
    const GuestMargins *of = margins ? g_hash_table_lookup(margins, GUINT_TO_POINTER(window)) : NULL;
    if (!of)
        return box;
    return (Box){box.x - of->left, box.y - of->top, box.width + of->left + of->right,
                 box.height + of->top + of->bottom};
}

static void set_title(GuestWindow *window, const RAIL_UNICODE_STRING *title) {
    char *text = utf8_from_utf16le(title->string, title->length);
    guest_window_set_title(window, text);
    free(text);
}

// The wire's 16 bits are signed in practice; right and bottom are exclusive.
static void set_boxes(BoxList *list, const RECTANGLE_16 *rects, uint32_t count, int32_t dx, int32_t dy) {
    list->count = 0;
    for (uint32_t i = 0; rects && i < count; i++) {
        int32_t left = (int16_t)rects[i].left, top = (int16_t)rects[i].top;
        int32_t right = (int16_t)rects[i].right, bottom = (int16_t)rects[i].bottom;
        if (right > left && bottom > top)
            box_list_add(list, box_shift((Box){left, top, right - left, bottom - top}, dx, dy));
    }
}

static int32_t clamp(int64_t value) {
    return CLAMP(value, -BOX_LIMIT, BOX_LIMIT);
}

static int32_t clamp_size(uint32_t value) {
    return MIN(value, BOX_LIMIT);
}

static void convert_geometry(uint32_t flags, const WINDOW_STATE_ORDER *state, GuestWindowDelta *delta) {
    GuestWindow *to = &delta->to;
    if (flags & WINDOW_ORDER_FIELD_WND_OFFSET) {
        delta->fields |= GUEST_WINDOW_POSITION;
        to->box.x = clamp(state->windowOffsetX);
        to->box.y = clamp(state->windowOffsetY);
    }
    if (flags & WINDOW_ORDER_FIELD_WND_SIZE) {
        delta->fields |= GUEST_WINDOW_SIZE;
        to->box.width = clamp_size(state->windowWidth);
        to->box.height = clamp_size(state->windowHeight);
    }
    if (flags & WINDOW_ORDER_FIELD_CLIENT_AREA_OFFSET && flags & WINDOW_ORDER_FIELD_CLIENT_AREA_SIZE) {
        delta->fields |= GUEST_WINDOW_CLIENT;
        to->client = (Box){clamp(state->clientOffsetX), clamp(state->clientOffsetY),
                           clamp_size(state->clientAreaWidth), clamp_size(state->clientAreaHeight)};
    }
    if (flags & WINDOW_ORDER_FIELD_RESIZE_MARGIN_X || flags & WINDOW_ORDER_FIELD_RESIZE_MARGIN_Y) {
        delta->fields |= GUEST_WINDOW_MARGINS;
        to->margins = (GuestMargins){MIN(state->resizeMarginLeft, 64), MIN(state->resizeMarginTop, 64),
                                     MIN(state->resizeMarginRight, 64), MIN(state->resizeMarginBottom, 64)};
    }
}

static void convert_regions(uint32_t flags, const WINDOW_STATE_ORDER *state, GuestWindowDelta *delta) {
    if (flags & WINDOW_ORDER_FIELD_WND_RECTS) {
        delta->fields |= GUEST_WINDOW_SHAPE;
        set_boxes(&delta->to.shape, state->windowRects, state->numWindowRects, 0, 0);
    }
    if (flags & WINDOW_ORDER_FIELD_VISIBILITY) {
        delta->fields |= GUEST_WINDOW_VISIBLE;
        set_boxes(&delta->to.visible, state->visibilityRects, state->numVisibilityRects,
                  clamp(state->visibleOffsetX), clamp(state->visibleOffsetY));
    }
}

static void convert_state(uint32_t flags, const WINDOW_STATE_ORDER *state, GuestWindowDelta *delta) {
    GuestWindow *to = &delta->to;
    if (flags & WINDOW_ORDER_FIELD_OWNER) {
        delta->fields |= GUEST_WINDOW_OWNER;
        to->owner = state->ownerWindowId;
    }
    if (flags & WINDOW_ORDER_FIELD_STYLE) {
        delta->fields |= GUEST_WINDOW_STYLE;
        to->style = state->style;
        to->ex_style = state->extendedStyle;
    }
    if (flags & WINDOW_ORDER_FIELD_SHOW) {
        delta->fields |= GUEST_WINDOW_SHOW;
        to->show = state->showState;
    }
    if (flags & WINDOW_ORDER_FIELD_TITLE) {
        delta->fields |= GUEST_WINDOW_TITLE;
        set_title(to, &state->titleInfo);
    }
    if (flags & WINDOW_ORDER_FIELD_TASKBAR_BUTTON) {
        delta->fields |= GUEST_WINDOW_TASKBAR;
        to->no_taskbar_button = state->TaskbarButton != 0;
    }
}

static BOOL on_window(rdpContext *context, const WINDOW_ORDER_INFO *info, const WINDOW_STATE_ORDER *state) {
    if (info->windowId == 0 || info->windowId == UINT32_MAX)
        return TRUE;
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = info->windowId;
    event.as.change.is_new = info->fieldFlags & WINDOW_ORDER_STATE_NEW;
    GuestWindowDelta *delta = &event.as.change.delta;
    guest_window_init(&delta->to, info->windowId);
    convert_state(info->fieldFlags, state, delta);
    convert_geometry(info->fieldFlags, state, delta);
    convert_regions(info->fieldFlags, state, delta);
    guest_window_delta_shift(delta, session_of(context)->origin_x, session_of(context)->origin_y);
    if (delta->fields & GUEST_WINDOW_MARGINS)
        keep_margins(info->windowId, &delta->to.margins);
    session_send(session_of(context), &event, -1);
    return TRUE;
}

static BOOL on_window_delete(rdpContext *context, const WINDOW_ORDER_INFO *info) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW_GONE);
    if (margins)
        g_hash_table_remove(margins, GUINT_TO_POINTER(info->windowId));
    event.window = info->windowId;
    session_send(session_of(context), &event, -1);
    return TRUE;
}

static Raster *decode_icon(const ICON_INFO *info) {
    if (info->width > RASTER_SIDE_MAX || info->height > RASTER_SIDE_MAX || info->bpp > 32)
        return NULL;
    RasterDib dib = {.width = info->width, .height = info->height, .bpp = info->bpp};
    dib.mask = info->bitsMask;
    dib.mask_size = info->bitsMask ? info->cbBitsMask : 0;
    dib.table = info->colorTable;
    dib.table_size = info->colorTable ? info->cbColorTable : 0;
    dib.colours = info->bitsColor;
    dib.colours_size = info->bitsColor ? info->cbBitsColor : 0;
    return raster_from_dib(&dib);
}

Raster *orders_take_icon(Session *session, const ICON_INFO *info) {
    Raster *raster = decode_icon(info);
    bool is_kept = info->cacheId < ICON_CACHES && info->cacheEntry < ICON_ENTRIES;
    if (!raster)
        return NULL;
    Raster **slot =
        is_kept ? &session->icons->rasters[info->cacheId][info->cacheEntry] : &session->icons->loose;
    raster_free(*slot);
    *slot = raster;
    return raster;
}

Raster *orders_cached_icon(Session *session, const CACHED_ICON_INFO *info) {
    bool is_kept = info->cacheId < ICON_CACHES && info->cacheEntry < ICON_ENTRIES;
    return is_kept ? session->icons->rasters[info->cacheId][info->cacheEntry] : NULL;
}

static void send_icon(Session *session, const WINDOW_ORDER_INFO *info, Raster *raster) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW_ICON);
    event.window = info->windowId;
    event.as.icon.big = info->fieldFlags & WINDOW_ORDER_FIELD_ICON_BIG;
    event.as.icon.raster = raster; // lent for the call
    session_send(session, &event, -1);
}

static BOOL on_icon(rdpContext *context, const WINDOW_ORDER_INFO *info, const WINDOW_ICON_ORDER *order) {
    Session *session = session_of(context);
    Raster *raster = order->iconInfo ? orders_take_icon(session, order->iconInfo) : NULL;
    if (raster && !(info->fieldFlags & WINDOW_ORDER_FIELD_ICON_OVERLAY))
        send_icon(session, info, raster);
    return TRUE;
}

static BOOL on_cached_icon(rdpContext *context, const WINDOW_ORDER_INFO *info,
                           const WINDOW_CACHED_ICON_ORDER *order) {
    Session *session = session_of(context);
    Raster *raster = orders_cached_icon(session, &order->cachedIcon);
    if (raster && !(info->fieldFlags & WINDOW_ORDER_FIELD_ICON_OVERLAY))
        send_icon(session, info, raster);
    return TRUE;
}

static void send_plain(Session *session, DeskEventKind kind) {
    DeskEvent event;
    desk_event_init(&event, kind);
    session_send(session, &event, -1);
}

static void send_stacking(Session *session, uint32_t flags, const MONITORED_DESKTOP_ORDER *order) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_STACKING);
    event.as.stacking.has_active = flags & WINDOW_ORDER_FIELD_DESKTOP_ACTIVE_WND;
    event.as.stacking.has_order = flags & WINDOW_ORDER_FIELD_DESKTOP_ZORDER;
    if (event.as.stacking.has_active)
        event.as.stacking.active = order->activeWindowId;
    for (uint32_t i = 0;
         event.as.stacking.has_order && order->windowIds && i < MIN(order->numWindowIds, DESK_STACK_MAX); i++)
        event.as.stacking.order[event.as.stacking.count++] = order->windowIds[i];
    session_send(session, &event, -1);
}

static BOOL on_desktop(rdpContext *context, const WINDOW_ORDER_INFO *info,
                       const MONITORED_DESKTOP_ORDER *order) {
    Session *session = session_of(context);
    uint32_t flags = info->fieldFlags;
    tracked_rail_is_heard(session);
    if (flags & WINDOW_ORDER_FIELD_DESKTOP_ARC_BEGAN)
        send_plain(session, DESK_EVENT_SYNC_BEGAN);
    if (flags & (WINDOW_ORDER_FIELD_DESKTOP_ZORDER | WINDOW_ORDER_FIELD_DESKTOP_ACTIVE_WND))
        send_stacking(session, flags, order);
    if (flags & WINDOW_ORDER_FIELD_DESKTOP_ARC_COMPLETED) {
        send_plain(session, DESK_EVENT_SYNC_ENDED);
        session_set_state(session, SESSION_READY, 0, "");
        rail_channel_synchronised(session);
    }
    return TRUE;
}

static BOOL on_no_desktop(rdpContext *context, const WINDOW_ORDER_INFO *info) {
    send_plain(session_of(context), DESK_EVENT_NOT_MONITORED);
    return TRUE;
}

void orders_install(Session *session) {
    rdpWindowUpdate *window = session->rdp->update->window;
    session->icons = g_new0(IconCache, 1);
    window->WindowCreate = on_window;
    window->WindowUpdate = on_window;
    window->WindowDelete = on_window_delete;
    window->WindowIcon = on_icon;
    window->WindowCachedIcon = on_cached_icon;
    window->MonitoredDesktop = on_desktop;
    window->NonMonitoredDesktop = on_no_desktop;
    notify_icons_install(session);
}

void orders_clear(Session *session) {
    for (int i = 0; session->icons && i < ICON_CACHES * ICON_ENTRIES; i++)
        raster_free(session->icons->rasters[i / ICON_ENTRIES][i % ICON_ENTRIES]);
    if (session->icons)
        raster_free(session->icons->loose);
    g_clear_pointer(&session->icons, g_free);
    g_clear_pointer(&margins, g_hash_table_unref);
}
