// SPDX-License-Identifier: Apache-2.0
// What kind of window a guest window is for the host's window manager, from its style, extended style and
// owner.
#pragma once
#include "rail/guest-window.h"

typedef enum GuestRole {
    GUEST_ROLE_NORMAL,  // top-level window of an application
    GUEST_ROLE_DIALOG,  // managed, transient for its owner
    GUEST_ROLE_UTILITY, // managed tool window or palette: no taskbar entry
    GUEST_ROLE_POPUP,   // menu, combo list, tooltip: not managed, takes no focus
} GuestRole;

GuestRole guest_role(const GuestWindow *window);
const char *guest_role_to_string(GuestRole role);
bool guest_role_takes_focus(
    const GuestWindow *window); // false for WS_EX_NOACTIVATE, popups and disabled windows
bool guest_window_is_resizable(const GuestWindow *window);
bool guest_window_is_shown(
    const GuestWindow *window); // something of it can be seen: not hidden, not empty, no mere drop shadow
