// SPDX-License-Identifier: Apache-2.0
// The CONNECT that begins a session: where to, as whom, with which desktop.
#pragma once
#include "host-agent/compositor/compositor.h"
#include "host-agent/machine/machine.h"
#include "host-agent/profile.h"

typedef struct ConnectDesktop {
    Screen *screen;         // or NULL
    Compositor *compositor; // or NULL
    Scale scale;
    uint32_t width, height; // of the guest's desktop
} ConnectDesktop;

// How big a guest's desktop is that starts now.
void connect_intent_size(const Profile *profile, Screen *screen, Scale scale, uint32_t *ret_width,
                         uint32_t *ret_height);
// How much larger its windows are to be shown: a guest that cannot be told of a resolution paints for 96 dots
// per inch. screen may be NULL.
Scale connect_intent_scale(const Profile *profile, Screen *screen);
// catalogue: hash of the one that the host holds. intent_clear() wipes what is secret.
void connect_intent_fill(Intent *intent, const Profile *profile, Machine *machine,
                         const ConnectDesktop *desktop, uint64_t catalogue);
