// SPDX-License-Identifier: Apache-2.0
// The agent as a whole: its D-Bus object, its one Screen, its guests.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>

typedef struct Application Application;

Application *application_new(GMainLoop *loop); // quits the loop when it is stopped
void application_free(Application *application);
bool application_export(Application *application, GDBusConnection *bus, GError **error);
