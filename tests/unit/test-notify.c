// SPDX-License-Identifier: Apache-2.0
// Orders for notification icons against bytes of the specification and of another server, there and back, and
// every prefix of them; the answers of the client.
#include "rail/rail-pdu.h"
#include "rail/window-order.h"
#include "tests/unit/test.h"
#include "tests/unit/values.h"

#define NEW                                                                                                  \
    "2e53000d0000524e010100070000000300000016004200610074007400650072007900200035003000250000000000ffffff20" \
    "020"                                                                                                    \
    "00200080010000000000000000000ff0000ffffffff800000ffff00ff00ff"
#define BALLOON                                                                                              \
    "2e3b00020000024e010100070000001027000001000000160041006c006c002000690073002000770065006c006c000a005400" \
    "6900"                                                                                                   \
    "74006c006500"
#define HIDDEN  "2e1300040000024e0101000700000001000000"
#define DELETED "2e0f00000000224e01010007000000"
#define CACHED  "2e1200000000824e01010007000000050002"

static bool get(const char *hex, WindowOrder *ret_order) {
    uint8_t bytes[512];
    WireReader reader;
    size_t size = test_from_hex(hex, bytes, sizeof bytes);
    uint8_t *tight = test_tight_copy(bytes, size);
    wire_reader_init(&reader, tight, size);
    bool ok = window_order_get(&reader, ret_order) && wire_at_end(&reader);
    free(tight);
    return ok;
}

static void orders_of_another_server(void) {
    WindowOrder order;
    const GuestIconDelta *delta = &order.notify.delta;
    CHECK(get(NEW, &order) && order.kind == WINDOW_ORDER_NOTIFY && order.is_new);
    CHECK(order.window == 0x1014e && order.notify.id == 7);
    CHECK_EQUAL(delta->fields, GUEST_ICON_VERSION | GUEST_ICON_TIP | GUEST_ICON_HIDDEN | GUEST_ICON_RASTER);
    CHECK(delta->version == 3 && !delta->hidden && !order.notify.is_cached);
    CHECK_TEXT(delta->tip, "Battery 50%");
    CHECK(delta->raster && delta->raster->width == 2 && delta->raster->height == 2);
    CHECK_HEX(delta->raster->bgra, 16, "0000ffff00ff00ffff0000ffffffff80");
    window_order_clear(&order);

    CHECK(get(BALLOON, &order) && !order.is_new && delta->fields == GUEST_ICON_BALLOON);
    CHECK(delta->balloon.timeout == 10000 && delta->balloon.flags == GUEST_BALLOON_INFO);
    CHECK_TEXT(delta->balloon.text, "All is well");
    CHECK_TEXT(delta->balloon.title, "Title");
    CHECK(get(HIDDEN, &order) && delta->fields == GUEST_ICON_HIDDEN && delta->hidden);
    CHECK(get(DELETED, &order) && order.kind == WINDOW_ORDER_NOTIFY_DELETED && order.notify.id == 7);
    CHECK(get(CACHED, &order) && order.notify.is_cached && order.icon.entry == 5 && order.icon.cache == 2);
    // MS-RDPERP 4.1.1.4: a deletion with the flags of fields that it does not have
    CHECK(get("2e0f0001000062f401030000000000", &order));
    CHECK(order.kind == WINDOW_ORDER_NOTIFY_DELETED && order.window == 0x301f4 && order.notify.id == 0);
}

static void our_orders_are_the_same(void) {
    WireWriter writer;
    GuestIconDelta delta = {.fields = GUEST_ICON_HIDDEN, .hidden = true};
    wire_writer_init(&writer);
    window_order_put_notify(&writer, 0x1014e, 7, false, &delta, 0xFF, 0xFFFF);
    delta = (GuestIconDelta){.fields = GUEST_ICON_BALLOON,
                             .balloon = {10000, GUEST_BALLOON_INFO, "Title", "All is well"}};
    window_order_put_notify(&writer, 0x1014e, 7, false, &delta, 0xFF, 0xFFFF);
    delta.fields = 0;
    window_order_put_cached_notify(&writer, 0x1014e, 7, false, &delta, 2, 5);
    window_order_put_notify_deleted(&writer, 0x1014e, 7);
    CHECK_HEX(writer.data, writer.size, HIDDEN BALLOON CACHED DELETED);
    wire_writer_clear(&writer);
}

static void orders_come_back(void) {
    for (int i = 0; i < 500; i++) {
        GuestIconDelta delta;
        WindowOrder order;
        WireWriter writer, again;
        WireReader reader;
        values_icon_delta(&delta);
        wire_writer_init(&writer);
        wire_writer_init(&again);
        window_order_put_notify(&writer, 9, 11, i % 2, &delta, 1, 2);
        wire_reader_init(&reader, writer.data, writer.size);
        CHECK(window_order_get(&reader, &order) && wire_at_end(&reader));
        CHECK_EQUAL(order.notify.delta.fields, delta.fields);
        CHECK_TEXT(order.notify.delta.tip, delta.tip);
        CHECK_TEXT(order.notify.delta.balloon.text, delta.balloon.text);
        CHECK_TEXT(order.notify.delta.balloon.title, delta.balloon.title);
        window_order_put_notify(&again, 9, 11, order.is_new, &order.notify.delta, 1, 2);
        CHECK_EQUAL(order.notify.delta.version, delta.version);
        CHECK_EQUAL(again.size, writer.size);
        window_order_clear(&order);
        guest_icon_delta_clear(&delta);
        wire_writer_clear(&writer);
        wire_writer_clear(&again);
    }
}

static void broken_orders_are_refused(void) {
    static const char *const orders[] = {NEW, BALLOON, HIDDEN, DELETED, CACHED};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        uint8_t bytes[512];
        WindowOrder order;
        WireReader reader;
        size_t whole = test_from_hex(orders[i], bytes, sizeof bytes);
        for (size_t size = 3; size < whole; size++) {
            uint8_t *tight = test_tight_copy(bytes, size);
            tight[1] = (uint8_t)size;
            wire_reader_init(&reader, tight, size);
            CHECK(!window_order_get(&reader, &order));
            free(tight);
        }
        for (int n = 0; n < 3000; n++) {
            uint8_t *tight = test_tight_copy(bytes, whole);
            tight[3 + test_random_below((uint32_t)whole - 3)] = (uint8_t)test_random();
            tight[3 + test_random_below((uint32_t)whole - 3)] = 0xff;
            wire_reader_init(&reader, tight, whole);
            if (window_order_get(&reader, &order))
                window_order_clear(&order);
            free(tight);
        }
    }
}

static void long_text_is_cut_at_a_character(void) {
    char text[6];
    guest_icon_set_text(text, sizeof text, "abcd\xc3\xa9");
    CHECK_TEXT(text, "abcd");
    guest_icon_set_text(text, sizeof text, "abc\xc3\xa9");
    CHECK_TEXT(text, "abc\xc3\xa9");
    guest_icon_set_text(text, sizeof text, NULL);
    CHECK_TEXT(text, "");
}

static void the_client_answers(void) {
    WireWriter writer;
    wire_writer_init(&writer);
    RailPdu pdu = {.type = RAIL_PDU_NOTIFY_EVENT, .window = 0x201aa};
    pdu.as.notify.icon = 2;
    pdu.as.notify.message = GUEST_ICON_RIGHT_DOWN;
    CHECK(rail_pdu_encode(&writer, &pdu));
    CHECK_HEX(writer.data, writer.size, "06001000aa0102000200000004020000"); // MS-RDPERP 4.5.4
    wire_writer_clear(&writer);
}

int main(void) {
    RUN(orders_of_another_server);
    RUN(our_orders_are_the_same);
    RUN(orders_come_back);
    RUN(broken_orders_are_refused);
    RUN(long_text_is_cut_at_a_character);
    RUN(the_client_answers);
    return 0;
}
