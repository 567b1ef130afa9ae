// SPDX-License-Identifier: Apache-2.0
// A list to choose from, at the pointer, in a window of ours: for desktops whose tray has no menus. It shows
// one level at a time; who opened it fills it anew when a submenu is chosen.
#pragma once
#include "host-agent/compositor/compositor.h"

typedef enum PopupRowKind {
    POPUP_ROW_PLAIN,
    POPUP_ROW_FOLDER,
    POPUP_ROW_CHECKED,
    POPUP_ROW_LINE
} PopupRowKind;

typedef struct PopupRow {
    PopupRowKind kind;
    char *label; // one line of UTF-8, owned by the array's user
    bool enabled;
    int32_t id; // for `chosen`
} PopupRow;

typedef struct PopupMenuCalls {
    // The list stays open until it is closed: popup_menu_fill() or popup_menu_free(), from here, too.
    void (*chosen)(int32_t id, uint32_t x_time, gpointer user);
    void (*closed)(gpointer user); // the user has looked away; frees it
    gpointer user;
} PopupMenuCalls;

typedef struct PopupMenu PopupMenu;

// NULL: another program holds the pointer.
PopupMenu *popup_menu_new(Screen *screen, int x, int y, uint32_t x_time, const PopupMenuCalls *calls);
void popup_menu_free(PopupMenu *menu);
void popup_menu_fill(PopupMenu *menu, GArray *rows); // of PopupRow; takes the array, with its clear function
