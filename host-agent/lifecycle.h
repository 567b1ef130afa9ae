// SPDX-License-Identifier: Apache-2.0
// When a guest's machine and session are started, started again and stopped: a pure state machine. It is told
// what happened and answers with what is to be done; guest.c does it.
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef enum LifecycleState {
    LIFECYCLE_OFF,
    LIFECYCLE_STARTING,   // the machine
    LIFECYCLE_CONNECTING, // the session
    LIFECYCLE_READY,      // the guest agent has said hello
    LIFECYCLE_LOST,       // the session ended by itself; nobody needs it now
} LifecycleState;

typedef enum LifecycleEvent {
    LIFECYCLE_WANTED, // somebody waits for the guest
    LIFECYCLE_MACHINE_READY,
    LIFECYCLE_MACHINE_FAILED,
    LIFECYCLE_PUBLISHED,
    LIFECYCLE_AGENT_LOST, // the guest agent went, the session restarts it
    LIFECYCLE_SESSION_ENDED,
    LIFECYCLE_STOP,
} LifecycleEvent;

typedef enum LifecycleAction {
    LIFECYCLE_START_MACHINE = 1 << 0,
    LIFECYCLE_START_SESSION = 1 << 1,
    LIFECYCLE_SEND_LAUNCHES = 1 << 2,
    LIFECYCLE_FAIL_LAUNCHES = 1 << 3, // those that wait
    LIFECYCLE_FAIL_SENT = 1 << 4, // those sent without an answer: sending them again could start them twice
    LIFECYCLE_END_SESSION = 1 << 5,
    LIFECYCLE_STOP_MACHINE = 1 << 6,
    LIFECYCLE_DROP_WINDOWS = 1 << 7,
} LifecycleAction;

#define LIFECYCLE_RESTARTS_MAX  3     // within
#define LIFECYCLE_RESTARTS_SPAN 60000 // ms

typedef struct LifecycleFacts {
    bool launches, windows; // requests wait; windows of the guest are on the screen
    int64_t now;            // ms, monotonic
} LifecycleFacts;

typedef struct Lifecycle {
    LifecycleState state;
    int64_t restarts[LIFECYCLE_RESTARTS_MAX]; // times of the last ones, oldest first
    uint32_t n_restarts;
} Lifecycle;

uint32_t lifecycle_handle(Lifecycle *lifecycle, LifecycleEvent event,
                          const LifecycleFacts *facts); // LifecycleActions
const char *lifecycle_state_to_string(LifecycleState state);
