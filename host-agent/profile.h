// SPDX-License-Identifier: Apache-2.0
// A guest as the user configured it: a key file XDG_CONFIG_HOME/railhead/guests/NAME.conf.
#pragma once
#include <glib.h>
#include <stdbool.h>
#include "host-agent/lifecycle.h"
#include "host-agent/policy/addresses.h"
#include "rail/intent.h"

#define PROFILE_ERROR (profile_error_quark())
typedef enum {
    PROFILE_ERROR_NAME,
    PROFILE_ERROR_VALUE,
    PROFILE_ERROR_EXISTS,
    PROFILE_ERROR_MISSING
} ProfileError;
GQuark profile_error_quark(void);

#define PROFILE_NO_FRAME UINT32_MAX

#define PROFILE_XP_WIDTH  4096 // the most that its server has
#define PROFILE_XP_HEIGHT 2048

typedef enum ProfileKind { PROFILE_EMBEDDED, PROFILE_RDP, PROFILE_XP } ProfileKind;

typedef struct Profile {
    char *name;
    ProfileKind kind;
    char *address, *user; // "" where not set
    IntentPixels pixels;
    uint8_t security;                      // IntentSecurity; 0: as the kind has it
    bool old_tls;                          // TLS 1.0 and 1.1, too
    uint8_t depth;                         // bits per pixel, 0: the most
    char *certificate;                     // "" or sha256 of the one certificate that the guest may show
    uint32_t frame;                        // colour of a frame around its windows, PROFILE_NO_FRAME: none
    bool refuses_documents;                // that are in no share, handed over by themselves
    OpenPolicy open_links, open_documents; // what the guest asks to have opened on the host
    uint32_t width, height;                // 0: as big as the host's desktop
    uint32_t scale;                        // percent that the host enlarges it by, 0: as the guest can take
    LifecycleLinger linger;                // what becomes of the session when its last window is gone
    int64_t linger_time;                   // ms, after that
    bool starts_at_login;
} Profile;

Profile *profile_new(const char *name); // embedded, all defaults
void profile_free(Profile *profile);
// key=value as in the file. Others than the first one of a kind need profile_check() when all are set.
bool profile_set(Profile *profile, const char *key, const char *value, GError **error);
bool profile_check(const Profile *profile, GError **error); // what the keys say together
Profile *profile_load(const char *folder, const char *name, GError **error);
bool profile_save(const Profile *profile, const char *folder, GError **error); // refuses to replace
// Changes keys in the file and leaves the rest of it as it is. pairs: KEY=VALUE up to a NULL; an empty value
// takes the key out. Nothing is changed where one of them is wrong.
bool profile_edit(const char *folder, const char *name, char *const *pairs, GError **error);
bool profile_remove(const char *folder, const char *name, GError **error);
GPtrArray *
profile_load_all(const char *folder); // ordered by name; a broken file is told on stderr and left out
bool profile_equal(const Profile *a, const Profile *b);

uint8_t profile_security(const Profile *profile);                              // IntentSecurity
void profile_limit(const Profile *profile, uint32_t *width, uint32_t *height); // to what the kind has
bool profile_needs_password(const Profile *profile);                           // to log on with
const char *profile_kind_to_string(ProfileKind kind);
const char *profile_pixels_to_string(IntentPixels pixels);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Profile, profile_free)
