// SPDX-License-Identifier: Apache-2.0
// The whole desktop of a guest that shows no windows now (logon, lock, UAC, or because the user asked for the
// desktop: MS-RDPERP 2.2.1.3.3.2.2), in one ordinary window of the host.
#pragma once
#include "host-agent/compositor/painter.h"

typedef struct Compositor Compositor;
typedef struct DesktopView DesktopView;

#define DESKTOP_VIEW_WINDOW 0xFFFFFFFFu // in intents and Input: no guest window has this number

DesktopView *desktop_view_new(Compositor *compositor);
void desktop_view_free(DesktopView *view); // destroys the window
void desktop_view_damage(DesktopView *view, const Surface *surface, const BoxList *boxes);
void desktop_view_take_look(DesktopView *view);      // the compositor's has changed
Window desktop_view_window(const DesktopView *view); // None: nothing to show yet. NULL-safe
