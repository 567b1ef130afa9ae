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

bool guest_shortcuts_sync(GuestShortcuts *shortcuts, const Catalogue *catalogue, GError **error);
bool guest_shortcuts_remove(GuestShortcuts *shortcuts,
                            GError **error); // all of the guest's, the user's choices too

Choices *
guest_shortcuts_choices(GuestShortcuts *shortcuts); // to be changed by the user's wish, then saved and synced
