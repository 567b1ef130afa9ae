// SPDX-License-Identifier: Apache-2.0
// RAIL intents of the client (MS-RDPERP 2.2.2) applied to the private display and to Wine. Part of Embedded,
// in its loop. Every Exec is answered, every WindowMove is echoed.
#include "guest-agent/embedded/embedded-display.h"
#include "guest-agent/embedded/embedded-move.h"

#include <string.h>

#define GUEST_PROGRAM "||railhead-guest"
#define ALIAS_PREFIX  "||"
enum {
    COMMAND_MINIMISE = 0xF020,
    COMMAND_MAXIMISE = 0xF030,
    COMMAND_CLOSE = 0xF060,
    COMMAND_RESTORE = 0xF120
};

static void on_program_ended(GPid pid, int status, gpointer user) {
    g_spawn_close_pid(pid);
}

static bool start_program(Embedded *embedded, const char *program, const char *arguments, GError **error) {
    const char *name = g_str_has_prefix(program, ALIAS_PREFIX) ? program + strlen(ALIAS_PREFIX) : program;
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_auto(GStrv) words = NULL;
    g_ptr_array_add(argv, (char *)name);
    if (arguments && *arguments && g_shell_parse_argv(arguments, NULL, &words, NULL))
        for (size_t i = 0; words[i]; i++)
            g_ptr_array_add(argv, words[i]);
    g_ptr_array_add(argv, NULL);
    GPid pid = wine_start(&embedded->wine, (const char *const *)argv->pdata, -1, -1, error);
    if (pid)
        g_child_watch_add(pid, on_program_ended, NULL);
    return pid != 0;
}

static void execute(Embedded *embedded, const RailPdu *pdu) {
    g_autoptr(GError) error = NULL;
    const char *program = pdu->as.exec.program ? pdu->as.exec.program : "";
    bool is_guest = strcmp(program, GUEST_PROGRAM) == 0;
    bool started = false;
    g_message("the client starts %s", program);
    if (is_guest)
        started = publication_connect(&embedded->publication, &error);
    else if (*program)
        started = start_program(embedded, program, pdu->as.exec.arguments, &error);
    if (error)
        g_warning("%s does not start: %s", program, error->message);
    RailPdu result = {.type = RAIL_PDU_EXEC_RESULT};
    result.as.exec_result.flags = pdu->as.exec.flags;
    result.as.exec_result.result = started ? RAIL_EXEC_S_OK : RAIL_EXEC_E_FILE_NOT_FOUND;
    result.as.exec_result.program = (char *)program;
    rdp_server_rail(embedded->server, &result);
}

// The answer to a WindowMove, whether or not X changes anything: the client waits for it.
static void echo(Embedded *embedded, XWindow *window, Box box) {
    RdpOrders *orders = rdp_server_orders(embedded->server);
    if (!orders || embedded->shows_desktop)
        return;
    GuestWindowDelta delta = {.fields = GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE | GUEST_WINDOW_CLIENT |
                                        GUEST_WINDOW_SHAPE | GUEST_WINDOW_VISIBLE,
                              .to = window->told};
    bool resized = box.width != window->told.box.width || box.height != window->told.box.height;
    delta.to.box = delta.to.client = box;
    delta.to.visible.count = 1;
    delta.to.visible.boxes[0] = box;
    if (resized) {
        delta.to.shape.count = 1;
        delta.to.shape.boxes[0] = (Box){0, 0, box.width, box.height};
    }
    rdp_orders_window(orders, false, &delta);
    rdp_orders_flush(orders);
    window->told = delta.to;
}

static void move(Embedded *embedded, XWindow *window, Box untrusted_box) {
    if (window->is_iconic || !box_is_sane(untrusted_box) || box_is_empty(untrusted_box))
        return;
    x_manager_move(window, untrusted_box);
    echo(embedded, window, untrusted_box); // what X makes of it is told when X has told it
    embedded_move_placed(embedded, window);
}

static void command(XWindow *window, uint16_t untrusted_command) {
    switch (untrusted_command & 0xFFF0) {
    case COMMAND_CLOSE:
        x_manager_close(window);
        break;
    case COMMAND_MINIMISE:
        x_manager_minimise(window);
        break;
    case COMMAND_MAXIMISE:
        x_manager_maximise(window);
        break;
    case COMMAND_RESTORE:
        x_manager_restore(window);
        break;
    default:
        break;
    }
}

static void answer_app_id(Embedded *embedded, const XWindow *window) {
    bool is_extended = rdp_server_client_status(embedded->server) & RAIL_STATUS_APPID_EX;
    const char *image = window->facts ? window->facts->image : "";
    RailPdu pdu = {.type = is_extended ? RAIL_PDU_APPID_EX : RAIL_PDU_APPID, .window = window->id};
    pdu.as.app_id.app_id = (char *)image;
    pdu.as.app_id.image = (char *)image;
    pdu.as.app_id.process = window->facts ? window->facts->process : 0;
    rdp_server_rail(embedded->server, &pdu);
}

static void on_window_pdu(Embedded *embedded, XWindow *window, const RailPdu *pdu) {
    switch (pdu->type) {
    case RAIL_PDU_ACTIVATE:
        if (pdu->as.enabled)
            x_manager_activate(window);
        else
            x_manager_deactivate(embedded->windows);
        break;
    case RAIL_PDU_WINDOW_MOVE:
    case RAIL_PDU_SNAP:
        move(embedded, window, pdu->as.box);
        break;
    case RAIL_PDU_SYSTEM_COMMAND:
        command(window, pdu->as.command);
        break;
    case RAIL_PDU_GET_APPID:
        answer_app_id(embedded, window);
        break;
    default:
        break;
    }
}

static void set_parameter(Embedded *embedded, uint32_t parameter, Box untrusted_box) {
    XWindows *windows = embedded->windows;
    if (parameter == RAIL_SPI_DISPLAY_CHANGE)
        x_manager_forget_work_areas(windows);
    if (parameter == RAIL_SPI_WORK_AREA &&
        x_manager_set_work_area(
            windows, box_intersect(untrusted_box, (Box){0, 0, embedded->x.width, embedded->x.height})))
        embedded_display_areas_changed(embedded);
}

void embedded_rail_pdu(Embedded *embedded, const RailPdu *untrusted_pdu) {
    if (untrusted_pdu->type == RAIL_PDU_EXEC) {
        execute(embedded, untrusted_pdu);
        return;
    }
    if (untrusted_pdu->type == RAIL_PDU_SYSTEM_PARAMETER) {
        set_parameter(embedded, untrusted_pdu->as.system.parameter, untrusted_pdu->as.system.box);
        return;
    }
    if (untrusted_pdu->type == RAIL_PDU_NOTIFY_EVENT) {
        x_tray_click(&embedded->tray, untrusted_pdu->window, untrusted_pdu->as.notify.message);
        return;
    }
    XWindow *window = x_windows_find(embedded->windows, untrusted_pdu->window);
    if (window)
        on_window_pdu(embedded, window, untrusted_pdu);
    else if (untrusted_pdu->type == RAIL_PDU_ACTIVATE && !untrusted_pdu->as.enabled)
        x_manager_deactivate(embedded->windows);
}

void publication_send(void *user, const uint8_t *bytes, size_t size) {
    Embedded *embedded = user;
    rdp_server_publish(embedded->server, bytes, size);
}
