// SPDX-License-Identifier: Apache-2.0
// Railhead's icon and menu on desktops without status notifier items.
#pragma once
#include "host-agent/compositor/compositor.h"
#include "host-agent/tray/menu.h"
#include "host-agent/tray/state-icon.h"

typedef struct AgentDock AgentDock;

AgentDock *agent_dock_new(Screen *screen, const MenuSource *source);
void agent_dock_free(AgentDock *dock);
void agent_dock_set_state(AgentDock *dock, TrayState state);
