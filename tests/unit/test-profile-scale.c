// SPDX-License-Identifier: Apache-2.0
// The key of a profile that says how much larger a guest is shown: what it takes, and that it is kept.
#include "host-agent/profile.h"
#include "tests/unit/test.h"

#include <glib/gstdio.h>

static bool set(Profile *profile, const char *value) {
    g_autoptr(GError) error = NULL;
    return profile_set(profile, "scale", value, &error);
}

static void scales_are_quarters(void) {
    g_autoptr(Profile) profile = profile_new("xp");
    static const char *const wrong[] = {"",    "0",    "0.5", "1.1", "5",    "4.25",
                                        "1,5", "150%", "2x",  "-1",  "auto "};
    CHECK_EQUAL(profile->scale, 0);
    CHECK(set(profile, "1.25") && profile->scale == 125);
    CHECK(set(profile, "4") && profile->scale == 400);
    for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++)
        CHECK(!set(profile, wrong[i]) && profile->scale == 400);
    CHECK(set(profile, "auto") && profile->scale == 0);
}

static void scales_are_kept(void) {
    static const char *const values[] = {"1", "1.25", "1.5", "2", "3.75"};
    for (size_t i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(Profile) profile = profile_new("xp");
        g_autofree char *folder = g_dir_make_tmp("railhead-profile-XXXXXX", NULL);
        g_autofree char *file = g_build_filename(folder, "xp.conf", NULL);
        CHECK(set(profile, values[i]) && profile_save(profile, folder, NULL));
        g_autoptr(Profile) back = profile_load(folder, "xp", NULL);
        CHECK(back && back->scale == profile->scale);
        g_unlink(file);
        g_rmdir(folder);
    }
}

int main(void) {
    RUN(scales_are_quarters);
    RUN(scales_are_kept);
    return 0;
}
