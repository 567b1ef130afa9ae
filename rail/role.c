// SPDX-License-Identifier: Apache-2.0
// The decision what a guest window is for the host's window manager. Pure; the rule table of the project
// lives here alone.
#include "rail/role.h"

#define SPECK_SIDE 2 // pixels

static bool has(uint32_t value, uint32_t bits) {
    return (value & bits) == bits;
}

static bool is_frameless(const GuestWindow *window) {
    return !has(window->style, GUEST_STYLE_CAPTION) && !has(window->style, GUEST_STYLE_SYSMENU) &&
           !has(window->style, GUEST_STYLE_THICKFRAME) && !has(window->ex_style, GUEST_EX_STYLE_APPWINDOW);
}

// The drop shadow that Windows draws below menus is a window of its own, without anything to see by itself.
static bool is_shadow(const GuestWindow *window) {
    return is_frameless(window) && has(window->style, GUEST_STYLE_DISABLED) &&
           has(window->ex_style, GUEST_EX_STYLE_LAYERED | GUEST_EX_STYLE_TRANSPARENT) && !window->title[0];
}

// Markers and other windows that programs keep for themselves.
static bool is_speck(const GuestWindow *window) {
    return is_frameless(window) && window->box.width <= SPECK_SIDE && window->box.height <= SPECK_SIDE;
}

// A missing frame alone does not tell (borderless main windows and docked palettes exist). Menus are tool
// windows that stay on top or have a menu's border, lists of combo boxes are children of the desktop, windows
// of input methods are disabled and belong to an owner. (Menus of Wine are topmost and owned, no tool
// windows.)
static bool is_popup(const GuestWindow *window) {
    uint32_t ex_style = window->ex_style;
    if (!is_frameless(window))
        return false;
    if (has(ex_style, GUEST_EX_STYLE_NOACTIVATE))
        return true;
    if (has(ex_style, GUEST_EX_STYLE_TOOLWINDOW))
        return has(ex_style, GUEST_EX_STYLE_TOPMOST) || has(ex_style, GUEST_EX_STYLE_DLGMODALFRAME) ||
               has(window->style, GUEST_STYLE_CHILD);
    return has(window->style, GUEST_STYLE_POPUP) && window->owner &&
           (has(ex_style, GUEST_EX_STYLE_TOPMOST) || has(window->style, GUEST_STYLE_DISABLED));
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
    return role <= GUEST_ROLE_POPUP ? names[role] : "?";
}

bool guest_role_takes_focus(const GuestWindow *window) {
    return guest_role(window) != GUEST_ROLE_POPUP && !has(window->ex_style, GUEST_EX_STYLE_NOACTIVATE) &&
           !has(window->style, GUEST_STYLE_DISABLED);
}

bool guest_window_is_resizable(const GuestWindow *window) {
    return has(window->style, GUEST_STYLE_THICKFRAME);
}

bool guest_window_is_shown(const GuestWindow *window) {
    return window->show != GUEST_SHOW_HIDDEN && !box_is_empty(window->box) && !is_shadow(window) &&
           !is_speck(window);
}
