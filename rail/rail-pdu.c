// SPDX-License-Identifier: Apache-2.0
// PDUs of the channel "rail" (MS-RDPERP 2.2.2): u16 type, u16 length with the header, body. Both ends use
// this; what a peer sends is untrusted on either side.
#include "rail/rail-pdu.h"

#include <string.h>

#include "rail/mem.h"
#include "rail/utf.h"

#define APP_ID_BYTES 520 // fixed, NUL-terminated

void rail_pdu_clear(RailPdu *pdu) {
    switch (pdu->type) {
    case RAIL_PDU_EXEC:
        mem_free(pdu->as.exec.program);
        mem_free(pdu->as.exec.directory);
        mem_free(pdu->as.exec.arguments);
        break;
    case RAIL_PDU_EXEC_RESULT:
        mem_free(pdu->as.exec_result.program);
        break;
    case RAIL_PDU_APPID:
    case RAIL_PDU_APPID_EX:
        mem_free(pdu->as.app_id.app_id);
        mem_free(pdu->as.app_id.image);
        break;
    default:
        break;
    }
    memset(pdu, 0, sizeof *pdu);
}

static void put_exec(WireWriter *writer, const RailPdu *pdu) {
    static const size_t limits[3] = {RAIL_EXEC_PROGRAM_BYTES, RAIL_EXEC_DIRECTORY_BYTES,
                                     RAIL_EXEC_ARGUMENTS_BYTES};
    const char *texts[3] = {pdu->as.exec.program, pdu->as.exec.directory, pdu->as.exec.arguments};
    uint8_t *wide[3];
    size_t sizes[3];
    wire_put_u16(writer, pdu->as.exec.flags);
    for (size_t i = 0; i < 3; i++) {
        wide[i] = utf16le_from_utf8(texts[i] ? texts[i] : "", &sizes[i]);
        if (sizes[i] > limits[i] || (i == 0 && !sizes[i]))
            writer->failed = true;
        wire_put_u16(writer, (uint16_t)sizes[i]);
    }
    for (size_t i = 0; i < 3; i++) {
        wire_put_bytes(writer, wide[i], writer->failed ? 0 : sizes[i]);
        mem_free(wide[i]);
    }
}

static void put_fixed_text(WireWriter *writer, const char *utf8) {
    size_t size = 0;
    uint8_t *wide = utf16le_from_utf8(utf8 ? utf8 : "", &size);
    if (size > APP_ID_BYTES - 2)
        size = APP_ID_BYTES - 2;
    wire_put_bytes(writer, wide, size);
    wire_put_zeros(writer, APP_ID_BYTES - size);
    mem_free(wide);
}

static void put_edges(WireWriter *writer, Box box) {
    wire_put_i16(writer, box.x);
    wire_put_i16(writer, box.y);
    wire_put_i16(writer, box.x + box.width);
    wire_put_i16(writer, box.y + box.height);
}

static Box get_edges(WireReader *reader) {
    int32_t left = wire_get_i16(reader), top = wire_get_i16(reader);
    int32_t right = wire_get_i16(reader), bottom = wire_get_i16(reader);
    return (Box){left, top, right > left ? right - left : 0, bottom > top ? bottom - top : 0};
}

static bool is_rectangle_parameter(uint32_t parameter) {
    return parameter == RAIL_SPI_WORK_AREA || parameter == RAIL_SPI_TASKBAR_POSITION ||
           parameter == RAIL_SPI_DISPLAY_CHANGE;
}

static bool is_byte_parameter(uint32_t parameter) {
    return parameter == RAIL_SPI_MOUSE_SWAP || parameter == RAIL_SPI_DRAG_FULL_WINDOWS ||
           parameter == RAIL_SPI_KEYBOARD_PREF || parameter == RAIL_SPI_KEYBOARD_CUES ||
           parameter == RAIL_SPI_SCREEN_SAVER_ACTIVE || parameter == RAIL_SPI_SCREEN_SAVER_SECURE;
}

static void put_system(WireWriter *writer, const RailPdu *pdu) {
    uint32_t parameter = pdu->as.system.parameter;
    wire_put_u32(writer, parameter);
    if (is_rectangle_parameter(parameter)) {
        put_edges(writer, pdu->as.system.box);
    } else if (parameter ==
               RAIL_SPI_HIGH_CONTRAST) { // colour scheme "": its length counts the UNICODE_STRING's u16
        wire_put_u32(writer, pdu->as.system.value);
        wire_put_u32(writer, 2);
        wire_put_u16(writer, 0);
    } else if (is_byte_parameter(parameter)) {
        wire_put_u8(writer, (uint8_t)pdu->as.system.value);
    } else {
        writer->failed = true;
    }
}

static void get_system(WireReader *reader, bool from_server, RailPdu *pdu) {
    uint32_t parameter = wire_get_u32(reader);
    pdu->as.system.parameter = parameter;
    if (from_server || is_byte_parameter(parameter)) {
        pdu->as.system.value = wire_get_u8(reader);
    } else if (is_rectangle_parameter(parameter)) {
        pdu->as.system.box = get_edges(reader);
    } else { // HIGH_CONTRAST and what later versions added: the first number tells enough
        size_t left = wire_left(reader);
        pdu->as.system.value = left >= 4 ? wire_get_u32(reader) : left ? wire_get_u8(reader) : 0;
        wire_get_bytes(reader, wire_left(reader));
    }
}

static void put_move_size(WireWriter *writer, const RailPdu *pdu) {
    wire_put_u32(writer, pdu->window);
    wire_put_u16(writer, pdu->as.move_size.start);
    wire_put_u16(writer, pdu->as.move_size.type);
    wire_put_i16(writer, pdu->as.move_size.x);
    wire_put_i16(writer, pdu->as.move_size.y);
}

static void put_exec_result(WireWriter *writer, const RailPdu *pdu) {
    wire_put_u16(writer, pdu->as.exec_result.flags);
    wire_put_u16(writer, pdu->as.exec_result.result);
    wire_put_u32(writer, pdu->as.exec_result.raw);
    wire_put_u16(writer, 0);
    wire_put_utf16(writer, pdu->as.exec_result.program, RAIL_EXEC_PROGRAM_BYTES);
}

static void put_window_body(WireWriter *writer, const RailPdu *pdu) {
    wire_put_u32(writer, pdu->window);
    switch (pdu->type) {
    case RAIL_PDU_ACTIVATE:
    case RAIL_PDU_CLOAK:
        wire_put_u8(writer, pdu->as.enabled);
        break;
    case RAIL_PDU_SYSTEM_COMMAND:
        wire_put_u16(writer, pdu->as.command);
        break;
    case RAIL_PDU_NOTIFY_EVENT:
        wire_put_u32(writer, pdu->as.notify.icon);
        wire_put_u32(writer, pdu->as.notify.message);
        break;
    case RAIL_PDU_WINDOW_MOVE:
    case RAIL_PDU_SNAP:
        put_edges(writer, pdu->as.box);
        break;
    case RAIL_PDU_MIN_MAX_INFO:
        for (size_t i = 0; i < 8; i++)
            wire_put_i16(writer, pdu->as.min_max.values[i]);
        break;
    case RAIL_PDU_SYSTEM_MENU:
        wire_put_i16(writer, pdu->as.menu.x);
        wire_put_i16(writer, pdu->as.menu.y);
        break;
    case RAIL_PDU_APPID:
        put_fixed_text(writer, pdu->as.app_id.app_id);
        break;
    case RAIL_PDU_APPID_EX:
        put_fixed_text(writer, pdu->as.app_id.app_id);
        wire_put_u32(writer, pdu->as.app_id.process);
        put_fixed_text(writer, pdu->as.app_id.image);
        break;
    default: // GET_APPID: nothing more
        break;
    }
}

static void put_body(WireWriter *writer, const RailPdu *pdu) {
    switch (pdu->type) {
    case RAIL_PDU_EXEC:
        put_exec(writer, pdu);
        break;
    case RAIL_PDU_EXEC_RESULT:
        put_exec_result(writer, pdu);
        break;
    case RAIL_PDU_SYSTEM_PARAMETER:
        put_system(writer, pdu);
        break;
    case RAIL_PDU_HANDSHAKE:
        wire_put_u32(writer, pdu->as.handshake.build);
        break;
    case RAIL_PDU_HANDSHAKE_EX:
        wire_put_u32(writer, pdu->as.handshake.build);
        wire_put_u32(writer, pdu->as.handshake.flags);
        break;
    case RAIL_PDU_LOCAL_MOVE_SIZE:
        put_move_size(writer, pdu);
        break;
    case RAIL_PDU_CLIENT_STATUS:
    case RAIL_PDU_LANGUAGE_BAR:
    case RAIL_PDU_ZORDER_SYNC:
    case RAIL_PDU_POWER_DISPLAY:
    case RAIL_PDU_TEXT_SCALE:
    case RAIL_PDU_CARET_BLINK:
        wire_put_u32(writer, pdu->as.value);
        break;
    case RAIL_PDU_TASKBAR:
    case RAIL_PDU_LANGUAGE_IME:
    case RAIL_PDU_COMPARTMENT:
        wire_put_bytes(writer, pdu->as.other.bytes, pdu->as.other.size);
        break;
    default:
        put_window_body(writer, pdu);
        break;
    }
}

bool rail_pdu_encode(WireWriter *writer, const RailPdu *pdu) {
    size_t start = writer->size;
    wire_put_u16(writer, (uint16_t)pdu->type);
    wire_put_u16(writer, 0);
    put_body(writer, pdu);
    wire_patch_u16(writer, start + 2, writer->size - start);
    return !writer->failed;
}

static char *get_wide(WireReader *reader, size_t size) {
    const uint8_t *bytes = wire_get_bytes(reader, size);
    return bytes ? utf8_from_utf16le(bytes, size) : NULL;
}

static void get_exec(WireReader *reader, RailPdu *pdu) {
    pdu->as.exec.flags = wire_get_u16(reader);
    size_t program = wire_get_u16(reader), directory = wire_get_u16(reader), arguments = wire_get_u16(reader);
    if (!program || program > RAIL_EXEC_PROGRAM_BYTES || directory > RAIL_EXEC_DIRECTORY_BYTES ||
        arguments > RAIL_EXEC_ARGUMENTS_BYTES || program % 2 || directory % 2 || arguments % 2)
        reader->failed = true;
    pdu->as.exec.program = get_wide(reader, program);
    pdu->as.exec.directory = get_wide(reader, directory);
    pdu->as.exec.arguments = get_wide(reader, arguments);
    wire_get_bytes(reader, wire_left(reader)); // Windows' own captures carry bytes behind the last string
}

static void get_exec_result(WireReader *reader, RailPdu *pdu) {
    pdu->as.exec_result.flags = wire_get_u16(reader);
    pdu->as.exec_result.result = wire_get_u16(reader);
    pdu->as.exec_result.raw = wire_get_u32(reader);
    wire_get_u16(reader);
    pdu->as.exec_result.program = wire_get_utf16(reader, RAIL_EXEC_PROGRAM_BYTES + 2);
}

static void get_app_id(WireReader *reader, RailPdu *pdu) {
    size_t left = wire_left(reader);
    if (pdu->type == RAIL_PDU_APPID) { // 520 bytes, or the 512 of Windows 7
        pdu->as.app_id.app_id = get_wide(reader, left < APP_ID_BYTES ? left & ~(size_t)1 : APP_ID_BYTES);
        return;
    }
    pdu->as.app_id.app_id = get_wide(reader, APP_ID_BYTES);
    pdu->as.app_id.process = wire_get_u32(reader);
    pdu->as.app_id.image = get_wide(reader, APP_ID_BYTES);
}

static void get_window_body(WireReader *reader, RailPdu *pdu) {
    pdu->window = wire_get_u32(reader);
    switch (pdu->type) {
    case RAIL_PDU_ACTIVATE:
    case RAIL_PDU_CLOAK:
        pdu->as.enabled = wire_get_u8(reader);
        break;
    case RAIL_PDU_SYSTEM_COMMAND:
        pdu->as.command = wire_get_u16(reader);
        break;
    case RAIL_PDU_NOTIFY_EVENT:
        pdu->as.notify.icon = wire_get_u32(reader);
        pdu->as.notify.message = wire_get_u32(reader);
        break;
    case RAIL_PDU_WINDOW_MOVE:
    case RAIL_PDU_SNAP:
        pdu->as.box = get_edges(reader);
        break;
    case RAIL_PDU_MIN_MAX_INFO:
        for (size_t i = 0; i < 8; i++)
            pdu->as.min_max.values[i] = wire_get_i16(reader);
        break;
    case RAIL_PDU_SYSTEM_MENU:
        pdu->as.menu.x = wire_get_i16(reader);
        pdu->as.menu.y = wire_get_i16(reader);
        break;
    case RAIL_PDU_APPID:
    case RAIL_PDU_APPID_EX:
        get_app_id(reader, pdu);
        break;
    case RAIL_PDU_GET_APPID:
        break;
    default:
        reader->failed = true;
        break;
    }
}

static void get_body(WireReader *reader, bool from_server, RailPdu *pdu) {
    switch (pdu->type) {
    case RAIL_PDU_EXEC:
        get_exec(reader, pdu);
        break;
    case RAIL_PDU_EXEC_RESULT:
        get_exec_result(reader, pdu);
        break;
    case RAIL_PDU_SYSTEM_PARAMETER:
        get_system(reader, from_server, pdu);
        break;
    case RAIL_PDU_HANDSHAKE:
        pdu->as.handshake.build = wire_get_u32(reader);
        break;
    case RAIL_PDU_HANDSHAKE_EX:
        pdu->as.handshake.build = wire_get_u32(reader);
        pdu->as.handshake.flags = wire_get_u32(reader);
        break;
    case RAIL_PDU_LOCAL_MOVE_SIZE:
        pdu->window = wire_get_u32(reader);
        pdu->as.move_size.start = wire_get_u16(reader);
        pdu->as.move_size.type = wire_get_u16(reader);
        pdu->as.move_size.x = wire_get_i16(reader);
        pdu->as.move_size.y = wire_get_i16(reader);
        break;
    case RAIL_PDU_CLIENT_STATUS:
    case RAIL_PDU_LANGUAGE_BAR:
    case RAIL_PDU_ZORDER_SYNC:
    case RAIL_PDU_POWER_DISPLAY:
    case RAIL_PDU_TEXT_SCALE:
    case RAIL_PDU_CARET_BLINK:
        pdu->as.value = wire_get_u32(reader);
        break;
    case RAIL_PDU_TASKBAR:
    case RAIL_PDU_LANGUAGE_IME:
    case RAIL_PDU_COMPARTMENT:
        pdu->as.other.size = wire_left(reader);
        pdu->as.other.bytes = wire_get_bytes(reader, pdu->as.other.size);
        break;
    default:
        get_window_body(reader, pdu);
        break;
    }
}

bool rail_pdu_decode(const uint8_t *untrusted_bytes, size_t size, bool from_server, RailPdu *ret_pdu) {
    WireReader reader;
    memset(ret_pdu, 0, sizeof *ret_pdu);
    wire_reader_init(&reader, untrusted_bytes, size);
    ret_pdu->type = (RailPduType)wire_get_u16(&reader);
    size_t length = wire_get_u16(&reader);
    if (length < 4 || length > size)
        reader.failed = true;
    reader.size = reader.failed ? reader.size : length; // what lies behind the PDU is not ours
    if (!reader.failed)
        get_body(&reader, from_server, ret_pdu);
    if (!reader.failed)
        return true;
    rail_pdu_clear(ret_pdu);
    return false;
}

const char *rail_pdu_type_to_string(uint16_t type) {
    static const char *const names[] = {"none",           "exec",
                                        "activate",       "system-parameter",
                                        "system-command", "handshake",
                                        "notify-event",   "reserved",
                                        "window-move",    "local-move-size",
                                        "min-max-info",   "client-status",
                                        "system-menu",    "language-bar",
                                        "get-appid",      "appid",
                                        "taskbar",        "language-ime",
                                        "compartment",    "handshake-ex",
                                        "zorder-sync",    "cloak",
                                        "power-display",  "snap",
                                        "appid-ex",       "text-scale",
                                        "caret-blink"};
    if (type == RAIL_PDU_EXEC_RESULT)
        return "exec-result";
    return type < sizeof names / sizeof *names ? names[type] : "unknown";
}

static int16_t shifted(int16_t value, int32_t by) {
    int32_t sum = value + by;
    return (int16_t)(sum < INT16_MIN ? INT16_MIN : sum > INT16_MAX ? INT16_MAX : sum);
}

static bool is_on_screen(const RailPdu *pdu) { // the start of a move names a place in its window
    return !pdu->as.move_size.start || pdu->as.move_size.type != RAIL_WMSZ_MOVE;
}

void rail_pdu_shift(RailPdu *pdu, int32_t dx, int32_t dy) {
    if (pdu->type == RAIL_PDU_WINDOW_MOVE || pdu->type == RAIL_PDU_SNAP) {
        pdu->as.box = box_shift(pdu->as.box, dx, dy);
    } else if (pdu->type == RAIL_PDU_LOCAL_MOVE_SIZE && is_on_screen(pdu)) {
        pdu->as.move_size.x = shifted(pdu->as.move_size.x, dx);
        pdu->as.move_size.y = shifted(pdu->as.move_size.y, dy);
    } else if (pdu->type == RAIL_PDU_MIN_MAX_INFO) {
        pdu->as.min_max.values[2] = shifted(pdu->as.min_max.values[2], dx);
        pdu->as.min_max.values[3] = shifted(pdu->as.min_max.values[3], dy);
    } else if (pdu->type == RAIL_PDU_SYSTEM_MENU) {
        pdu->as.menu.x = shifted(pdu->as.menu.x, dx);
        pdu->as.menu.y = shifted(pdu->as.menu.y, dy);
    } else if (pdu->type == RAIL_PDU_SYSTEM_PARAMETER && !box_is_empty(pdu->as.system.box)) {
        pdu->as.system.box = box_shift(pdu->as.system.box, dx, dy);
    }
}

const char *rail_exec_result_to_string(uint16_t result) {
    switch (result) {
    case RAIL_EXEC_S_OK:
        return "The program was started.";
    case RAIL_EXEC_E_HOOK_NOT_LOADED:
        return "The guest is not ready for applications yet: it shows its logon screen or is locked.";
    case RAIL_EXEC_E_DECODE_FAILED:
        return "The guest did not understand the request to start the program.";
    case RAIL_EXEC_E_NOT_IN_ALLOWLIST:
        return "The guest's list of allowed remote programs does not hold this program.";
    case RAIL_EXEC_E_FILE_NOT_FOUND:
        return "The guest does not find the program.";
    case RAIL_EXEC_E_FAIL:
        return "The guest could not start the program.";
    case RAIL_EXEC_E_SESSION_LOCKED:
        return "The guest's session is locked: unlock it and try again.";
    default:
        return "The guest refused to start the program for a reason that this version does not know.";
    }
}
