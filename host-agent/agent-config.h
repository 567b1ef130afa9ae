// SPDX-License-Identifier: Apache-2.0
// What the user configured for all guests: the key file XDG_CONFIG_HOME/railhead/agent.conf.
#pragma once

char *agent_config_desktop_hotkey(void); // [desktop] hotkey=; NULL: none. Owned by the caller
