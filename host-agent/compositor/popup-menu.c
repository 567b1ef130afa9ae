// SPDX-License-Identifier: Apache-2.0
// An override-redirect window with rows of text. Holds pointer and keyboard while it is there, as menus do; a
// press beside it or Escape ends it. Longer than the screen it scrolls with the wheel and the arrow keys.
// Owned by the agent's tray; main loop.
#include "host-agent/compositor/popup-menu.h"
#include "host-agent/compositor/display.h"
#include <X11/Xft/Xft.h>
#include <X11/keysym.h>
#include <string.h>

#define FONT       "sans:pixelsize=14"
#define PADDING    8
#define WIDTH_MIN  160
#define WIDTH_MAX  480
#define LINE       7 // height of a separating line
#define FOLDER_END " \xe2\x80\xba"
#define CHECK_MARK "\xe2\x9c\x93 "

struct PopupMenu {
    Screen *screen;
    PopupMenuCalls calls;
    Window window;
    GArray *rows; // PopupRow
    XftFont *font;
    XftDraw *draw;
    XftColor text, dim, back, picked;
    GC gc;
    int x, y, width, height, row_height;
    guint first;  // the row at the top
    int selected; // -1: none
};

static int height_of(const PopupMenu *menu, guint row) {
    return g_array_index(menu->rows, PopupRow, row).kind == POPUP_ROW_LINE ? LINE : menu->row_height;
}

static char *text_of(const PopupRow *row) {
    if (row->kind == POPUP_ROW_FOLDER)
        return g_strconcat(row->label, FOLDER_END, NULL);
    return g_strconcat(row->kind == POPUP_ROW_CHECKED ? CHECK_MARK : "", row->label, NULL);
}

static int text_width(const PopupMenu *menu, const char *text) {
    XGlyphInfo extents;
    XftTextExtentsUtf8(menu->screen->display, menu->font, (const FcChar8 *)text, (int)strlen(text), &extents);
    return extents.xOff;
}

static void draw_row(PopupMenu *menu, guint number, int top) {
    const PopupRow *row = &g_array_index(menu->rows, PopupRow, number);
    int height = height_of(menu, number);
    bool is_selected = (int)number == menu->selected && row->enabled;
    XftDrawRect(menu->draw, is_selected ? &menu->picked : &menu->back, 1, top, (unsigned)menu->width - 2,
                (unsigned)height);
    if (row->kind == POPUP_ROW_LINE) {
        XftDrawRect(menu->draw, &menu->dim, PADDING, top + LINE / 2, (unsigned)(menu->width - 2 * PADDING),
                    1);
        return;
    }
    g_autofree char *text = text_of(row);
    int base = top + (height + menu->font->ascent - menu->font->descent) / 2;
    XftDrawStringUtf8(menu->draw, row->enabled ? &menu->text : &menu->dim, menu->font, PADDING, base,
                      (const FcChar8 *)text, (int)strlen(text));
}

static void draw(PopupMenu *menu) {
    int top = 1;
    for (guint i = menu->first; i < menu->rows->len && top < menu->height; i++) {
        draw_row(menu, i, top);
        top += height_of(menu, i);
    }
    XDrawRectangle(menu->screen->display, menu->window, menu->gc, 0, 0, (unsigned)menu->width - 1,
                   (unsigned)menu->height - 1);
    XFlush(menu->screen->display);
}

// The row at a place of the window, or -1.
static int row_at(const PopupMenu *menu, int x, int y) {
    int top = 1;
    if (x < 0 || x >= menu->width || y < 1 || y >= menu->height)
        return -1;
    for (guint i = menu->first; i < menu->rows->len; i++) {
        top += height_of(menu, i);
        if (y < top)
            return (int)i;
    }
    return -1;
}

static bool can_be_chosen(const PopupMenu *menu, int row) {
    if (row < 0 || row >= (int)menu->rows->len)
        return false;
    const PopupRow *of = &g_array_index(menu->rows, PopupRow, row);
    return of->enabled && of->kind != POPUP_ROW_LINE;
}

static void choose(PopupMenu *menu, int row, Time time) {
    if (can_be_chosen(menu, row))
        menu->calls.chosen(g_array_index(menu->rows, PopupRow, row).id, (uint32_t)time, menu->calls.user);
}

static int rows_height(const PopupMenu *menu, guint from) {
    int height = 2;
    for (guint i = from; i < menu->rows->len; i++)
        height += height_of(menu, i);
    return height;
}

static void scroll(PopupMenu *menu, int by) {
    while (by > 0 && rows_height(menu, menu->first) > menu->height) {
        menu->first++;
        by--;
    }
    menu->first = by < 0 ? (guint)MAX(0, (int)menu->first + by) : menu->first;
    draw(menu);
}

static void show_selected(PopupMenu *menu) {
    int top = 1;
    if (menu->selected < (int)menu->first)
        menu->first = (guint)MAX(0, menu->selected);
    for (int i = (int)menu->first; i <= menu->selected; i++)
        top += height_of(menu, (guint)i);
    if (top > menu->height)
        scroll(menu, (top - menu->height + menu->row_height - 1) / menu->row_height);
    draw(menu);
}

static void step(PopupMenu *menu, int by) {
    int count = (int)menu->rows->len, at = menu->selected;
    for (int i = 0; i < count; i++) {
        at = ((at < 0 && by < 0 ? 0 : at) + by + count) % count;
        if (can_be_chosen(menu, at))
            break;
    }
    menu->selected = at;
    show_selected(menu);
}

static void take_key(PopupMenu *menu, const XKeyEvent *event) {
    KeySym symbol = XkbKeycodeToKeysym(menu->screen->display, (KeyCode)event->keycode, 0, 0);
    if (symbol == XK_Escape)
        menu->calls.closed(menu->calls.user);
    else if (symbol == XK_Down || symbol == XK_Up)
        step(menu, symbol == XK_Down ? 1 : -1);
    else if (symbol == XK_Left)
        choose(menu, 0, event->time); // of a submenu, the way back
    else if (symbol == XK_Return || symbol == XK_KP_Enter || symbol == XK_Right || symbol == XK_space)
        choose(menu, menu->selected, event->time);
}

static void take_press(PopupMenu *menu, const XButtonEvent *event) {
    bool is_inside = event->x >= 0 && event->y >= 0 && event->x < menu->width && event->y < menu->height;
    if (event->button == Button4 || event->button == Button5)
        scroll(menu, event->button == Button4 ? -3 : 3);
    else if (is_inside)
        choose(menu, row_at(menu, event->x, event->y), event->time);
    else
        menu->calls.closed(menu->calls.user);
}

static void on_event(const XEvent *event, gpointer user) {
    PopupMenu *menu = user;
    if (event->type == Expose) {
        draw(menu);
    } else if (event->type == MotionNotify) {
        int row = row_at(menu, event->xmotion.x, event->xmotion.y);
        if (row == menu->selected)
            return;
        menu->selected = row;
        draw(menu);
    } else if (event->type == ButtonPress) {
        take_press(menu, &event->xbutton);
    } else if (event->type == KeyPress) {
        take_key(menu, &event->xkey);
    }
}

static void place(PopupMenu *menu) {
    RootBox at = {menu->x, menu->y, 1, 1};
    RootBox monitor = monitors_nearest(&menu->screen->monitors, at);
    int width = WIDTH_MIN;
    for (guint i = 0; i < menu->rows->len; i++) {
        g_autofree char *text = text_of(&g_array_index(menu->rows, PopupRow, i));
        width = MAX(width, text_width(menu, text) + 2 * PADDING);
    }
    menu->width = MIN(MIN(width, WIDTH_MAX), monitor.width);
    menu->height = MIN(rows_height(menu, 0), monitor.height);
    RootBox box = root_box_clamp((RootBox){menu->x, menu->y, menu->width, menu->height}, monitor);
    XMoveResizeWindow(menu->screen->display, menu->window, box.x, box.y, (unsigned)menu->width,
                      (unsigned)menu->height);
}

void popup_menu_fill(PopupMenu *menu, GArray *rows) {
    g_clear_pointer(&menu->rows, g_array_unref);
    menu->rows = rows;
    menu->first = 0;
    menu->selected = -1;
    place(menu);
    draw(menu);
}

static void allocate(PopupMenu *menu, uint32_t rgb, XftColor *ret_colour) {
    XRenderColor colour = {.red = (unsigned short)((rgb >> 16 & 0xFF) * 0x101),
                           .green = (unsigned short)((rgb >> 8 & 0xFF) * 0x101),
                           .blue = (unsigned short)((rgb & 0xFF) * 0x101),
                           .alpha = 0xFFFF};
    XftColorAllocValue(menu->screen->display, menu->screen->visual, menu->screen->colormap, &colour,
                       ret_colour);
}

static void make_window(PopupMenu *menu) {
    const Screen *screen = menu->screen;
    XSetWindowAttributes attributes = {.override_redirect = True,
                                       .event_mask =
                                           ExposureMask | ButtonPressMask | PointerMotionMask | KeyPressMask,
                                       .colormap = screen->colormap,
                                       .border_pixel = 0,
                                       .save_under = True};
    menu->window = XCreateWindow(screen->display, screen->root, menu->x, menu->y, WIDTH_MIN, LINE, 0,
                                 screen->depth, InputOutput, screen->visual,
                                 CWOverrideRedirect | CWEventMask | CWColormap | CWBorderPixel | CWSaveUnder,
                                 &attributes);
    XChangeProperty(screen->display, menu->window, screen->atoms._NET_WM_WINDOW_TYPE, XA_ATOM, 32,
                    PropModeReplace, (const unsigned char *)&screen->atoms._NET_WM_WINDOW_TYPE_POPUP_MENU, 1);
    menu->gc = XCreateGC(screen->display, menu->window, 0, NULL);
    XSetForeground(screen->display, menu->gc, 0x808080);
    menu->draw = XftDrawCreate(screen->display, menu->window, screen->visual, screen->colormap);
    menu->font = XftFontOpenName(screen->display, DefaultScreen(screen->display), FONT);
    allocate(menu, 0x202020, &menu->text);
    allocate(menu, 0xA0A0A0, &menu->dim);
    allocate(menu, 0xF8F8F8, &menu->back);
    allocate(menu, 0xB8D4F0, &menu->picked);
}

// A keyboard that another program holds is done without.
static bool hold_input(PopupMenu *menu, Time time) {
    Display *display = menu->screen->display;
    XMapRaised(display, menu->window);
    if (XGrabPointer(display, menu->window, False, ButtonPressMask | PointerMotionMask, GrabModeAsync,
                     GrabModeAsync, None, None, time) != GrabSuccess)
        return false;
    XGrabKeyboard(display, menu->window, False, GrabModeAsync, GrabModeAsync, time);
    return true;
}

PopupMenu *popup_menu_new(Screen *screen, int x, int y, uint32_t x_time, const PopupMenuCalls *calls) {
    PopupMenu *menu = g_new0(PopupMenu, 1);
    menu->screen = screen;
    menu->calls = *calls;
    menu->rows = g_array_new(FALSE, FALSE, sizeof(PopupRow));
    menu->x = x;
    menu->y = y;
    menu->selected = -1;
    make_window(menu);
    screen_listen(screen, menu->window, on_event, menu);
    menu->row_height = menu->font ? menu->font->ascent + menu->font->descent + PADDING : 0;
    if (menu->font && hold_input(menu, x_time))
        return menu;
    popup_menu_free(menu);
    return NULL;
}

void popup_menu_free(PopupMenu *menu) {
    if (!menu)
        return;
    Display *display = menu->screen->display;
    XUngrabKeyboard(display, CurrentTime);
    XUngrabPointer(display, CurrentTime);
    screen_unlisten(menu->screen, menu->window);
    XftColor *colours[] = {&menu->text, &menu->dim, &menu->back, &menu->picked};
    for (size_t i = 0; i < G_N_ELEMENTS(colours); i++)
        XftColorFree(display, menu->screen->visual, menu->screen->colormap, colours[i]);
    if (menu->font)
        XftFontClose(display, menu->font);
    XftDrawDestroy(menu->draw);
    XFreeGC(display, menu->gc);
    XDestroyWindow(display, menu->window);
    XFlush(display);
    g_array_unref(menu->rows);
    g_free(menu);
}
