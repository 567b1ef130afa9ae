// SPDX-License-Identifier: Apache-2.0
// Sentences and exit codes of the command. Process: railhead.
#include "host-agent/cli-answer.h"
#include <stdio.h>
#include "host-agent/agent-client.h"
#include "host-agent/agent-error.h"
#include "host-agent/output.h"
#include "host-agent/profile.h"

int cli_fail(const GError *error) {
    fprintf(stderr, "railhead: %s\n", error->message);
    if (error->domain == PROFILE_ERROR &&
        (error->code == PROFILE_ERROR_NAME || error->code == PROFILE_ERROR_VALUE))
        return AGENT_ERROR_USAGE;
    if (g_error_matches(error, PROFILE_ERROR, PROFILE_ERROR_MISSING))
        return AGENT_ERROR_NO_GUEST;
    return error->domain == AGENT_ERROR ? error->code : AGENT_ERROR_FAILED;
}

int cli_wrong(const char *complaint) {
    fprintf(stderr, "railhead: %s\n", complaint);
    return AGENT_ERROR_USAGE;
}

int cli_refuse(int code, const char *format, ...) {
    va_list list;
    va_start(list, format);
    g_autofree char *text = g_strdup_vprintf(format, list);
    va_end(list);
    fprintf(stderr, "railhead: %s\n", text);
    return code;
}

void cli_print_json(GVariant *value) {
    g_autofree char *text = output_json(value);
    fputs(text, stdout);
}

int cli_tell_agent(void) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) bus = agent_client_connect(false, NULL);
    if (!bus)
        return 0; // it will read the profiles when it starts
    g_autoptr(GVariant) answer = agent_client_call(bus, "GuestsChanged", NULL, &error);
    return answer ? 0 : cli_fail(error);
}
