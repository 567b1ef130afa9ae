// SPDX-License-Identifier: Apache-2.0
// The launchers, icons, types and menu of one guest on this desktop: where they lie, what the user decided
// about them, and when they are brought up to date.
#pragma once
#include "rail/catalogue.h"
#include "shortcuts/choices.h"
#include "shortcuts/plan.h"

typedef struct GuestShortcuts GuestShortcuts;

// windows_too: what ships with Windows gets launchers, too.
GuestShortcuts *guest_shortcuts_new(const char *guest, bool windows_too, PlanIconSource icon_source,
                                    gpointer user);
void guest_shortcuts_free(GuestShortcuts *shortcuts);

// The catalogue is kept by reference until the next call.
bool guest_shortcuts_sync(GuestShortcuts *shortcuts, const Catalogue *catalogue, GError **error);
bool guest_shortcuts_remove(GuestShortcuts *shortcuts,
                            GError **error); // all of the guest's, the user's choices too

// "shown", "hidden" by the user, or what keeps it back (curate_to_string).
const char *guest_shortcuts_visibility(const GuestShortcuts *shortcuts, const Catalogue *catalogue,
                                       const App *app);
// Keeps a choice of the user; the next sync follows it. An error names what cannot be done.
bool guest_shortcuts_choose(GuestShortcuts *shortcuts, uint64_t app, const char *choice, const char *value,
                            GError **error);
