// SPDX-License-Identifier: Apache-2.0
// PDUs of the static virtual channel "rail" (MS-RDPERP 2.2.2), both directions.
#pragma once
#include "rail/box.h"
#include "rail/wire.h"

#define RAIL_PDU_MAX              16704 // Exec with the longest arguments
#define RAIL_EXEC_PROGRAM_BYTES   520
#define RAIL_EXEC_DIRECTORY_BYTES 520
#define RAIL_EXEC_ARGUMENTS_BYTES 16000

typedef enum RailPduType {
    RAIL_PDU_EXEC = 0x01,
    RAIL_PDU_ACTIVATE = 0x02,
    RAIL_PDU_SYSTEM_PARAMETER = 0x03,
    RAIL_PDU_SYSTEM_COMMAND = 0x04,
    RAIL_PDU_HANDSHAKE = 0x05,
    RAIL_PDU_NOTIFY_EVENT = 0x06,
    RAIL_PDU_WINDOW_MOVE = 0x08,
    RAIL_PDU_LOCAL_MOVE_SIZE = 0x09,
    RAIL_PDU_MIN_MAX_INFO = 0x0A,
    RAIL_PDU_CLIENT_STATUS = 0x0B,
    RAIL_PDU_SYSTEM_MENU = 0x0C,
    RAIL_PDU_LANGUAGE_BAR = 0x0D,
    RAIL_PDU_GET_APPID = 0x0E,
    RAIL_PDU_APPID = 0x0F,
    RAIL_PDU_TASKBAR = 0x10,
    RAIL_PDU_LANGUAGE_IME = 0x11,
    RAIL_PDU_COMPARTMENT = 0x12,
    RAIL_PDU_HANDSHAKE_EX = 0x13,
    RAIL_PDU_ZORDER_SYNC = 0x14,
    RAIL_PDU_CLOAK = 0x15,
    RAIL_PDU_POWER_DISPLAY = 0x16,
    RAIL_PDU_SNAP = 0x17,
    RAIL_PDU_APPID_EX = 0x18,
    RAIL_PDU_TEXT_SCALE = 0x19,
    RAIL_PDU_CARET_BLINK = 0x1A,
    RAIL_PDU_EXEC_RESULT = 0x80,
} RailPduType;

enum { // RAIL_PDU_CLIENT_STATUS, 2.2.2.2.2
    RAIL_STATUS_LOCAL_MOVE_SIZE = 0x001,
    RAIL_STATUS_AUTO_RECONNECT = 0x002,
    RAIL_STATUS_ZORDER_SYNC = 0x004,
    RAIL_STATUS_RESIZE_MARGIN = 0x010,
    RAIL_STATUS_HIGH_DPI_ICONS = 0x020,
    RAIL_STATUS_APPBAR = 0x040,
    RAIL_STATUS_POWER_DISPLAY = 0x080,
    RAIL_STATUS_APPID_EX = 0x100,
    RAIL_STATUS_CLOAK = 0x200,
    RAIL_STATUS_NO_ICONS = 0x400,
};
enum { RAIL_HANDSHAKE_HIDEF = 0x01 };
enum { RAIL_WMSZ_MOVE = 9 }; // RAIL_PDU_LOCAL_MOVE_SIZE, 2.2.2.7.2
enum {                       // system parameters, 2.2.2.4.1
    RAIL_SPI_MOUSE_SWAP = 0x21,
    RAIL_SPI_DRAG_FULL_WINDOWS = 0x25,
    RAIL_SPI_WORK_AREA = 0x2F,
    RAIL_SPI_HIGH_CONTRAST = 0x43,
    RAIL_SPI_KEYBOARD_PREF = 0x45,
    RAIL_SPI_KEYBOARD_CUES = 0x100B,
    RAIL_SPI_TASKBAR_POSITION = 0xF000,
    RAIL_SPI_DISPLAY_CHANGE = 0xF001,
    RAIL_SPI_SCREEN_SAVER_ACTIVE = 0x11, // server to client
    RAIL_SPI_SCREEN_SAVER_SECURE = 0x77,
};
enum { // RAIL_PDU_EXEC_RESULT, 2.2.2.3.2
    RAIL_EXEC_S_OK = 0,
    RAIL_EXEC_E_HOOK_NOT_LOADED = 1,
    RAIL_EXEC_E_DECODE_FAILED = 2,
    RAIL_EXEC_E_NOT_IN_ALLOWLIST = 3,
    RAIL_EXEC_E_FILE_NOT_FOUND = 5,
    RAIL_EXEC_E_FAIL = 6,
    RAIL_EXEC_E_SESSION_LOCKED = 7,
};

// One PDU. `window` for all PDUs that name one. Strings are owned UTF-8, NULL when absent.
typedef struct RailPdu {
    RailPduType type;
    uint32_t window;
    union {
        struct {
            uint32_t build, flags; // flags: HANDSHAKE_EX
        } handshake;
        uint32_t value;   // CLIENT_STATUS, LANGUAGE_BAR, ZORDER_SYNC (marker), POWER_DISPLAY, TEXT_SCALE,
                          // CARET_BLINK
        bool enabled;     // ACTIVATE, CLOAK
        uint16_t command; // SYSTEM_COMMAND
        struct {
            uint16_t flags;
            char *program, *directory, *arguments;
        } exec;
        struct {
            uint16_t flags, result;
            uint32_t raw;
            char *program;
        } exec_result;
        struct {
            uint32_t icon, message;
        } notify;
        Box box; // WINDOW_MOVE, SNAP: with resize margins
        struct {
            bool start;
            uint16_t type;
            int16_t x, y;
        } move_size;
        struct {
            int16_t values[8]; // MaxWidth, MaxHeight, MaxPosX, MaxPosY, MinTrackW, MinTrackH, MaxTrackW,
                               // MaxTrackH
        } min_max;
        struct {
            int16_t x, y;
        } menu;
        struct {
            char *app_id, *image; // image and process: APPID_EX
            uint32_t process;
        } app_id;
        struct {
            uint32_t parameter;
            uint32_t value; // one byte, or 32 bit parameters; HIGH_CONTRAST: flags
            Box box;        // rectangles
        } system;
        struct {
            const uint8_t *bytes; // into the PDU decoded: types recognised and not interpreted (IME, taskbar)
            size_t size;
        } other;
    } as;
} RailPdu;

void rail_pdu_clear(RailPdu *pdu);
bool rail_pdu_encode(WireWriter *writer, const RailPdu *pdu); // false: does not fit its fields
// from_server tells the direction, since SYSTEM_PARAMETER's body depends on it. Unknown types give false.
bool rail_pdu_decode(const uint8_t *untrusted_bytes, size_t size, bool from_server, RailPdu *ret_pdu);
// All positions on the desktop, by as much: RAIL counts from the primary monitor's corner.
void rail_pdu_shift(RailPdu *pdu, int32_t dx, int32_t dy);
const char *rail_pdu_type_to_string(uint16_t type);
const char *rail_exec_result_to_string(uint16_t result); // a sentence for the user; any value
