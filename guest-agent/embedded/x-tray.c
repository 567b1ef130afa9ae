// SPDX-License-Identifier: Apache-2.0
// The system tray (freedesktop System Tray Protocol, XEmbed). Icons live in a window that nobody sees, each
// redirected so that it has all its pixels. Wine keeps what its programs told it of an icon, makes of button
// events what the icon's version wants, and has its programs open their menus at the pointer: so a click puts
// the icon under the pointer. Wine takes an icon's place in the tray for its place on the screen and looks by
// itself which of its windows lies somewhere; hence the tray begins where the screen does, each icon is
// parked at a place of its own beyond it, and stays where it was clicked until the pointer is wanted again,
// for Wine may be late. Owned by the Embedded, in its loop.
#include "guest-agent/embedded/x-tray.h"

#include <string.h>
#include <X11/Xatom.h>
#include <X11/Xutil.h>
#include <X11/extensions/XTest.h>
#include <X11/extensions/Xcomposite.h>
#include <X11/extensions/Xdamage.h>
#include <X11/extensions/shape.h>

#define ICON_SIDE              32 // at most; Wine's are smaller
#define ICONS_MAX              64
#define LOOK_MS                40 // for a program to finish drawing
#define FACTS_MAX              256
#define ICON_CLASS             "tray_icon" // is in what Wine's versions call it
#define TRAY_REQUEST_DOCK      0
#define XEMBED_EMBEDDED_NOTIFY 0

static void icon_free(gpointer data) {
    XTrayIcon *icon = data;
    g_clear_handle_id(&icon->look, g_source_remove);
    raster_free(icon->raster);
    g_free(icon->tip);
    g_free(icon->balloon);
    g_free(icon);
}

// A tray whose visual has alpha gets icons with alpha.
static Visual *choose_visual(const XServer *server, int *ret_depth, Colormap *ret_colormap) {
    int screen = DefaultScreen(server->display);
    XVisualInfo info;
    *ret_depth = DefaultDepth(server->display, screen);
    *ret_colormap = DefaultColormap(server->display, screen);
    if (!XMatchVisualInfo(server->display, screen, 32, TrueColor, &info))
        return DefaultVisual(server->display, screen);
    *ret_depth = 32;
    *ret_colormap = XCreateColormap(server->display, server->root, info.visual, AllocNone);
    return info.visual;
}

static void show_only(XTray *tray, const XRectangle *box) {
    XShapeCombineRectangles(tray->server->display, tray->window, ShapeBounding, 0, 0, (XRectangle *)box,
                            box ? 1 : 0, ShapeSet, Unsorted);
}

static void make_window(XTray *tray) {
    const XServer *server = tray->server;
    int depth;
    XSetWindowAttributes attributes = {.override_redirect = True, .border_pixel = 0, .background_pixel = 0};
    Visual *visual = choose_visual(server, &depth, &attributes.colormap);
    tray->window = XCreateWindow(server->display, server->root, 0, 0, (unsigned)server->width,
                                 (unsigned)server->height, 0, depth, InputOutput, visual,
                                 CWOverrideRedirect | CWBorderPixel | CWBackPixel | CWColormap, &attributes);
    long id = (long)XVisualIDFromVisual(visual);
    x_server_set_longs(server, tray->window, X__NET_SYSTEM_TRAY_VISUAL, XA_VISUALID, &id, 1);
    show_only(tray, NULL);
    XMapWindow(server->display, tray->window);
}

void x_tray_start(XTray *tray, XServer *server, const XTrayEvents *events, void *user) {
    tray->server = server;
    tray->events = events;
    tray->user = user;
    tray->icons = g_hash_table_new_full(NULL, NULL, NULL, icon_free);
    tray->tips = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    tray->owners = g_hash_table_new(NULL, NULL);
    make_window(tray);
    XSetSelectionOwner(server->display, server->atoms[X__NET_SYSTEM_TRAY_S0], tray->window, CurrentTime);
    x_server_send(server, server->root, server->root, X_MANAGER, StructureNotifyMask,
                  (long[5]){CurrentTime, (long)server->atoms[X__NET_SYSTEM_TRAY_S0], (long)tray->window});
}

void x_tray_stop(XTray *tray) {
    g_clear_pointer(&tray->icons, g_hash_table_unref);
    g_clear_pointer(&tray->tips, g_hash_table_unref);
    g_clear_pointer(&tray->owners, g_hash_table_unref);
}

static XTrayIcon *find(const XTray *tray, Window xid) {
    return g_hash_table_lookup(tray->icons, GSIZE_TO_POINTER(xid));
}

static int free_slot(const XTray *tray) {
    GHashTableIter iter;
    gpointer value;
    bool taken[ICONS_MAX] = {false};
    int slot = 0;
    g_hash_table_iter_init(&iter, tray->icons);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        taken[((const XTrayIcon *)value)->slot] = true;
    while (taken[slot])
        slot++;
    return slot;
}

static void place(XTrayIcon *icon, int x, int y) {
    icon->x = x;
    icon->y = y;
    XMoveWindow(icon->owner->server->display, icon->xid, x, y);
}

static void park(XTrayIcon *icon) {
    place(icon, -2 * ICON_SIDE * (icon->slot + 2), -2 * ICON_SIDE);
}

static void dock(XTray *tray, Window xid) {
    Display *display = tray->server->display;
    if (g_hash_table_size(tray->icons) >= ICONS_MAX || find(tray, xid))
        return;
    XTrayIcon *icon = g_new0(XTrayIcon, 1);
    icon->owner = tray;
    icon->xid = xid;
    icon->tip = g_strdup("");
    icon->slot = free_slot(tray);
    g_hash_table_insert(tray->icons, GSIZE_TO_POINTER(xid), icon);
    XSelectInput(display, xid, StructureNotifyMask);
    XAddToSaveSet(display, xid);
    XReparentWindow(display, xid, tray->window, 0, 0);
    XCompositeRedirectWindow(display, xid, CompositeRedirectManual);
    icon->damage = XDamageCreate(display, xid, XDamageReportNonEmpty);
    XMapWindow(display, xid);
    park(icon);
    x_server_send(tray->server, xid, xid, X__XEMBED, NoEventMask,
                  (long[5]){CurrentTime, XEMBED_EMBEDDED_NOTIFY, 0, (long)tray->window, 0});
}

// Alpha on the display is multiplied into the colours, on the wire it is not.
static void convert(uint32_t pixel, bool has_alpha, uint8_t *bgra) {
    uint32_t alpha = has_alpha ? pixel >> 24 : 255;
    for (int i = 0; i < 3 && alpha; i++)
        bgra[i] = (uint8_t)MIN(255, ((pixel >> (8 * i)) & 0xFF) * 255 / alpha);
    bgra[3] = (uint8_t)alpha;
}

static Raster *read_pixels(const XTrayIcon *icon) {
    Display *display = icon->owner->server->display;
    XWindowAttributes attributes;
    if (!XGetWindowAttributes(display, icon->xid, &attributes) || attributes.map_state != IsViewable)
        return NULL;
    unsigned width = (unsigned)MIN(attributes.width, ICON_SIDE),
             height = (unsigned)MIN(attributes.height, ICON_SIDE);
    Pixmap pixmap = XCompositeNameWindowPixmap(display, icon->xid);
    XImage *image = XGetImage(display, pixmap, 0, 0, width, height, AllPlanes, ZPixmap);
    XFreePixmap(display, pixmap);
    Raster *raster = image && image->bits_per_pixel == 32 ? raster_new(width, height) : NULL;
    for (unsigned i = 0; raster && i < width * height; i++)
        convert((uint32_t)XGetPixel(image, (int)(i % width), (int)(i / width)), attributes.depth == 32,
                raster->bgra + (size_t)i * 4);
    if (image)
        XDestroyImage(image);
    return raster;
}

static bool is_blank(const Raster *raster) {
    for (size_t i = 3; i < (size_t)raster->width * raster->height * 4; i += 4)
        if (raster->bgra[i])
            return false;
    return true;
}

// Whether the tracker says something else than before.
static bool take_tip(XTrayIcon *icon) {
    const XTray *tray = icon->owner;
    const char *tip = g_hash_table_lookup(tray->tips, GSIZE_TO_POINTER(icon->xid));
    if (!tip || strcmp(icon->tip, tip) == 0)
        return false;
    g_free(icon->tip);
    icon->tip = g_strdup(tip);
    return true;
}

static gboolean on_look(gpointer user) {
    XTrayIcon *icon = user;
    icon->look = 0;
    XDamageSubtract(icon->owner->server->display, icon->damage, None, None);
    Raster *raster = read_pixels(icon);
    bool is_new = !icon->raster;
    if (!raster || (is_new && is_blank(raster)) || (!is_new && raster_equal(raster, icon->raster))) {
        raster_free(raster);
        return G_SOURCE_REMOVE;
    }
    raster_free(icon->raster);
    icon->raster = raster;
    if (is_new)
        take_tip(icon);
    icon->owner->events->on_icon(icon->owner->user, icon, is_new);
    return G_SOURCE_REMOVE;
}

static void look_soon(XTrayIcon *icon) {
    if (!icon->look)
        icon->look = g_timeout_add(LOOK_MS, on_look, icon);
}

static void undock(XTrayIcon *icon) {
    XTray *tray = icon->owner;
    if (icon->raster)
        tray->events->on_gone(tray->user, icon);
    if (tray->clicked == icon)
        x_tray_park(tray);
    g_hash_table_remove(tray->tips, GSIZE_TO_POINTER(icon->xid));
    XDamageDestroy(tray->server->display, icon->damage);
    g_hash_table_remove(tray->icons, GSIZE_TO_POINTER(icon->xid));
}

static bool take_structure(XTray *tray, const XEvent *event) {
    XTrayIcon *icon = find(tray, event->xany.window);
    if (!icon)
        return false;
    if (event->type == DestroyNotify || event->type == UnmapNotify ||
        (event->type == ReparentNotify && event->xreparent.parent != tray->window))
        undock(icon);
    else if (event->type == MapNotify)
        look_soon(icon);
    else if (event->type == ConfigureNotify &&
             (event->xconfigure.x != icon->x || event->xconfigure.y != icon->y))
        place(icon, icon->x, icon->y); // Wine puts a new one into the corner
    return true;
}

bool x_tray_event(XTray *tray, const XEvent *event) {
    if (!tray->icons)
        return false;
    if (event->type == tray->server->damage_event + XDamageNotify) {
        XTrayIcon *icon = find(tray, ((const XDamageNotifyEvent *)event)->drawable);
        if (icon && ((const XDamageNotifyEvent *)event)->damage == icon->damage)
            look_soon(icon);
        return icon != NULL;
    }
    if (event->type != ClientMessage)
        return take_structure(tray, event);
    if (event->xclient.window != tray->window ||
        event->xclient.message_type != tray->server->atoms[X__NET_SYSTEM_TRAY_OPCODE])
        return false;
    if (event->xclient.data.l[1] == TRAY_REQUEST_DOCK)
        dock(tray, (Window)event->xclient.data.l[2]);
    return true;
}

void x_tray_announce_all(XTray *tray) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, tray->icons);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        if (((XTrayIcon *)value)->raster)
            tray->events->on_icon(tray->user, value, true);
}

void x_tray_park(XTray *tray) {
    XTrayIcon *icon = g_steal_pointer(&tray->clicked);
    if (!icon)
        return;
    show_only(tray, NULL);
    park(icon);
}

static void bring_under_pointer(XTrayIcon *icon) {
    XTray *tray = icon->owner;
    Display *display = tray->server->display;
    Window root, child;
    int x = 0, y = 0, window_x, window_y;
    unsigned state;
    if (tray->clicked != icon) {
        x_tray_park(tray);
        tray->clicked = icon;
        XQueryPointer(display, tray->server->root, &root, &child, &x, &y, &window_x, &window_y, &state);
        place(icon, x - icon->raster->width / 2, y - icon->raster->height / 2);
        show_only(tray, &(XRectangle){(short)x, (short)y, 1, 1});
    }
    XRaiseWindow(display, tray->window);
}

void x_tray_click(XTray *tray, uint32_t untrusted_icon, uint32_t untrusted_message) {
    XTrayIcon *icon = find(tray, untrusted_icon);
    Display *display = tray->server->display;
    if (!icon || !icon->raster)
        return;
    switch (untrusted_message) {
    case GUEST_ICON_LEFT_DOWN:
    case GUEST_ICON_LEFT_DOUBLE:
    case GUEST_ICON_RIGHT_DOWN:
    case GUEST_ICON_RIGHT_DOUBLE:
        bring_under_pointer(icon);
        XTestFakeButtonEvent(display, untrusted_message < GUEST_ICON_RIGHT_DOWN ? 1 : 3, True, CurrentTime);
        break;
    case GUEST_ICON_LEFT_UP:
    case GUEST_ICON_RIGHT_UP:
        XTestFakeButtonEvent(display, untrusted_message == GUEST_ICON_LEFT_UP ? 1 : 3, False, CurrentTime);
        XLowerWindow(display, tray->window);
        break;
    default: // Wine makes them of the buttons where the icon's version has them
        break;
    }
    XFlush(display);
}

// Windows' own go and come anew with each scan: what is kept may begin anew at any time.
static void keep(GHashTable *table, gsize key, gpointer value) {
    if (g_hash_table_size(table) >= FACTS_MAX)
        g_hash_table_remove_all(table);
    g_hash_table_replace(table, GSIZE_TO_POINTER(key), value);
}

static void take_balloon(XTray *tray, const GuestWindow *balloon) {
    XTrayIcon *icon =
        find(tray, GPOINTER_TO_SIZE(g_hash_table_lookup(tray->owners, GUINT_TO_POINTER(balloon->owner))));
    const char *text = balloon->show != GUEST_SHOW_HIDDEN && *balloon->title ? balloon->title : NULL;
    if (!icon || !icon->raster || g_strcmp0(icon->balloon, text) == 0)
        return;
    g_free(icon->balloon);
    icon->balloon = g_strdup(text);
    tray->events->on_balloon(tray->user, icon);
}

// The tracker may be ahead of the display: what it says is kept for icons that have yet to dock.
void x_tray_take_facts(XTray *tray, const TrackedWindow *untrusted_window) {
    const GuestWindow *window = &untrusted_window->window;
    XTrayIcon *icon = find(tray, untrusted_window->xid);
    if (strcmp(untrusted_window->class_name, TRACKED_BALLOON) == 0)
        take_balloon(tray, window);
    if (!untrusted_window->xid || !strstr(untrusted_window->class_name, ICON_CLASS))
        return;
    keep(tray->tips, untrusted_window->xid, g_strdup(window->title));
    keep(tray->owners, window->id, GSIZE_TO_POINTER((gsize)untrusted_window->xid));
    if (icon && take_tip(icon) && icon->raster)
        tray->events->on_icon(tray->user, icon, false);
}
