// SPDX-License-Identifier: Apache-2.0
// Reads the agent's key file each time it is asked. Main loop of the agent. Never writes it.
#include "host-agent/agent-config.h"
#include <glib.h>

char *agent_config_desktop_hotkey(void) {
    g_autofree char *path = g_build_filename(g_get_user_config_dir(), "railhead", "agent.conf", NULL);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(GError) error = NULL;
    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, &error)) {
        if (!g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
            g_warning("%s: %s", path, error->message);
        return NULL;
    }
    g_autofree char *value = g_key_file_get_string(file, "desktop", "hotkey", NULL);
    return value && *value ? g_steal_pointer(&value) : NULL;
}
