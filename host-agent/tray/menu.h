// SPDX-License-Identifier: Apache-2.0
// A menu as a tree of items with numbers that stay: each submenu is filled when somebody looks into it, and
// what has become of it since is told as a difference. What shows it is not its business.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#define MENU_ITEMS_MAX   2048 // of one submenu
#define MENU_LABEL_BYTES 120
#define MENU_DEPTH_MAX   16

typedef enum MenuKind { MENU_ACTION, MENU_CHECK, MENU_FOLDER, MENU_SEPARATOR } MenuKind;

typedef struct MenuItem {
    int32_t id; // 0 is the root; never given twice
    MenuKind kind;
    char *key;       // what the source calls it, unique among its siblings
    char *label;     // one line of UTF-8, no markup
    char *icon_name; // of the theme, or NULL
    bool enabled, checked;
    // Below: kept by the Menu.
    GBytes *icon; // PNG, or NULL
    bool has_asked_icon, is_filled;
    struct MenuItem *parent;
    GPtrArray *children; // MenuItem, of a folder
} MenuItem;

typedef struct MenuSource {
    // Adds the present children of the folder with this key, in order; the root's key is "".
    void (*fill)(const char *key, GPtrArray *items, gpointer user);
    GBytes *(*icon)(const char *key, gpointer user); // PNG or NULL; asked once for each item that is shown
    void (*chosen)(const char *key, uint32_t x_time, gpointer user);
    // Children came, went or moved in `parents`; words or marks of `items` are others. Both borrowed. May be
    // NULL.
    void (*changed)(GPtrArray *parents, GPtrArray *items, gpointer user);
    gpointer user;
} MenuSource;

typedef struct Menu Menu;

Menu *menu_new(const MenuSource *source);
void menu_free(Menu *menu);
MenuItem *menu_find(Menu *menu, int32_t id); // NULL: gone
// The present children of a folder that is being opened; true when they are others than before.
bool menu_open(Menu *menu, MenuItem *folder);
void menu_refresh(Menu *menu); // everything that was opened once
GBytes *menu_icon(Menu *menu, MenuItem *item);
void menu_choose(Menu *menu, int32_t id, uint32_t x_time); // nothing when it is gone, insensitive or a folder

// For `fill`. The label is the guest's or the user's text: made one harmless line here. The item is owned by
// the array.
MenuItem *menu_add(GPtrArray *items, MenuKind kind, const char *key, const char *untrusted_label);
void menu_add_separator(GPtrArray *items, const char *key);
