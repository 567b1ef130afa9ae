// SPDX-License-Identifier: Apache-2.0
// Window orders and RAIL PDUs against bytes of the specification and of other servers, then every prefix of
// them.
#include "rail/mem.h"
#include "rail/rail-pdu.h"
#include "rail/window-order.h"
#include "tests/unit/test.h"
#include "tests/unit/values.h"

#define XTERM_NEW                                                                                            \
    "2e6c001edf05110c0040000f0500000000cf0000000400050a0078007400650072006d000000000000000000e40100003c0100" \
    "00"                                                                                                     \
    "0f05000000000000000000000000000000000000e40100003c010000010000000000e4013c0100000000000000000100000000" \
    "00"                                                                                                     \
    "e4013c01"
#define EXPLORER_NEW                                                                                         \
    "2e8100 9edf0819 58011200 00000000 0000cf14 00010000 05 1a00 "                                           \
    "460069006c00650020004500780070006c006f0072006500"                                                       \
    "7200 1b010000 34010000 07000000 07000000 00000000 07000000 8d000000 9a000000 8e000000 9a000000 "        \
    "e6050000 "                                                                                              \
    "42030000 0100 00000000e6054203 8d000000 9a000000 0100 00000000e6054203 00"

static bool get_order(const char *hex, WindowOrder *ret_order) {
    uint8_t bytes[1024];
    WireReader reader;
    size_t size = test_from_hex(hex, bytes, sizeof bytes);
    uint8_t *tight = test_tight_copy(bytes, size);
    wire_reader_init(&reader, tight, size);
    bool ok = window_order_get(&reader, ret_order) && wire_at_end(&reader);
    free(tight);
    return ok;
}

static void windows_of_other_servers(void) {
    WindowOrder order;
    CHECK(get_order(XTERM_NEW, &order));
    CHECK(order.kind == WINDOW_ORDER_WINDOW && order.is_new && order.window == 0x40000c);
    CHECK_TEXT(order.delta.to.title, "xterm");
    CHECK_EQUAL(order.delta.to.show, GUEST_SHOW_NORMAL);
    CHECK(order.delta.to.owner == 0x50f && order.delta.to.style == 0xcf0000 &&
          order.delta.to.ex_style == 0x40000);
    CHECK(box_equal(order.delta.to.box, (Box){0, 0, 484, 316}));
    CHECK(!(order.delta.fields & (GUEST_WINDOW_MARGINS | GUEST_WINDOW_TASKBAR)));
    window_order_clear(&order);

    CHECK(get_order(EXPLORER_NEW, &order));
    CHECK(order.is_new && order.window == 0x120158);
    CHECK_TEXT(order.delta.to.title, "File Explorer");
    CHECK(box_equal(order.delta.to.box, (Box){141, 154, 1510, 834}));
    CHECK(order.delta.to.margins.left == 7 && order.delta.to.margins.top == 0 &&
          order.delta.to.margins.bottom == 7);
    CHECK_EQUAL(order.delta.to.visible.count, 1);
    CHECK(box_equal(order.delta.to.visible.boxes[0], (Box){141, 154, 1510, 834}));
    window_order_clear(&order);

    CHECK(get_order("2e0c00100000010c00400000", &order));
    CHECK(!order.is_new && order.delta.fields == GUEST_WINDOW_SHOW &&
          order.delta.to.show == GUEST_SHOW_HIDDEN);
    CHECK(get_order("2e2300040000014e01010016005200e900730075006d00e900200013202000e5652c67", &order));
    CHECK_TEXT(order.delta.to.title, "R\xc3\xa9sum\xc3\xa9 \xe2\x80\x93 \xe6\x97\xa5\xe6\x9c\xac");
    CHECK(get_order("2e1b00800000094e01010007000000070000000000000007000000", &order));
    CHECK(order.delta.fields == GUEST_WINDOW_MARGINS && order.delta.to.margins.right == 7);
    CHECK(get_order("2e0c00000080014e01010001", &order) && order.delta.to.no_taskbar_button);
    CHECK(get_order("2e1500000040014e01010008006200750073007900", &order) && order.delta.fields == 0);
    CHECK(get_order("2e1a0004008001050000000c0078007400650072006d00000000", &order));
    CHECK_TEXT(order.delta.to.title, "xterm");
}

static void desktops_of_other_servers(void) {
    WindowOrder order;
    CHECK(get_order("2e0b00000000210c008000", &order));
    CHECK(order.kind == WINDOW_ORDER_DELETED && order.window == 0x80000c);
    CHECK(get_order("2e07000a000004", &order) && order.kind == WINDOW_ORDER_DESKTOP);
    CHECK_EQUAL(order.desktop.flags & 0x3f, WINDOW_ORDER_DESKTOP_HOOKED | WINDOW_ORDER_DESKTOP_ARC_BEGAN);
    CHECK(get_order("2e18003000000404000000030400000005000000feffffff", &order));
    CHECK(order.desktop.active == 4 && order.desktop.count == 3 && order.desktop.order[2] == 0xfffffffe);
    CHECK(get_order("2e070004000004", &order));
    CHECK(order.desktop.flags & WINDOW_ORDER_DESKTOP_ARC_COMPLETED);
    CHECK(get_order("2e08001000000400", &order) && order.desktop.count == 0);
    CHECK(get_order("2e070001000004", &order) && order.kind == WINDOW_ORDER_NOT_MONITORED);
    CHECK(get_order("2e0f0001000062f401030000000000", &order) && order.kind == WINDOW_ORDER_NOTIFY_DELETED);
    CHECK(get_order("2e0e00000000814e010100000000", &order) && order.kind == WINDOW_ORDER_CACHED_ICON);
}

static void icons_of_all_depths(void) {
    static const struct {
        const char *order, *pixels;
    } cases[] = {
        {"2e2f00000000414e0101000000002002000200080010000000000000000000ff0000ffffffff800000ffff00ff00ff",
         "0000ffff00ff00ffff0000ffffffff80"},
        {"2e2f00002000414e010100ffffff2002000200080010000000000000000000ff0000ffffffff800000ffff00ff00ff",
         "0000ffff00ff00ffff0000ffffffff80"},
        {"2e3900000000414e010100020000080200020010000800080000000000000000000000ff0000ff0000ff000000ffffff000"
         "203000000010000",
         ""},
        {"2e3900000000414e010100030000040200020010000800080000000000000000000000ff0000ff0000ff000000ffffff002"
         "300000001000000",
         ""},
        {"2e3100000000414e010100000001010200020008000800080000000000000000000000ff0000ff00004000000080000000",
         ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        WindowOrder order;
        CHECK(get_order(cases[i].order, &order));
        CHECK_EQUAL(order.kind, WINDOW_ORDER_ICON);
        CHECK_EQUAL(order.icon.big, i == 1);
        CHECK(order.icon.raster && order.icon.raster->width == 2 && order.icon.raster->height == 2);
        if (*cases[i].pixels)
            CHECK_HEX(order.icon.raster->bgra, 16, cases[i].pixels);
        window_order_clear(&order);
    }
}

static void our_orders_are_those_of_the_specification(void) {
    WireWriter writer;
    const uint32_t stack[] = {0x20066, 0x100a0};
    wire_writer_init(&writer);
    window_order_put_deleted(&writer, 0x80000c);
    window_order_put_desktop(&writer, 0x30, 0x100a0, stack, 2);
    window_order_put_desktop(&writer, 0x0a, 0, NULL, 0);
    window_order_put_cached_icon(&writer, 0x1014e, false, 0, 0);
    GuestWindowDelta delta = {.fields = GUEST_WINDOW_SHOW};
    guest_window_init(&delta.to, 0x1014e);
    delta.to.show = GUEST_SHOW_MINIMISED;
    window_order_put_window(&writer, false, &delta);
    delta.fields = GUEST_WINDOW_MARGINS;
    delta.to.margins = (GuestMargins){7, 0, 7, 7};
    window_order_put_window(&writer, false, &delta);
    CHECK_HEX(writer.data, writer.size,
              "2e0b00000000210c008000 2e140030000004a00001000266000200a0000100 2e07000a000004 "
              "2e0e00000000814e010100000000 2e0c00100000014e01010002 "
              "2e1b00800000094e01010007000000070000000000000007000000");
    wire_writer_clear(&writer);
}

static void our_windows_come_back(void) {
    for (int i = 0; i < 500; i++) {
        GuestWindow before, wanted, result;
        GuestWindowDelta delta;
        WindowOrder order;
        WireWriter writer;
        WireReader reader;
        values_window(&before, 0x10040);
        wanted = before;
        values_window_change(&wanted);
        if (!guest_window_diff(&before, &wanted, &delta))
            continue;
        wire_writer_init(&writer);
        window_order_put_window(&writer, i % 2, &delta);
        CHECK(!writer.failed);
        wire_reader_init(&reader, writer.data, writer.size);
        CHECK(window_order_get(&reader, &order) && wire_at_end(&reader));
        CHECK_EQUAL(order.is_new, i % 2);
        CHECK_EQUAL(order.delta.fields, delta.fields);
        result = before;
        guest_window_apply(&result, &order.delta);
        result.shape = wanted.shape; // an empty list and the whole window mean the same
        result.visible = wanted.visible;
        CHECK(guest_window_equal(&result, &wanted));
        window_order_clear(&order);
        wire_writer_clear(&writer);
    }
}

static void our_icons_come_back(void) {
    for (int i = 0; i < 100; i++) {
        Raster *raster = values_raster(100);
        WindowOrder order;
        WireWriter writer;
        WireReader reader;
        for (size_t at = 3; at < (size_t)raster->width * raster->height * 4; at += 4)
            raster->bgra[at] |= 1;
        wire_writer_init(&writer);
        window_order_put_icon(&writer, 7, i % 2, 1, 2, raster);
        wire_reader_init(&reader, writer.data, writer.size);
        CHECK(writer.failed || window_order_get(&reader, &order));
        if (!writer.failed) {
            CHECK(raster_equal(order.icon.raster, raster) && order.icon.big == i % 2 &&
                  order.icon.entry == 2);
            window_order_clear(&order);
        }
        raster_free(raster);
        wire_writer_clear(&writer);
    }
}

static void broken_orders_are_refused(void) {
    static const char *const orders[] = {XTERM_NEW, EXPLORER_NEW,
                                         "2e18003000000404000000030400000005000000feffffff",
                                         "2e3900000000414e010100020000080200020010000800080000000000000000000"
                                         "000ff0000ff0000ff000000ffffff000203000000010000"};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        uint8_t bytes[1024];
        WindowOrder order;
        WireReader reader;
        size_t whole = test_from_hex(orders[i], bytes, sizeof bytes);
        for (size_t size = 0; size < whole; size++) {
            uint8_t *tight = test_tight_copy(bytes, size);
            wire_reader_init(&reader, tight, size);
            CHECK(!window_order_get(&reader, &order)); // the order's size says more than there is
            if (size > 2) {
                tight[1] = (uint8_t)size;
                wire_reader_init(&reader, tight, size);
                CHECK(!window_order_get(&reader, &order));
            }
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

#define FROM_SERVER true
#define FROM_CLIENT false
static const struct {
    bool from_server, same; // same: encoding what was decoded gives these bytes again
    RailPduType type;
    const char *hex;
} pdus[] = {
    {FROM_SERVER, true, RAIL_PDU_HANDSHAKE, "05000800b01d0000"},
    {FROM_SERVER, true, RAIL_PDU_HANDSHAKE, "0500080071170000"},
    {FROM_SERVER, true, RAIL_PDU_HANDSHAKE_EX, "13000c000000000007000000"},
    {FROM_CLIENT, true, RAIL_PDU_CLIENT_STATUS, "0b00080001000000"},
    {FROM_CLIENT, true, RAIL_PDU_CLIENT_STATUS, "0b000800e5010000"},
    {FROM_CLIENT, true, RAIL_PDU_EXEC,
     "01005e0008001400260018007c007c0069006500780070006c006f007200650066003a005c00770069006e0064006f007700730"
     "05c00730079"
     "007300740065006d00330032007700770077002e00620069006e0067002e0063006f006d00"},
    {FROM_CLIENT, true, RAIL_PDU_EXEC,
     "0100280008001c00000000007c007c00570041004200520065006d006f0074006500410070007000"},
    {FROM_CLIENT, true, RAIL_PDU_EXEC, "0100160000000a000000000078007400650072006d00"},
    {FROM_SERVER, true, RAIL_PDU_EXEC_RESULT,
     "800024000800030015000000000014007c007c00570072006f006e006700410070007000"},
    {FROM_SERVER, false, RAIL_PDU_EXEC_RESULT,
     "80002e00000000000000000000001e002f007500730072002f00620069006e002f0078007400650072006d000000"},
    {FROM_CLIENT, true, RAIL_PDU_SYSTEM_PARAMETER, "03001200430000007e000000020000000000"},
    {FROM_CLIENT, true, RAIL_PDU_SYSTEM_PARAMETER, "0300100000f0000000009a039006c203"},
    {FROM_CLIENT, true, RAIL_PDU_SYSTEM_PARAMETER, "030009002100000000"},
    {FROM_CLIENT, true, RAIL_PDU_SYSTEM_PARAMETER, "030009004500000000"},
    {FROM_CLIENT, true, RAIL_PDU_SYSTEM_PARAMETER, "030009002500000001"},
    {FROM_CLIENT, true, RAIL_PDU_SYSTEM_PARAMETER, "030009000b10000000"},
    {FROM_CLIENT, true, RAIL_PDU_SYSTEM_PARAMETER, "030010002f0000000000000090069a03"},
    {FROM_CLIENT, false, RAIL_PDU_SYSTEM_PARAMETER,
     "03003800430000007f000000280000004800690067006800200043006f006e0074007200610073007400200042006c006100630"
     "06b000000"},
    {FROM_SERVER, true, RAIL_PDU_SYSTEM_PARAMETER, "030009007700000000"},
    {FROM_SERVER, true, RAIL_PDU_SYSTEM_PARAMETER, "030009001100000000"},
    {FROM_CLIENT, true, RAIL_PDU_ACTIVATE, "020009004e01010001"},
    {FROM_CLIENT, true, RAIL_PDU_ACTIVATE, "020009000500000000"},
    {FROM_CLIENT, true, RAIL_PDU_SYSTEM_MENU, "0c000c0022010900a4ff4a02"},
    {FROM_CLIENT, true, RAIL_PDU_SYSTEM_COMMAND, "04000a005200020020f0"},
    {FROM_CLIENT, true, RAIL_PDU_SYSTEM_COMMAND, "04000a000700000060f0"},
    {FROM_CLIENT, true, RAIL_PDU_NOTIFY_EVENT, "06001000aa0102000200000004020000"},
    {FROM_CLIENT, true, RAIL_PDU_LANGUAGE_BAR, "0d00080001000000"},
    {FROM_SERVER, true, RAIL_PDU_LANGUAGE_BAR, "0d00080008000000"},
    {FROM_CLIENT, true, RAIL_PDU_GET_APPID, "0e00080052000200"},
    {FROM_CLIENT, true, RAIL_PDU_WINDOW_MOVE, "080010002000020009030001db058801"},
    {FROM_SERVER, true, RAIL_PDU_LOCAL_MOVE_SIZE, "090010008e000700010009007e010a00"},
    {FROM_SERVER, true, RAIL_PDU_LOCAL_MOVE_SIZE, "090010008e00070000000900a6004400"},
    {FROM_SERVER, true, RAIL_PDU_MIN_MAX_INFO, "0a001800940001004806b8040000000070001b004c06bc04"},
    {FROM_SERVER, true, RAIL_PDU_ZORDER_SYNC, "1400080010054000"},
    {FROM_SERVER, true, RAIL_PDU_POWER_DISPLAY, "1600080001000000"},
};

static void pdus_of_the_specification(void) {
    for (size_t i = 0; i < sizeof pdus / sizeof *pdus; i++) {
        uint8_t bytes[256];
        size_t size = test_from_hex(pdus[i].hex, bytes, sizeof bytes);
        RailPdu pdu;
        WireWriter writer;
        printf("  %zu %s\n", i, rail_pdu_type_to_string(pdus[i].type));
        CHECK(rail_pdu_decode(bytes, size, pdus[i].from_server, &pdu));
        CHECK_EQUAL(pdu.type, pdus[i].type);
        wire_writer_init(&writer);
        if (pdus[i].same) {
            CHECK(rail_pdu_encode(&writer, &pdu));
            CHECK_HEX(writer.data, writer.size, pdus[i].hex);
        }
        wire_writer_clear(&writer);
        rail_pdu_clear(&pdu);
        for (size_t cut = 0; cut < size; cut++) {
            uint8_t *tight = test_tight_copy(bytes, cut);
            CHECK(!rail_pdu_decode(tight, cut, pdus[i].from_server, &pdu));
            if (cut > 3) {
                tight[2] = (uint8_t)cut; // a header that agrees with the size
                if (rail_pdu_decode(tight, cut, pdus[i].from_server, &pdu))
                    rail_pdu_clear(&pdu);
            }
            free(tight);
        }
    }
}

static void pdu_values(void) {
    uint8_t bytes[600] = {0};
    RailPdu pdu;
    CHECK(rail_pdu_decode(bytes, test_from_hex(pdus[5].hex, bytes, sizeof bytes), FROM_CLIENT, &pdu));
    CHECK_TEXT(pdu.as.exec.program, "||iexplore");
    CHECK_TEXT(pdu.as.exec.directory, "f:\\windows\\system32");
    CHECK_TEXT(pdu.as.exec.arguments, "www.bing.com");
    rail_pdu_clear(&pdu);
    CHECK(rail_pdu_decode(bytes, test_from_hex(pdus[9].hex, bytes, sizeof bytes), FROM_SERVER, &pdu));
    CHECK_TEXT(pdu.as.exec_result.program, "/usr/bin/xterm");
    rail_pdu_clear(&pdu);
    CHECK(rail_pdu_decode(bytes, test_from_hex("080010002000020009030001db058801", bytes, sizeof bytes),
                          FROM_CLIENT, &pdu));
    CHECK(pdu.window == 0x20020 && box_equal(pdu.as.box, (Box){777, 256, 722, 136}));
    CHECK(rail_pdu_decode(bytes, test_from_hex("0c000c0022010900a4ff4a02", bytes, sizeof bytes), FROM_CLIENT,
                          &pdu));
    CHECK(pdu.as.menu.x == -92 && pdu.as.menu.y == 586);
    memset(bytes, 0, sizeof bytes);
    test_from_hex("0f000802520002006d006900630072006f0073006f0066007400", bytes, sizeof bytes);
    CHECK(rail_pdu_decode(bytes, 520, FROM_SERVER, &pdu));
    CHECK_TEXT(pdu.as.app_id.app_id, "microsoft");
    rail_pdu_clear(&pdu);
    CHECK(
        !rail_pdu_decode(bytes, test_from_hex("ff000800 00000000", bytes, sizeof bytes), FROM_SERVER, &pdu));
    for (unsigned result = 0; result < 300; result++)
        CHECK(rail_exec_result_to_string((uint16_t)result) && rail_pdu_type_to_string((uint16_t)result));
}

static void broken_pdus_are_harmless(void) {
    for (int i = 0; i < 50000; i++) {
        uint8_t bytes[256];
        size_t which = test_random_below(sizeof pdus / sizeof *pdus);
        size_t size = test_from_hex(pdus[which].hex, bytes, sizeof bytes);
        RailPdu pdu;
        bytes[4 + test_random_below((uint32_t)size - 4)] = (uint8_t)test_random();
        bytes[4 + test_random_below((uint32_t)size - 4)] = 0xff;
        uint8_t *tight = test_tight_copy(bytes, size);
        if (rail_pdu_decode(tight, size, test_random_below(2), &pdu))
            rail_pdu_clear(&pdu);
        free(tight);
    }
}

static void positions_shift_and_come_back(void) {
    GuestWindowDelta delta = {.fields = GUEST_WINDOW_POSITION | GUEST_WINDOW_VISIBLE};
    delta.to.box = delta.to.client = (Box){10, 20, 30, 40};
    box_list_add(&delta.to.visible, delta.to.box);
    guest_window_delta_shift(&delta, -1280, 100);
    CHECK(box_equal(delta.to.box, (Box){-1270, 120, 30, 40}));
    CHECK(box_equal(delta.to.visible.boxes[0], delta.to.box));
    CHECK(box_equal(delta.to.client, (Box){10, 20, 30, 40})); // not meant
    RailPdu move = {.type = RAIL_PDU_LOCAL_MOVE_SIZE};
    move.as.move_size.start = true;
    move.as.move_size.type = RAIL_WMSZ_MOVE;
    move.as.move_size.x = 7;
    rail_pdu_shift(&move, 100, 100);
    CHECK_EQUAL(move.as.move_size.x, 7); // of the window, not of the screen
    move.as.move_size.type = 1;
    rail_pdu_shift(&move, 32767, 0);
    CHECK_EQUAL(move.as.move_size.x, 32767);
    RailPdu place = {.type = RAIL_PDU_WINDOW_MOVE};
    place.as.box = (Box){1, 2, 3, 4};
    rail_pdu_shift(&place, -10, 5);
    CHECK(box_equal(place.as.box, (Box){-9, 7, 3, 4}));
    RailPdu cues = {.type = RAIL_PDU_SYSTEM_PARAMETER};
    rail_pdu_shift(&cues, -10, 5);
    CHECK(box_is_empty(cues.as.system.box));
}

static void exec_results_have_texts_of_their_own(void) {
    const uint16_t results[] = {RAIL_EXEC_S_OK,
                                RAIL_EXEC_E_HOOK_NOT_LOADED,
                                RAIL_EXEC_E_DECODE_FAILED,
                                RAIL_EXEC_E_NOT_IN_ALLOWLIST,
                                RAIL_EXEC_E_FILE_NOT_FOUND,
                                RAIL_EXEC_E_FAIL,
                                RAIL_EXEC_E_SESSION_LOCKED,
                                UINT16_MAX}; // of a guest that invents one
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        for (size_t j = 0; j < i; j++)
            CHECK(strcmp(rail_exec_result_to_string(results[i]), rail_exec_result_to_string(results[j])) !=
                  0);
}

int main(void) {
    RUN(positions_shift_and_come_back);
    RUN(exec_results_have_texts_of_their_own);
    RUN(windows_of_other_servers);
    RUN(desktops_of_other_servers);
    RUN(icons_of_all_depths);
    RUN(our_orders_are_those_of_the_specification);
    RUN(our_windows_come_back);
    RUN(our_icons_come_back);
    RUN(broken_orders_are_refused);
    RUN(pdus_of_the_specification);
    RUN(pdu_values);
    RUN(broken_pdus_are_harmless);
    return 0;
}
