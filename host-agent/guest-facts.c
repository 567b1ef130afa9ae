// SPDX-License-Identifier: Apache-2.0
// What others ask about a guest; changes nothing. Part of Guest; main loop.
#include "host-agent/guest-private.h"

const Profile *guest_profile(const Guest *guest) {
    return guest->profile;
}

const char *guest_visibility(const Guest *guest, const App *app) {
    return guest_catalogue_visibility(guest->catalogue, app);
}

const Catalogue *guest_catalogue(const Guest *guest) {
    return guest_catalogue_value(guest->catalogue);
}

LifecycleState guest_state(const Guest *guest) {
    return guest->lifecycle.state;
}

uint32_t guest_next_try(const Guest *guest) {
    int64_t left = guest->lifecycle.deadline - g_get_monotonic_time() / 1000;
    return guest->lifecycle.state == LIFECYCLE_BACKING_OFF && left > 0 ? (uint32_t)left : 0;
}

char *guest_stage(const Guest *guest) {
    const char *name = guest->profile->name, *stage = machine_stage(guest->machine);
    switch (guest->lifecycle.state) {
    case LIFECYCLE_STARTING:
        return stage ? g_strdup_printf("The guest %s is starting: %s", name, stage)
                     : g_strdup_printf("The guest %s is starting", name);
    case LIFECYCLE_CONNECTING:
        return g_strdup_printf("Connecting to the guest %s", name);
    case LIFECYCLE_LOGGING_ON:
        return g_strdup_printf("Logging on to the guest %s", name);
    case LIFECYCLE_READY:
        return g_strdup_printf("The guest %s is starting the program", name);
    case LIFECYCLE_LOST:
    case LIFECYCLE_BACKING_OFF:
        return g_strdup_printf("Waiting for the guest %s%s%s", name, guest->failure ? ": " : "",
                               guest->failure ? guest->failure : "");
    default:
        return NULL;
    }
}

bool guest_is_at_rest(const Guest *guest) {
    return lifecycle_is_at_rest(&guest->lifecycle);
}

const char *guest_failure(const Guest *guest) {
    return guest->failure;
}

const char *guest_problem(const Guest *guest) {
    return guest_catalogue_problem(guest->catalogue);
}

bool guest_is_fresh(const Guest *guest) {
    return guest->lifecycle.state == LIFECYCLE_READY && guest_catalogue_is_fresh(guest->catalogue);
}

bool guest_is_mute(const Guest *guest) {
    return guest_catalogue_is_mute(guest->catalogue);
}

Compositor *guest_compositor(Guest *guest) {
    return guest->compositor;
}

bool guest_app_of(const Guest *guest, uint32_t window, uint64_t *ret_app) {
    return launches_app_of(guest->launches, window, ret_app);
}

GuestTrust *guest_trust(const Guest *guest) {
    return guest->trust;
}

size_t guest_app_icon(const Guest *guest, uint64_t app, Raster *ret_rasters[ICON_SIZES_MAX]) {
    const App *of = catalogue_find(guest_catalogue(guest), app);
    return of ? guest_catalogue_load_icons(guest->catalogue, of, ret_rasters) : 0;
}

int guest_session_pid(const Guest *guest) {
    return guest->session ? session_process_pid(guest->session) : 0;
}

bool guest_session_is_sandboxed(const Guest *guest) {
    return guest->session && session_process_is_sandboxed(guest->session);
}

GuestDesktop *guest_desktop(Guest *guest) {
    return guest->desktop;
}

GuestOpens *guest_opens(Guest *guest) {
    return guest->opens;
}
