// SPDX-License-Identifier: Apache-2.0
// Windowing alternate secondary drawing orders (MS-RDPERP 2.2.1.3), encoded and decoded. The order starts
// with the byte 0x2E and carries its own size.
#pragma once
#include "rail/desk-event.h"

#define WINDOW_ORDER_HEADER    0x2E
#define WINDOW_ORDER_RECTS_MAX 4096 // on the wire; more is an error

typedef enum WindowOrderKind {
    WINDOW_ORDER_WINDOW = 1, // new or existing window
    WINDOW_ORDER_DELETED,
    WINDOW_ORDER_ICON,
    WINDOW_ORDER_CACHED_ICON,
    WINDOW_ORDER_DESKTOP, // actively monitored desktop
    WINDOW_ORDER_NOT_MONITORED,
    WINDOW_ORDER_NOTIFY, // new or existing notification icon
    WINDOW_ORDER_NOTIFY_DELETED,
} WindowOrderKind;

enum { // desktop flags, 2.2.1.3.3
    WINDOW_ORDER_DESKTOP_NONE = 0x01,
    WINDOW_ORDER_DESKTOP_HOOKED = 0x02,
    WINDOW_ORDER_DESKTOP_ARC_COMPLETED = 0x04,
    WINDOW_ORDER_DESKTOP_ARC_BEGAN = 0x08,
    WINDOW_ORDER_DESKTOP_ZORDER = 0x10,
    WINDOW_ORDER_DESKTOP_ACTIVE = 0x20,
};

typedef struct WindowOrder {
    WindowOrderKind kind;
    uint32_t window;
    bool is_new;            // WINDOW, NOTIFY
    GuestWindowDelta delta; // WINDOW
    struct {                // NOTIFY, NOTIFY_DELETED: id alone
        uint32_t id;
        GuestIconDelta delta; // with the raster, unless `cached` names one that came before
        bool is_cached;       // entry and cache of `icon`
    } notify;
    struct { // ICON, CACHED_ICON
        uint16_t entry;
        uint8_t cache;
        bool big;
        Raster *raster; // ICON; owned; NULL when its depth or size is beyond us
    } icon;
    struct { // DESKTOP
        uint32_t flags, active, count, order[DESK_STACK_MAX];
    } desktop;
} WindowOrder;

void window_order_clear(WindowOrder *order);
// Appends one order. Fields of the delta map to the order's fields; WNDRECTS in window coordinates,
// visibility relative to VisibleOffset = the window's offset. Level 2 fields (CLIENTAREASIZE) are included.
void window_order_put_window(WireWriter *writer, bool is_new, const GuestWindowDelta *delta);
void window_order_put_deleted(WireWriter *writer, uint32_t window);
void window_order_put_icon(WireWriter *writer, uint32_t window, bool big, uint8_t cache, uint16_t entry,
                           const Raster *raster); // 32 bpp with a mask of full size
void window_order_put_cached_icon(WireWriter *writer, uint32_t window, bool big, uint8_t cache,
                                  uint16_t entry);
void window_order_put_desktop(WireWriter *writer, uint32_t flags, uint32_t active, const uint32_t *order,
                              size_t count);
// The icon as window_order_put_icon has it; fields of the delta that are not meant are left out.
void window_order_put_notify(WireWriter *writer, uint32_t window, uint32_t id, bool is_new,
                             const GuestIconDelta *delta, uint8_t cache, uint16_t entry);
// The same without a raster, with the icon that this entry of a cache has.
void window_order_put_cached_notify(WireWriter *writer, uint32_t window, uint32_t id, bool is_new,
                                    const GuestIconDelta *delta, uint8_t cache, uint16_t entry);
void window_order_put_notify_deleted(WireWriter *writer, uint32_t window, uint32_t id);
// Reads one order at the reader; false on any error.
bool window_order_get(WireReader *reader, WindowOrder *ret_order);
