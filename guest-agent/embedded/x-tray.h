// SPDX-License-Identifier: Apache-2.0
// The system tray of the private display: Wine's icons dock here instead of opening a window of their own,
// and are told as notification icons with their pixels.
#pragma once
#include "guest-agent/embedded/x-server.h"
#include "rail/catalogue-message.h"
#include "rail/guest-icon.h"

typedef struct XTray XTray;

typedef struct XTrayIcon {
    XTray *owner;
    Window xid; // names it to the client, too
    XID damage;
    Raster *raster; // NULL: not drawn yet, and not told
    char *tip;      // "" where it is not known
    guint look;     // source: its pixels are looked at soon
    int slot;       // its own place to be parked at
    int x, y;       // where it is to be
    char *balloon;  // text of the one that is shown, or NULL
} XTrayIcon;

typedef struct XTrayEvents {
    void (*on_icon)(void *user, const XTrayIcon *icon, bool is_new); // new, or other than before
    void (*on_gone)(void *user, const XTrayIcon *icon);
    void (*on_balloon)(void *user, const XTrayIcon *icon); // it came, is another, or went
} XTrayEvents;

struct XTray {
    XServer *server;
    const XTrayEvents *events;
    void *user;
    Window window;      // as big as the screen, and all of it cut away but an icon that is clicked
    GHashTable *icons;  // Window -> XTrayIcon, owned
    GHashTable *tips;   // Window -> text, as the tracker has told them
    GHashTable *owners; // HWND -> Window, of icons
    XTrayIcon *clicked; // under the pointer, NULL: all are parked
};

void x_tray_start(XTray *tray, XServer *server, const XTrayEvents *events, void *user);
void x_tray_stop(XTray *tray);
bool x_tray_event(XTray *tray, const XEvent *event); // true: it was the tray's
void x_tray_announce_all(XTray *tray);               // on_icon for each that has been told, as new
// A message of Client Notify Event: the icon comes under the pointer and gets the button.
void x_tray_click(XTray *tray, uint32_t untrusted_icon, uint32_t untrusted_message);
void x_tray_park(XTray *tray); // the pointer is wanted for something else
// What the tracker says of an icon's window, or of the tooltip that belongs to one; other windows are
// ignored.
void x_tray_take_facts(XTray *tray, const TrackedWindow *untrusted_window);
