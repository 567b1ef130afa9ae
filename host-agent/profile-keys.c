// SPDX-License-Identifier: Apache-2.0
// A table of the keys. What a value may be is one sentence, which the error of a wrong one ends with. Pure.
// Used by agent and command.
#include "host-agent/profile-keys.h"
#include <stdio.h>
#include <string.h>
#include "host-agent/policy/address.h"

#define SIZE_MIN         320
#define SIZE_MAX_SIDE    8192
#define CERTIFICATE_HEAD "sha256:"

typedef struct Key {
    const char *name, *allowed;
    bool (*set)(Profile *profile, const char *value);
    char *(*get)(const Profile *profile);
} Key;

static bool set_text(char **field, const char *value) {
    if (strlen(value) > INTENT_TEXT_MAX || strpbrk(value, "\n\r") || !g_utf8_validate(value, -1, NULL))
        return false;
    g_free(*field);
    *field = g_strdup(value);
    return true;
}

static bool set_kind(Profile *profile, const char *value) {
    for (ProfileKind kind = PROFILE_EMBEDDED; kind <= PROFILE_XP; kind++)
        if (strcmp(value, profile_kind_to_string(kind)) == 0) {
            profile->kind = kind;
            return true;
        }
    return false;
}

static char *get_kind(const Profile *profile) {
    return g_strdup(profile_kind_to_string(profile->kind));
}

static bool set_address(Profile *profile, const char *value) {
    g_autofree char *host = NULL;
    guint port;
    return (address_is_socket(value) || address_split(value, &host, &port)) &&
           set_text(&profile->address, value);
}

static char *get_address(const Profile *profile) {
    return *profile->address ? g_strdup(profile->address) : NULL;
}

static bool set_user(Profile *profile, const char *value) {
    return set_text(&profile->user, value);
}

static char *get_user(const Profile *profile) {
    return *profile->user ? g_strdup(profile->user) : NULL;
}

static bool set_pixels(Profile *profile, const char *value) {
    for (IntentPixels pixels = INTENT_PIXELS_AUTO; pixels <= INTENT_PIXELS_LEGACY; pixels++)
        if (strcmp(value, profile_pixels_to_string(pixels)) == 0) {
            profile->pixels = pixels;
            return true;
        }
    return false;
}

static char *get_pixels(const Profile *profile) {
    return profile->pixels ? g_strdup(profile_pixels_to_string(profile->pixels)) : NULL;
}

static bool set_security(Profile *profile, const char *value) {
    static const struct {
        const char *name;
        uint8_t set;
    } names[] = {{"nla", INTENT_SECURITY_NLA},
                 {"tls", INTENT_SECURITY_TLS},
                 {"rdp", INTENT_SECURITY_RDP},
                 {"negotiate", INTENT_SECURITY_NEGOTIATE}};
    g_auto(GStrv) words = g_strsplit(value, ",", 8);
    uint8_t all = 0;
    for (char **word = words; *word; word++) {
        uint8_t one = 0;
        for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
            one |= strcmp(g_strstrip(*word), names[i].name) == 0 ? names[i].set : 0;
        if (!one)
            return false;
        all |= one;
    }
    profile->security = all;
    return all != 0;
}

static char *get_security(const Profile *profile) {
    return profile->security ? g_strdup(intent_security_to_string(profile->security)) : NULL;
}

static bool set_tls(Profile *profile, const char *value) {
    profile->old_tls = strcmp(value, "1.0") == 0;
    return profile->old_tls || strcmp(value, "1.2") == 0;
}

static char *get_tls(const Profile *profile) {
    return profile->old_tls ? g_strdup("1.0") : NULL;
}

// With or without "sha256:", and colons between the digits as other programs write them.
static bool set_certificate(Profile *profile, const char *value) {
    char digits[65];
    size_t count = 0;
    if (g_ascii_strncasecmp(value, CERTIFICATE_HEAD, strlen(CERTIFICATE_HEAD)) == 0)
        value += strlen(CERTIFICATE_HEAD);
    for (; *value; value++) {
        if (*value == ':')
            continue;
        if (count == 64 || !g_ascii_isxdigit(*value))
            return false;
        digits[count++] = g_ascii_tolower(*value);
    }
    digits[count] = '\0';
    return count == 64 && set_text(&profile->certificate, digits);
}

static char *get_certificate(const Profile *profile) {
    return *profile->certificate ? g_strconcat(CERTIFICATE_HEAD, profile->certificate, NULL) : NULL;
}

static bool set_depth(Profile *profile, const char *value) {
    static const char *const depths[] = {"15", "16", "24", "32", NULL};
    if (!g_strv_contains(depths, value))
        return false;
    profile->depth = (uint8_t)g_ascii_strtoull(value, NULL, 10);
    return true;
}

static char *get_depth(const Profile *profile) {
    return profile->depth ? g_strdup_printf("%u", profile->depth) : NULL;
}

static bool set_frame(Profile *profile, const char *value) {
    value += *value == '#';
    if (strlen(value) != 6 || strspn(value, "0123456789abcdefABCDEF") != 6)
        return false;
    profile->frame = (uint32_t)g_ascii_strtoull(value, NULL, 16);
    return true;
}

static char *get_frame(const Profile *profile) {
    return profile->frame == PROFILE_NO_FRAME ? NULL : g_strdup_printf("%06x", profile->frame);
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

static char *get_size(const Profile *profile) {
    return profile->width ? g_strdup_printf("%ux%u", profile->width, profile->height) : NULL;
}

static bool set_documents(Profile *profile, const char *value) {
    profile->refuses_documents = strcmp(value, "refuse") == 0;
    return profile->refuses_documents || strcmp(value, "allow") == 0;
}

static char *get_documents(const Profile *profile) {
    return profile->refuses_documents ? g_strdup("refuse") : NULL;
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

static char *get_linger(const Profile *profile) {
    if (profile->linger == LIFECYCLE_STAY)
        return NULL;
    return g_strdup_printf("%s-after %d", profile->linger == LIFECYCLE_DISCONNECT ? "disconnect" : "log-off",
                           (int)(profile->linger_time / 1000));
}

static bool set_start(Profile *profile, const char *value) {
    profile->starts_at_login = strcmp(value, "login") == 0;
    return profile->starts_at_login || strcmp(value, "first-use") == 0;
}

static char *get_start(const Profile *profile) {
    return profile->starts_at_login ? g_strdup("login") : NULL;
}

static bool set_open_links(Profile *profile, const char *value) {
    return open_policy_from_string(value, &profile->open_links);
}

static char *get_open_links(const Profile *profile) {
    return profile->open_links == OPEN_POLICY_ASK ? NULL
                                                  : g_strdup(open_policy_to_string(profile->open_links));
}

static bool set_open_documents(Profile *profile, const char *value) {
    return open_policy_from_string(value, &profile->open_documents);
}

static char *get_open_documents(const Profile *profile) {
    return profile->open_documents == OPEN_POLICY_ASK
               ? NULL
               : g_strdup(open_policy_to_string(profile->open_documents));
}

// auto, or a number of at most two digits behind the point, as people write it whatever their locale.
static const char *const scales[] = {"1",    "1.25", "1.5",  "1.75", "2",    "2.25", "2.5",
                                     "2.75", "3",    "3.25", "3.5",  "3.75", "4"};

static bool set_scale(Profile *profile, const char *value) {
    if (strcmp(value, "auto") == 0) {
        profile->scale = 0;
        return true;
    }
    for (uint32_t i = 0; i < G_N_ELEMENTS(scales); i++)
        if (strcmp(value, scales[i]) == 0) {
            profile->scale = 100 + 25 * i;
            return true;
        }
    return false;
}

static char *get_scale(const Profile *profile) {
    return profile->scale ? g_strdup(scales[(profile->scale - 100) / 25]) : NULL;
}

static const Key keys[] = {
    {"kind", "embedded, rdp or xp", set_kind, get_kind},
    {"address", "HOST, HOST:PORT or the path of a socket", set_address, get_address},
    {"user", "a name, or DOMAIN\\NAME, of one line", set_user, get_user},
    {"pixels", "auto, gfx or legacy", set_pixels, get_pixels},
    {"security", "a list of nla, tls and rdp, like nla,tls", set_security, get_security},
    {"tls", "1.2 (or newer) or 1.0 (or newer)", set_tls, get_tls},
    {"certificate", "sha256: and 64 hexadecimal digits", set_certificate, get_certificate},
    {"depth", "15, 16, 24 or 32", set_depth, get_depth},
    {"frame", "a colour, RRGGBB", set_frame, get_frame},
    {"size", "WIDTHxHEIGHT, each from 320 to 8192", set_size, get_size},
    {"documents", "allow or refuse", set_documents, get_documents},
    {"scale", "auto, or 1 to 4 in steps of 0.25", set_scale, get_scale},
    {"linger", "stay, disconnect-after SECONDS or log-off-after SECONDS", set_linger, get_linger},
    {"start", "first-use or login", set_start, get_start},
    {"open-links", "ask, off or on", set_open_links, get_open_links},
    {"open-documents", "ask, off or on", set_open_documents, get_open_documents},
};

static const Key *find(const char *name) {
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

const char *profile_key_at(guint index) {
    return index < G_N_ELEMENTS(keys) ? keys[index].name : NULL;
}

bool profile_key_check(const Profile *profile, const char *name, GError **error) {
    if (find(name))
        return true;
    g_autoptr(GString) all = g_string_new(NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        g_string_append_printf(all, "%s%s",
                               i == 0                        ? ""
                               : i == G_N_ELEMENTS(keys) - 1 ? " and "
                                                             : ", ",
                               keys[i].name);
    g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE, "guest %s: there is no key \"%s\"; keys are %s",
                profile->name, name, all->str);
    return false;
}

bool profile_key_set(Profile *profile, const char *name, const char *value, GError **error) {
    if (!profile_key_check(profile, name, error))
        return false;
    const Key *key = find(name);
    if (key->set(profile, value))
        return true;
    g_autofree char *shown = g_utf8_make_valid(value, -1);
    for (char *at = shown; *at; at++)
        *at = g_ascii_iscntrl(*at) ? '?' : *at;
    g_set_error(error, PROFILE_ERROR, PROFILE_ERROR_VALUE, "guest %s: \"%s\" is not a value for %s: it is %s",
                profile->name, shown, name, key->allowed);
    return false;
}

char *profile_key_get(const Profile *profile, const char *name) {
    const Key *key = find(name);
    return key ? key->get(profile) : NULL;
}
