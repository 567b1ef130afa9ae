// SPDX-License-Identifier: Apache-2.0
// Docks one window in the tray that owns _NET_SYSTEM_TRAY_Sn, and again in each tray that comes after it. The
// icon's transparent pixels are no part of the window: it needs no visual of the tray's. Owned by the agent's
// tray; main loop.
#include "host-agent/compositor/tray-dock.h"
#include <string.h>
#include "host-agent/compositor/display.h"

#define REQUEST_DOCK  0
#define XEMBED_MAPPED 1

struct TrayDock {
    Screen *screen;
    TrayDockPressed pressed;
    gpointer user;
    Atom selection;
    Window window, tray; // None: there is no tray
    Raster *raster;
    int width, height;
};

static void shape(TrayDock *dock, int left, int top) {
    Display *display = dock->screen->display;
    Pixmap mask = XCreatePixmap(display, dock->window, (unsigned)dock->width, (unsigned)dock->height, 1);
    GC gc = XCreateGC(display, mask, 0, NULL);
    XFillRectangle(display, mask, gc, 0, 0, (unsigned)dock->width, (unsigned)dock->height);
    XSetForeground(display, gc, 1);
    for (int i = 0; i < dock->raster->width * dock->raster->height; i++)
        if (dock->raster->bgra[4 * i + 3] >= 128)
            XDrawPoint(display, mask, gc, left + i % dock->raster->width, top + i / dock->raster->width);
    XShapeCombineMask(display, dock->window, ShapeBounding, 0, 0, mask, ShapeSet);
    XFreeGC(display, gc);
    XFreePixmap(display, mask);
}

static void draw(TrayDock *dock) {
    const Screen *screen = dock->screen;
    if (!dock->raster || dock->width <= 0 || dock->height <= 0)
        return;
    int left = (dock->width - dock->raster->width) / 2, top = (dock->height - dock->raster->height) / 2;
    XImage image = {.width = dock->raster->width,
                    .height = dock->raster->height,
                    .format = ZPixmap,
                    .data = (char *)dock->raster->bgra,
                    .byte_order = LSBFirst,
                    .bitmap_unit = 32,
                    .bitmap_pad = 32,
                    .depth = screen->depth,
                    .bytes_per_line = dock->raster->width * 4,
                    .bits_per_pixel = 32,
                    .red_mask = 0xFF0000,
                    .green_mask = 0xFF00,
                    .blue_mask = 0xFF};
    if (!XInitImage(&image))
        return;
    shape(dock, left, top);
    XPutImage(screen->display, dock->window, screen->gc, &image, 0, 0, left, top, (unsigned)image.width,
              (unsigned)image.height);
    XFlush(screen->display);
}

static void on_icon_event(const XEvent *event, gpointer user) {
    TrayDock *dock = user;
    if (event->type == ConfigureNotify) {
        dock->width = event->xconfigure.width;
        dock->height = event->xconfigure.height;
        draw(dock);
    } else if (event->type == Expose) {
        draw(dock);
    } else if (event->type == ButtonPress && event->xbutton.button <= Button3) {
        dock->pressed(event->xbutton.x_root, event->xbutton.y_root, (uint32_t)event->xbutton.time,
                      dock->user);
    } else if (event->type == ReparentNotify && event->xreparent.parent == dock->screen->root) {
        XUnmapWindow(dock->screen->display, dock->window); // the tray has gone, and has let it go
    }
}

static void want_size(TrayDock *dock) {
    XSizeHints hints = {.flags = PMinSize | PBaseSize,
                        .min_width = dock->raster->width,
                        .min_height = dock->raster->height,
                        .base_width = dock->raster->width,
                        .base_height = dock->raster->height};
    XSetWMNormalHints(dock->screen->display, dock->window, &hints);
}

static void make_window(TrayDock *dock) {
    const Screen *screen = dock->screen;
    long info[] = {0, XEMBED_MAPPED};
    XSetWindowAttributes attributes = {.event_mask = ExposureMask | StructureNotifyMask | ButtonPressMask,
                                       .colormap = screen->colormap,
                                       .border_pixel = 0,
                                       .background_pixel = 0};
    dock->width = dock->raster->width;
    dock->height = dock->raster->height;
    dock->window = XCreateWindow(screen->display, screen->root, 0, 0, (unsigned)dock->width,
                                 (unsigned)dock->height, 0, screen->depth, InputOutput, screen->visual,
                                 CWEventMask | CWColormap | CWBorderPixel | CWBackPixel, &attributes);
    XClassHint class = {.res_name = "railhead", .res_class = "Railhead"};
    XSetClassHint(screen->display, dock->window, &class);
    XStoreName(screen->display, dock->window, "Railhead");
    XChangeProperty(screen->display, dock->window, screen->atoms._XEMBED_INFO, screen->atoms._XEMBED_INFO, 32,
                    PropModeReplace, (unsigned char *)info, 2);
    want_size(dock);
    screen_listen(dock->screen, dock->window, on_icon_event, dock);
}

// The tray may go between its answer and these requests, which then do nothing.
static void dock_in(TrayDock *dock, Window tray) {
    Display *display = dock->screen->display;
    dock->tray = tray;
    if (!tray || !dock->raster)
        return;
    if (!dock->window)
        make_window(dock);
    XEvent event = {.xclient = {.type = ClientMessage,
                                .window = tray,
                                .message_type = dock->screen->atoms._NET_SYSTEM_TRAY_OPCODE,
                                .format = 32,
                                .data.l = {CurrentTime, REQUEST_DOCK, (long)dock->window, 0, 0}}};
    XSendEvent(display, tray, False, NoEventMask, &event);
    XFlush(display);
}

static void on_root_event(const XEvent *event, gpointer user) {
    TrayDock *dock = user;
    if (event->type == ClientMessage && event->xclient.message_type == dock->screen->atoms.MANAGER &&
        (Atom)event->xclient.data.l[1] == dock->selection)
        dock_in(dock, (Window)event->xclient.data.l[2]);
}

TrayDock *tray_dock_new(Screen *screen, TrayDockPressed pressed, gpointer user) {
    TrayDock *dock = g_new0(TrayDock, 1);
    g_autofree char *name = g_strdup_printf("_NET_SYSTEM_TRAY_S%d", DefaultScreen(screen->display));
    dock->screen = screen;
    dock->pressed = pressed;
    dock->user = user;
    dock->selection = XInternAtom(screen->display, name, False);
    screen_watch_root(screen, on_root_event, dock);
    return dock;
}

void tray_dock_free(TrayDock *dock) {
    if (!dock)
        return;
    screen_unwatch_root(dock->screen, dock);
    if (dock->window) {
        screen_unlisten(dock->screen, dock->window);
        XDestroyWindow(dock->screen->display, dock->window);
        XFlush(dock->screen->display);
    }
    raster_free(dock->raster);
    g_free(dock);
}

void tray_dock_set_icon(TrayDock *dock, const Raster *raster) {
    bool is_first = !dock->raster;
    Raster *copy = raster_new(raster->width, raster->height);
    memcpy(copy->bgra, raster->bgra, (size_t)copy->width * copy->height * 4);
    raster_free(dock->raster);
    dock->raster = copy;
    if (is_first)
        dock_in(dock, XGetSelectionOwner(dock->screen->display, dock->selection));
    else if (dock->window)
        draw(dock);
}
