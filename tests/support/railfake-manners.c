// SPDX-License-Identifier: Apache-2.0
// What the client says on the channel "rail", recorded, and answered as a desktop of Windows would unless the
// script wants to do that itself.
#include "tests/support/railfake.h"

#include "rail/intent.h"

#include <string.h>

typedef struct LateMove {
    Fake *fake;
    uint32_t window;
    Box box;
} LateMove;

bool fake_manner(Fake *fake, const char *name, bool on) {
    static const char *const names[] = {"sync",  "exec",    "move",  "command", "activate",
                                        "appid", "publish", "paint", "display"};
    uint32_t bits = strcmp(name, "all") == 0 ? FAKE_MANNER_ALL : 0;
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(name, names[i]) == 0)
            bits = 1u << i;
    fake->manners = on ? fake->manners | bits : fake->manners & ~bits;
    return bits != 0;
}

static void put_body(Record *record, const RailPdu *pdu) {
    switch (pdu->type) {
    case RAIL_PDU_HANDSHAKE:
        record_put(record, "build", pdu->as.handshake.build);
        break;
    case RAIL_PDU_CLIENT_STATUS:
    case RAIL_PDU_LANGUAGE_BAR:
    case RAIL_PDU_TEXT_SCALE:
    case RAIL_PDU_CARET_BLINK:
        record_put(record, "value", pdu->as.value);
        break;
    case RAIL_PDU_ACTIVATE:
    case RAIL_PDU_CLOAK:
        record_put(record, "enabled", pdu->as.enabled);
        break;
    case RAIL_PDU_SYSTEM_COMMAND:
        record_put(record, "command", pdu->as.command);
        break;
    case RAIL_PDU_EXEC:
        record_put(record, "flags", pdu->as.exec.flags);
        record_put_text(record, "program", pdu->as.exec.program);
        record_put_text(record, "directory", pdu->as.exec.directory);
        record_put_text(record, "arguments", pdu->as.exec.arguments);
        break;
    case RAIL_PDU_NOTIFY_EVENT:
        record_put(record, "icon", pdu->as.notify.icon);
        record_put(record, "message", pdu->as.notify.message);
        break;
    case RAIL_PDU_WINDOW_MOVE:
    case RAIL_PDU_SNAP:
        record_put_box(record, pdu->as.box);
        break;
    case RAIL_PDU_SYSTEM_MENU:
        record_put(record, "x", pdu->as.menu.x);
        record_put(record, "y", pdu->as.menu.y);
        break;
    case RAIL_PDU_SYSTEM_PARAMETER:
        record_put(record, "parameter", pdu->as.system.parameter);
        record_put(record, "value", pdu->as.system.value);
        record_put_box(record, pdu->as.system.box);
        break;
    default:
        break;
    }
}

static void tell(Fake *fake, const RailPdu *pdu) {
    Record *record = record_new(rail_pdu_type_to_string((uint16_t)pdu->type));
    if (pdu->window)
        record_put(record, "window", pdu->window);
    put_body(record, pdu);
    fake_record(fake, record);
}

static void answer_exec(Fake *fake, const RailPdu *pdu) {
    RailPdu answer = {.type = RAIL_PDU_EXEC_RESULT};
    answer.as.exec_result.flags = pdu->as.exec.flags;
    answer.as.exec_result.program = pdu->as.exec.program; // lent
    rdp_rail_send(fake_peer_rail(fake->peer), &answer);
    if (fake->manners & FAKE_MANNER_PUBLISH && strcmp(pdu->as.exec.program, "||railhead-guest") == 0)
        fake_publication_start(fake);
}

static gboolean on_late_move(gpointer user) {
    LateMove *move = user;
    fake_place(move->fake, move->window, move->box);
    return G_SOURCE_REMOVE;
}

// The client's rectangle has the resize margins in it (MS-RDPERP 2.2.2.7.4).
static void answer_move(Fake *fake, const RailPdu *pdu) {
    const FakeWindow *window = fake_window(fake, pdu->window);
    if (!window)
        return;
    const GuestMargins *margins = &window->window.margins, *borders = &window->borders;
    const Box *error = &fake->move_error;
    LateMove *move = g_new0(LateMove, 1);
    *move = (LateMove){fake, pdu->window, pdu->as.box};
    move->box.x += margins->left + borders->left + error->x;
    move->box.y += margins->top + borders->top + error->y;
    move->box.width += error->width - margins->left - margins->right - borders->left - borders->right;
    move->box.height += error->height - margins->top - margins->bottom - borders->top - borders->bottom;
    if (fake->move_delay) {
        g_timeout_add_full(G_PRIORITY_DEFAULT, fake->move_delay, on_late_move, move, g_free);
        return;
    }
    on_late_move(move);
    g_free(move);
}

static void answer_command(Fake *fake, const RailPdu *pdu) {
    if (pdu->as.command == SYSTEM_COMMAND_CLOSE && fake_window(fake, pdu->window))
        fake_delete(fake, pdu->window);
    else if (pdu->as.command == SYSTEM_COMMAND_MINIMISE)
        fake_show(fake, pdu->window, GUEST_SHOW_MINIMISED);
    else if (pdu->as.command == SYSTEM_COMMAND_MAXIMISE)
        fake_show(fake, pdu->window, GUEST_SHOW_MAXIMISED);
    else if (pdu->as.command == SYSTEM_COMMAND_RESTORE)
        fake_show(fake, pdu->window, GUEST_SHOW_NORMAL);
}

static void answer_app_id(Fake *fake, const RailPdu *pdu) {
    const FakeWindow *window = fake_window(fake, pdu->window);
    if (!window || !fake->options.persona->has_app_id)
        return;
    RailPdu answer = {.type = fake->options.persona->hidef ? RAIL_PDU_APPID_EX : RAIL_PDU_APPID};
    answer.window = pdu->window;
    answer.as.app_id.app_id = window->app_id ? window->app_id : (char *)"railfake.probe"; // lent, both
    answer.as.app_id.image = window->image ? window->image : (char *)"railprobe.exe";
    answer.as.app_id.process = window->process;
    rdp_rail_send(fake_peer_rail(fake->peer), &answer);
}

void fake_on_rail(Fake *fake, const RailPdu *pdu) {
    tell(fake, pdu);
    if (pdu->type == RAIL_PDU_EXEC && fake->manners & FAKE_MANNER_EXEC)
        answer_exec(fake, pdu);
    else if ((pdu->type == RAIL_PDU_WINDOW_MOVE || pdu->type == RAIL_PDU_SNAP) &&
             fake->manners & FAKE_MANNER_MOVE)
        answer_move(fake, pdu);
    else if (pdu->type == RAIL_PDU_SYSTEM_COMMAND && fake->manners & FAKE_MANNER_COMMAND)
        answer_command(fake, pdu);
    else if (pdu->type == RAIL_PDU_ACTIVATE && fake->manners & FAKE_MANNER_ACTIVATE)
        fake_raise(fake, pdu->as.enabled ? pdu->window : 0);
    else if (pdu->type == RAIL_PDU_GET_APPID && fake->manners & FAKE_MANNER_APPID)
        answer_app_id(fake, pdu);
    else if (pdu->type == RAIL_PDU_SYSTEM_PARAMETER && pdu->as.system.parameter == RAIL_SPI_WORK_AREA)
        fake_work_area(fake, pdu->as.system.box);
}
