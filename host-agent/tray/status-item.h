// SPDX-License-Identifier: Apache-2.0
// One icon in the tray of the desktop: org.kde.StatusNotifierItem under a bus name of its own, so that the
// desktop drops it as soon as it is freed.
#pragma once
#include "host-agent/tray/status-host.h"
#include "rail/raster.h"

typedef struct StatusItem StatusItem;

typedef struct StatusItemCalls { // x, y: root coordinates, where the host says that the user clicked
    void (*activate)(int x, int y, gpointer user);
    void (*context)(int x, int y, gpointer user); // of an item without a menu
    gpointer user;
} StatusItemCalls;

typedef struct StatusItemOptions {
    const char *id;        // stable, for the desktop's settings
    const char *menu_path; // of a com.canonical.dbusmenu on the item's own connection, or NULL
    bool is_menu;          // a click opens the menu, too
    // Called once with the item's own connection, before the item is told to anybody: exports the menu there.
    void (*connected)(GDBusConnection *bus, gpointer user);
    StatusItemCalls calls;
} StatusItemOptions;

StatusItem *status_item_new(StatusHost *host, const StatusItemOptions *options);
void status_item_free(StatusItem *item);
// Plain text; rasters are copied; icon_name wins where the desktop has it, "" for none.
void status_item_set_icon(StatusItem *item, const char *icon_name, Raster *const *rasters, size_t n_rasters);
void status_item_set_text(StatusItem *item, const char *title, const char *tooltip_title,
                          const char *tooltip_body);
void status_item_set_attention(StatusItem *item, bool needs_attention);
