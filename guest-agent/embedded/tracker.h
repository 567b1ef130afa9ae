// SPDX-License-Identifier: Apache-2.0
// The second instance of the guest agent, that tells Win32's facts about windows.
#pragma once
#include "guest-agent/embedded/bridge.h"
#include "rail/catalogue-message.h"

typedef struct Tracker Tracker;
typedef struct TrackerEvents {
    void (*on_ready)(void *user, bool is_ready);
    void (*on_window)(void *user, const TrackedWindow *untrusted_window);
    void (*on_gone)(void *user, uint32_t hwnd);
    void (*on_active)(void *user, uint32_t hwnd);     // another one, or the order has changed
    void (*on_answer)(void *user, uint32_t question); // all that was seen then has been told
} TrackerEvents;

Tracker *tracker_new(const Wine *wine, const TrackerEvents *events, void *user);
void tracker_free(Tracker *tracker);
uint32_t tracker_ask(Tracker *tracker); // scan now; the question, rising; 0 without a tracker
