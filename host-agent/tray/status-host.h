// SPDX-License-Identifier: Apache-2.0
// Whether this desktop shows status notifier items (org.kde.StatusNotifierWatcher), now and whenever that
// changes, and the items of this process at its watcher.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>

typedef struct StatusHost StatusHost;

// on_changed: status_host_is_there() has another answer; may be NULL.
StatusHost *status_host_new(GDBusConnection *bus, void (*on_changed)(gpointer user), gpointer user);
void status_host_free(StatusHost *host);
// A watcher runs and a panel shows what it knows. Unknown, until the watcher has answered, counts as yes.
bool status_host_is_there(const StatusHost *host);
GDBusConnection *status_host_bus(const StatusHost *host);

// The owner of this name has an item: told to each watcher that comes, until it is removed. The watcher
// itself forgets it when the name is given up.
void status_host_add(StatusHost *host, const char *service);
void status_host_remove(StatusHost *host, const char *service);
