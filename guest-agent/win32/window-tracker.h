// SPDX-License-Identifier: Apache-2.0
// Tells the other end about all top-level windows, what becomes of them and who lies over whom (PROTOCOL.md
// 3.6 and 3.9).
#pragma once
#include "guest-agent/publisher.h"

typedef struct WindowTracker WindowTracker;

WindowTracker *window_tracker_new(Publisher *publisher);
void window_tracker_free(WindowTracker *tracker);
void window_tracker_reset(WindowTracker *tracker); // a new connection: nothing is told until TRACK
void window_tracker_track(WindowTracker *tracker, uint32_t cookie); // scans, answers with TRACKED_END
bool window_tracker_is_active(const WindowTracker *tracker);
void window_tracker_scan(WindowTracker *tracker); // tells what changed, when active
