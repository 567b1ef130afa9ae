// SPDX-License-Identifier: Apache-2.0
// The D-Bus names of AgentError. Shared by agent and command.
#include "host-agent/agent-error.h"
#include <stdio.h>

static const GDBusErrorEntry entries[] = {
    {AGENT_ERROR_FAILED, "org.railhead.Error.Failed"},
    {AGENT_ERROR_USAGE, "org.railhead.Error.Usage"},
    {AGENT_ERROR_UNKNOWN_APP, "org.railhead.Error.UnknownApplication"},
    {AGENT_ERROR_NO_GUEST, "org.railhead.Error.NoGuest"},
    {AGENT_ERROR_NO_DISPLAY, "org.railhead.Error.NoDisplay"},
    {AGENT_ERROR_TIMEOUT, "org.railhead.Error.Timeout"},
    {AGENT_ERROR_UNSUPPORTED, "org.railhead.Error.Unsupported"},
};

GQuark agent_error_quark(void) {
    static gsize quark = 0;
    g_dbus_error_register_error_domain("railhead-agent-error", &quark, entries, G_N_ELEMENTS(entries));
    return (GQuark)quark;
}

int agent_error_tell(AgentError code, const char *text) {
    fprintf(stderr, "railhead: %s\n", text);
    return code;
}
