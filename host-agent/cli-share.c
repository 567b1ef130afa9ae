// SPDX-License-Identifier: Apache-2.0
// Shares are in the profiles: written here, and the agent, if it runs, is told. Holds no state. Process:
// railhead.
#include "host-agent/cli-share.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "host-agent/agent-client.h"
#include "host-agent/agent-error.h"
#include "host-agent/machine/folders.h"
#include "host-agent/output.h"
#include "host-agent/profile.h"
#include "host-agent/profile-shares.h"

static int fail(AgentError code, const char *text) {
    fprintf(stderr, "railhead: %s\n", text);
    return code;
}

static int fail_with(const GError *error) {
    bool usage = g_error_matches(error, SHARES_ERROR, SHARES_ERROR_NAME) ||
                 g_error_matches(error, SHARES_ERROR, SHARES_ERROR_FOLDER);
    return fail(usage ? AGENT_ERROR_USAGE : AGENT_ERROR_FAILED, error->message);
}

static bool is_wanted(const CommandLine *line, const Profile *profile) {
    return !line->guest || strcmp(line->guest, profile->name) == 0;
}

// The guest that --guest names, or the only one. Owned by the caller; NULL after a sentence.
static char *find_guest(const CommandLine *line, int *ret_code) {
    g_autofree char *folder = folder_profiles();
    g_autoptr(GPtrArray) profiles = profile_load_all(folder);
    char *found = NULL;
    guint count = 0;
    for (guint i = 0; i < profiles->len; i++) {
        const Profile *profile = g_ptr_array_index(profiles, i);
        if (is_wanted(line, profile) && ++count == 1)
            found = g_strdup(profile->name);
    }
    if (count == 1)
        return found;
    g_free(found);
    *ret_code = count ? fail(AGENT_ERROR_USAGE, "there are several guests: name one with --guest")
                      : fail(AGENT_ERROR_NO_GUEST, "there is no such guest (see: railhead guest list)");
    return NULL;
}

static int tell_agent(void) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) bus = agent_client_connect(false, NULL);
    if (!bus)
        return 0; // it will read the profile when it starts
    g_autoptr(GVariant) answer = agent_client_call(bus, "GuestsChanged", NULL, &error);
    return answer ? 0 : fail(AGENT_ERROR_FAILED, error->message);
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
        return fail(AGENT_ERROR_USAGE, text);
    }
    g_autofree char *guest = find_guest(line, &code);
    SharedFolder *folder =
        guest ? shared_folder_new(line->arguments[0], real, line->read_only, &error) : NULL;
    free(real);
    if (!guest)
        return code;
    bool added = folder && profile_shares_add(profiles, guest, folder, &error);
    shared_folder_free(folder);
    return added ? tell_agent() : fail_with(error);
}

int cli_share_remove(const CommandLine *line) {
    g_autoptr(GError) error = NULL;
    g_autofree char *profiles = folder_profiles();
    int code = 0;
    g_autofree char *guest = find_guest(line, &code);
    if (!guest)
        return code;
    return profile_shares_remove(profiles, guest, line->arguments[0], &error) ? tell_agent()
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
        for (guint j = 0; is_wanted(line, profile) && j < shares->len; j++) {
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
