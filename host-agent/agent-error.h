// SPDX-License-Identifier: Apache-2.0
// Errors that cross D-Bus between agent and command; the command turns them into exit codes.
#pragma once
#include <gio/gio.h>

#define AGENT_BUS_NAME  "org.railhead.Agent"
#define AGENT_PATH      "/org/railhead/Agent"
#define AGENT_INTERFACE "org.railhead.Agent1"

#define AGENT_ERROR (agent_error_quark())
typedef enum AgentError { // the numbers are the exit codes of `railhead`
    AGENT_ERROR_FAILED = 1,
    AGENT_ERROR_USAGE = 2,
    AGENT_ERROR_UNKNOWN_APP = 3,
    AGENT_ERROR_NO_GUEST = 4,
    AGENT_ERROR_NO_DISPLAY = 5,
    AGENT_ERROR_TIMEOUT = 6,
    AGENT_ERROR_UNSUPPORTED = 7,
} AgentError;
GQuark agent_error_quark(void);                          // registers the D-Bus names too
int agent_error_tell(AgentError code, const char *text); // a line on stderr, as the command says it; the code
