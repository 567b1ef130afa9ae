// SPDX-License-Identifier: Apache-2.0
// The client's end of the channel "rail" (MS-RDPERP): handshake, system parameters, starting the guest agent,
// and what the server says of moves, sizes and launches. Tolerant: an unknown or broken PDU is dropped, never
// the connection.
#include "host-agent/session/session.h"

#include <freerdp/svc.h>

#define CLIENT_BUILD       7600
#define AGENT_PROGRAM      "||railhead-guest"
#define EXEC_PATIENCE      2000 // ms after the handshake, for servers that never say ARC_COMPLETED
#define HANDSHAKE_PATIENCE 4000

static GByteArray *assembly; // of this process' one connection

bool rail_channel_send(Session *session, const RailPdu *pdu) {
    WireWriter writer;
    wire_writer_init(&writer);
    RailPdu shifted = *pdu; // shares its texts
    rail_pdu_shift(&shifted, -session->origin_x, -session->origin_y);
    bool sent = rail_pdu_encode(&writer, &shifted) &&
                static_channel_write(session->rail_channel, writer.data, writer.size);
    wire_writer_clear(&writer);
    return sent;
}

static void send_parameter(Session *session, uint32_t parameter, uint32_t value, Box box) {
    RailPdu pdu = {.type = RAIL_PDU_SYSTEM_PARAMETER};
    pdu.as.system.parameter = parameter;
    pdu.as.system.value = value;
    pdu.as.system.box = box;
    rail_channel_send(session, &pdu);
}

// A work area is that of the monitor it lies on: one PDU each (MS-RDPERP 2.2.2.4.1).
void rail_channel_layout(Session *session, const Layout *layout) {
    send_parameter(session, RAIL_SPI_DISPLAY_CHANGE, 0, layout_bounds(layout));
    for (uint32_t i = 0; i < layout->count; i++)
        send_parameter(session, RAIL_SPI_WORK_AREA, 0, layout->monitors[i].work_area);
}

void rail_channel_exec(Session *session) {
    session->executed = true;
    RailPdu pdu = {.type = RAIL_PDU_EXEC};
    pdu.as.exec.program = AGENT_PROGRAM;
    rail_channel_send(session, &pdu);
}

static gboolean on_patience_over(gpointer data) {
    Session *session = data;
    session->exec_timer = 0;
    if (!session->executed)
        rail_channel_exec(session);
    return G_SOURCE_REMOVE;
}

// A guest agent that ends as soon as it starts must not be started in a tight circle.
void rail_channel_exec_later(Session *session) {
    session->executed = false;
    g_clear_handle_id(&session->exec_timer, g_source_remove);
    if (tracked_runs(session)) // whoever starts it there starts it again
        return;
    session->exec_timer = g_timeout_add(EXEC_PATIENCE, on_patience_over, session);
}

void rail_channel_give_up(Session *session) {
    g_clear_handle_id(&session->exec_timer, g_source_remove);
}

void rail_channel_synchronised(Session *session) {
    session->synchronised = true;
    if (session->shook_hands && !session->executed)
        rail_channel_exec(session);
}

static void shake_hands(Session *session) {
    if (session->shook_hands)
        return;
    session->shook_hands = true;
    RailPdu pdu = {.type = RAIL_PDU_HANDSHAKE};
    pdu.as.handshake.build = CLIENT_BUILD;
    rail_channel_send(session, &pdu);
    RailPdu status = {.type = RAIL_PDU_CLIENT_STATUS};
    status.as.value = RAIL_STATUS_LOCAL_MOVE_SIZE | RAIL_STATUS_ZORDER_SYNC | RAIL_STATUS_RESIZE_MARGIN |
                      RAIL_STATUS_APPID_EX | RAIL_STATUS_HIGH_DPI_ICONS;
    rail_channel_send(session, &status);
    send_parameter(session, RAIL_SPI_DRAG_FULL_WINDOWS, 1, (Box){0});
    send_parameter(session, RAIL_SPI_KEYBOARD_CUES, 0, (Box){0});
    send_parameter(session, RAIL_SPI_MOUSE_SWAP, 0, (Box){0});
    display_tell_work_areas(session);
    session_set_state(session, SESSION_CONNECTED, 0, "");
    g_clear_handle_id(&session->exec_timer, g_source_remove);
    if (session->synchronised)
        rail_channel_exec(session);
    else
        session->exec_timer = g_timeout_add(EXEC_PATIENCE, on_patience_over, session);
}

static gboolean on_no_handshake(gpointer data) {
    Session *session = data;
    session->exec_timer = 0;
    tracked_rail_is_late(session);
    if (!tracked_runs(session))
        shake_hands(session);
    return G_SOURCE_REMOVE;
}

static void report_exec(Session *session, const RailPdu *pdu) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_EXEC_RESULT);
    event.as.exec.result = pdu->as.exec_result.result;
    event.as.exec.raw = pdu->as.exec_result.raw;
    char *label =
        pdu->as.exec_result.program ? g_utf8_make_valid(pdu->as.exec_result.program, -1) : g_strdup("");
    g_strlcpy(event.as.exec.program, label, sizeof event.as.exec.program);
    g_free(label);
    session_send(session, &event, -1);
    desk_event_clear(&event);
    uint16_t result = pdu->as.exec_result.result;
    if (result == RAIL_EXEC_E_HOOK_NOT_LOADED || result == RAIL_EXEC_E_SESSION_LOCKED)
        session->executed = false; // again when the desktop is monitored
}

static void report_move(Session *session, const RailPdu *pdu) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_MOVE_SIZE);
    event.window = pdu->window;
    event.as.move_size.start = pdu->as.move_size.start;
    event.as.move_size.type = pdu->as.move_size.type;
    event.as.move_size.x = pdu->as.move_size.x;
    event.as.move_size.y = pdu->as.move_size.y;
    session_send(session, &event, -1);
}

static void report_min_max(Session *session, const RailPdu *pdu) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_MIN_MAX);
    event.window = pdu->window;
    const int16_t *values = pdu->as.min_max.values;
    event.as.min_max.max_width = values[0];
    event.as.min_max.max_height = values[1];
    event.as.min_max.max_x = values[2];
    event.as.min_max.max_y = values[3];
    event.as.min_max.min_track_width = values[4];
    event.as.min_max.min_track_height = values[5];
    event.as.min_max.max_track_width = values[6];
    event.as.min_max.max_track_height = values[7];
    session_send(session, &event, -1);
}

static void handle(Session *session, const uint8_t *untrusted_bytes, size_t size) {
    RailPdu pdu = {0};
    if (!rail_pdu_decode(untrusted_bytes, size, true, &pdu))
        return;
    tracked_rail_is_heard(session);
    rail_pdu_shift(&pdu, session->origin_x, session->origin_y);
    switch (pdu.type) {
    case RAIL_PDU_HANDSHAKE:
    case RAIL_PDU_HANDSHAKE_EX:
        shake_hands(session);
        break;
    case RAIL_PDU_EXEC_RESULT:
        report_exec(session, &pdu);
        break;
    case RAIL_PDU_LOCAL_MOVE_SIZE:
        report_move(session, &pdu);
        break;
    case RAIL_PDU_MIN_MAX_INFO:
        report_min_max(session, &pdu);
        break;
    default:
        break;
    }
    rail_pdu_clear(&pdu);
}

static void on_chunk(Session *session, const uint8_t *untrusted_bytes, size_t size, bool first, bool last) {
    if (first)
        g_byte_array_set_size(assembly, 0);
    if (assembly->len + size > RAIL_PDU_MAX) { // of a PDU too long all that is kept is that it is
        g_byte_array_set_size(assembly, 0);
        return;
    }
    g_byte_array_append(assembly, untrusted_bytes, size);
    if (last)
        handle(session, assembly->data, assembly->len);
}

static void on_opened(Session *session) {
    g_byte_array_set_size(assembly, 0);
    session->exec_timer = g_timeout_add(HANDSHAKE_PATIENCE, on_no_handshake, session);
}

bool rail_channel_load(Session *session) {
    if (!assembly)
        assembly = g_byte_array_new();
    return static_channel_load(&session->rail_channel, session, "rail",
                               CHANNEL_OPTION_INITIALIZED | CHANNEL_OPTION_ENCRYPT_RDP |
                                   CHANNEL_OPTION_SHOW_PROTOCOL,
                               (StaticChannelCalls){on_opened, on_chunk});
}
