// SPDX-License-Identifier: Apache-2.0
// Windowing orders on their way to the client: collected, then sent as fast-path updates.
#pragma once
#include "rail/rail-pdu.h" // both before FreeRDP, which has macros of the same names
#include "rail/window-order.h"
#include <freerdp/freerdp.h>

typedef struct RdpOrders {
    rdpContext *context;
    WireWriter pending;
    int32_t origin_x, origin_y; // the primary monitor's corner on the desktop
    uint16_t count;
} RdpOrders;

void rdp_orders_init(RdpOrders *orders, rdpContext *context);
void rdp_orders_clear(RdpOrders *orders);
void rdp_orders_window(RdpOrders *orders, bool is_new, const GuestWindowDelta *delta);
void rdp_orders_deleted(RdpOrders *orders, uint32_t window);
void rdp_orders_icon(RdpOrders *orders, uint32_t window, bool big, const Raster *raster);
void rdp_orders_notify(RdpOrders *orders, uint32_t window, uint32_t id, bool is_new,
                       const GuestIconDelta *delta);
void rdp_orders_notify_deleted(RdpOrders *orders, uint32_t window, uint32_t id);
void rdp_orders_desktop(RdpOrders *orders, uint32_t flags, uint32_t active, const uint32_t *stack,
                        size_t count);
void rdp_orders_bytes(RdpOrders *orders, const uint8_t *bytes, size_t size); // one order, as it is
bool rdp_orders_flush(RdpOrders *orders); // false: the connection is broken
