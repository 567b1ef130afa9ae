// SPDX-License-Identifier: Apache-2.0
// Wire, text, boxes, icons, roles and placement.
#include "rail/box.h"
#include "rail/display-pdu.h"
#include "rail/layout.h"
#include "rail/placement.h"
#include "rail/scale.h"
#include "rail/raster.h"
#include "rail/role.h"
#include "rail/utf.h"
#include "rail/wire.h"
#include "tests/unit/test.h"
#include "tests/unit/values.h"

static void wire_writes_little_endian(void) {
    WireWriter writer;
    wire_writer_init(&writer);
    wire_put_u8(&writer, 0x01);
    wire_put_u16(&writer, 0x0302);
    wire_put_u32(&writer, 0x07060504);
    wire_put_u64(&writer, 0x0f0e0d0c0b0a0908u);
    wire_put_i16(&writer, -2);
    wire_put_i32(&writer, -3);
    wire_put_u16_be(&writer, 0x1011);
    wire_put_zeros(&writer, 2);
    wire_put_utf16(&writer, "h\xc3\xa9", 100);
    wire_patch_u16(&writer, 1, 0xaabb);
    CHECK_HEX(writer.data, writer.size,
              "01 bbaa 04050607 08090a0b0c0d0e0f feff fdffffff 1011 0000 0400 6800 e900");
    CHECK(!writer.failed);
    wire_put_i16(&writer, 32768);
    CHECK(writer.failed);
    wire_writer_clear(&writer);
}

static void wire_reader_fails_once_and_for_all(void) {
    uint8_t *bytes = test_tight_copy("\x01\x02\x03", 3);
    WireReader reader;
    wire_reader_init(&reader, bytes, 3);
    CHECK_EQUAL(wire_get_u16(&reader), 0x0201);
    CHECK_EQUAL(wire_left(&reader), 1);
    CHECK_EQUAL(wire_get_u32(&reader), 0);
    CHECK(reader.failed && !wire_at_end(&reader));
    CHECK_EQUAL(wire_get_u8(&reader), 0);
    CHECK(!wire_get_bytes(&reader, SIZE_MAX));
    free(bytes);
}

static void check_utf16_field(const char *hex, size_t max, const char *wanted) {
    uint8_t bytes[256];
    size_t size = test_from_hex(hex, bytes, sizeof bytes);
    uint8_t *tight = test_tight_copy(bytes, size);
    WireReader reader;
    wire_reader_init(&reader, tight, size);
    char *text = wire_get_utf16(&reader, max);
    CHECK_EQUAL(reader.failed, !wanted);
    if (wanted)
        CHECK_TEXT(text, wanted);
    free(text);
    free(tight);
}

static void wire_reads_strings(void) {
    check_utf16_field("0000", 10, "");
    check_utf16_field("0400 6100 0000", 10, "a");
    check_utf16_field("0600 6100 0000 6200", 10, "a");
    check_utf16_field("0400 00d8 6100", 10,
                      "\xef\xbf\xbd"
                      "a");
    check_utf16_field("0400 3dd8 00de", 10, "\xf0\x9f\x98\x80");
    check_utf16_field("0300 6100 62", 10, NULL);
    check_utf16_field("0400 6100", 10, NULL);
    check_utf16_field("0400 6100 6200", 2, NULL);
    check_utf16_field("ffff 6100", 10, NULL);
}

static void utf_round_trip(void) {
    for (int i = 0; i < 500; i++) {
        char *text = test_random_text(300);
        size_t size = 0;
        uint8_t *utf16 = utf16le_from_utf8(text, &size);
        CHECK(size % 2 == 0 && utf8_is_valid(text, strlen(text)));
        char *back = utf8_from_utf16le(utf16, size);
        CHECK_TEXT(back, text);
        free(back);
        free(utf16);
        free(text);
    }
}

static void utf_any_bytes_become_valid(void) {
    for (int i = 0; i < 2000; i++) {
        uint8_t bytes[64];
        size_t size = test_random_below(sizeof bytes);
        test_random_bytes(bytes, size);
        uint8_t *tight = test_tight_copy(bytes, size);
        char *text = utf8_from_utf16le(tight, size);
        CHECK(utf8_is_valid(text, strlen(text)));
        size_t max = test_random_below(40);
        char *label = utf8_label(text, max);
        CHECK(utf8_is_valid(label, strlen(label)) && strlen(label) <= max);
        free(label);
        free(text);
        free(tight);
    }
}

static void check_label(const char *text, size_t max, const char *wanted) {
    char *label = utf8_label(text, max);
    CHECK_TEXT(label, wanted);
    free(label);
}

static void utf_labels_are_harmless(void) {
    check_label("Notepad", 100, "Notepad");
    check_label("  a \t\n b  ", 100, "a b");
    check_label("x\xe2\x80\xae"
                "gpj.exe",
                100, "xgpj.exe");
    check_label("x\xe2\x81\xa6y\xe2\x80\x8bz", 100, "xyz");
    check_label("\xd7\xa9\xd7\x9c", 3, "\xd7\xa9");
    check_label("a\xff"
                "b",
                100,
                "a\xef\xbf\xbd"
                "b");
    check_label("\x01\x1b[31m\x7f", 100, "[31m");
}

static void utf_validity(void) {
    CHECK(utf8_is_valid("", 0));
    CHECK(!utf8_is_valid("a\0b", 3));
    CHECK(!utf8_is_valid("\xc0\x80", 2));
    CHECK(!utf8_is_valid("\xed\xa0\x80", 3));
    CHECK(!utf8_is_valid("\xf4\x90\x80\x80", 4));
    CHECK(!utf8_is_valid("\xe2\x82", 2));
    CHECK(utf8_is_valid("\xf4\x8f\xbf\xbf", 4));
}

static bool list_contains(const BoxList *list, int32_t x, int32_t y) {
    for (uint32_t i = 0; i < list->count; i++)
        if (box_contains(list->boxes[i], x, y))
            return true;
    return false;
}

static Box small_box(void) {
    return (Box){test_random_between(-5, 25), test_random_between(-5, 25), test_random_between(0, 12),
                 test_random_between(0, 12)};
}

static void box_lists_as_sets_of_points(void) {
    for (int round = 0; round < 400; round++) {
        bool wanted[40][40] = {0};
        BoxList list = {0};
        for (int step = 0; step < 12; step++) {
            Box box = small_box();
            int kind = (int)test_random_below(8);
            if (kind == 0)
                box_list_subtract(&list, box);
            else if (kind == 1)
                box_list_intersect(&list,
                                   (box = (Box){box.x - 8, box.y - 8, box.width + 20, box.height + 20}));
            else
                box_list_add(&list, box);
            for (int i = 0; i < 1600; i++) {
                bool in = box_contains(box, i % 40 - 5, i / 40 - 5), *w = &wanted[i / 40][i % 40];
                *w = kind == 0 ? *w && !in : kind == 1 ? *w && in : *w || in;
            }
        }
        if (list.count == BOX_LIST_MAX)
            continue;
        for (int i = 0; i < 1600; i++)
            CHECK_EQUAL(list_contains(&list, i % 40 - 5, i / 40 - 5), wanted[i / 40][i % 40]);
    }
}

static void box_list_overflows_into_its_bounds(void) {
    BoxList list = {0};
    for (int i = 0; i < 300; i++) {
        box_list_add(&list, (Box){i * 3, i % 7, 2, 2});
        CHECK(list.count <= BOX_LIST_MAX);
        CHECK(list_contains(&list, i * 3, i % 7) && list_contains(&list, 0, 0));
    }
    for (int i = 0; i < 300; i++)
        box_list_subtract(&list, (Box){test_random_between(0, 900), test_random_between(0, 8), 1, 1});
    CHECK(list.count <= BOX_LIST_MAX);
}

static void box_extremes_do_not_overflow(void) {
    static const int32_t ends[] = {INT32_MIN, INT32_MIN + 1, -1, 0, 1, INT32_MAX - 1, INT32_MAX};
    for (int i = 0; i < 7 * 7 * 7; i++) {
        Box a = {ends[i % 7], ends[i / 7 % 7], ends[i / 49], ends[i % 7]},
            b = {ends[i / 49], ends[i % 7], 5, ends[i / 7 % 7]};
        BoxList list = {0};
        box_list_add(&list, a);
        box_list_add(&list, b);
        box_list_subtract(&list, (Box){0, 0, 1, 1});
        box_union(box_intersect(a, b), box_shift(a, ends[i % 7], ends[i / 7 % 7]));
        CHECK(!box_is_sane(a) || (a.x >= -BOX_LIMIT && a.width >= 0));
    }
    CHECK(box_equal(box_intersect((Box){0, 0, 5, 5}, (Box){5, 0, 5, 5}), (Box){0}));
    CHECK(box_equal(box_union((Box){0, 0, 0, 0}, (Box){5, 6, 7, 8}), (Box){5, 6, 7, 8}));
}

static void raster_reads_dibs_of_all_depths(void) {
    static const struct {
        uint8_t bpp;
        const char *mask, *table, *colours, *wanted;
    } cases[] = {
        // bottom row red, green (or what the depth has); top row blue, white; upper left masked where a mask
        // is
        {24, "0000000080000000", "", "0000ff00ff000000 ff0000ffffff0000",
         "ff000000 ffffffff 0000ffff 00ff00ff"},
        {24, "", "", "0000ff00ff000000 ff0000ffffff0000", "ff0000ff ffffffff 0000ffff 00ff00ff"},
        {16, "", "", "007ce003 1f00ff7f", "ff0000ff ffffffff 0000ffff 00ff00ff"},
        {8, "0000000000000000", "0000ff00 00ff0000", "00010000 01000000",
         "00ff00ff 0000ffff 0000ffff 00ff00ff"},
        {8, "", "0000ff00", "00ff0000 00000000", "0000ffff 0000ffff 0000ffff 000000ff"},
        {4, "", "0000ff00 00ff0000", "01000000 10000000", "00ff00ff 0000ffff 0000ffff 00ff00ff"},
        {1, "", "0000ff00 00ff0000", "40000000 80000000", "00ff00ff 0000ffff 0000ffff 00ff00ff"},
        {32, "0000000000000000", "", "0000ff80 00ff0000 ff0000ff ffffff01",
         "ff0000ff ffffff01 0000ff80 00ff0000"},
        {32, "0000000080000000", "", "0000ff00 00ff0000 ff000000 ffffff00",
         "ff000000 ffffffff 0000ffff 00ff00ff"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t mask[64], table[64], colours[64];
        RasterDib dib = {2, 2, cases[i].bpp, mask, table, colours, 0, 0, 0};
        dib.mask_size = test_from_hex(cases[i].mask, mask, sizeof mask);
        dib.table_size = test_from_hex(cases[i].table, table, sizeof table);
        dib.colours_size = test_from_hex(cases[i].colours, colours, sizeof colours);
        Raster *raster = raster_from_dib(&dib);
        CHECK(raster);
        uint8_t wanted[64];
        size_t size = test_from_hex(cases[i].wanted, wanted, sizeof wanted);
        for (size_t at = 0; at < size; at += 4) // the colour below full transparency means nothing
            if (wanted[at + 3] == 0 && raster->bgra[at + 3] == 0)
                memcpy(raster->bgra + at, wanted + at, 4);
        printf("  case %zu\n", i);
        CHECK_HEX(raster->bgra, 16, cases[i].wanted);
        raster_free(raster);
    }
}

static void raster_refuses_what_does_not_fit(void) {
    static const uint8_t depths[] = {0, 1, 2, 3, 4, 8, 15, 16, 24, 32, 255};
    for (int i = 0; i < 3000; i++) {
        size_t sizes[3];
        uint8_t *parts[3];
        for (int part = 0; part < 3; part++) {
            sizes[part] = test_random_below(200);
            parts[part] = malloc(sizes[part] + 1);
            test_random_bytes(parts[part], sizes[part]);
            parts[part] = realloc(parts[part], sizes[part] ? sizes[part] : 1);
        }
        RasterDib dib = {(uint16_t)test_random_below(9),
                         (uint16_t)test_random_below(9),
                         depths[test_random_below(11)],
                         parts[0],
                         parts[1],
                         parts[2],
                         sizes[0],
                         sizes[1],
                         sizes[2]};
        if (i % 50 == 0)
            dib.width = dib.height = 0xffff;
        Raster *raster = raster_from_dib(&dib);
        if (raster)
            CHECK(raster->width == dib.width && raster->height == dib.height && raster_hash(raster) != 0);
        raster_free(raster);
        for (int part = 0; part < 3; part++)
            free(parts[part]);
    }
    CHECK(!raster_new(0, 1) && !raster_new(1, 0) && !raster_new(257, 1) &&
          !raster_new(UINT32_MAX, UINT32_MAX));
    raster_free(NULL);
}

static void roles_by_style(void) {
    static const struct {
        uint32_t style, ex_style, owner;
        GuestRole role;
        bool focus;
    } cases[] = {
        {0x14CF0000, 0x100, 0, GUEST_ROLE_NORMAL, true},        // Notepad
        {0x94C800C4, 0x00010101, 7, GUEST_ROLE_DIALOG, true},   // file dialog
        {0x94C80000, 0x00000188, 7, GUEST_ROLE_UTILITY, true},  // palette
        {0x96000000, 0x00000088, 0, GUEST_ROLE_POPUP, false},   // menu
        {0x96000000, 0x08000088, 7, GUEST_ROLE_POPUP, false},   // tooltip
        {0x84800000, 0x00000181, 0, GUEST_ROLE_POPUP, false},   // menu with a menu's border
        {0x84000000, 0x00000009, 7, GUEST_ROLE_POPUP, false},   // menu of Wine
        {0x44800043, 0x00000088, 0, GUEST_ROLE_POPUP, false},   // list of a combo box
        {0x8C000000, 0x00000000, 7, GUEST_ROLE_POPUP, false},   // window of an input method
        {0x96000000, 0x00000080, 7, GUEST_ROLE_UTILITY, true},  // palette without a frame
        {0x94C80000, 0x08000088, 0, GUEST_ROLE_UTILITY, false}, // keyboard on the screen
        {0x94000000, 0x00000000, 0, GUEST_ROLE_NORMAL, true},   // borderless main window
        {0x94000000, 0x00040080, 0, GUEST_ROLE_NORMAL, true},   // tool window that wants a button
        {0x1CCF0000, 0x00000100, 0, GUEST_ROLE_NORMAL, false},  // disabled by a dialog
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        GuestWindow window;
        guest_window_init(&window, 5);
        window.style = cases[i].style;
        window.ex_style = cases[i].ex_style;
        window.owner = cases[i].owner;
        printf("  case %zu: %s\n", i, guest_role_to_string(guest_role(&window)));
        CHECK_EQUAL(guest_role(&window), cases[i].role);
        CHECK_EQUAL(guest_role_takes_focus(&window), cases[i].focus);
    }
}

static void shadows_are_not_shown(void) {
    GuestWindow window;
    guest_window_init(&window, 5);
    window.style = GUEST_STYLE_POPUP | GUEST_STYLE_DISABLED;
    window.ex_style = GUEST_EX_STYLE_LAYERED | GUEST_EX_STYLE_TRANSPARENT | GUEST_EX_STYLE_TOOLWINDOW;
    window.show = GUEST_SHOW_NORMAL;
    window.box = (Box){10, 10, 100, 100};
    CHECK(!guest_window_is_shown(&window));
    window.style =
        GUEST_STYLE_POPUP; // a layered window that lets clicks through, but enabled: something to see
    CHECK(guest_window_is_shown(&window));
}

static void specks_are_not_shown(void) {
    GuestWindow window;
    guest_window_init(&window, 5);
    window.style = GUEST_STYLE_POPUP;
    window.show = GUEST_SHOW_NORMAL;
    window.box = (Box){10, 10, 2, 1};
    CHECK(!guest_window_is_shown(&window));
    window.box.width = 3; // a line that somebody draws
    CHECK(guest_window_is_shown(&window));
    window.box = (Box){10, 10, 1, 1};
    window.style = GUEST_STYLE_CAPTION; // a window that fails to have a size yet
    CHECK(guest_window_is_shown(&window));
}

static const Box A = {10, 10, 100, 100}, B = {20, 10, 100, 100}, C = {30, 10, 120, 90};

static void check_step(PlacementStep step, PlacementAction action, Box box) {
    CHECK_EQUAL(step.action, action);
    if (action != PLACEMENT_NOTHING)
        CHECK(box_equal(step.box, box));
}

static void placement_first_word_is_the_guests(void) {
    Placement p;
    placement_init(&p);
    check_step(placement_host_says(&p, B, 0), PLACEMENT_NOTHING, B);
    check_step(placement_guest_says(&p, A, 1), PLACEMENT_PUSH, A);
    check_step(placement_host_says(&p, A, 2), PLACEMENT_NOTHING, A);
    check_step(placement_guest_says(&p, A, 3), PLACEMENT_NOTHING, A);
    CHECK_EQUAL(placement_deadline(&p), 0);
}

static void placement_user_moves_and_guest_agrees(void) {
    Placement p;
    placement_init(&p);
    placement_guest_says(&p, A, 0);
    check_step(placement_host_says(&p, B, 10), PLACEMENT_ASK, B);
    CHECK_EQUAL(placement_deadline(&p), 10 + PLACEMENT_TIMEOUT_MS);
    check_step(placement_guest_says(&p, A, 20), PLACEMENT_NOTHING, A); // an older word
    check_step(placement_guest_says(&p, B, 30), PLACEMENT_NOTHING, B);
    CHECK_EQUAL(placement_deadline(&p), 0);
    check_step(placement_host_says(&p, B, 40), PLACEMENT_NOTHING, B);
}

static void placement_user_moves_on(void) {
    Placement p;
    placement_init(&p);
    placement_guest_says(&p, A, 0);
    placement_host_says(&p, B, 10);
    check_step(placement_host_says(&p, C, 20), PLACEMENT_NOTHING, C);
    check_step(placement_guest_says(&p, B, 30), PLACEMENT_ASK, C);
    check_step(placement_guest_says(&p, C, 40), PLACEMENT_NOTHING, C);
    check_step(placement_time_passed(&p, 99999), PLACEMENT_NOTHING, C);
}

static void placement_guest_refuses(void) {
    Placement p;
    placement_init(&p);
    placement_guest_says(&p, A, 0);
    placement_host_says(&p, B, 10);
    check_step(placement_guest_says(&p, C, 20), PLACEMENT_NOTHING, C);
    check_step(placement_time_passed(&p, 20 + PLACEMENT_OTHER_MS - 1), PLACEMENT_NOTHING, C);
    check_step(placement_time_passed(&p, 20 + PLACEMENT_OTHER_MS), PLACEMENT_PUSH, C);
    CHECK_EQUAL(placement_deadline(&p), 0);
}

static void placement_guest_is_silent(void) {
    Placement p;
    placement_init(&p);
    placement_guest_says(&p, A, 0);
    placement_host_says(&p, B, 10);
    check_step(placement_time_passed(&p, 10 + PLACEMENT_TIMEOUT_MS - 1), PLACEMENT_NOTHING, A);
    check_step(placement_time_passed(&p, 10 + PLACEMENT_TIMEOUT_MS), PLACEMENT_PUSH, A);
}

static void placement_of_a_maximised_window_asks_nothing(void) {
    Placement p;
    placement_init(&p);
    placement_guest_says(&p, A, 0);
    placement_host_is(&p, B);
    placement_guest_is(&p, B);
    CHECK_EQUAL(placement_deadline(&p), 0);
    check_step(placement_guest_says(&p, A, 10), PLACEMENT_PUSH, A); // restored: the host is at B
}

static void placement_while_the_guest_rearranges(void) {
    Placement p;
    placement_init(&p);
    placement_guest_says(&p, A, 0);
    check_step(placement_host_says(&p, B, 10), PLACEMENT_ASK, B);
    placement_guest_is(&p, C); // not what it was asked for
    CHECK_EQUAL(placement_deadline(&p), 10 + PLACEMENT_TIMEOUT_MS);
    placement_guest_is(&p, B);
    CHECK_EQUAL(placement_deadline(&p), 0);
    placement_guest_is(&p, C); // and away again
    check_step(placement_host_says(&p, B, 20), PLACEMENT_ASK, B);
    placement_forget_request(&p);
    CHECK_EQUAL(placement_deadline(&p), 0);
    check_step(placement_host_says(&p, B, 30), PLACEMENT_ASK, B);
    check_step(placement_guest_says(&p, B, 40), PLACEMENT_NOTHING, B);
}

static Box without_borders(Box box) { // as Windows 10 does it
    return (Box){box.x + 7, box.y, box.width - 14, box.height - 7};
}

static void placement_learns_borders(void) {
    Placement p;
    placement_init(&p);
    placement_guest_says(&p, A, 0);
    check_step(placement_host_says(&p, B, 10), PLACEMENT_ASK, B);
    Box with = {B.x - 7, B.y, B.width + 14, B.height + 7};
    check_step(placement_guest_says(&p, without_borders(B), 20), PLACEMENT_ASK, with);
    check_step(placement_guest_says(&p, B, 30), PLACEMENT_NOTHING, B);
    CHECK_EQUAL(placement_deadline(&p), 0);
    with = (Box){C.x - 7, C.y, C.width + 14, C.height + 7};
    check_step(placement_host_says(&p, C, 40), PLACEMENT_ASK, with); // known from now on
    check_step(placement_guest_says(&p, C, 50), PLACEMENT_NOTHING, C);
    placement_host_says(&p, B, 60); // and they may go: the program has changed its style
    with = (Box){B.x - 7, B.y, B.width + 14, B.height + 7};
    check_step(placement_guest_says(&p, with, 70), PLACEMENT_ASK, B);
    check_step(placement_guest_says(&p, B, 80), PLACEMENT_NOTHING, B);
}

static void placement_learns_no_more_than_borders(void) {
    static const Box answers[] = {
        {20, 10, 93, 100},  // an earlier step of a resize by the right side
        {27, 10, 93, 100},  // by the left one
        {25, 10, 100, 100}, // moved
        {40, 10, 60, 100},  // too much
        {13, 10, 114, 107}, // larger
    };
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        Placement p;
        placement_init(&p);
        placement_guest_says(&p, A, 0);
        placement_host_says(&p, B, 10);
        check_step(placement_guest_says(&p, answers[i], 20), PLACEMENT_NOTHING, B);
        check_step(placement_time_passed(&p, 20 + PLACEMENT_OTHER_MS), PLACEMENT_PUSH, answers[i]);
    }
}

static void placement_of_a_fixed_size_keeps_it(void) { // whatever is asked, 50 moves and as many answers
    Placement p;
    placement_init(&p);
    placement_guest_says(&p, A, 0);
    Box host = A;
    for (int i = 1; i <= 50; i++) {
        host.x = 10 + i * 13 % 70;
        PlacementStep step = placement_host_says(&p, host, (uint64_t)i * 1000);
        for (int answers = 0; step.action == PLACEMENT_ASK && answers < 3; answers++)
            step = placement_guest_says(&p, without_borders(step.box), (uint64_t)i * 1000 + 10);
        CHECK_EQUAL(step.action, PLACEMENT_NOTHING);
        CHECK_EQUAL(placement_deadline(&p), 0);
        CHECK(box_equal(p.server, host));
    }
    CHECK_EQUAL(p.lessons, 1);
}

static void placement_always_settles(void) {
    for (int round = 0; round < 500; round++) {
        Placement p;
        placement_init(&p);
        Box guest = A, host = A, asked = A;
        bool waiting = false;
        uint64_t now = 0;
        placement_guest_says(&p, guest, now);
        for (int step = 0; step < 60; step++) {
            Box any = step < 30 ? (Box){test_random_between(0, 4), 0, 50, 50} : host;
            PlacementStep next = {PLACEMENT_NOTHING, {0}};
            int event = (int)test_random_below(step < 30 ? 4 : 2);
            now += 10;
            if (event == 0 && waiting) {
                guest = asked;
                waiting = false;
                next = placement_guest_says(&p, guest, now);
            } else if (event == 2)
                next = placement_host_says(&p, host = any, now);
            else if (event == 3)
                next = placement_guest_says(&p, guest = any, now);
            if (next.action == PLACEMENT_PUSH)
                host = next.box;
            if (next.action == PLACEMENT_ASK)
                asked = next.box, waiting = true;
        }
        PlacementStep last = placement_time_passed(&p, now + 10 * PLACEMENT_TIMEOUT_MS);
        if (last.action == PLACEMENT_PUSH)
            host = last.box;
        CHECK(box_equal(host, guest));
    }
}

static void layouts_are_seamless_or_not(void) {
    static const struct {
        bool seamless;
        uint32_t count;
        Box boxes[3];
    } cases[] = {
        {true, 1, {{0, 0, 800, 600}}},
        {true, 2, {{0, 0, 800, 600}, {800, 100, 800, 600}}},
        {true, 3, {{0, 0, 800, 600}, {0, 600, 800, 600}, {800, 900, 100, 100}}},
        {false, 2, {{0, 0, 800, 600}, {900, 0, 800, 600}}},   // a gap
        {false, 2, {{0, 0, 800, 600}, {800, 600, 800, 600}}}, // a corner is no edge
        {false, 2, {{0, 0, 800, 600}, {700, 0, 800, 600}}},   // mirrored in part
        {false, 3, {{0, 0, 800, 600}, {800, 0, 800, 600}, {0, 700, 800, 600}}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Layout layout;
        layout_init(&layout, cases[i].boxes[0]);
        layout.count = cases[i].count;
        for (uint32_t j = 0; j < layout.count; j++)
            layout.monitors[j].box = layout.monitors[j].work_area = cases[i].boxes[j];
        CHECK_EQUAL(layout_is_seamless(&layout), cases[i].seamless);
        layout_clip(&layout, (Box){0, 0, 850, 600});
        CHECK(
            box_equal(box_intersect(layout_bounds(&layout), (Box){0, 0, 850, 600}), layout_bounds(&layout)));
    }
}

static void layouts_become_tellable(void) {
    static const struct {
        uint32_t count, told;
        uint64_t max_pixels;
        Box boxes[2], first;
    } cases[] = {
        {2, 2, 0, {{800, 0, 800, 600}, {0, 100, 800, 600}}, {800, 0, 800, 600}},
        {2, 1, 0, {{0, 0, 800, 600}, {900, 0, 800, 600}}, {0, 0, 1700, 600}}, // a gap
        {2, 1, 0, {{0, 0, 801, 600}, {801, 0, 800, 600}}, {0, 0, 1600, 600}}, // an odd width
        {1, 1, 0, {{0, 0, 9000, 100}}, {0, 0, 8192, 200}},                    // sides out of bounds
        {2, 1, 800 * 600, {{0, 0, 800, 600}, {800, 0, 800, 600}}, {0, 0, 1600, 300}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Layout layout = {.count = cases[i].count, .dpi = 144};
        for (uint32_t j = 0; j < layout.count; j++)
            layout.monitors[j].box = layout.monitors[j].work_area = cases[i].boxes[j];
        layout_make_tellable(&layout, 4, cases[i].max_pixels);
        CHECK_EQUAL(layout.count, cases[i].told);
        CHECK(box_equal(layout.monitors[0].box, cases[i].first) && layout.dpi == 144);
    }
}

static void layouts_have_scales(void) {
    static const uint32_t cases[][3] = {{96, 100, 100},  {40, 100, 100},  {120, 125, 100}, {134, 140, 140},
                                        {144, 150, 140}, {192, 200, 180}, {960, 500, 180}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Layout layout = {.dpi = cases[i][0]};
        CHECK_EQUAL(layout_scale(&layout), cases[i][1]);
        CHECK_EQUAL(layout_device_scale(&layout), cases[i][2]);
    }
}

#define DISPLAY_HEAD "02000000 60000000 28000000 02000000 "
#define DISPLAY_LEFT                                                                                         \
    "00000000 00f8ffff 64000000 00080000 00040000 00000000 00000000 00000000 64000000 64000000 "
#define DISPLAY_MAIN                                                                                         \
    "01000000 00000000 00000000 00040000 00030000 0a010000 c8000000 00000000 96000000 8c000000 "

static bool decode_display(const char *hex, Layout *ret_layout) {
    uint8_t bytes[256];
    return display_layout_decode(bytes, test_from_hex(hex, bytes, sizeof bytes), ret_layout);
}

static void display_layouts_decode(void) { // a secondary monitor to the left of the primary one, and lower
    Layout layout;
    uint8_t bytes[256];
    CHECK(decode_display(DISPLAY_HEAD DISPLAY_LEFT DISPLAY_MAIN, &layout));
    CHECK_EQUAL(layout.count, 2);
    CHECK_EQUAL(layout.dpi, 144);
    CHECK(box_equal(layout.monitors[0].box, (Box){2048, 0, 1024, 768}));
    CHECK(box_equal(layout.monitors[1].box, (Box){0, 100, 2048, 1024}));
    size_t size = test_from_hex(DISPLAY_HEAD DISPLAY_LEFT DISPLAY_MAIN, bytes, sizeof bytes);
    for (size_t i = 0; i < size; i++)
        CHECK(!display_layout_decode(bytes, i, &layout));
    CHECK(!decode_display(DISPLAY_HEAD DISPLAY_LEFT DISPLAY_LEFT, &layout)); // no primary, and overlaps
    CHECK(!decode_display(DISPLAY_HEAD DISPLAY_MAIN DISPLAY_MAIN, &layout));
    bytes[20] += 2; // a gap between them is no layout
    CHECK(!display_layout_decode(bytes, size, &layout));
    bytes[20] -= 2;
    bytes[28]++; // an odd width
    CHECK(!display_layout_decode(bytes, size, &layout));
}

static void display_caps_encode_as_specified(void) {
    WireWriter writer;
    wire_writer_init(&writer);
    display_caps_encode(&writer, 16, 8192, 4320);
    CHECK_HEX(writer.data, writer.size, "05000000 14000000 10000000 00200000 e0100000");
    wire_writer_clear(&writer);
}

static const uint32_t percents[] = {100, 125, 150, 175, 200, 225, 250, 300, 375, 400};

static void every_host_pixel_shows_one_guest_pixel(void) {
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
        Scale scale = scale_new(percents[i]);
        CHECK_EQUAL(scale.up * 100, (int32_t)percents[i] * scale.down);
        for (int32_t guest = -3000; guest < 3000; guest++) {
            int32_t first = scale_up(scale, guest), next = scale_up(scale, guest + 1);
            CHECK(first < next); // it is shown
            for (int32_t host = first; host < next; host++)
                CHECK_EQUAL(scale_down(scale, host), guest);
            CHECK(first <= next - scale.up / scale.down && next <= first + scale.up / scale.down + 1);
        }
        CHECK(scale_up(scale, 0) == 0 && scale_down(scale, 0) == 0);
    }
}

static void scaled_windows_come_back(void) {
    for (int i = 0; i < 20000; i++) {
        Scale scale = scale_new(percents[test_random_below(sizeof percents / sizeof *percents)]);
        Box guest = {(int32_t)test_random_between(-5000, 5000), (int32_t)test_random_between(-5000, 5000),
                     (int32_t)test_random_between(1, 5000), (int32_t)test_random_between(1, 5000)};
        CHECK(box_equal(scale_window_down(scale, scale_window_up(scale, guest)), guest));
        CHECK(box_equal(scale_box_down(scale, scale_box_up(scale, guest)), guest));
        Box host = guest; // wherever a window manager puts it: what is asked of the guest for it is stable
        Box asked = scale_window_down(scale, host), pushed = scale_window_up(scale, asked);
        CHECK(box_equal(scale_window_down(scale, pushed), asked));
        CHECK(pushed.width <= host.width + scale.up / scale.down &&
              pushed.width > host.width - scale.up / scale.down - 1);
        Box seen = scale_box_up(scale, scale_box_down(scale, host));
        CHECK(box_equal(box_intersect(seen, host), host)); // damage covers what it is seen in
    }
}

static void scales_are_steps(void) {
    static const uint32_t cases[][3] = {{0, 4, 4},   {100, 4, 4}, {112, 4, 4}, {113, 5, 4},
                                        {130, 5, 4}, {150, 6, 4}, {900, 16, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK(scale_equal(scale_new(cases[i][0]), (Scale){(int32_t)cases[i][1], (int32_t)cases[i][2]}));
    CHECK(scale_equal(scale_for_dpi(192), scale_new(200)) && scale_equal(scale_for_dpi(96), (Scale){0}));
    CHECK(scale_is_whole(scale_new(300)) && !scale_is_whole(scale_new(150)) &&
          scale_is_one(scale_for_dpi(80)));
}

int main(void) {
    RUN(every_host_pixel_shows_one_guest_pixel);
    RUN(scaled_windows_come_back);
    RUN(scales_are_steps);
    RUN(layouts_are_seamless_or_not);
    RUN(layouts_become_tellable);
    RUN(layouts_have_scales);
    RUN(display_layouts_decode);
    RUN(display_caps_encode_as_specified);
    RUN(wire_writes_little_endian);
    RUN(wire_reader_fails_once_and_for_all);
    RUN(wire_reads_strings);
    RUN(utf_round_trip);
    RUN(utf_any_bytes_become_valid);
    RUN(utf_labels_are_harmless);
    RUN(utf_validity);
    RUN(box_lists_as_sets_of_points);
    RUN(box_list_overflows_into_its_bounds);
    RUN(box_extremes_do_not_overflow);
    RUN(raster_reads_dibs_of_all_depths);
    RUN(raster_refuses_what_does_not_fit);
    RUN(roles_by_style);
    RUN(shadows_are_not_shown);
    RUN(specks_are_not_shown);
    RUN(placement_first_word_is_the_guests);
    RUN(placement_user_moves_and_guest_agrees);
    RUN(placement_user_moves_on);
    RUN(placement_guest_refuses);
    RUN(placement_guest_is_silent);
    RUN(placement_of_a_maximised_window_asks_nothing);
    RUN(placement_while_the_guest_rearranges);
    RUN(placement_learns_borders);
    RUN(placement_learns_no_more_than_borders);
    RUN(placement_of_a_fixed_size_keeps_it);
    RUN(placement_always_settles);
    return 0;
}
