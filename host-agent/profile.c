// SPDX-License-Identifier: Apache-2.0
// Guest profiles as key files. Used by agent (reads) and command (writes). Never holds a password.
#include "host-agent/profile.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include "host-agent/policy/address.h"
#include "host-agent/profile-keys.h"
#include "host-agent/profile-text.h"
#include "shortcuts/launcher.h"

#define GROUP "guest"

G_DEFINE_QUARK(railhead - profile - error, profile_error)

Profile *profile_new(const char *name) {
    Profile *profile = g_new0(Profile, 1);
    profile->name = g_strdup(name);
    profile->address = g_strdup("");
    profile->user = g_strdup("");
    profile->certificate = g_strdup("");
    profile->frame = PROFILE_NO_FRAME;
    return profile;
}

void profile_free(Profile *profile) {
    if (!profile)
        return;
    g_free(profile->name);
    g_free(profile->address);
    g_free(profile->user);
    g_free(profile->certificate);
    g_free(profile);
}

const char *profile_kind_to_string(ProfileKind kind) {
    static const char *const names[] = {"embedded", "rdp", "xp"};
    return kind <= PROFILE_XP ? names[kind] : "?";
}

const char *profile_pixels_to_string(IntentPixels pixels) {
    static const char *const names[] = {"auto", "gfx", "legacy"};
    return pixels <= INTENT_PIXELS_LEGACY ? names[pixels] : "auto";
}

uint8_t profile_security(const Profile *profile) {
    uint8_t by_kind = profile->kind == PROFILE_XP ? INTENT_SECURITY_RDP : INTENT_SECURITY_NEGOTIATE;
    return profile->security ? profile->security : by_kind;
}

void profile_limit(const Profile *profile, uint32_t *width, uint32_t *height) {
    if (profile_security(profile) != INTENT_SECURITY_RDP)
        return;
    *width = MIN(*width, PROFILE_XP_WIDTH);
    *height = MIN(*height, PROFILE_XP_HEIGHT);
}

bool profile_needs_password(const Profile *profile) {
    return profile->kind != PROFILE_EMBEDDED && *profile->user;
}

bool profile_set(Profile *profile, const char *key, const char *value, GError **error) {
    return profile_key_set(profile, key, value, error);
}

static char *file_of(const char *folder, const char *name) {
    g_autofree char *file = g_strconcat(name, ".conf", NULL);
    return g_build_filename(folder, file, NULL);
}

static bool wrong(const Profile *profile, const char *text, GError **error) {
    g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE, "guest %s: %s", profile->name, text);
    return false;
}

bool profile_check(const Profile *profile, GError **error) {
    uint8_t security = profile_security(profile);
    if (profile->kind == PROFILE_EMBEDDED)
        return true;
    if (!*profile->address) {
        g_autofree char *text =
            g_strdup_printf("kind %s needs an address", profile_kind_to_string(profile->kind));
        return wrong(profile, text, error);
    }
    if (profile->kind == PROFILE_XP && security != INTENT_SECURITY_RDP)
        return wrong(profile, "kind xp has no other security than rdp", error);
    if (security & INTENT_SECURITY_RDP && !address_is_exact(profile->address))
        return wrong(profile,
                     "security rdp does not prove who the guest is: it needs the number of an address of "
                     "this computer, localhost or the path of a socket, not a name",
                     error);
    return true;
}

static bool check_name(const char *name, GError **error) {
    if (strcmp(name, "agent") == 0) { // its log has that folder
        g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_NAME, "\"agent\" is taken by the agent itself");
        return false;
    }
    if (launcher_guest_name_is_valid(name))
        return true;
    g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_NAME,
                "\"%s\" is no name for a guest: 1 to 32 of a-z, 0-9 and -", name);
    return false;
}

static Profile *read_file(GKeyFile *file, const char *name, GError **error) {
    g_autoptr(Profile) profile = profile_new(name);
    const char *key;
    for (guint i = 0; (key = profile_key_at(i)); i++) {
        g_autofree char *value = g_key_file_get_string(file, GROUP, key, NULL);
        if (value && *value && !profile_key_set(profile, key, value, error))
            return NULL;
    }
    return profile_check(profile, error) ? g_steal_pointer(&profile) : NULL;
}

Profile *profile_load(const char *folder, const char *name, GError **error) {
    if (!check_name(name, error))
        return NULL;
    g_autofree char *path = file_of(folder, name);
    g_autoptr(GKeyFile) file = g_key_file_new();
    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error))
        return NULL;
    return read_file(file, name, error);
}

bool profile_save(const Profile *profile, const char *folder, GError **error) {
    if (!check_name(profile->name, error) || !profile_check(profile, error))
        return false;
    g_autofree char *path = file_of(folder, profile->name);
    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_EXISTS, "there is a guest %s already", profile->name);
        return false;
    }
    g_autoptr(GKeyFile) file = g_key_file_new();
    const char *key;
    for (guint i = 0; (key = profile_key_at(i)); i++) {
        g_autofree char *value = profile_key_get(profile, key);
        if (value)
            g_key_file_set_string(file, GROUP, key, value);
    }
    if (g_mkdir_with_parents(folder, 0700) < 0) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "cannot make %s: %s", folder,
                    g_strerror(errno));
        return false;
    }
    gsize length = 0;
    g_autofree char *text = g_key_file_to_data(file, &length, NULL);
    return g_file_set_contents_full(path, text, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

// The text with the pair in it, in *text's place.
static bool edit_key(char **text, const char *name, const char *pair, GError **error) {
    const char *value = strchr(pair, '=');
    g_autofree char *key = value ? g_strndup(pair, value - pair) : g_utf8_make_valid(pair, -1);
    if (!value) {
        g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE, "guest %s: \"%s\" is not KEY=VALUE", name,
                    key);
        return false;
    }
    g_autoptr(Profile) trial = profile_new(name);
    if (!profile_key_check(trial, key, error) || (value[1] && !profile_key_set(trial, key, value + 1, error)))
        return false;
    g_autofree char *plain = value[1] ? profile_key_get(trial, key) : NULL, *before = *text;
    *text = profile_text_set(before, GROUP, key, plain ? plain : value[1] ? value + 1 : NULL);
    return true;
}

bool profile_edit(const char *folder, const char *name, char *const *pairs, GError **error) {
    if (!check_name(name, error))
        return false;
    g_autofree char *path = file_of(folder, name), *text = NULL;
    g_autoptr(GKeyFile) file = g_key_file_new();
    if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_MISSING, "there is no guest %s", name);
        return false;
    }
    if (!g_file_get_contents(path, &text, NULL, error))
        return false;
    for (; *pairs; pairs++)
        if (!edit_key(&text, name, *pairs, error))
            return false;
    if (!g_key_file_load_from_data(file, text, -1, G_KEY_FILE_NONE, error))
        return false;
    g_autoptr(Profile) whole = read_file(file, name, error);
    return whole && g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
}

bool profile_equal(const Profile *a, const Profile *b) {
    const char *key;
    for (guint i = 0; (key = profile_key_at(i)); i++) {
        g_autofree char *one = profile_key_get(a, key), *other = profile_key_get(b, key);
        if (g_strcmp0(one, other) != 0)
            return false;
    }
    return true;
}

bool profile_remove(const char *folder, const char *name, GError **error) {
    if (!check_name(name, error))
        return false;
    g_autofree char *path = file_of(folder, name);
    if (g_unlink(path) == 0)
        return true;
    if (errno == ENOENT)
        g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_MISSING, "there is no guest %s", name);
    else
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "cannot remove %s: %s", path,
                    g_strerror(errno));
    return false;
}

static int by_name(gconstpointer a, gconstpointer b) {
    return strcmp((*(Profile *const *)a)->name, (*(Profile *const *)b)->name);
}

GPtrArray *profile_load_all(const char *folder) {
    GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)profile_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *file;
    while (dir && (file = g_dir_read_name(dir))) {
        if (!g_str_has_suffix(file, ".conf"))
            continue;
        g_autoptr(GError) error = NULL;
        g_autofree char *name = g_strndup(file, strlen(file) - strlen(".conf"));
        Profile *profile = profile_load(folder, name, &error);
        if (profile)
            g_ptr_array_add(all, profile);
        else
            g_printerr("railhead: %s is left out: %s\n", file, error->message);
    }
    g_ptr_array_sort(all, by_name);
    return all;
}
