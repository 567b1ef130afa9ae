// SPDX-License-Identifier: Apache-2.0
// Shares are in the profiles: written here, and the agent, if it runs, is told. Holds no state. Process:
// railhead.
#include "host-agent/cli-share.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "host-agent/agent-error.h"
#include "host-agent/cli-guest.h"
#include "host-agent/machine/folders.h"
#include "host-agent/output.h"
#include "host-agent/profile.h"
#include "host-agent/profile-shares.h"

static int fail_with(const GError *error) {
    bool usage = g_error_matches(error, SHARES_ERROR, SHARES_ERROR_NAME) ||
                 g_error_matches(error, SHARES_ERROR, SHARES_ERROR_FOLDER);
    return agent_error_tell(usage ? AGENT_ERROR_USAGE : AGENT_ERROR_FAILED, error->message);
}

int cli_share_add(const CommandLine *line) {
    g_autoptr(GError) error = NULL;
    g_autofree char *profiles = folder_profiles();
    char *real = realpath(line->arguments[1], NULL);
    int code = 0;
    if (!real || !g_file_test(real, G_FILE_TEST_IS_DIR)) {
        g_autofree char *shown = g_strescape(line->arguments[1], NULL);
        g_autofree char *text = g_strdup_printf("%s is not a folder", shown);
        free(real);
        return agent_error_tell(AGENT_ERROR_USAGE, text);
    }
    g_autofree char *guest = cli_guest_find(line, &code);
    SharedFolder *folder =
        guest ? shared_folder_new(line->arguments[0], real, line->read_only, &error) : NULL;
    free(real);
    if (!guest)
        return code;
    bool added = folder && profile_shares_add(profiles, guest, folder, &error);
    shared_folder_free(folder);
    return added ? cli_guest_changed() : fail_with(error);
}

int cli_share_remove(const CommandLine *line) {
    g_autoptr(GError) error = NULL;
    g_autofree char *profiles = folder_profiles();
    int code = 0;
    g_autofree char *guest = cli_guest_find(line, &code);
    if (!guest)
        return code;
    return profile_shares_remove(profiles, guest, line->arguments[0], &error) ? cli_guest_changed()
                                                                              : fail_with(error);
}

static void add_share(GVariantBuilder *list, const char *guest, const SharedFolder *folder) {
    g_autofree char *path = g_filename_display_name(folder->path);
    g_variant_builder_open(list, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(list, "{sv}", "guest", g_variant_new_string(guest));
    g_variant_builder_add(list, "{sv}", "name", g_variant_new_string(folder->name));
    g_variant_builder_add(list, "{sv}", "folder", g_variant_new_string(path));
    g_variant_builder_add(list, "{sv}", "read_only", g_variant_new_boolean(folder->read_only));
    g_variant_builder_close(list);
}

static void print_share(const char *guest, const SharedFolder *folder) {
    g_autofree char *shown = g_strescape(folder->path, "\x80\xff");
    printf("%s  %s  %s%s\n", guest, folder->name, shown, folder->read_only ? "  (read only)" : "");
}

int cli_share_list(const CommandLine *line) {
    g_autofree char *folder = folder_profiles();
    g_autoptr(GPtrArray) profiles = profile_load_all(folder);
    GVariantBuilder list;
    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < profiles->len; i++) {
        const Profile *profile = g_ptr_array_index(profiles, i);
        bool documents;
        g_autoptr(GPtrArray) shares = profile_shares_load(folder, profile->name, &documents);
        for (guint j = 0; cli_guest_is_wanted(line, profile) && j < shares->len; j++) {
            add_share(&list, profile->name, g_ptr_array_index(shares, j));
            if (!line->json)
                print_share(profile->name, g_ptr_array_index(shares, j));
        }
    }
    g_autoptr(GVariant) value = g_variant_ref_sink(g_variant_builder_end(&list));
    g_autofree char *text = line->json ? output_json(value) : NULL;
    if (text)
        fputs(text, stdout);
    return 0;
}
