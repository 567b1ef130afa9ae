// SPDX-License-Identifier: Apache-2.0
// Intents of the agent, carried out: RAIL PDUs, input PDUs, publication messages. In the session's loop.
#include "host-agent/session/session.h"

#include <freerdp/input.h>

static void send_window_pdu(Session *session, const Intent *intent) {
    RailPdu pdu = {.window = intent->window};
    if (tracked_command(session, intent))
        return;
    switch (intent->kind) {
    case INTENT_ACTIVATE:
        pdu.type = RAIL_PDU_ACTIVATE;
        pdu.as.enabled = intent->as.enabled;
        break;
    case INTENT_MOVE:
        pdu.type = RAIL_PDU_WINDOW_MOVE;
        pdu.as.box = orders_with_margins(intent->window, intent->as.box);
        break;
    case INTENT_NOTIFY:
        pdu.type = RAIL_PDU_NOTIFY_EVENT;
        pdu.as.notify.icon = intent->as.notify.icon;
        pdu.as.notify.message = intent->as.notify.message;
        break;
    default:
        pdu.type = RAIL_PDU_SYSTEM_COMMAND;
        pdu.as.command = intent->as.command;
    }
    rail_channel_send(session, &pdu);
}

static void press_key(rdpInput *input, const Intent *intent) {
    uint16_t flags = intent->as.key.down ? 0 : KBD_FLAGS_RELEASE;
    if (intent->as.key.down && intent->as.key.repeat)
        flags |= KBD_FLAGS_DOWN;
    if (intent->kind == INTENT_UNICODE) {
        freerdp_input_send_unicode_keyboard_event(input, intent->as.key.down ? 0 : KBD_FLAGS_RELEASE,
                                                  intent->as.key.code);
        return;
    }
    if (intent->as.key.code & 0x100)
        flags |= KBD_FLAGS_EXTENDED;
    if (intent->as.key.code & 0x200)
        flags |= KBD_FLAGS_EXTENDED1;
    freerdp_input_send_keyboard_event(input, flags, intent->as.key.code & 0xFF);
}

static void point(rdpInput *input, const Intent *intent) {
    uint16_t x = CLAMP(intent->as.pointer.x, 0, UINT16_MAX), y = CLAMP(intent->as.pointer.y, 0, UINT16_MAX);
    if (intent->as.pointer.extended)
        freerdp_input_send_extended_mouse_event(input, intent->as.pointer.flags, x, y);
    else
        freerdp_input_send_mouse_event(input, intent->as.pointer.flags, x, y);
}

static void refresh(Session *session, Box box) {
    rdpUpdate *update = session->rdp->update;
    box = box_intersect(box, (Box){0, 0, BOX_LIMIT, BOX_LIMIT});
    if (box_is_empty(box) || !update->RefreshRect)
        return;
    RECTANGLE_16 area = {box.x, box.y, box.x + box.width - 1,
                         box.y + box.height - 1}; // inclusive on the wire
    update->RefreshRect(session->rdp, 1, &area);
}

void commands_apply(Session *session, Intent *intent) {
    rdpInput *input = session->rdp->input;
    switch (intent->kind) {
    case INTENT_DISCONNECT:
        session->asked = true;
        session_quit(session);
        break;
    case INTENT_ACTIVATE:
    case INTENT_MOVE:
    case INTENT_SYSTEM_COMMAND:
    case INTENT_NOTIFY:
        send_window_pdu(session, intent);
        break;
    case INTENT_KEY:
    case INTENT_UNICODE:
        press_key(input, intent);
        break;
    case INTENT_POINTER:
        point(input, intent);
        break;
    case INTENT_LOCKS:
        freerdp_input_send_synchronize_event(input, intent->as.locks);
        break;
    case INTENT_MONITORS:
        display_take(session, &intent->as.monitors);
        break;
    case INTENT_REFRESH:
        refresh(session, intent->as.box);
        break;
    case INTENT_FRAME_DONE:
        shared_pixels_done(session, intent);
        break;
    case INTENT_PUBLICATION:
        tracked_note_request(session, intent);
        publication_send(session, intent);
        break;
    default:
        break;
    }
}
