// SPDX-License-Identifier: Apache-2.0
// Whether somebody who is asked again and again still answers: pure, with time passed in (ms, monotonic).
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define HEARTBEAT_MS        4000  // between two questions
#define HEARTBEAT_SILENT_MS 1000  // between two questions to somebody who is silent
#define HEARTBEAT_PATIENCE  10000 // without a sign of life; then it is silent

typedef struct Heartbeat {
    int64_t heard_at, asked_at;
    bool silent;
} Heartbeat;

void heartbeat_begin(Heartbeat *heartbeat, int64_t now);
// The answer says how long the one behind has been quiet.
void heartbeat_answered(Heartbeat *heartbeat, uint32_t untrusted_quiet, int64_t now);
void heartbeat_time_passed(Heartbeat *heartbeat, int64_t now); // and it is asked again
unsigned heartbeat_interval(const Heartbeat *heartbeat);       // ms until it is to be asked again
