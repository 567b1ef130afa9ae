// SPDX-License-Identifier: Apache-2.0
// What the agent tells about itself: D-Bus values, which the command prints as text or JSON.
#pragma once
#include "host-agent/guest.h"

GVariant *report_status(GPtrArray *guests, bool has_screen);     // a{sv}
GVariant *report_apps(GPtrArray *guests);                        // aa{sv}
GVariant *report_windows(GPtrArray *guests);                     // aa{sv}
GVariant *report_launched(Guest *guest, const LaunchDone *done); // a{sv}
