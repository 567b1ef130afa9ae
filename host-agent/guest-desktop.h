// SPDX-License-Identifier: Apache-2.0
// The whole desktop of one guest: asked for, shown, left again.
#pragma once
#include <gio/gio.h>
#include "host-agent/compositor/compositor.h"
#include "host-agent/desktop-toggle.h"

typedef struct GuestDesktop GuestDesktop;
// error NULL: it is as was asked, after this time; else an AGENT_ERROR.
typedef void (*GuestDesktopOnDone)(gint64 microseconds, const GError *error, gpointer user);

typedef struct GuestDesktopCallbacks {
    void (*send)(uint16_t type, const uint8_t *body, size_t size, gpointer user); // on RAILPUB
    void (*look)(const DesktopLook *look, gpointer user);                         // of the compositor
    void (*changed)(gpointer user);
} GuestDesktopCallbacks;

GuestDesktop *guest_desktop_new(const char *guest_name, const GuestDesktopCallbacks *callbacks,
                                gpointer user);
void guest_desktop_free(GuestDesktop *desktop); // fails what waits
// on_done may be NULL, and may be called at once. Kept until the guest agent is there.
void guest_desktop_show(GuestDesktop *desktop, const DesktopLook *look, GuestDesktopOnDone on_done,
                        gpointer user);
void guest_desktop_hide(GuestDesktop *desktop, GuestDesktopOnDone on_done, gpointer user);
void guest_desktop_take_message(GuestDesktop *desktop, uint16_t type, const uint8_t *untrusted_body,
                                size_t size);
// After the compositor had it: is_seen: there is a window of the desktop.
void guest_desktop_take_event(GuestDesktop *desktop, const DeskEvent *event, bool is_seen);
void guest_desktop_lost(GuestDesktop *desktop);                     // the session has ended
void guest_desktop_give_up(GuestDesktop *desktop, const char *why); // the guest does not come up
bool guest_desktop_is_needed(const GuestDesktop *desktop);          // shown, or waited for
// The guest has no RAIL server: its windows come by the guest agent's tracker.
bool guest_desktop_is_tracked(const GuestDesktop *desktop);
DesktopState guest_desktop_state(const GuestDesktop *desktop);
DesktopWay guest_desktop_way(const GuestDesktop *desktop);
