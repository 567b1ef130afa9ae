// SPDX-License-Identifier: Apache-2.0
// The decision what a guest window is for the host's window manager. Pure; the rule table of the project
// lives here alone.
#include "rail/role.h"

static bool has(uint32_t value, uint32_t bits) {
    return (value & bits) == bits;
}

// A caption alone does not tell (borderless main windows exist): menus, lists and tooltips are pop-ups
// without caption and system menu that either refuse activation or are tool windows, or belong to an owner.
static bool is_popup(const GuestWindow *window) {
    if (has(window->style, GUEST_STYLE_CAPTION) || has(window->style, GUEST_STYLE_SYSMENU) ||
        has(window->style, GUEST_STYLE_THICKFRAME) || has(window->ex_style, GUEST_EX_STYLE_APPWINDOW))
        return false;
    if (!has(window->style, GUEST_STYLE_POPUP) || has(window->ex_style, GUEST_EX_STYLE_DLGMODALFRAME))
        return false;
    return has(window->ex_style, GUEST_EX_STYLE_NOACTIVATE) ||
           has(window->ex_style, GUEST_EX_STYLE_TOOLWINDOW) ||
           (has(window->ex_style, GUEST_EX_STYLE_TOPMOST) && window->owner);
}

GuestRole guest_role(const GuestWindow *window) {
    if (is_popup(window))
        return GUEST_ROLE_POPUP;
    if (has(window->ex_style, GUEST_EX_STYLE_APPWINDOW))
        return GUEST_ROLE_NORMAL;
    if (has(window->ex_style, GUEST_EX_STYLE_TOOLWINDOW))
        return GUEST_ROLE_UTILITY;
    return window->owner ? GUEST_ROLE_DIALOG : GUEST_ROLE_NORMAL;
}

const char *guest_role_to_string(GuestRole role) {
    static const char *const names[] = {"normal", "dialog", "utility", "popup"};
    return (unsigned)role < sizeof names / sizeof *names ? names[role] : "unknown";
}

bool guest_role_takes_focus(const GuestWindow *window) {
    return guest_role(window) != GUEST_ROLE_POPUP && !has(window->ex_style, GUEST_EX_STYLE_NOACTIVATE) &&
           !has(window->style, GUEST_STYLE_DISABLED);
}

bool guest_window_is_resizable(const GuestWindow *window) {
    return has(window->style, GUEST_STYLE_THICKFRAME);
}

bool guest_window_is_shown(const GuestWindow *window) {
    return window->show != GUEST_SHOW_HIDDEN && !box_is_empty(window->box);
}
