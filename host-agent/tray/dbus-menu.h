// SPDX-License-Identifier: Apache-2.0
// A Menu on the bus as com.canonical.dbusmenu (version 3), which the hosts of status notifier items read.
#pragma once
#include "host-agent/tray/menu.h"

typedef struct DbusMenu DbusMenu;

// `source` without `changed`, which is told on the bus. NULL and an error: the path is taken.
DbusMenu *dbus_menu_new(GDBusConnection *bus, const char *path, const MenuSource *source, GError **error);
void dbus_menu_free(DbusMenu *menu);
void dbus_menu_refresh(DbusMenu *menu);
