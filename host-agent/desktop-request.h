// SPDX-License-Identifier: Apache-2.0
// The method Desktop of the agent: (s guest, s wish, a{sv} options) -> a{sv}. wish: "show", "hide" or
// "toggle"; options: "fullscreen" b, "all-monitors" b. The answer comes when it is done: "guest" s, "state"
// s, and "milliseconds" u that it took.
#pragma once
#include "host-agent/guest.h"

// The guest that is meant: the one of this name, or, for "", the one that shows its desktop or the only one.
Guest *desktop_request_guest(GPtrArray *guests, const char *name, GError **error);
void desktop_request(Guest *guest, GVariant *parameters, GDBusMethodInvocation *invocation);
void desktop_request_toggle(Guest *guest); // nobody waits for it
