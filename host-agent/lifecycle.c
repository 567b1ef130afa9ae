// SPDX-License-Identifier: Apache-2.0
// The state machine of a guest: transitions only. Pure; owned by a Guest. Never starts anything itself.
#include "host-agent/lifecycle.h"
#include <string.h>

const char *lifecycle_state_to_string(LifecycleState state) {
    static const char *const names[] = {"off", "starting", "connecting", "ready", "lost"};
    return state <= LIFECYCLE_LOST ? names[state] : "?";
}

static bool may_restart(Lifecycle *lifecycle, int64_t now) {
    if (lifecycle->n_restarts == LIFECYCLE_RESTARTS_MAX) {
        if (now - lifecycle->restarts[0] < LIFECYCLE_RESTARTS_SPAN)
            return false;
        memmove(lifecycle->restarts, lifecycle->restarts + 1,
                sizeof lifecycle->restarts - sizeof lifecycle->restarts[0]);
        lifecycle->n_restarts--;
    }
    lifecycle->restarts[lifecycle->n_restarts++] = now;
    return true;
}

static uint32_t go(Lifecycle *lifecycle, LifecycleState state, uint32_t actions) {
    lifecycle->state = state;
    return actions;
}

static uint32_t on_wanted(Lifecycle *lifecycle) {
    switch (lifecycle->state) {
    case LIFECYCLE_OFF:
    case LIFECYCLE_LOST:
        return go(lifecycle, LIFECYCLE_STARTING, LIFECYCLE_START_MACHINE);
    case LIFECYCLE_READY:
        return LIFECYCLE_SEND_LAUNCHES;
    default:
        return 0;
    }
}

static uint32_t on_session_ended(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    if (lifecycle->state == LIFECYCLE_OFF)
        return 0;
    bool needed = facts->windows || facts->launches;
    if (!needed)
        return go(lifecycle, LIFECYCLE_LOST, LIFECYCLE_FAIL_SENT);
    if (may_restart(lifecycle, facts->now))
        return go(lifecycle, LIFECYCLE_STARTING, LIFECYCLE_FAIL_SENT | LIFECYCLE_START_MACHINE);
    return go(lifecycle, LIFECYCLE_LOST,
              LIFECYCLE_FAIL_SENT | LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_DROP_WINDOWS);
}

uint32_t lifecycle_handle(Lifecycle *lifecycle, LifecycleEvent event, const LifecycleFacts *facts) {
    LifecycleState state = lifecycle->state;
    switch (event) {
    case LIFECYCLE_WANTED:
        return on_wanted(lifecycle);
    case LIFECYCLE_MACHINE_READY:
        return state == LIFECYCLE_STARTING ? go(lifecycle, LIFECYCLE_CONNECTING, LIFECYCLE_START_SESSION) : 0;
    case LIFECYCLE_MACHINE_FAILED:
        return state == LIFECYCLE_STARTING
                   ? go(lifecycle, LIFECYCLE_OFF, LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_DROP_WINDOWS)
                   : 0;
    case LIFECYCLE_PUBLISHED:
        return state == LIFECYCLE_CONNECTING ? go(lifecycle, LIFECYCLE_READY, LIFECYCLE_SEND_LAUNCHES) : 0;
    case LIFECYCLE_AGENT_LOST:
        return state == LIFECYCLE_READY ? go(lifecycle, LIFECYCLE_CONNECTING, LIFECYCLE_FAIL_SENT) : 0;
    case LIFECYCLE_SESSION_ENDED:
        return on_session_ended(lifecycle, facts);
    case LIFECYCLE_STOP:
        return go(lifecycle, LIFECYCLE_OFF,
                  LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_FAIL_SENT | LIFECYCLE_END_SESSION |
                      LIFECYCLE_STOP_MACHINE | LIFECYCLE_DROP_WINDOWS);
    }
    return 0;
}
