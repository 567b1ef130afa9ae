// SPDX-License-Identifier: Apache-2.0
// One desktop entry for http and https in the user's folder, the defaults of before in links.conf, where
// host-program finds them. Process: railhead.
#include "host-agent/links.h"
#include <gio/gdesktopappinfo.h>
#include <glib/gstdio.h>
#include "host-agent/agent-error.h"
#include "host-agent/host-program.h"
#include "host-agent/machine/folders.h"
#include "shortcuts/launcher.h"

#define ID "io.railhead.Links.desktop" // no guest's: their names are in lower case

static const char *const schemes[] = {"http", "https"};

static char *entry_path(void) {
    return g_build_filename(g_get_user_data_dir(), "applications", ID, NULL);
}

static char *type_of(const char *scheme) {
    return g_strconcat("x-scheme-handler/", scheme, NULL);
}

static bool is_default(const char *scheme) {
    g_autoptr(GAppInfo) app = g_app_info_get_default_for_uri_scheme(scheme);
    return app && g_strcmp0(g_app_info_get_id(app), ID) == 0;
}

bool links_are_on(void) {
    return is_default(schemes[0]) && is_default(schemes[1]);
}

static bool write_entry(GError **error) {
    g_autofree char *path = entry_path(), *folder = g_path_get_dirname(path);
    g_autofree char *railhead = program_find("railhead");
    g_autofree char *quoted = launcher_quoted(railhead ? railhead : "railhead");
    g_autofree char *exec = g_strdup_printf("%s open %%u", quoted);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_key_file_set_string(file, G_KEY_FILE_DESKTOP_GROUP, "Type", "Application");
    g_key_file_set_string(file, G_KEY_FILE_DESKTOP_GROUP, "Name", "Links by Railhead's rules");
    g_key_file_set_string(file, G_KEY_FILE_DESKTOP_GROUP, "Exec", exec);
    g_key_file_set_string(file, G_KEY_FILE_DESKTOP_GROUP, "TryExec", railhead ? railhead : "railhead");
    g_key_file_set_string(file, G_KEY_FILE_DESKTOP_GROUP, "Icon", "web-browser");
    g_key_file_set_boolean(file, G_KEY_FILE_DESKTOP_GROUP, "NoDisplay", TRUE);
    g_key_file_set_string(file, G_KEY_FILE_DESKTOP_GROUP, "MimeType",
                          "x-scheme-handler/http;x-scheme-handler/https;");
    g_key_file_set_integer(file, G_KEY_FILE_DESKTOP_GROUP, "InitialPreference", 0);
    g_mkdir_with_parents(folder, 0755);
    return g_key_file_save_to_file(file, path, error);
}

static void refresh(void) {
    g_autofree char *path = entry_path(), *folder = g_path_get_dirname(path);
    const char *argv[] = {"update-desktop-database", "-q", folder, NULL};
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                 NULL, NULL, NULL, NULL);
}

bool links_turn_on(GError **error) {
    g_autoptr(GKeyFile) before = g_key_file_new();
    for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
        g_autoptr(GAppInfo) app = host_program_for_scheme(schemes[i]);
        if (app && g_app_info_get_id(app))
            g_key_file_set_string(before, HOST_PROGRAM_BEFORE, schemes[i], g_app_info_get_id(app));
    }
    if (!host_program_remember(before, error) || !write_entry(error))
        return false;
    refresh();
    g_autofree char *path = entry_path();
    g_autoptr(GDesktopAppInfo) ours = g_desktop_app_info_new_from_filename(path);
    for (size_t i = 0; ours && i < G_N_ELEMENTS(schemes); i++) {
        g_autofree char *type = type_of(schemes[i]);
        if (!g_app_info_set_as_default_for_type(G_APP_INFO(ours), type, error))
            return false;
    }
    if (!ours)
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED, "%s cannot be used", path);
    return ours != NULL;
}

bool links_turn_off(GError **error) {
    g_autofree char *path = entry_path();
    bool good = true;
    for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
        g_autofree char *type = type_of(schemes[i]);
        g_autoptr(GAppInfo) before = is_default(schemes[i]) ? host_program_for_scheme(schemes[i]) : NULL;
        if (before)
            good = g_app_info_set_as_default_for_type(before, type, good ? error : NULL) && good;
        else if (is_default(schemes[i]))
            g_app_info_reset_type_associations(type);
    }
    g_unlink(path);
    host_program_forget();
    refresh();
    return good;
}
