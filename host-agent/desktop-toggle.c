// SPDX-License-Identifier: Apache-2.0
// The transitions of the desktop's view. Pure; owned by a GuestDesktop. What is asked for before the guest is
// ready is kept; what the guest does by itself (its user leaves the desktop) is followed.
#include "host-agent/desktop-toggle.h"
#include "rail/catalogue-message.h"

const char *desktop_state_to_string(DesktopState state) {
    static const char *const names[] = {"windows", "showing", "desktop", "hiding"};
    return state < DESKTOP_STATES ? names[state] : "?";
}

const char *desktop_way_to_string(DesktopWay way) {
    static const char *const names[] = {"unknown", "none", "in-place", "reconnect"};
    return way <= DESKTOP_WAY_RECONNECT ? names[way] : "?";
}

DesktopWay desktop_way(uint32_t features) {
    return !(features & RAILPUB_SHELL)     ? DESKTOP_WAY_NONE
           : (features & RAILPUB_IN_PLACE) ? DESKTOP_WAY_IN_PLACE
                                           : DESKTOP_WAY_RECONNECT;
}

static uint32_t go(DesktopToggle *toggle, DesktopState state, uint32_t actions) {
    toggle->state = state;
    return actions;
}

static uint32_t try_to_show(DesktopToggle *toggle) {
    if (toggle->way == DESKTOP_WAY_UNKNOWN)
        return 0;
    toggle->wanted = false;
    if (toggle->way == DESKTOP_WAY_IN_PLACE)
        return go(toggle, DESKTOP_SHOWING, DESKTOP_ACTION_START);
    return DESKTOP_ACTION_REFUSE;
}

static uint32_t on_show(DesktopToggle *toggle) {
    if (toggle->state == DESKTOP_SHOWN)
        return DESKTOP_ACTION_ANSWER;
    toggle->wanted = toggle->state != DESKTOP_SHOWING;
    return toggle->state == DESKTOP_SEAMLESS ? try_to_show(toggle) : 0;
}

static uint32_t on_hide(DesktopToggle *toggle) {
    toggle->wanted = false;
    if (toggle->state == DESKTOP_SEAMLESS)
        return DESKTOP_ACTION_ANSWER;
    if (toggle->state == DESKTOP_HIDING)
        return 0;
    return go(toggle, DESKTOP_HIDING, DESKTOP_ACTION_END);
}

static uint32_t on_windows(DesktopToggle *toggle) {
    bool hides = toggle->state == DESKTOP_HIDING;
    if (toggle->state != DESKTOP_SHOWN && !hides)
        return 0;
    toggle->state = DESKTOP_SEAMLESS;
    if (toggle->wanted)
        return try_to_show(toggle);
    return hides ? DESKTOP_ACTION_ANSWER : 0;
}

// What has not come about does not hold up what comes next.
static uint32_t on_failure(DesktopToggle *toggle) {
    bool shows = toggle->state == DESKTOP_SHOWING;
    toggle->wanted = false;
    if (toggle->state == DESKTOP_HIDING)
        return go(toggle, DESKTOP_SHOWN, DESKTOP_ACTION_FAIL);
    return shows ? go(toggle, DESKTOP_SEAMLESS, DESKTOP_ACTION_FAIL | DESKTOP_ACTION_END) : 0;
}

static uint32_t on_lost(DesktopToggle *toggle) {
    bool is_busy = toggle->state == DESKTOP_SHOWING || toggle->state == DESKTOP_HIDING;
    toggle->way = DESKTOP_WAY_UNKNOWN;
    return go(toggle, DESKTOP_SEAMLESS, is_busy ? DESKTOP_ACTION_FAIL : 0);
}

uint32_t desktop_toggle_handle(DesktopToggle *toggle, DesktopEvent event) {
    switch (event) {
    case DESKTOP_EVENT_SHOW:
        return on_show(toggle);
    case DESKTOP_EVENT_HIDE:
        return on_hide(toggle);
    case DESKTOP_EVENT_AGREED:
        return toggle->state == DESKTOP_SEAMLESS && toggle->wanted ? try_to_show(toggle) : 0;
    case DESKTOP_EVENT_SEEN:
        return toggle->state == DESKTOP_SHOWING ? go(toggle, DESKTOP_SHOWN, DESKTOP_ACTION_ANSWER) : 0;
    case DESKTOP_EVENT_WINDOWS:
        return on_windows(toggle);
    case DESKTOP_EVENT_REFUSED:
    case DESKTOP_EVENT_TIMEOUT:
        return on_failure(toggle);
    case DESKTOP_EVENT_LOST:
        return on_lost(toggle);
    default:
        return 0;
    }
}
