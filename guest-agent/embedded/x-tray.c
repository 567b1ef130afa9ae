// SPDX-License-Identifier: Apache-2.0
// The system tray (freedesktop System Tray Protocol, XEmbed): icons are taken in and stay mapped in a window
// that is never shown. Owned by the Embedded, in its loop. Never shows anything.
#include "guest-agent/embedded/x-tray.h"

#define ICON_SIDE              32
#define ICONS_MAX              64
#define TRAY_REQUEST_DOCK      0
#define XEMBED_EMBEDDED_NOTIFY 0

void x_tray_start(XTray *tray, XServer *server) {
    XSetWindowAttributes attributes = {.override_redirect = True, .event_mask = SubstructureNotifyMask};
    tray->server = server;
    tray->icons = g_array_new(FALSE, FALSE, sizeof(Window));
    tray->window =
        XCreateWindow(server->display, server->root, -ICON_SIDE, -ICON_SIDE, 1, 1, 0, CopyFromParent,
                      InputOutput, CopyFromParent, CWOverrideRedirect | CWEventMask, &attributes);
    XMapWindow(server->display, tray->window);
    XSetSelectionOwner(server->display, server->atoms[X__NET_SYSTEM_TRAY_S0], tray->window, CurrentTime);
    x_server_send(server, server->root, server->root, X_MANAGER, StructureNotifyMask,
                  (long[5]){CurrentTime, (long)server->atoms[X__NET_SYSTEM_TRAY_S0], (long)tray->window});
}

static void dock(XTray *tray, Window icon) {
    if (tray->icons->len >= ICONS_MAX)
        return;
    XServer *server = tray->server;
    g_array_append_val(tray->icons, icon);
    XAddToSaveSet(server->display, icon);
    XReparentWindow(server->display, icon, tray->window, 0, 0);
    XResizeWindow(server->display, icon, ICON_SIDE, ICON_SIDE);
    XMapWindow(server->display, icon);
    x_server_send(server, icon, icon, X__XEMBED, NoEventMask,
                  (long[5]){CurrentTime, XEMBED_EMBEDDED_NOTIFY, 0, (long)tray->window, 0});
}

bool x_tray_event(XTray *tray, const XEvent *event) {
    if (event->type != ClientMessage || event->xclient.window != tray->window ||
        event->xclient.message_type != tray->server->atoms[X__NET_SYSTEM_TRAY_OPCODE])
        return false;
    if (event->xclient.data.l[1] == TRAY_REQUEST_DOCK)
        dock(tray, (Window)event->xclient.data.l[2]);
    return true;
}

void x_tray_stop(XTray *tray) {
    if (tray->icons)
        g_array_unref(tray->icons);
    tray->icons = NULL;
}
