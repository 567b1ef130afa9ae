// SPDX-License-Identifier: Apache-2.0
// Guest profiles as key files. Used by agent (reads) and command (writes). Never holds a password.
#include "host-agent/profile.h"
#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include "shortcuts/launcher.h"

#define GROUP         "guest"
#define SIZE_MIN      320
#define SIZE_MAX_SIDE 8192

G_DEFINE_QUARK(railhead - profile - error, profile_error)

static const char *const keys[] = {"kind", "address",   "user",   "pixels", "security",   "frame",
                                   "size", "documents", "linger", "start",  "open-links", "open-documents"};

Profile *profile_new(const char *name) {
    Profile *profile = g_new0(Profile, 1);
    profile->name = g_strdup(name);
    profile->address = g_strdup("");
    profile->user = g_strdup("");
    profile->frame = PROFILE_NO_FRAME;
    return profile;
}

void profile_free(Profile *profile) {
    if (!profile)
        return;
    g_free(profile->name);
    g_free(profile->address);
    g_free(profile->user);
    g_free(profile);
}

const char *profile_kind_to_string(ProfileKind kind) {
    return kind == PROFILE_RDP ? "rdp" : "embedded";
}

const char *profile_pixels_to_string(IntentPixels pixels) {
    static const char *const names[] = {"auto", "gfx", "legacy"};
    return pixels <= INTENT_PIXELS_LEGACY ? names[pixels] : "auto";
}

static bool set_pixels(Profile *profile, const char *value) {
    for (IntentPixels pixels = INTENT_PIXELS_AUTO; pixels <= INTENT_PIXELS_LEGACY; pixels++)
        if (strcmp(value, profile_pixels_to_string(pixels)) == 0) {
            profile->pixels = pixels;
            return true;
        }
    return false;
}

const char *profile_security_to_string(IntentSecurity security) {
    return security == INTENT_SECURITY_RDP ? "rdp" : "negotiate";
}

static bool set_security(Profile *profile, const char *value) {
    bool rdp = strcmp(value, "rdp") == 0;
    profile->security = rdp ? INTENT_SECURITY_RDP : INTENT_SECURITY_NEGOTIATE;
    return rdp || strcmp(value, "negotiate") == 0;
}

static bool set_documents(Profile *profile, const char *value) {
    profile->refuses_documents = strcmp(value, "refuse") == 0;
    return profile->refuses_documents || strcmp(value, "allow") == 0;
}

static bool read_seconds(const char *value, const char *word, int64_t *ret_ms) {
    unsigned seconds;
    size_t length = strlen(word);
    char rest;
    if (strncmp(value, word, length) != 0 || !g_ascii_isdigit(value[length]) ||
        sscanf(value + length, "%6u%c", &seconds, &rest) != 1)
        return false;
    *ret_ms = (int64_t)seconds * 1000;
    return true;
}

// "stay", "disconnect-after SECONDS", "log-off-after SECONDS".
static bool set_linger(Profile *profile, const char *value) {
    profile->linger_time = 0;
    profile->linger = LIFECYCLE_STAY;
    if (read_seconds(value, "disconnect-after ", &profile->linger_time))
        profile->linger = LIFECYCLE_DISCONNECT;
    else if (read_seconds(value, "log-off-after ", &profile->linger_time))
        profile->linger = LIFECYCLE_LOG_OFF_AFTER;
    return profile->linger != LIFECYCLE_STAY || strcmp(value, "stay") == 0;
}

static bool set_start(Profile *profile, const char *value) {
    profile->starts_at_login = strcmp(value, "login") == 0;
    return profile->starts_at_login || strcmp(value, "first-use") == 0;
}

static bool set_size(Profile *profile, const char *value) {
    unsigned width, height;
    char rest;
    if (sscanf(value, "%5ux%5u%c", &width, &height, &rest) != 2 || width < SIZE_MIN || height < SIZE_MIN ||
        width > SIZE_MAX_SIDE || height > SIZE_MAX_SIDE)
        return false;
    profile->width = width;
    profile->height = height;
    return true;
}

static bool set_frame(Profile *profile, const char *value) {
    char *end = NULL;
    value += *value == '#';
    if (strlen(value) != 6 || strspn(value, "0123456789abcdefABCDEF") != 6)
        return false;
    profile->frame = (uint32_t)strtoul(value, &end, 16);
    return true;
}

static bool set_kind(Profile *profile, const char *value) {
    bool rdp = strcmp(value, "rdp") == 0;
    profile->kind = rdp ? PROFILE_RDP : PROFILE_EMBEDDED;
    return rdp || strcmp(value, "embedded") == 0;
}

static bool set_text(char **field, const char *value) {
    if (strlen(value) > INTENT_TEXT_MAX || strpbrk(value, "\n\r") || !g_utf8_validate(value, -1, NULL))
        return false;
    g_free(*field);
    *field = g_strdup(value);
    return true;
}

static bool is_key(const char *key) {
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

bool profile_set(Profile *profile, const char *key, const char *value, GError **error) {
    bool good = false;
    if (!is_key(key)) {
        g_set_error(
            error, PROFILE_ERROR, PROFILE_ERROR_VALUE,
            "guest %s: there is no key \"%s\"; keys are kind, address, user, pixels, security, frame, "
            "size, documents, linger, start, open-links and open-documents",
            profile->name, key);
        return false;
    }
    if (strcmp(key, "kind") == 0)
        good = set_kind(profile, value);
    else if (strcmp(key, "address") == 0)
        good = set_text(&profile->address, value);
    else if (strcmp(key, "user") == 0)
        good = set_text(&profile->user, value);
    else if (strcmp(key, "pixels") == 0)
        good = set_pixels(profile, value);
    else if (strcmp(key, "security") == 0)
        good = set_security(profile, value);
    else if (strcmp(key, "frame") == 0)
        good = set_frame(profile, value);
    else if (strcmp(key, "size") == 0)
        good = set_size(profile, value);
    else if (strcmp(key, "linger") == 0)
        good = set_linger(profile, value);
    else if (strcmp(key, "start") == 0)
        good = set_start(profile, value);
    else if (strcmp(key, "documents") == 0)
        good = set_documents(profile, value);
    else if (strcmp(key, "open-links") == 0)
        good = open_policy_from_string(value, &profile->open_links);
    else if (strcmp(key, "open-documents") == 0)
        good = open_policy_from_string(value, &profile->open_documents);
    if (!good)
        g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE, "guest %s: \"%s\" is not a value for %s",
                    profile->name, value, key);
    return good;
}

static char *file_of(const char *folder, const char *name) {
    g_autofree char *file = g_strconcat(name, ".conf", NULL);
    return g_build_filename(folder, file, NULL);
}

static bool check_whole(const Profile *profile, GError **error) {
    if (profile->kind != PROFILE_RDP || *profile->address)
        return true;
    g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE, "guest %s: kind rdp needs an address",
                profile->name);
    return false;
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

Profile *profile_load(const char *folder, const char *name, GError **error) {
    if (!check_name(name, error))
        return NULL;
    g_autofree char *path = file_of(folder, name);
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_autoptr(Profile) profile = profile_new(name);
    if (!g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, error))
        return NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        g_autofree char *value = g_key_file_get_string(file, GROUP, keys[i], NULL);
        if (value && *value && !profile_set(profile, keys[i], value, error))
            return NULL;
    }
    return check_whole(profile, error) ? g_steal_pointer(&profile) : NULL;
}

bool profile_save(const Profile *profile, const char *folder, GError **error) {
    if (!check_name(profile->name, error) || !check_whole(profile, error))
        return false;
    g_autofree char *path = file_of(folder, profile->name);
    if (g_file_test(path, G_FILE_TEST_EXISTS)) {
        g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_EXISTS, "there is a guest %s already", profile->name);
        return false;
    }
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_key_file_set_string(file, GROUP, "kind", profile_kind_to_string(profile->kind));
    g_key_file_set_string(file, GROUP, "pixels", profile_pixels_to_string(profile->pixels));
    if (profile->security != INTENT_SECURITY_NEGOTIATE)
        g_key_file_set_string(file, GROUP, "security", profile_security_to_string(profile->security));
    if (profile->refuses_documents)
        g_key_file_set_string(file, GROUP, "documents", "refuse");
    if (profile->open_links != OPEN_POLICY_ASK)
        g_key_file_set_string(file, GROUP, "open-links", open_policy_to_string(profile->open_links));
    if (profile->open_documents != OPEN_POLICY_ASK)
        g_key_file_set_string(file, GROUP, "open-documents", open_policy_to_string(profile->open_documents));
    if (*profile->address)
        g_key_file_set_string(file, GROUP, "address", profile->address);
    if (*profile->user)
        g_key_file_set_string(file, GROUP, "user", profile->user);
    if (profile->frame != PROFILE_NO_FRAME) {
        g_autofree char *frame = g_strdup_printf("%06x", profile->frame);
        g_key_file_set_string(file, GROUP, "frame", frame);
    }
    if (profile->linger != LIFECYCLE_STAY) {
        g_autofree char *linger =
            g_strdup_printf("%s-after %d", profile->linger == LIFECYCLE_DISCONNECT ? "disconnect" : "log-off",
                            (int)(profile->linger_time / 1000));
        g_key_file_set_string(file, GROUP, "linger", linger);
    }
    if (profile->starts_at_login)
        g_key_file_set_string(file, GROUP, "start", "login");
    if (profile->width) {
        g_autofree char *size = g_strdup_printf("%ux%u", profile->width, profile->height);
        g_key_file_set_string(file, GROUP, "size", size);
    }
    gsize length = 0;
    g_autofree char *text = g_key_file_to_data(file, &length, NULL);
    if (g_mkdir_with_parents(folder, 0700) < 0) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "cannot make %s: %s", folder,
                    g_strerror(errno));
        return false;
    }
    return g_file_set_contents_full(path, text, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error);
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
