// SPDX-License-Identifier: Apache-2.0
// Windowing orders in hand-made fast-path PDUs (MS-RDPBCGR 2.2.9.1.2): the library's own way to send them is
// broken in some of its versions. Owned by one RdpPeer. Needs TLS or no encryption below.
#include "guest-agent/embedded/rdp-orders.h"

#include <freerdp/transport_io.h>
#include <winpr/stream.h>

#define PDU_MAX          16000
#define PDU_HEADER       8 // action, length, update header, size, number of orders
#define NOT_CACHED_ENTRY 0xFFFF
#define NOT_CACHED_ID    0xFF

void rdp_orders_init(RdpOrders *orders, rdpContext *context) {
    orders->context = context;
    wire_writer_init(&orders->pending);
    orders->count = 0;
}

void rdp_orders_clear(RdpOrders *orders) {
    wire_writer_clear(&orders->pending);
}

static bool write_pdu(RdpOrders *orders) {
    size_t body = orders->pending.size, total = PDU_HEADER + body;
    wStream *stream = Stream_New(NULL, total);
    if (!stream)
        return false;
    Stream_Write_UINT8(stream, 0);
    Stream_Write_UINT16_BE(stream, (UINT16)(total | 0x8000));
    Stream_Write_UINT8(stream, 0);
    Stream_Write_UINT16(stream, (UINT16)(body + 2));
    Stream_Write_UINT16(stream, orders->count);
    Stream_Write(stream, orders->pending.data, body);
    Stream_SealLength(stream);
    const rdpTransportIo *io = freerdp_get_io_callbacks(orders->context);
    bool sent = io->WritePdu(freerdp_get_transport(orders->context), stream) >= 0;
    Stream_Free(stream, TRUE);
    return sent;
}

bool rdp_orders_flush(RdpOrders *orders) {
    bool done = true;
    if (orders->count && !orders->pending.failed)
        done = write_pdu(orders);
    wire_writer_clear(&orders->pending);
    wire_writer_init(&orders->pending);
    orders->count = 0;
    return done;
}

// Takes one encoded order; it starts a new PDU when it does not fit the current one.
static void take(RdpOrders *orders, WireWriter *order) {
    if (!order->failed && order->size + PDU_HEADER <= PDU_MAX) {
        if (orders->pending.size + order->size + PDU_HEADER > PDU_MAX)
            rdp_orders_flush(orders);
        wire_put_bytes(&orders->pending, order->data, order->size);
        orders->count++;
    }
    wire_writer_clear(order);
}

void rdp_orders_window(RdpOrders *orders, bool is_new, const GuestWindowDelta *delta) {
    WireWriter order;
    wire_writer_init(&order);
    GuestWindowDelta shifted = *delta;
    guest_window_delta_shift(&shifted, -orders->origin_x, -orders->origin_y);
    window_order_put_window(&order, is_new, &shifted);
    take(orders, &order);
}

void rdp_orders_deleted(RdpOrders *orders, uint32_t window) {
    WireWriter order;
    wire_writer_init(&order);
    window_order_put_deleted(&order, window);
    take(orders, &order);
}

void rdp_orders_icon(RdpOrders *orders, uint32_t window, bool big, const Raster *raster) {
    WireWriter order;
    wire_writer_init(&order);
    window_order_put_icon(&order, window, big, NOT_CACHED_ID, NOT_CACHED_ENTRY, raster);
    take(orders, &order);
}

void rdp_orders_notify(RdpOrders *orders, uint32_t window, uint32_t id, bool is_new,
                       const GuestIconDelta *delta) {
    WireWriter order;
    wire_writer_init(&order);
    window_order_put_notify(&order, window, id, is_new, delta, NOT_CACHED_ID, NOT_CACHED_ENTRY);
    take(orders, &order);
}

void rdp_orders_notify_deleted(RdpOrders *orders, uint32_t window, uint32_t id) {
    WireWriter order;
    wire_writer_init(&order);
    window_order_put_notify_deleted(&order, window, id);
    take(orders, &order);
}

void rdp_orders_desktop(RdpOrders *orders, uint32_t flags, uint32_t active, const uint32_t *stack,
                        size_t count) {
    WireWriter order;
    wire_writer_init(&order);
    window_order_put_desktop(&order, flags, active, stack, count);
    take(orders, &order);
}

void rdp_orders_bytes(RdpOrders *orders, const uint8_t *bytes, size_t size) {
    WireWriter order;
    wire_writer_init(&order);
    wire_put_bytes(&order, bytes, size);
    take(orders, &order);
}
