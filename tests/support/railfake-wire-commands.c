// SPDX-License-Identifier: Apache-2.0
// The verbs of railfake's scripts that say one thing to the client, whatever the make-believe desktop is
// like: orders, PDUs, surfaces and plain bytes. RAILFAKE.md is their manual.
#include "tests/support/railfake.h"

#include <string.h>

Raster *fake_raster(uint32_t side, uint32_t colour) {
    Raster *raster = raster_new(side, side);
    for (uint32_t i = 0; raster && i < side * side; i++) {
        uint32_t pixel = 0xFF000000u | colour;
        memcpy(raster->bgra + (size_t)i * 4, &pixel, 4);
    }
    return raster;
}

static Raster *make_icon(const Line *line) {
    const char *colour = line_value(line, "colour");
    return fake_raster((uint32_t)line_number(line, "size", 32),
                       (uint32_t)g_ascii_strtoull(colour ? colour : "ff0000", NULL, 16));
}

static void send_order(Fake *fake, WireWriter *writer) {
    if (!writer->failed)
        rdp_orders_bytes(fake_peer_orders(fake->peer), writer->data, writer->size);
    wire_writer_clear(writer);
}

static bool run_icon(Fake *fake, const Line *line) {
    Raster *raster = make_icon(line);
    uint32_t cache[2] = {0xFF, 0xFFFF};
    WireWriter writer;
    if (line_value(line, "cache"))
        text_numbers(line_value(line, "cache"), cache, 2);
    if (!raster)
        return false;
    wire_writer_init(&writer);
    window_order_put_icon(&writer, fake_id_of(line), line_has(line, "big"), (uint8_t)cache[0],
                          (uint16_t)cache[1], raster);
    raster_free(raster);
    send_order(fake, &writer);
    return true;
}

static bool run_cached_icon(Fake *fake, const Line *line) {
    uint32_t cache[2] = {0};
    WireWriter writer;
    if (line_value(line, "cache"))
        text_numbers(line_value(line, "cache"), cache, 2);
    wire_writer_init(&writer);
    window_order_put_cached_icon(&writer, fake_id_of(line), line_has(line, "big"), (uint8_t)cache[0],
                                 (uint16_t)cache[1]);
    send_order(fake, &writer);
    return true;
}

static void read_notify(const Line *line, GuestIconDelta *delta) {
    const char *tip = line_value(line, "tip"), *balloon = line_value(line, "balloon");
    if (line_value(line, "version"))
        delta->fields |= GUEST_ICON_VERSION;
    if (line_value(line, "hidden"))
        delta->fields |= GUEST_ICON_HIDDEN;
    if (line_value(line, "colour"))
        delta->raster = make_icon(line);
    delta->fields |= (tip ? GUEST_ICON_TIP : 0) | (balloon ? GUEST_ICON_BALLOON : 0) |
                     (delta->raster ? GUEST_ICON_RASTER : 0);
    delta->version = (uint32_t)line_number(line, "version", 0);
    delta->hidden = line_number(line, "hidden", 0);
    guest_icon_set_text(delta->tip, sizeof delta->tip, tip);
    guest_icon_set_text(delta->balloon.text, sizeof delta->balloon.text, balloon);
    guest_icon_set_text(delta->balloon.title, sizeof delta->balloon.title, line_value(line, "title"));
    delta->balloon.timeout = (uint32_t)line_number(line, "timeout", 10000);
    delta->balloon.flags = (uint32_t)line_number(line, "kind", GUEST_BALLOON_INFO);
}

static bool run_notify(Fake *fake, const Line *line) {
    GuestIconDelta delta = {0};
    WireWriter writer;
    uint32_t cache[2] = {0xFF, 0xFFFF}, id = (uint32_t)text_number(line_word(line, 2));
    if (line_value(line, "cache"))
        text_numbers(line_value(line, "cache"), cache, 2);
    read_notify(line, &delta);
    wire_writer_init(&writer);
    if (line_value(line, "cache") && !delta.raster)
        window_order_put_cached_notify(&writer, fake_id_of(line), id, line_has(line, "new"), &delta,
                                       (uint8_t)cache[0], (uint16_t)cache[1]);
    else
        window_order_put_notify(&writer, fake_id_of(line), id, line_has(line, "new"), &delta,
                                (uint8_t)cache[0], (uint16_t)cache[1]);
    guest_icon_delta_clear(&delta);
    send_order(fake, &writer);
    return true;
}

static bool run_notify_gone(Fake *fake, const Line *line) {
    WireWriter writer;
    wire_writer_init(&writer);
    window_order_put_notify_deleted(&writer, fake_id_of(line), (uint32_t)text_number(line_word(line, 2)));
    send_order(fake, &writer);
    return true;
}

static bool run_stacking(Fake *fake, const Line *line) {
    uint32_t ids[DESK_STACK_MAX];
    const char *order = line_value(line, "order"), *active = line_value(line, "active");
    size_t count = order ? text_numbers(order, ids, G_N_ELEMENTS(ids)) : 0;
    uint32_t flags = WINDOW_ORDER_DESKTOP_HOOKED | (order ? WINDOW_ORDER_DESKTOP_ZORDER : 0) |
                     (active ? WINDOW_ORDER_DESKTOP_ACTIVE : 0);
    if (line_has(line, "own")) {
        fake_send_stacking(fake);
        return true;
    }
    rdp_orders_desktop(fake_peer_orders(fake->peer), flags, active ? (uint32_t)text_number(active) : 0, ids,
                       count);
    return true;
}

static bool run_desktop(Fake *fake, const Line *line) {
    static const struct {
        const char *word;
        uint32_t flags;
    } states[] = {{"began", WINDOW_ORDER_DESKTOP_HOOKED | WINDOW_ORDER_DESKTOP_ARC_BEGAN},
                  {"completed", WINDOW_ORDER_DESKTOP_HOOKED | WINDOW_ORDER_DESKTOP_ARC_COMPLETED},
                  {"hooked", WINDOW_ORDER_DESKTOP_HOOKED},
                  {"none", WINDOW_ORDER_DESKTOP_NONE}};
    for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
        if (strcmp(line_word(line, 1), states[i].word) == 0) {
            rdp_orders_desktop(fake_peer_orders(fake->peer), states[i].flags, 0, NULL, 0);
            return true;
        }
    return false;
}

static bool run_sync(Fake *fake, const Line *line) {
    fake_sync(fake);
    return true;
}

static GByteArray *hex_of(const Line *line) {
    g_autofree char *joined = g_strjoinv("", line->words + 1);
    return text_bytes(joined);
}

static bool run_order(Fake *fake, const Line *line) {
    g_autoptr(GByteArray) bytes = hex_of(line);
    rdp_orders_bytes(fake_peer_orders(fake->peer), bytes->data, bytes->len);
    return true;
}

static bool run_pdu(Fake *fake, const Line *line) {
    g_autoptr(GByteArray) bytes = hex_of(line);
    fake_peer_pdu(fake->peer, bytes->data, bytes->len);
    return true;
}

static bool run_rail(Fake *fake, const Line *line) {
    g_autoptr(GByteArray) bytes = hex_of(line);
    ULONG written = 0;
    return WTSVirtualChannelWrite(fake_peer_rail(fake->peer)->rail, (PCHAR)bytes->data, bytes->len, &written);
}

static bool run_publication(Fake *fake, const Line *line) {
    g_autoptr(GByteArray) bytes = hex_of(line);
    return rdp_rail_publish(fake_peer_rail(fake->peer), bytes->data, bytes->len);
}

static bool send_pdu(Fake *fake, const RailPdu *pdu) {
    return rdp_rail_send(fake_peer_rail(fake->peer), pdu);
}

static bool run_handshake(Fake *fake, const Line *line) {
    const char *flags = line_value(line, "flags");
    RailPdu pdu = {.type = flags ? RAIL_PDU_HANDSHAKE_EX : RAIL_PDU_HANDSHAKE};
    pdu.as.handshake.build = (uint32_t)line_number(line, "build", fake->options.persona->build);
    pdu.as.handshake.flags = flags ? (uint32_t)text_number(flags) : 0;
    return send_pdu(fake, &pdu);
}

static bool run_exec_result(Fake *fake, const Line *line) {
    RailPdu pdu = {.type = RAIL_PDU_EXEC_RESULT};
    pdu.as.exec_result.program = (char *)line_value(line, "program"); // lent
    pdu.as.exec_result.result = (uint16_t)line_number(line, "result", 0);
    pdu.as.exec_result.raw = (uint32_t)line_number(line, "raw", 0);
    return send_pdu(fake, &pdu);
}

static bool run_move_size(Fake *fake, const Line *line) {
    RailPdu pdu = {.type = RAIL_PDU_LOCAL_MOVE_SIZE, .window = fake_id_of(line)};
    pdu.as.move_size.start = strcmp(line_word(line, 2), "start") == 0;
    pdu.as.move_size.type = (uint16_t)line_number(line, "type", 9);
    pdu.as.move_size.x = (int16_t)line_number(line, "x", 0);
    pdu.as.move_size.y = (int16_t)line_number(line, "y", 0);
    return send_pdu(fake, &pdu);
}

static bool run_min_max(Fake *fake, const Line *line) {
    RailPdu pdu = {.type = RAIL_PDU_MIN_MAX_INFO, .window = fake_id_of(line)};
    for (int i = 0; i < 8; i++)
        pdu.as.min_max.values[i] = (int16_t)text_number(line_word(line, i + 2));
    return send_pdu(fake, &pdu);
}

static bool run_value(Fake *fake, const Line *line) {
    bool is_order = strcmp(line_word(line, 0), "zorder-sync") == 0;
    RailPdu pdu = {.type = is_order ? RAIL_PDU_ZORDER_SYNC : RAIL_PDU_POWER_DISPLAY};
    pdu.as.value = fake_id_of(line);
    return send_pdu(fake, &pdu);
}

static bool run_cloak(Fake *fake, const Line *line) {
    RailPdu pdu = {.type = RAIL_PDU_CLOAK, .window = fake_id_of(line)};
    pdu.as.enabled = strcmp(line_word(line, 2), "off") != 0;
    return send_pdu(fake, &pdu);
}

static bool run_app_id(Fake *fake, const Line *line) {
    const char *image = line_value(line, "image");
    RailPdu pdu = {.type = image ? RAIL_PDU_APPID_EX : RAIL_PDU_APPID, .window = fake_id_of(line)};
    pdu.as.app_id.app_id = (char *)line_value(line, "id"); // lent, both
    pdu.as.app_id.image = (char *)image;
    pdu.as.app_id.process = (uint32_t)line_number(line, "process", 0);
    return send_pdu(fake, &pdu);
}

static FakeGfx *gfx_of(Fake *fake) {
    FakeGfx *gfx = fake_peer_gfx(fake->peer);
    return gfx && fake_gfx_is_ready(gfx) ? gfx : NULL;
}

static bool run_fill(const Fake *fake, FakeGfx *gfx, uint16_t surface, const Line *line) {
    FakeWindow look = {.colour = -1, .number = (unsigned)line_number(line, "number", 0)};
    const char *colour = line_value(line, "colour");
    Box box = line_box(line, "box", (Box){0, 0, 64, 64});
    if (colour)
        look.colour = g_ascii_strtoll(colour, NULL, 16);
    if (box.width <= 0 || box.height <= 0)
        return false;
    g_autofree uint8_t *pixels = g_malloc((size_t)box.width * (size_t)box.height * 4);
    fake_pixels(fake, &look, box, pixels, (size_t)box.width * 4);
    fake_gfx_paint(gfx, surface, box, pixels, line_has(line, "alpha"));
    return true;
}

static bool run_surface(Fake *fake, const Line *line) {
    FakeGfx *gfx = gfx_of(fake);
    uint16_t surface = (uint16_t)fake_id_of(line);
    const char *what = line_word(line, 2);
    Box size = line_box(line, "box", (Box){0, 0, 64, 64});
    if (!gfx)
        return false;
    if (strcmp(what, "new") == 0)
        fake_gfx_create(gfx, surface, (uint16_t)size.width, (uint16_t)size.height, line_has(line, "alpha"));
    else if (strcmp(what, "map") == 0)
        fake_gfx_map(gfx, surface, (uint64_t)line_number(line, "window", 0), (uint32_t)size.width,
                     (uint32_t)size.height, line_has(line, "scaled"));
    else if (strcmp(what, "delete") == 0)
        fake_gfx_delete(gfx, surface);
    else if (strcmp(what, "fill") == 0)
        return run_fill(fake, gfx, surface, line);
    else
        return false;
    return true;
}

static void reset(FakeGfx *gfx, const Line *line) {
    Layout layout;
    layout_init(&layout, (Box){0, 0, (int32_t)text_number(line_word(line, 2)),
                               (int32_t)text_number(line_word(line, 3))});
    fake_gfx_reset(gfx, &layout);
}

static bool run_frame(Fake *fake, const Line *line) {
    FakeGfx *gfx = gfx_of(fake);
    const char *what = line_word(line, 1);
    if (gfx && strcmp(what, "begin") == 0)
        fake_gfx_begin(gfx);
    else if (gfx && strcmp(what, "end") == 0)
        fake_gfx_end(gfx);
    else if (gfx && strcmp(what, "reset") == 0)
        reset(gfx, line);
    else
        return false;
    return true;
}

const FakeVerb fake_wire_verbs[] = {
    {"icon", run_icon, true},
    {"cached-icon", run_cached_icon, true},
    {"notify", run_notify, true},
    {"notify-gone", run_notify_gone, true},
    {"stacking", run_stacking, true},
    {"desktop", run_desktop, true},
    {"sync", run_sync, true},
    {"order", run_order, true},
    {"pdu", run_pdu, true},
    {"rail", run_rail, true},
    {"publication", run_publication, true},
    {"handshake", run_handshake, true},
    {"exec-result", run_exec_result, true},
    {"move-size", run_move_size, true},
    {"min-max", run_min_max, true},
    {"zorder-sync", run_value, true},
    {"power-display", run_value, true},
    {"cloak", run_cloak, true},
    {"app-id", run_app_id, true},
    {"surface", run_surface, true},
    {"frame", run_frame, true},
};
const size_t fake_n_wire_verbs = G_N_ELEMENTS(fake_wire_verbs);
