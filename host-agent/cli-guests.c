// SPDX-License-Identifier: Apache-2.0
// Guests are profiles: added, changed and listed here without the agent, which is told; removed with its
// help. Holds no state. Process: railhead.
#include "host-agent/cli-guests.h"
#include <stdio.h>
#include <string.h>
#include "host-agent/agent-client.h"
#include "host-agent/agent-error.h"
#include "host-agent/cli-answer.h"
#include "host-agent/guest-shortcuts.h"
#include "host-agent/machine/folders.h"
#include "host-agent/machine/removal.h"
#include "host-agent/profile-keys.h"

// rdp://USER@HOST[:PORT]. A password would be seen by whoever lists the processes.
static bool read_rdp(Profile *profile, const GUri *const_uri, GError **error) {
    GUri *uri = (GUri *)const_uri;
    const char *host = g_uri_get_host(uri), *user = g_uri_get_user(uri), *path = g_uri_get_path(uri);
    if (g_uri_get_password(uri)) {
        g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE,
                    "a password does not belong in the words of a command: railhead guest login %s",
                    profile->name);
        return false;
    }
    if (!host || !*host || (*path && strcmp(path, "/") != 0) || g_uri_get_query(uri)) {
        g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE,
                    "guest %s: an address is rdp://USER@HOST[:PORT]", profile->name);
        return false;
    }
    bool six = strchr(host, ':') != NULL;
    g_autoptr(GString) address = g_string_new(NULL);
    g_string_append_printf(address, "%s%s%s", six ? "[" : "", host, six ? "]" : "");
    if (g_uri_get_port(uri) > 0)
        g_string_append_printf(address, ":%d", g_uri_get_port(uri));
    return profile_set(profile, "kind", "rdp", error) &&
           profile_set(profile, "address", address->str, error) &&
           (!user || !*user || profile_set(profile, "user", user, error));
}

static bool read_uri(Profile *profile, const char *word, GError **error) {
    g_autoptr(GError) why = NULL;
    g_autoptr(GUri) uri = g_uri_parse(word, G_URI_FLAGS_HAS_PASSWORD, &why);
    const char *scheme = uri ? g_uri_get_scheme(uri) : "";
    if (strcmp(scheme, "rdp") == 0)
        return read_rdp(profile, uri, error);
    if (strcmp(scheme, "libvirt") == 0) {
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_UNSUPPORTED,
                    "guests of libvirt are not supported in this version: start the machine with virsh, and "
                    "give the address of its RDP server, rdp://USER@HOST");
        return false;
    }
    g_autofree char *shown = g_utf8_make_valid(word, -1);
    g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE, "guest add: \"%s\" is not rdp://USER@HOST[:PORT]",
                shown);
    return false;
}

static bool read_pair(Profile *profile, const char *word, GError **error) {
    const char *value = strchr(word, '=');
    g_autofree char *key = value ? g_strndup(word, value - word) : g_utf8_make_valid(word, -1);
    if (value)
        return profile_set(profile, key, value + 1, error);
    g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE, "guest add: \"%s\" is not KEY=VALUE", key);
    return false;
}

int cli_guest_add(const CommandLine *line) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = folder_profiles();
    g_autoptr(Profile) profile = profile_new(line->arguments[0]);
    for (guint i = 1; i < line->count; i++) {
        const char *word = line->arguments[i];
        bool is_uri = i == 1 && strstr(word, "://") && strcspn(word, "=") > strcspn(word, ":");
        if (!(is_uri ? read_uri : read_pair)(profile, word, &error))
            return cli_fail(error);
    }
    return profile_save(profile, folder, &error) ? 0 : cli_fail(error);
}

int cli_guest_set(const CommandLine *line) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = folder_profiles();
    if (!profile_edit(folder, line->arguments[0], line->arguments + 1, &error))
        return cli_fail(error);
    return cli_tell_agent();
}

static bool remove_launchers(const char *name, GError **error) {
    GuestShortcuts *shortcuts = guest_shortcuts_new(name, false, NULL, NULL);
    bool good = guest_shortcuts_remove(shortcuts, error);
    guest_shortcuts_free(shortcuts);
    return good;
}

// The agent forgets a guest whose profile is gone, and writes nothing of it any more.
static bool forget_guest(const char *name, bool known, GError **error) {
    g_autofree char *profiles = folder_profiles();
    g_autoptr(GDBusConnection) bus = agent_client_connect(known, error);
    g_autoptr(GVariant) removed = NULL, forgotten = NULL;
    if (known && bus)
        removed = agent_client_call(bus, "Remove", g_variant_new("(s)", name), error);
    if (known && (!removed || !profile_remove(profiles, name, error)))
        return false;
    if (bus)
        forgotten = agent_client_call(bus, "GuestsChanged", NULL, NULL);
    return true;
}

static bool is_there(const char *path) {
    return g_file_test(path, G_FILE_TEST_EXISTS) || g_file_test(path, G_FILE_TEST_IS_SYMLINK);
}

int cli_guest_remove(const CommandLine *line) {
    const char *name = line->arguments[0];
    g_autoptr(GError) error = NULL;
    g_autofree char *profiles = folder_profiles();
    g_autoptr(Profile) profile = profile_load(profiles, name, &error);
    if (g_error_matches(error, PROFILE_ERROR, PROFILE_ERROR_NAME))
        return cli_fail(error);
    g_clear_error(&error);
    g_autofree char *data = folder_data(name), *state = folder_state(name), *runtime = folder_runtime(name);
    bool kept = is_there(data) && !line->purge, known = profile != NULL;
    if (!known && !is_there(state) && !is_there(runtime) && (kept || !is_there(data))) {
        fprintf(stderr, "railhead: there is no guest %s%s%s\n", name,
                kept ? "; --purge removes what it left in " : "", kept ? data : "");
        return AGENT_ERROR_NO_GUEST;
    }
    if (!forget_guest(name, known, &error) || !remove_launchers(name, &error) ||
        !removal_of_tree(state, &error) || !removal_of_tree(runtime, &error) ||
        (line->purge && !removal_of_tree(data, &error)))
        return cli_fail(error);
    if (kept)
        printf("What %s holds, documents too, stays in %s\nrailhead guest remove %s --purge  removes it\n",
               name, data, name);
    return 0;
}

static GVariant *profile_report(const Profile *profile) {
    GVariantBuilder keys;
    const char *key;
    g_variant_builder_init(&keys, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&keys, "{sv}", "name", g_variant_new_string(profile->name));
    g_variant_builder_add(&keys, "{sv}", "pixels",
                          g_variant_new_string(profile_pixels_to_string(profile->pixels)));
    g_variant_builder_add(&keys, "{sv}", "address", g_variant_new_string(profile->address));
    g_variant_builder_add(&keys, "{sv}", "security",
                          g_variant_new_string(intent_security_to_string(profile_security(profile))));
    for (guint i = 0; (key = profile_key_at(i)); i++) {
        g_autofree char *value = profile_key_get(profile, key);
        bool said = strcmp(key, "pixels") == 0 || strcmp(key, "address") == 0 || strcmp(key, "security") == 0;
        if (value && !said)
            g_variant_builder_add(&keys, "{sv}", key, g_variant_new_string(value));
    }
    return g_variant_builder_end(&keys);
}

int cli_guest_list(const CommandLine *line) {
    g_autofree char *folder = folder_profiles();
    g_autoptr(GPtrArray) profiles = profile_load_all(folder);
    GVariantBuilder list;
    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < profiles->len; i++) {
        const Profile *profile = g_ptr_array_index(profiles, i);
        if (!line->json)
            printf("%s  %s  %s\n", profile->name, profile_kind_to_string(profile->kind), profile->address);
        g_variant_builder_add_value(&list, profile_report(profile));
    }
    g_autoptr(GVariant) value = g_variant_ref_sink(g_variant_builder_end(&list));
    if (line->json)
        cli_print_json(value);
    return 0;
}
