// SPDX-License-Identifier: Apache-2.0
// Commands that change a profile name its guest with --guest, or mean the only one; the agent, if it runs, is
// told. Holds no state. Process: railhead.
#include "host-agent/cli-guest.h"
#include <stdio.h>
#include <string.h>
#include "host-agent/agent-client.h"
#include "host-agent/agent-error.h"
#include "host-agent/machine/folders.h"

bool cli_guest_is_wanted(const CommandLine *line, const Profile *profile) {
    return !line->guest || strcmp(line->guest, profile->name) == 0;
}

char *cli_guest_find(const CommandLine *line, int *ret_code) {
    g_autofree char *folder = folder_profiles();
    g_autoptr(GPtrArray) profiles = profile_load_all(folder);
    char *found = NULL;
    guint count = 0;
    for (guint i = 0; i < profiles->len; i++) {
        const Profile *profile = g_ptr_array_index(profiles, i);
        if (cli_guest_is_wanted(line, profile) && ++count == 1)
            found = g_strdup(profile->name);
    }
    if (count == 1)
        return found;
    g_free(found);
    *ret_code =
        count ? agent_error_tell(AGENT_ERROR_USAGE, "there are several guests: name one with --guest")
              : agent_error_tell(AGENT_ERROR_NO_GUEST, "there is no such guest (see: railhead guest list)");
    return NULL;
}

int cli_guest_changed(void) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) bus = agent_client_connect(false, NULL);
    if (!bus)
        return 0; // it will read the profile when it starts
    g_autoptr(GVariant) answer = agent_client_call(bus, "GuestsChanged", NULL, &error);
    return answer ? 0 : agent_error_tell(AGENT_ERROR_FAILED, error->message);
}
