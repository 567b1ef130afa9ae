// SPDX-License-Identifier: Apache-2.0
// Reads and writes the rules in a guest's key file, and leaves the rest of it as it is. The agent reads, and
// writes what the user answers a question with; the command writes.
#include "host-agent/profile-opens.h"
#include <string.h>
#include "host-agent/profile.h"

#define GUEST_GROUP "guest"
#define SITES       "sites"

static char *file_of(const char *profiles, const char *guest) {
    g_autofree char *name = g_strconcat(guest, ".conf", NULL);
    return g_build_filename(profiles, name, NULL);
}

static GKeyFile *load(const char *path, GError **error) {
    g_autoptr(GKeyFile) file = g_key_file_new();
    return g_key_file_load_from_file(file, path, G_KEY_FILE_KEEP_COMMENTS, error) ? g_steal_pointer(&file)
                                                                                  : NULL;
}

static OpenPolicy policy_of(GKeyFile *file, const char *key) {
    g_autofree char *text = g_key_file_get_string(file, GUEST_GROUP, key, NULL);
    OpenPolicy policy = OPEN_POLICY_ASK;
    if (text && !open_policy_from_string(text, &policy))
        policy = OPEN_POLICY_OFF; // a word that is none lets nothing through
    return policy;
}

void profile_opens_load(const char *profiles, const char *guest, ProfileOpens *ret_opens) {
    g_autofree char *path = file_of(profiles, guest);
    g_autoptr(GKeyFile) file = load(path, NULL);
    *ret_opens = (ProfileOpens){.rules = g_ptr_array_new_with_free_func((GDestroyNotify)site_rule_free)};
    if (!file)
        return;
    ret_opens->links = policy_of(file, "open-links");
    ret_opens->documents = policy_of(file, "open-documents");
    g_auto(GStrv) patterns = g_key_file_get_keys(file, SITES, NULL, NULL);
    for (char **pattern = patterns; pattern && *pattern; pattern++) {
        g_autofree char *side = g_key_file_get_string(file, SITES, *pattern, NULL);
        bool in_guest = g_strcmp0(side, "guest") == 0;
        SiteRule *rule = in_guest || g_strcmp0(side, "host") == 0 ? site_rule_new(*pattern, in_guest) : NULL;
        if (rule)
            g_ptr_array_add(ret_opens->rules, rule);
        else
            g_printerr("railhead: guest %s: the rule %s=%s is left out\n", guest, *pattern, side);
    }
}

void profile_opens_clear(ProfileOpens *opens) {
    g_clear_pointer(&opens->rules, g_ptr_array_unref);
}

static bool save(GKeyFile *file, const char *path, GError **error) {
    gsize length = 0;
    g_autofree char *text = g_key_file_to_data(file, &length, NULL);
    return g_file_set_contents_full(path, text, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

static char *clean_pattern(const char *guest, const char *pattern, GError **error) {
    char *clean = site_pattern(pattern);
    if (!clean)
        g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE,
                    "guest %s: that is no domain; a rule is for example.org, *.example.org or *", guest);
    return clean;
}

bool profile_opens_add(const char *profiles, const char *guest, const char *pattern, bool in_guest,
                       GError **error) {
    g_autofree char *path = file_of(profiles, guest), *clean = clean_pattern(guest, pattern, error);
    g_autoptr(GKeyFile) file = clean ? load(path, error) : NULL;
    if (!file)
        return false;
    g_key_file_set_string(file, SITES, clean, in_guest ? "guest" : "host");
    return save(file, path, error);
}

bool profile_opens_remove(const char *profiles, const char *guest, const char *pattern, GError **error) {
    g_autofree char *path = file_of(profiles, guest), *clean = clean_pattern(guest, pattern, error);
    g_autoptr(GKeyFile) file = clean ? load(path, error) : NULL;
    if (!file)
        return false;
    if (!g_key_file_remove_key(file, SITES, clean, NULL)) {
        g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE, "guest %s has no rule for %s", guest, clean);
        return false;
    }
    g_auto(GStrv) left = g_key_file_get_keys(file, SITES, NULL, NULL);
    if (left && !*left)
        g_key_file_remove_group(file, SITES, NULL);
    return save(file, path, error);
}
