// SPDX-License-Identifier: Apache-2.0
// Notification icons as FreeRDP decodes their orders (MS-RDPERP 2.2.1.3.2), turned into DeskEvents. Runs in
// FreeRDP's callbacks in the session's loop. Never answers FALSE: that would end the connection.
#include "host-agent/session/session.h"

#include <freerdp/update.h>
#include <freerdp/window.h>
#include "rail/utf.h"

#define STATE_HIDDEN 1

static void set_text(char *to, size_t size, const RAIL_UNICODE_STRING *from) {
    char *text = utf8_from_utf16le(from->string, from->string ? from->length : 0);
    guest_icon_set_text(to, size, text);
    free(text);
}

static void convert(uint32_t flags, const NOTIFY_ICON_STATE_ORDER *state, GuestIconDelta *delta) {
    if (flags & WINDOW_ORDER_FIELD_NOTIFY_VERSION) {
        delta->fields |= GUEST_ICON_VERSION;
        delta->version = state->version;
    }
    if (flags & WINDOW_ORDER_FIELD_NOTIFY_TIP) {
        delta->fields |= GUEST_ICON_TIP;
        set_text(delta->tip, sizeof delta->tip, &state->toolTip);
    }
    if (flags & WINDOW_ORDER_FIELD_NOTIFY_INFO_TIP) {
        delta->fields |= GUEST_ICON_BALLOON;
        delta->balloon.timeout = state->infoTip.timeout;
        delta->balloon.flags = state->infoTip.flags;
        set_text(delta->balloon.title, sizeof delta->balloon.title, &state->infoTip.title);
        set_text(delta->balloon.text, sizeof delta->balloon.text, &state->infoTip.text);
    }
    if (flags & WINDOW_ORDER_FIELD_NOTIFY_STATE) {
        delta->fields |= GUEST_ICON_HIDDEN;
        delta->hidden = state->state & STATE_HIDDEN;
    }
}

static BOOL on_icon(rdpContext *context, const WINDOW_ORDER_INFO *info,
                    const NOTIFY_ICON_STATE_ORDER *state) {
    Session *session = session_of(context);
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_NOTIFY_ICON);
    event.window = info->windowId;
    event.as.notify.id = info->notifyIconId;
    event.as.notify.is_new = info->fieldFlags & WINDOW_ORDER_STATE_NEW;
    GuestIconDelta *delta = &event.as.notify.delta;
    convert(info->fieldFlags, state, delta);
    if (info->fieldFlags & WINDOW_ORDER_ICON)
        delta->raster = orders_take_icon(session, &state->icon); // lent for the call
    else if (info->fieldFlags & WINDOW_ORDER_CACHED_ICON)
        delta->raster = orders_cached_icon(session, &state->cachedIcon);
    if (delta->raster)
        delta->fields |= GUEST_ICON_RASTER;
    session_send(session, &event, -1);
    return TRUE;
}

static BOOL on_icon_delete(rdpContext *context, const WINDOW_ORDER_INFO *info) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_NOTIFY_ICON_GONE);
    event.window = info->windowId;
    event.as.notify.id = info->notifyIconId;
    session_send(session_of(context), &event, -1);
    return TRUE;
}

void notify_icons_install(Session *session) {
    rdpWindowUpdate *window = session->rdp->update->window;
    window->NotifyIconCreate = on_icon;
    window->NotifyIconUpdate = on_icon;
    window->NotifyIconDelete = on_icon_delete;
}
