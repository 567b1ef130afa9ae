// SPDX-License-Identifier: Apache-2.0
// The agent as a whole: its D-Bus object, its one Screen, its guests.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>

typedef struct Application Application;

Application *application_new(GMainLoop *loop);     // quits the loop when it is stopped
void application_log_in(Application *application); // starts the guests whose profile says so
void application_free(Application *application);
bool application_export(Application *application, GDBusConnection *bus, GError **error);
// Takes the name on the bus. It is given back before the last Stop is answered, so that who comes after the
// answer meets the next agent.
void application_own_name(Application *application, GBusNameLostCallback on_lost);
