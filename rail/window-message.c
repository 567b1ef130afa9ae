// SPDX-License-Identifier: Apache-2.0
// Encoders and decoders of the bodies about windows and the desktop. Pure; both ends use them.
#include "rail/window-message.h"

#include <string.h>

typedef enum WindowCommand {
    COMMAND_DEACTIVATE,
    COMMAND_ACTIVATE,
    COMMAND_MOVE,
    COMMAND_SYSTEM
} WindowCommand;

void desktop_encode(WireWriter *writer, const DesktopBody *body) {
    wire_put_u32(writer, body->request);
    wire_put_u8(writer, body->shell);
}

bool desktop_decode(const uint8_t *untrusted_body, size_t size, DesktopBody *ret_body) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    DesktopBody body = {.request = wire_get_u32(&reader)};
    uint8_t shell = wire_get_u8(&reader);
    body.shell = shell == 1;
    bool good = wire_at_end(&reader) && shell <= 1;
    *ret_body = good ? body : (DesktopBody){0};
    return good;
}

void desktop_result_encode(WireWriter *writer, const DesktopResultBody *body) {
    wire_put_u32(writer, body->request);
    wire_put_u8(writer, (uint8_t)body->status);
    wire_put_u32(writer, body->error);
}

bool desktop_result_decode(const uint8_t *untrusted_body, size_t size, DesktopResultBody *ret_body) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    DesktopResultBody body = {.request = wire_get_u32(&reader)};
    uint8_t status = wire_get_u8(&reader);
    body.error = wire_get_u32(&reader);
    body.status = status <= DESKTOP_KEPT ? (DesktopStatus)status : DESKTOP_FAILED;
    bool good = wire_at_end(&reader);
    *ret_body = good ? body : (DesktopResultBody){0};
    return good;
}

void tracked_order_encode(WireWriter *writer, uint32_t active, const uint32_t *order, uint32_t count) {
    count = count < DESK_STACK_MAX ? count : DESK_STACK_MAX;
    wire_put_u32(writer, active);
    wire_put_u16(writer, (uint16_t)count);
    for (uint32_t i = 0; i < count; i++)
        wire_put_u32(writer, order[i]);
}

bool tracked_order_decode(const uint8_t *untrusted_body, size_t size, DeskEvent *ret_event) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    memset(ret_event, 0, sizeof *ret_event);
    ret_event->kind = DESK_EVENT_STACKING;
    ret_event->as.stacking.has_active = ret_event->as.stacking.has_order = true;
    ret_event->as.stacking.active = wire_get_u32(&reader);
    uint32_t count = wire_get_u16(&reader);
    if (count > DESK_STACK_MAX)
        reader.failed = true;
    for (uint32_t i = 0; i < count && !reader.failed; i++)
        ret_event->as.stacking.order[ret_event->as.stacking.count++] = wire_get_u32(&reader);
    if (wire_at_end(&reader))
        return true;
    memset(ret_event, 0, sizeof *ret_event);
    return false;
}

static void put_command(WireWriter *writer, uint32_t window, WindowCommand command, Box box, uint16_t code) {
    wire_put_u32(writer, window);
    wire_put_u8(writer, (uint8_t)command);
    wire_put_i32(writer, box.x);
    wire_put_i32(writer, box.y);
    wire_put_i32(writer, box.width);
    wire_put_i32(writer, box.height);
    wire_put_u16(writer, code);
}

bool window_command_encode(WireWriter *writer, const Intent *intent) {
    if (intent->kind == INTENT_ACTIVATE)
        put_command(writer, intent->window, intent->as.enabled ? COMMAND_ACTIVATE : COMMAND_DEACTIVATE,
                    (Box){0}, 0);
    else if (intent->kind == INTENT_MOVE)
        put_command(writer, intent->window, COMMAND_MOVE, intent->as.box, 0);
    else if (intent->kind == INTENT_SYSTEM_COMMAND)
        put_command(writer, intent->window, COMMAND_SYSTEM, (Box){0}, intent->as.command);
    else
        return false;
    return true;
}

bool window_command_decode(const uint8_t *untrusted_body, size_t size, Intent *ret_intent) {
    static const IntentKind kinds[] = {INTENT_ACTIVATE, INTENT_ACTIVATE, INTENT_MOVE, INTENT_SYSTEM_COMMAND};
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    memset(ret_intent, 0, sizeof *ret_intent);
    uint32_t window = wire_get_u32(&reader);
    uint8_t command = wire_get_u8(&reader);
    Box box = {.x = wire_get_i32(&reader)};
    box.y = wire_get_i32(&reader);
    box.width = wire_get_i32(&reader);
    box.height = wire_get_i32(&reader);
    uint16_t code = wire_get_u16(&reader);
    bool is_move = command == COMMAND_MOVE;
    if (!wire_at_end(&reader) || !window || command > COMMAND_SYSTEM ||
        (is_move && (!box_is_sane(box) || box_is_empty(box))))
        return false;
    ret_intent->kind = kinds[command];
    ret_intent->window = window;
    if (is_move)
        ret_intent->as.box = box;
    else if (command == COMMAND_SYSTEM)
        ret_intent->as.command = code;
    else
        ret_intent->as.enabled = command == COMMAND_ACTIVATE;
    return true;
}
