// SPDX-License-Identifier: Apache-2.0
// Railhead in the tray of the desktop: one icon for the user, with the state and the menu of all guests, and
// what the guests' own notification icons need.
#pragma once
#include "host-agent/tray-content.h"
#include "host-agent/tray/notifier.h"
#include "host-agent/tray/status-host.h"

typedef struct AgentTray AgentTray;

typedef struct AgentTrayCalls {
    void (*run)(Guest *guest, uint64_t app, gpointer user); // ends with agent_tray_tell where it fails
    void (*quit)(gpointer user);
    // NULL, as shows_desktop: this agent cannot, and the menu says so
    void (*suspend)(Guest *guest, gpointer user);
    void (*toggle_desktop)(Guest *guest, gpointer user);
    bool (*shows_desktop)(Guest *guest);
    gpointer user;
} AgentTrayCalls;

AgentTray *agent_tray_new(GDBusConnection *bus, GPtrArray *guests, const AgentTrayCalls *calls);
void agent_tray_free(AgentTray *tray);
void agent_tray_set_screen(AgentTray *tray, Screen *screen); // NULL before it closes
void agent_tray_changed(AgentTray *tray);                    // a guest is another; looked at soon
StatusHost *agent_tray_host(AgentTray *tray);
Notifier *agent_tray_notifier(AgentTray *tray);
void agent_tray_tell(AgentTray *tray, const char *title, const char *text); // as a notification
