// SPDX-License-Identifier: Apache-2.0
// GIO chooses and starts the program, without a shell. A default that is ours would send the address back to
// a guest, so the next program of the host's is taken. Used by the agent for guests, and by the command.
#include "host-agent/host-program.h"
#include <gio/gdesktopappinfo.h>
#include <glib/gstdio.h>
#include <string.h>
#include "host-agent/agent-error.h"

static bool is_ours(GAppInfo *app) {
    const char *id = app ? g_app_info_get_id(app) : NULL;
    return id && g_str_has_prefix(id, HOST_PROGRAM_OURS);
}

static GAppInfo *program_for(const char *type) {
    GAppInfo *found = g_app_info_get_default_for_type(type, FALSE);
    if (!is_ours(found))
        return found;
    g_clear_object(&found);
    GList *all = g_app_info_get_all_for_type(type);
    for (GList *link = all; link && !found; link = link->next)
        if (!is_ours(link->data))
            found = g_object_ref(link->data);
    g_list_free_full(all, g_object_unref);
    return found;
}

static char *before_path(void) {
    return g_build_filename(g_get_user_config_dir(), "railhead", "links.conf", NULL);
}

bool host_program_remember(GKeyFile *before, GError **error) {
    g_autofree char *path = before_path(), *folder = g_path_get_dirname(path);
    g_mkdir_with_parents(folder, 0700);
    return g_key_file_save_to_file(before, path, error);
}

void host_program_forget(void) {
    g_autofree char *path = before_path();
    g_unlink(path);
}

static GAppInfo *remembered_for(const char *scheme) {
    g_autofree char *path = before_path();
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL);
    g_autofree char *id = g_key_file_get_string(file, HOST_PROGRAM_BEFORE, scheme, NULL);
    GDesktopAppInfo *app = id ? g_desktop_app_info_new(id) : NULL;
    return app ? G_APP_INFO(app) : NULL;
}

GAppInfo *host_program_for_scheme(const char *scheme) {
    g_autofree char *type = g_strconcat("x-scheme-handler/", scheme, NULL);
    g_autoptr(GAppInfo) now = g_app_info_get_default_for_type(type, FALSE);
    GAppInfo *before = is_ours(now) ? remembered_for(scheme) : NULL;
    return before ? before : program_for(type);
}

static bool launch(GAppInfo *app, const char *uri, GError **error) {
    g_autoptr(GAppLaunchContext) context = g_app_launch_context_new();
    g_autoptr(GList) uris = g_list_append(NULL, (char *)uri);
    return g_app_info_launch_uris(app, uris, context, error);
}

bool host_program_open_address(const char *address, const char *scheme, GError **error) {
    g_autoptr(GAppInfo) app = host_program_for_scheme(scheme);
    if (app)
        return launch(app, address, error);
    g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED, "the host has no program for %s", scheme);
    return false;
}

static bool is_run(const char *type) {
    static const char *const programs[] = {"application/x-executable",
                                           "application/x-sharedlib",
                                           "application/x-shellscript",
                                           "application/x-desktop",
                                           "application/x-ms-dos-executable",
                                           "application/x-msdownload",
                                           "application/x-msi",
                                           "application/x-java-archive",
                                           "application/java-archive",
                                           "application/x-ms-shortcut",
                                           "application/x-mswinurl",
                                           "application/x-perl",
                                           "application/vnd.appimage",
                                           "text/x-python",
                                           "application/vnd.microsoft.portable-executable"};
    for (size_t i = 0; i < G_N_ELEMENTS(programs); i++)
        if (g_content_type_is_a(type, programs[i]))
            return true;
    return false;
}

bool host_program_open_file(const char *path, GError **error) {
    g_autoptr(GFile) file = g_file_new_for_path(path);
    g_autoptr(GFileInfo) info = g_file_query_info(file, G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE,
                                                  G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, error);
    const char *type = info ? g_file_info_get_content_type(info) : NULL;
    g_autoptr(GAppInfo) app = type ? program_for(type) : NULL;
    g_autofree char *uri = g_file_get_uri(file);
    if (type && is_run(type))
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED, "it is a program (%s), not a document", type);
    else if (type && !app)
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED, "the host has no program for %s", type);
    return type && app && !is_run(type) && launch(app, uri, error);
}
