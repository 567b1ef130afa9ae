// SPDX-License-Identifier: Apache-2.0
// What stands in the tray's menu, from the guests as they are now. An entry's key says what it does:
// "GUEST/WORD" or "GUEST/WORD/REST", "quit".
#pragma once
#include "host-agent/guest.h"
#include "host-agent/tray/menu.h"
#include "host-agent/tray/state-icon.h"

typedef struct TrayAbilities { // what this agent can do with a guest besides starting and stopping it
    bool suspend, desktop;
    bool (*shows_desktop)(Guest *guest); // with `desktop`
} TrayAbilities;

typedef enum TrayAct {
    TRAY_ACT_NONE,
    TRAY_ACT_RUN,     // value: application
    TRAY_ACT_RAISE,   // value: window
    TRAY_ACT_DESKTOP, // show the full desktop, or no longer
    TRAY_ACT_CONNECT,
    TRAY_ACT_SUSPEND,
    TRAY_ACT_STOP,
    TRAY_ACT_OPEN_SHARE, // rest: name
    TRAY_ACT_SETTINGS,
    TRAY_ACT_QUIT,
} TrayAct;

typedef struct TrayKey {
    TrayAct act;
    Guest *guest; // NULL: of none, or of one that is gone
    uint64_t value;
    const char *rest; // in the key
} TrayKey;

void tray_content_fill(GPtrArray *guests, const TrayAbilities *abilities, const char *key, GPtrArray *items);
void tray_content_key(GPtrArray *guests, const char *key, TrayKey *ret_key);
TrayState tray_content_state(GPtrArray *guests); // all of them in one
char *tray_content_text(GPtrArray *guests);      // a line for each; owned by the caller
