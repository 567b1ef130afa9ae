// SPDX-License-Identifier: Apache-2.0
// The command's side of D-Bus: reaches the agent, starting it when needed.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>

// start false: NULL without an error when no agent runs.
GDBusConnection *agent_client_connect(bool start, GError **error);
GVariant *agent_client_call(GDBusConnection *bus, const char *method, GVariant *parameters, GError **error);
