// SPDX-License-Identifier: Apache-2.0
// One libFuzzer target per decoder of what a guest or a taken-over session process may send; FUZZ_TARGET
// picks it at compile time. A decoder may refuse anything; it may not read beyond its input, leak, or give a
// value out of its limits.
#include <stdlib.h>
#include <string.h>
#include "guest-agent/link-file.h"
#include "rail/catalogue-message.h"
#include "rail/desk.h"
#include "rail/device-pdu.h"
#include "rail/display-pdu.h"
#include "rail/file-info.h"
#include "rail/intent.h"
#include "rail/mem.h"
#include "rail/message.h"
#include "rail/open-request.h"
#include "rail/pixels-message.h"
#include "rail/rail-pdu.h"
#include "rail/utf.h"
#include "rail/window-message.h"
#include "rail/window-order.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

#define REQUIRE(condition)                                                                                   \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            abort();                                                                                         \
    } while (0)

#if defined FUZZ_WINDOW_ORDER
static void run(const uint8_t *bytes, size_t size) {
    WireReader reader;
    WindowOrder order;
    wire_reader_init(&reader, bytes, size);
    while (window_order_get(&reader, &order)) {
        GuestWindow window;
        guest_window_init(&window, 1);
        guest_window_apply(&window, &order.delta);
        REQUIRE(box_is_sane(window.box) && order.desktop.count <= DESK_STACK_MAX);
        const GuestIconDelta *icon = &order.notify.delta;
        REQUIRE(utf8_is_valid(icon->tip, strlen(icon->tip)));
        REQUIRE(utf8_is_valid(icon->balloon.text, strlen(icon->balloon.text)));
        REQUIRE(!(icon->fields & GUEST_ICON_RASTER) == !icon->raster);
        window_order_clear(&order);
    }
}
#elif defined FUZZ_RAIL_PDU
static void run(const uint8_t *bytes, size_t size) {
    RailPdu pdu;
    if (size && rail_pdu_decode(bytes + 1, size - 1, bytes[0] & 1, &pdu)) {
        WireWriter writer;
        wire_writer_init(&writer);
        rail_pdu_encode(&writer, &pdu);
        wire_writer_clear(&writer);
        rail_pdu_clear(&pdu);
    }
}
#elif defined FUZZ_DEVICE_PDU
static void run(const uint8_t *bytes, size_t size) {
    DevicePdu pdu;
    if (!device_pdu_decode(bytes, size, &pdu))
        return;
    WireWriter writer;
    wire_writer_init(&writer);
    device_pdu_encode(&writer, &pdu);
    wire_writer_clear(&writer);
    device_pdu_clear(&pdu);
}
#elif defined FUZZ_FILE_INFO
static void run(const uint8_t *bytes, size_t size) { // the first byte is the information class
    FileInfo info = {0};
    VolumeInfo volume;
    FileChange change;
    char *name;
    if (!size)
        return;
    file_info_decode(bytes + 1, size - 1, bytes[0], &info);
    REQUIRE(info.size <= INT64_MAX && info.allocation <= INT64_MAX);
    if (volume_info_decode(bytes + 1, size - 1, &volume))
        REQUIRE(volume.free <= volume.total && volume.total <= INT64_MAX);
    if (file_entry_decode(bytes + 1, size - 1, &info, &name)) {
        REQUIRE(utf8_is_valid(name, strlen(name)) && info.size <= INT64_MAX);
        mem_free(name);
    }
    if (file_change_decode(bytes + 1, size - 1, bytes[0], &change)) {
        REQUIRE(!change.path || utf8_is_valid(change.path, strlen(change.path)));
        file_change_clear(&change);
    }
}
#elif defined FUZZ_DESK_EVENT
static void run(const uint8_t *bytes, size_t size) { // datagrams: u16 size, bytes
    Desk *desk = desk_new();
    WireReader reader;
    DeskEvent event;
    DeskChange change;
    wire_reader_init(&reader, bytes, size);
    while (wire_left(&reader)) {
        size_t length = wire_get_u16(&reader);
        length = length < wire_left(&reader) ? length : wire_left(&reader);
        if (desk_event_decode(wire_get_bytes(&reader, length), length, &event)) {
            desk_apply(desk, &event);
            desk_event_clear(&event);
        }
        while (desk_next_change(desk, &change))
            ;
    }
    desk_free(desk);
}
#elif defined FUZZ_INTENT
static void run(const uint8_t *bytes, size_t size) {
    Intent intent;
    if (intent_decode(bytes, size, &intent))
        intent_clear(&intent);
}
#elif defined FUZZ_MESSAGE_STREAM
static void run(const uint8_t *bytes, size_t size) { // the first byte is the size of the pieces
    MessageStream *stream = message_stream_new();
    size_t piece = size ? 1u + bytes[0] : 1;
    for (size_t at = 1; at < size; at += piece) {
        Message message;
        uint8_t *answer;
        size_t answer_size;
        message_stream_push(stream, bytes + at, piece < size - at ? piece : size - at);
        while (message_stream_pull(stream, &message))
            REQUIRE(message.size <= MESSAGE_BODY_MAX);
        while (message_stream_take(stream, &answer, &answer_size))
            mem_free(answer);
    }
    message_stream_free(stream);
}
#elif defined FUZZ_HELLO
static void run(const uint8_t *bytes, size_t size) {
    HelloBody hello;
    if (hello_decode(bytes, size, &hello))
        REQUIRE(utf8_is_valid(hello.agent, strnlen(hello.agent, sizeof hello.agent)));
}
#elif defined FUZZ_SMALL_BODIES
static void run(const uint8_t *bytes, size_t size) {
    SyncBody sync;
    LaunchResultBody result;
    WindowAppBody window_app;
    IconPiece piece;
    LogBody log;
    uint64_t id;
    uint32_t value;
    sync_decode(bytes, size, &sync);
    launch_result_decode(bytes, size, &result);
    window_app_decode(bytes, size, &window_app);
    id_decode(bytes, size, &id);
    u32_decode(bytes, size, &value);
    if (icon_piece_decode(bytes, size, &piece))
        REQUIRE(piece.size <= ICON_PIECE_MAX && piece.total <= ICON_BYTES_MAX);
    if (log_decode(bytes, size, &log))
        REQUIRE(utf8_is_valid(log.text, strnlen(log.text, sizeof log.text)));
}
#elif defined FUZZ_WINDOW_MESSAGE
static void run(const uint8_t *bytes, size_t size) {
    DesktopBody desktop;
    DesktopResultBody result;
    DeskEvent event;
    Intent intent;
    desktop_decode(bytes, size, &desktop);
    if (desktop_result_decode(bytes, size, &result))
        REQUIRE(result.status <= DESKTOP_KEPT);
    if (tracked_order_decode(bytes, size, &event))
        REQUIRE(event.as.stacking.count <= DESK_STACK_MAX);
    if (window_command_decode(bytes, size, &intent) && intent.kind == INTENT_MOVE)
        REQUIRE(box_is_sane(intent.as.box));
}
#elif defined FUZZ_APP
static void run(const uint8_t *bytes, size_t size) {
    App *app = app_decode(bytes, size);
    if (app)
        REQUIRE(utf8_is_valid(app->name, strlen(app->name)));
    app_free(app);
}
#elif defined FUZZ_LINK_FILE
static char *as_utf16(const uint8_t *text, size_t size) {
    return utf8_from_utf16le(text, size);
}

static void run(const uint8_t *bytes, size_t size) {
    LinkFile link;
    if (!link_file_read(bytes, size, as_utf16, &link))
        return;
    REQUIRE(utf8_is_valid(link.target, strlen(link.target)) && utf8_is_valid(link.aumid, strlen(link.aumid)));
    link_file_clear(&link);
}
#elif defined FUZZ_FILE_TYPE
static void run(const uint8_t *bytes, size_t size) {
    FileType *type = file_type_decode(bytes, size);
    if (type)
        REQUIRE(type->n_verbs <= FILE_TYPE_VERBS_MAX && utf8_is_valid(type->name, strlen(type->name)));
    file_type_free(type);
}
#elif defined FUZZ_ICON_SET
static void run(const uint8_t *bytes, size_t size) {
    Raster *rasters[ICON_SIZES_MAX];
    size_t count = icon_set_decode(bytes, size, rasters);
    REQUIRE(count <= ICON_SIZES_MAX);
    for (size_t i = 0; i < count; i++)
        raster_free(rasters[i]);
}
#elif defined FUZZ_LAUNCH
static void run(const uint8_t *bytes, size_t size) {
    LaunchBody launch;
    if (launch_decode(bytes, size, &launch))
        launch_clear(&launch);
}
#elif defined FUZZ_OPEN_REQUEST
static void run(const uint8_t *bytes, size_t size) {
    OpenRequestBody request;
    OpenResultBody result;
    open_result_decode(bytes, size, &result);
    REQUIRE(result.status <= OPEN_IN_GUEST);
    if (!open_request_decode(bytes, size, &request))
        return;
    REQUIRE(*request.target && utf8_is_valid(request.target, strlen(request.target)));
    open_request_clear(&request);
}
#elif defined FUZZ_TRACKED
static void run(const uint8_t *bytes, size_t size) {
    TrackedWindow tracked;
    if (tracked_decode(bytes, size, &tracked))
        REQUIRE(utf8_is_valid(tracked.image, strnlen(tracked.image, sizeof tracked.image)));
}
#elif defined FUZZ_TEXT
static void run(const uint8_t *bytes, size_t size) {
    char *text = utf8_from_utf16le(bytes, size), *label = utf8_label(text, 64);
    char *raw = mem_new(size + 1);
    if (size)
        memcpy(raw, bytes, size);
    char *raw_label = utf8_label(raw, 100);
    REQUIRE(utf8_is_valid(text, strlen(text)) && utf8_is_valid(label, strlen(label)) && strlen(label) <= 64);
    REQUIRE(utf8_is_valid(raw_label, strlen(raw_label)) && strlen(raw_label) <= 100);
    mem_free(raw_label);
    mem_free(raw);
    mem_free(label);
    mem_free(text);
}
#elif defined FUZZ_RASTER
static void run(const uint8_t *bytes, size_t size) { // TS_ICON_INFO from its width on
    WireReader reader;
    RasterDib dib = {0};
    wire_reader_init(&reader, bytes, size);
    dib.bpp = wire_get_u8(&reader);
    dib.width = wire_get_u16(&reader);
    dib.height = wire_get_u16(&reader);
    dib.mask_size = wire_get_u8(&reader) % (wire_left(&reader) + 1);
    dib.mask = wire_get_bytes(&reader, dib.mask_size);
    dib.table_size = wire_get_u8(&reader) % (wire_left(&reader) + 1);
    dib.table = wire_get_bytes(&reader, dib.table_size);
    dib.colours_size = wire_left(&reader);
    dib.colours = wire_get_bytes(&reader, dib.colours_size);
    if (!reader.failed)
        raster_free(raster_from_dib(&dib));
}
#elif defined FUZZ_DISPLAY_LAYOUT
static void run(const uint8_t *bytes, size_t size) {
    Layout layout;
    if (!display_layout_decode(bytes, size, &layout))
        return;
    Box bounds = layout_bounds(&layout);
    REQUIRE(layout.count && layout.count <= LAYOUT_MONITORS_MAX && layout_is_seamless(&layout));
    REQUIRE(!bounds.x && !bounds.y && bounds.width <= BOX_LIMIT && bounds.height <= BOX_LIMIT);
    REQUIRE(layout_scale(&layout) >= 100 && layout_scale(&layout) <= 500);
}
#elif defined FUZZ_PIXELS_MESSAGE
static void run(const uint8_t *bytes, size_t size) {
    PixelsMessage message;
    WireWriter writer;
    if (!pixels_message_decode(bytes, size, &message))
        return;
    wire_writer_init(&writer);
    REQUIRE(pixels_message_encode(&writer, &message) && writer.size <= PIXELS_MESSAGE_MAX);
    if (message.kind == PIXELS_SURFACE)
        REQUIRE((uint64_t)message.as.made.stride * message.as.made.height * message.as.made.buffers <
                UINT32_MAX);
    wire_writer_clear(&writer);
}
#endif

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    run(bytes, size);
    return 0;
}
