// SPDX-License-Identifier: Apache-2.0
// Writes a folder with the guest agent and what makes a Windows XP ready for it. The texts are resources of
// this program; on Windows lines end otherwise. Process: railhead.
#include "host-agent/cli-kit.h"
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "host-agent/agent-error.h"
#include "host-agent/cli-answer.h"
#include "host-agent/machine/folders.h"

#define KIT   "/org/railhead/kit/xp"
#define AGENT "railhead-guest-i686.exe"

static bool is_empty(const char *folder) {
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    return !dir || !g_dir_read_name(dir);
}

static char *with_windows_ends(const char *text) {
    g_autoptr(GString) lines = g_string_new(text);
    g_string_replace(lines, "\n", "\r\n", 0);
    return g_string_free(g_steal_pointer(&lines), FALSE);
}

static bool write_text(const char *folder, const char *name, GError **error) {
    g_autofree char *resource = g_strconcat(KIT "/", name, NULL),
                    *path = g_build_filename(folder, name, NULL);
    g_autoptr(GBytes) bytes = g_resources_lookup_data(resource, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    if (!bytes)
        return false;
    g_autofree char *text = with_windows_ends(g_bytes_get_data(bytes, NULL));
    return g_file_set_contents(path, text, -1, error);
}

static bool copy_agent(const char *folder, GError **error) {
    g_autofree char *program = program_find(AGENT),
                    *path = g_build_filename(folder, "railhead-guest.exe", NULL);
    if (!program) {
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED, AGENT " is not installed");
        return false;
    }
    g_autoptr(GFile) from = g_file_new_for_path(program), to = g_file_new_for_path(path);
    return g_file_copy(from, to, G_FILE_COPY_NONE, NULL, NULL, NULL, error);
}

static bool write_kit(const char *folder, GError **error) {
    g_auto(GStrv) names = g_resources_enumerate_children(KIT, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    if (!names || !copy_agent(folder, error))
        return false;
    for (char **name = names; *name; name++)
        if (!write_text(folder, *name, error))
            return false;
    return true;
}

int cli_guest_kit(const CommandLine *line) {
    const char *windows = line->arguments[0], *folder = line->arguments[1];
    g_autoptr(GError) error = NULL;
    g_autofree char *shown = g_utf8_make_valid(windows, -1), *place = g_filename_display_name(folder);
    if (strcmp(windows, "xp") != 0)
        return cli_refuse(AGENT_ERROR_USAGE, "there is no kit for \"%s\"; there is one for xp", shown);
    if (!is_empty(folder))
        return cli_refuse(AGENT_ERROR_FAILED, "%s is not empty", place);
    if (g_mkdir_with_parents(folder, 0755) < 0)
        return cli_refuse(AGENT_ERROR_FAILED, "cannot make the folder %s: %s", place, g_strerror(errno));
    if (!write_kit(folder, &error))
        return cli_fail(error);
    printf("%s has what a Windows XP needs: copy it there, and follow README.txt\n", place);
    return 0;
}
