// SPDX-License-Identifier: Apache-2.0
// The view of a guest's whole desktop: when its shell is started and ended, and who is told. A pure state
// machine; guest-desktop.c does what it says.
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef enum DesktopState {
    DESKTOP_SEAMLESS, // the windows one by one
    DESKTOP_SHOWING,  // the shell was asked for; the windows are still there
    DESKTOP_SHOWN,
    DESKTOP_HIDING, // the shell is to end; the desktop is still there
    DESKTOP_STATES,
} DesktopState;

typedef enum DesktopWay {
    DESKTOP_WAY_UNKNOWN,  // the guest agent has not said hello yet
    DESKTOP_WAY_NONE,     // it cannot start a shell, or there is no guest agent
    DESKTOP_WAY_IN_PLACE, // the server shows the desktop while the shell runs
    DESKTOP_WAY_RECONNECT // the desktop would take another connection
} DesktopWay;

typedef enum DesktopEvent {
    DESKTOP_EVENT_SHOW, // the user wants it
    DESKTOP_EVENT_HIDE,
    DESKTOP_EVENT_AGREED,  // the guest agent has said what it can
    DESKTOP_EVENT_SEEN,    // the desktop is there
    DESKTOP_EVENT_WINDOWS, // the windows are back
    DESKTOP_EVENT_REFUSED, // the guest agent could not do what it was asked
    DESKTOP_EVENT_TIMEOUT,
    DESKTOP_EVENT_LOST, // the session, or the guest agent in it
    DESKTOP_EVENTS,
} DesktopEvent;

typedef enum DesktopAction {
    DESKTOP_ACTION_START = 1 << 0,  // the shell
    DESKTOP_ACTION_END = 1 << 1,    // the shell
    DESKTOP_ACTION_ANSWER = 1 << 2, // all who wait: it is as they want it
    DESKTOP_ACTION_FAIL = 1 << 3,   // all who wait
    DESKTOP_ACTION_REFUSE = 1 << 4, // all who wait: this guest cannot
} DesktopAction;

typedef struct DesktopToggle {
    DesktopState state;
    DesktopWay way;
    bool wanted; // shown, as soon as that is possible
} DesktopToggle;

DesktopWay desktop_way(uint32_t features); // of RAILPUB, in force
uint32_t desktop_toggle_handle(DesktopToggle *toggle, DesktopEvent event);
const char *desktop_state_to_string(DesktopState state);
const char *desktop_way_to_string(DesktopWay way);
