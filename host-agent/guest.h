// SPDX-License-Identifier: Apache-2.0
// One guest of the agent: machine, session, windows, catalogue, launchers.
#pragma once
#include <gio/gio.h>
#include "host-agent/compositor/compositor.h"
#include "host-agent/guest-trust.h"
#include "host-agent/guest-desktop.h"
#include "host-agent/guest-opens.h"
#include "host-agent/launches.h"
#include "host-agent/lifecycle.h"
#include "host-agent/profile.h"
#include "host-agent/tray/guest-icons.h"
#include "rail/catalogue.h"

typedef struct Guest Guest;
typedef void (*GuestOnChanged)(Guest *guest, gpointer user); // state or catalogue
typedef void (*GuestOnStopped)(const GError *error, gpointer user);

Guest *guest_new(Profile *profile, GuestOnChanged on_changed, gpointer user); // owns profile
void guest_free(Guest *guest); // ends the session, leaves the machine running
const Profile *guest_profile(const Guest *guest);
const Catalogue *guest_catalogue(const Guest *guest);
// Whether the application has a launcher: "shown", "hidden" by the user, or what it is that keeps it back
// (curate_to_string).
const char *guest_visibility(const Guest *guest, const App *app);
// What the user decides of a launcher: "hide", "show", "reset", "rename" and "icon" with a value.
bool guest_choose(Guest *guest, uint64_t app, const char *choice, const char *value, GError **error);
LifecycleState guest_state(const Guest *guest);
bool guest_is_at_rest(const Guest *guest);     // nothing is tried, and nothing will be unless it is wanted
uint32_t guest_next_try(const Guest *guest);   // ms until a lost connection is tried again, or 0
char *guest_stage(const Guest *guest);         // what somebody who waits for it waits for, in words
const char *guest_failure(const Guest *guest); // why there is no connection, or NULL
const char *guest_problem(const Guest *guest); // why launchers or caches are not what they should be, or NULL
bool guest_is_fresh(const Guest *guest);       // the catalogue is the guest's present one
bool guest_is_mute(const Guest *guest);        // it is there, and nothing of its catalogue came for long
Compositor *guest_compositor(Guest *guest);    // NULL: no screen
bool guest_app_of(const Guest *guest, uint32_t window, uint64_t *ret_app);
GuestTrust *guest_trust(const Guest *guest);
// All sizes of an application's icon, owned by the caller; 0: none is here.
size_t guest_app_icon(const Guest *guest, uint64_t app, Raster *ret_rasters[ICON_SIZES_MAX]);
int guest_session_pid(const Guest *guest); // 0: none
bool guest_session_is_sandboxed(const Guest *guest);

void guest_set_screen(Guest *guest, Screen *screen); // NULL before the screen closes
// Where its notification icons go; both outlive the guest. Until then it has none.
void guest_set_tray(Guest *guest, StatusHost *host, Notifier *notifier);
void guest_want(Guest *guest); // start it if it does not run
void guest_launch(Guest *guest, uint64_t app, const char *startup_id, LaunchOnDone on_done, gpointer user);
// Opens host files and addresses (URIs) with the application. False and an error (AGENT_ERROR) when the guest
// cannot have one of them; on_done is not called then.
bool guest_open(Guest *guest, uint64_t app, const char *const *uris, const char *startup_id,
                LaunchOnDone on_done, gpointer user, GError **error);
GuestDesktop *guest_desktop(Guest *guest); // what is asked of it does not start the guest: guest_want
void guest_reload_shares(Guest *guest);    // the profile has changed
GuestOpens *guest_opens(Guest *guest);     // what it wants to have opened on the host
void guest_stop(Guest *guest, GuestOnStopped on_stopped,
                gpointer user);              // called once from the loop, when nothing of it runs any more
void guest_sleep(Guest *guest, bool asleep); // this computer is about to sleep, or has woken up
bool guest_remove_launchers(Guest *guest, GError **error);
