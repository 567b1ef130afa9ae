// SPDX-License-Identifier: Apache-2.0
// The parts of a Guest, for guest.c, which wires them, and guest-facts.c, which tells of them.
#pragma once
#include "host-agent/guest.h"
#include "host-agent/guest-catalogue.h"
#include "host-agent/guest-desktop.h"
#include "host-agent/guest-files.h"
#include "host-agent/guest-opens.h"
#include "host-agent/machine/machine.h"
#include "host-agent/session-process.h"

struct Guest {
    Profile *profile;
    GuestOnChanged on_changed;
    gpointer user;
    Lifecycle lifecycle;
    Machine *machine;
    struct Stop *stop; // who asked for the stop that begins
    SessionProcess *session;
    GuestFiles *files;
    GuestOpens *opens;
    Screen *screen;
    Compositor *compositor;
    GuestCatalogue *catalogue;
    GuestIcons *notification_icons; // NULL: no tray
    Launches *launches;
    GuestTrust *trust;
    bool asking; // for a password; the lifecycle's deadline waits
    GuestDesktop *desktop;
    guint look;                          // windows or launches may have come or gone
    guint timer;                         // for the next deadline of lifecycle and launches
    char *failure;                       // why there is no connection, until there is one
    bool failure_is_told;                // by the session that runs, in words for people
    LifecycleEnd end;                    // of the session that runs
    Raster *shown_icons[ICON_SIZES_MAX]; // lent to the compositor
    size_t n_shown_icons;
    Scale scale; // how much larger its windows are shown than it paints them
    uint32_t width, height;
    guint reconnect; // source
};
