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

typedef enum ProfileKind { PROFILE_EMBEDDED, PROFILE_RDP } ProfileKind;

typedef struct Profile {
    char *name;
    ProfileKind kind;
    char *address, *user; // "" where not set
    IntentPixels pixels;
    IntentSecurity security;
    uint32_t frame;                        // colour of a frame around its windows, PROFILE_NO_FRAME: none
    bool refuses_documents;                // that are in no share, handed over by themselves
    OpenPolicy open_links, open_documents; // what the guest asks to have opened on the host
    uint32_t width, height;                // 0: as big as the host's desktop
    LifecycleLinger linger;                // what becomes of the session when its last window is gone
    int64_t linger_time;                   // ms, after that
    bool starts_at_login;
} Profile;

Profile *profile_new(const char *name); // embedded, all defaults
void profile_free(Profile *profile);
// key as in the file: kind, address, user, pixels, security, frame, size, documents, linger, start,
// open-links, open-documents
bool profile_set(Profile *profile, const char *key, const char *value, GError **error);
Profile *profile_load(const char *folder, const char *name, GError **error);
bool profile_save(const Profile *profile, const char *folder, GError **error); // refuses to replace
bool profile_remove(const char *folder, const char *name, GError **error);
GPtrArray *
profile_load_all(const char *folder); // ordered by name; a broken file is told on stderr and left out
const char *profile_kind_to_string(ProfileKind kind);
const char *profile_pixels_to_string(IntentPixels pixels);
const char *profile_security_to_string(IntentSecurity security);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Profile, profile_free)
