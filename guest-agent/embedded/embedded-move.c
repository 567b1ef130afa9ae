// SPDX-License-Identifier: Apache-2.0
// The one move or resize that goes on. Part of Embedded, in its loop. Does what Windows does: the button-up
// is its end, and a window that is moved then lies where it was held; a keyboard's move ends with the place
// that the client names. Grabs nothing: the program itself waits for the button.
#include "guest-agent/embedded/embedded-move.h"

enum { POINTER_BUTTON1 = 0x1000, POINTER_DOWN = 0x8000 };
enum { TYPE_MOVE = 9, TYPE_KEY_SIZE = 11, TYPE_KEY_MOVE = 10 };
enum { DIRECTION_CANCEL = 11 };
enum { MIN_WIDTH = 112, MIN_HEIGHT = 27 };

static const struct {
    uint16_t type; // RAIL_WMSZ_*
    int8_t left, top, right, bottom;
} directions[] = {
    // by direction of _NET_WM_MOVERESIZE
    {4, 1, 1, 0, 0},
    {3, 0, 1, 0, 0},
    {5, 0, 1, 1, 0},
    {2, 0, 0, 1, 0},
    {8, 0, 0, 1, 1},
    {6, 0, 0, 0, 1},
    {7, 1, 0, 0, 1},
    {1, 1, 0, 0, 0},
    {TYPE_MOVE, 1, 1, 1, 1},
    {TYPE_KEY_SIZE, 0, 0, 1, 1},
    {TYPE_KEY_MOVE, 1, 1, 1, 1},
};

static bool is_by_keyboard(uint16_t type) {
    return type == TYPE_KEY_MOVE || type == TYPE_KEY_SIZE;
}

static void end(Embedded *embedded) {
    EmbeddedMove *move = &embedded->move;
    XWindow *window = x_windows_find(embedded->windows, move->window);
    RailPdu pdu = {.type = RAIL_PDU_LOCAL_MOVE_SIZE, .window = move->window};
    pdu.as.move_size.type = move->type;
    pdu.as.move_size.x = window ? (int16_t)window->box.x : 0;
    pdu.as.move_size.y = window ? (int16_t)window->box.y : 0;
    move->window = 0;
    if (move->is_local)
        rdp_server_rail(embedded->server, &pdu);
}

static void send_min_max(Embedded *embedded, const XWindow *window) {
    RailPdu pdu = {.type = RAIL_PDU_MIN_MAX_INFO, .window = window->id};
    int16_t *values = pdu.as.min_max.values;
    Box area = x_manager_work_area(window);
    values[0] = values[6] = (int16_t)area.width;
    values[1] = values[7] = (int16_t)area.height;
    values[2] = (int16_t)area.x;
    values[3] = (int16_t)area.y;
    values[4] = MIN_WIDTH;
    values[5] = MIN_HEIGHT;
    rdp_server_rail(embedded->server, &pdu);
}

static void send_start(Embedded *embedded, const XWindow *window) {
    const EmbeddedMove *move = &embedded->move;
    bool is_move = move->type == TYPE_MOVE;
    RailPdu pdu = {.type = RAIL_PDU_LOCAL_MOVE_SIZE, .window = window->id};
    pdu.as.move_size.start = true;
    pdu.as.move_size.type = move->type;
    pdu.as.move_size.x = (int16_t)(is_move ? move->x - window->box.x : move->x);
    pdu.as.move_size.y = (int16_t)(is_move ? move->y - window->box.y : move->y);
    send_min_max(embedded, window);
    rdp_server_rail(embedded->server, &pdu);
}

void embedded_move_start(Embedded *embedded, XWindow *window, int direction, int x, int y) {
    EmbeddedMove *move = &embedded->move;
    if (direction == DIRECTION_CANCEL && move->window && move->window == window->id)
        end(embedded);
    if (!window->id || direction < 0 || direction >= (int)G_N_ELEMENTS(directions))
        return;
    if (move->window)
        end(embedded);
    *move = (EmbeddedMove){.window = window->id,
                           .direction = direction,
                           .type = directions[direction].type,
                           .from = window->box,
                           .x = x,
                           .y = y};
    move->is_local = !embedded->shows_desktop &&
                     (rdp_server_client_status(embedded->server) & RAIL_STATUS_LOCAL_MOVE_SIZE);
    if (move->is_local)
        send_start(embedded, window);
    else if (is_by_keyboard(move->type))
        move->window = 0;
}

static Box dragged(const EmbeddedMove *move, int x, int y) {
    int dx = x - move->x, dy = y - move->y, direction = move->direction;
    Box box = move->from;
    int wider = dx * (directions[direction].right - directions[direction].left);
    int higher = dy * (directions[direction].bottom - directions[direction].top);
    box.width = MAX(box.width + wider, MIN(MIN_WIDTH, box.width));
    box.height = MAX(box.height + higher, MIN(MIN_HEIGHT, box.height));
    if (directions[direction].left) // the other side stays
        box.x += directions[direction].right ? dx : move->from.width - box.width;
    if (directions[direction].top)
        box.y += directions[direction].bottom ? dy : move->from.height - box.height;
    return box;
}

void embedded_move_pointer(Embedded *embedded, uint16_t flags, int x, int y) {
    EmbeddedMove *move = &embedded->move;
    XWindow *window = move->window ? x_windows_find(embedded->windows, move->window) : NULL;
    bool is_up = (flags & POINTER_BUTTON1) && !(flags & POINTER_DOWN);
    if (!move->window || is_by_keyboard(move->type))
        return;
    if (window && (!move->is_local || (is_up && move->type == TYPE_MOVE)))
        x_manager_move(window, dragged(move, x, y));
    if (is_up)
        end(embedded);
}

void embedded_move_placed(Embedded *embedded, const XWindow *window) {
    if (embedded->move.window == window->id && is_by_keyboard(embedded->move.type))
        end(embedded);
}
