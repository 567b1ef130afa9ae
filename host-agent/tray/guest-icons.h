// SPDX-License-Identifier: Apache-2.0
// The notification icons of one guest in the desktop's tray, each an item of its own, and their balloons as
// notifications. What the user does to them comes back as messages of MS-RDPERP 2.2.2.6.4.
#pragma once
#include "host-agent/tray/notifier.h"
#include "host-agent/tray/status-item.h"
#include "rail/desk-event.h"

typedef struct GuestIcons GuestIcons;

typedef struct GuestIconsCalls {
    void (*message)(uint32_t window, uint32_t icon, uint32_t message, gpointer user);
    // The guest's pointer has to be at this place of the screen (root coordinates) when the next message
    // comes: programs open their menu there.
    void (*point)(int x, int y, gpointer user);
    void (*point_here)(gpointer user); // where the host's pointer is
    gpointer user;
} GuestIconsCalls;

GuestIcons *guest_icons_new(StatusHost *host, Notifier *notifier, const char *guest,
                            const GuestIconsCalls *calls);
void guest_icons_free(GuestIcons *icons);
// Takes NOTIFY_ICON and NOTIFY_ICON_GONE, and what is said of the desktop as a whole; ignores the others.
void guest_icons_take_event(GuestIcons *icons, const DeskEvent *event);
void guest_icons_clear(GuestIcons *icons);         // the session is over
size_t guest_icons_count(const GuestIcons *icons); // those that are shown
