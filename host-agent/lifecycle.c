// SPDX-License-Identifier: Apache-2.0
// The state machine of a guest as a table of steps: state and event name the step, the facts decide inside
// it. Pure; owned by a Guest. Never starts anything itself, never looks at a clock.
#include "host-agent/lifecycle.h"
#include <stddef.h>

#define FIRST_DELAY 100 // ms after the second failure; the first is followed by a try at once

typedef uint32_t (*Step)(Lifecycle *lifecycle, const LifecycleFacts *facts);

const char *lifecycle_state_to_string(LifecycleState state) {
    static const char *const names[LIFECYCLE_STATES] = {"off",   "starting", "connecting",  "logging-on",
                                                        "ready", "lost",     "backing-off", "stopping"};
    return state < LIFECYCLE_STATES ? names[state] : "?";
}

const char *lifecycle_event_to_string(LifecycleEvent event) {
    static const char *const names[LIFECYCLE_EVENTS] = {
        "wanted",     "machine ready", "machine failed", "connected",     "published",
        "agent lost", "silent",        "heard",          "session ended", "look",
        "time",       "sleep",         "wake",           "stop",          "stopped"};
    return event < LIFECYCLE_EVENTS ? names[event] : "?";
}

bool lifecycle_is_at_rest(const Lifecycle *lifecycle) {
    return lifecycle->state == LIFECYCLE_OFF || (lifecycle->state == LIFECYCLE_LOST && !lifecycle->silent);
}

static uint32_t go(Lifecycle *lifecycle, LifecycleState state, uint32_t actions) {
    lifecycle->state = state;
    lifecycle->silent = LIFECYCLE_OFF;
    lifecycle->deadline = 0;
    return actions;
}

static bool is_needed(const LifecycleFacts *facts) {
    return facts->windows || facts->launches;
}

static uint32_t start(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    return go(lifecycle, LIFECYCLE_STARTING, LIFECYCLE_START_MACHINE);
}

// Whoever asks is awake, whatever became of the word that this computer is.
static uint32_t start_unless_silent(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    if (lifecycle->silent)
        return 0;
    lifecycle->asleep = false;
    return start(lifecycle, facts);
}

static uint32_t start_if_needed(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    return is_needed(facts) ? start(lifecycle, facts) : go(lifecycle, LIFECYCLE_OFF, 0);
}

static uint32_t send(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    lifecycle->deadline = 0;
    return LIFECYCLE_SEND_LAUNCHES;
}

static uint32_t connect(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    uint32_t actions = go(lifecycle, LIFECYCLE_CONNECTING, LIFECYCLE_START_SESSION);
    lifecycle->deadline = facts->now + LIFECYCLE_CONNECT_MAX;
    return actions;
}

// A machine that does not start has ended, and with it what its windows showed.
static uint32_t give_up_machine(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    return go(lifecycle, LIFECYCLE_OFF, LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_DROP_WINDOWS);
}

static uint32_t log_on(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    return go(lifecycle, LIFECYCLE_LOGGING_ON, 0);
}

static uint32_t look(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    if (is_needed(facts) || facts->linger == LIFECYCLE_STAY)
        lifecycle->deadline = 0;
    else if (!lifecycle->deadline)
        lifecycle->deadline = facts->now + facts->linger_time;
    return 0;
}

static uint32_t be_ready(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    lifecycle->ready_at = facts->now;
    go(lifecycle, LIFECYCLE_READY, 0);
    return look(lifecycle, facts) | LIFECYCLE_SEND_LAUNCHES;
}

static uint32_t lose_agent(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    return go(lifecycle, LIFECYCLE_LOGGING_ON, LIFECYCLE_FAIL_SENT);
}

static int64_t delay(uint32_t tries, uint32_t random) {
    int64_t most = FIRST_DELAY;
    if (tries < 2)
        return 0;
    for (uint32_t i = 2; i < tries && most < LIFECYCLE_DELAY_MAX; i++)
        most += most / 2;
    if (most > LIFECYCLE_DELAY_MAX)
        most = LIFECYCLE_DELAY_MAX;
    return most / 2 + random % (uint32_t)(most / 2 + 1);
}

static uint32_t try_again(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    uint32_t actions = LIFECYCLE_FAIL_SENT | LIFECYCLE_GREY_WINDOWS;
    bool exhausted = lifecycle->tries >= LIFECYCLE_TRIES_MAX;
    if (exhausted && facts->launches)
        actions |= LIFECYCLE_FAIL_LAUNCHES;
    if (!facts->windows && (exhausted || !facts->launches))
        return go(lifecycle, LIFECYCLE_LOST, actions);
    int64_t wait = delay(lifecycle->tries, facts->random);
    if (!wait)
        return actions | start(lifecycle, facts);
    go(lifecycle, LIFECYCLE_BACKING_OFF, 0);
    lifecycle->deadline = facts->now + wait;
    return actions;
}

static uint32_t lose(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    bool was_steady = lifecycle->state == LIFECYCLE_READY || lifecycle->silent == LIFECYCLE_READY;
    if (was_steady && facts->now - lifecycle->ready_at >= LIFECYCLE_STEADY)
        lifecycle->tries = 0;
    lifecycle->tries++;
    switch (facts->end) {
    case LIFECYCLE_END_ASKED:
        return go(lifecycle, LIFECYCLE_OFF,
                  LIFECYCLE_FAIL_SENT | LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_DROP_WINDOWS);
    case LIFECYCLE_END_HELD:
        return go(lifecycle, LIFECYCLE_LOST,
                  LIFECYCLE_FAIL_SENT | LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_GREY_WINDOWS);
    case LIFECYCLE_END_LOGGED_OFF: {
        LifecycleFacts without = *facts;
        without.windows = false;
        return try_again(lifecycle, &without) | LIFECYCLE_DROP_WINDOWS;
    }
    default:
        return try_again(lifecycle, facts);
    }
}

static uint32_t cut(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    LifecycleFacts broken = *facts;
    broken.end = LIFECYCLE_END_BROKEN;
    return LIFECYCLE_END_SESSION | lose(lifecycle, &broken);
}

static uint32_t cut_if_silent(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    return lifecycle->silent ? cut(lifecycle, facts) : 0;
}

static uint32_t lose_if_silent(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    return lifecycle->silent ? lose(lifecycle, facts) : 0;
}

static uint32_t fall_silent(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    LifecycleState before = lifecycle->state;
    go(lifecycle, LIFECYCLE_LOST, 0);
    lifecycle->silent = before;
    lifecycle->deadline = facts->now + LIFECYCLE_SILENCE_MAX;
    return LIFECYCLE_GREY_WINDOWS;
}

static uint32_t hear(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    if (!lifecycle->silent)
        return 0;
    bool was_ready = lifecycle->silent == LIFECYCLE_READY;
    go(lifecycle, lifecycle->silent, 0);
    return LIFECYCLE_SHOW_WINDOWS | (was_ready ? look(lifecycle, facts) | LIFECYCLE_SEND_LAUNCHES : 0);
}

// What happened to the session while it was silent.
static uint32_t publish_if_silent(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    return lifecycle->silent ? LIFECYCLE_SHOW_WINDOWS | be_ready(lifecycle, facts) : 0;
}

static uint32_t lose_agent_if_silent(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    if (!lifecycle->silent)
        return 0;
    lifecycle->silent = LIFECYCLE_LOGGING_ON;
    return LIFECYCLE_FAIL_SENT;
}

static uint32_t end_linger(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    lifecycle->deadline = 0;
    if (is_needed(facts) || facts->linger == LIFECYCLE_STAY)
        return 0;
    if (facts->linger == LIFECYCLE_DISCONNECT)
        return go(lifecycle, LIFECYCLE_OFF, LIFECYCLE_END_SESSION | LIFECYCLE_DROP_WINDOWS);
    if (facts->local)
        return go(lifecycle, LIFECYCLE_STOPPING,
                  LIFECYCLE_END_SESSION | LIFECYCLE_DROP_WINDOWS | LIFECYCLE_STOP_MACHINE);
    go(lifecycle, LIFECYCLE_STOPPING, 0);
    lifecycle->deadline = facts->now + LIFECYCLE_SILENCE_MAX;
    return LIFECYCLE_LOG_OFF;
}

static uint32_t rest(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    return is_needed(facts) ? 0 : go(lifecycle, LIFECYCLE_LOST, 0);
}

static uint32_t sleep_away(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    if (facts->local)
        return 0;
    lifecycle->asleep = true;
    return go(lifecycle, LIFECYCLE_LOST,
              LIFECYCLE_END_SESSION | LIFECYCLE_FAIL_SENT | LIFECYCLE_GREY_WINDOWS);
}

static uint32_t wake(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    if (!lifecycle->asleep)
        return 0;
    lifecycle->asleep = false;
    lifecycle->tries = 0;
    return start_if_needed(lifecycle, facts);
}

static uint32_t stop(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    lifecycle->asleep = false;
    lifecycle->tries = 0;
    return go(lifecycle, LIFECYCLE_STOPPING,
              LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_FAIL_SENT | LIFECYCLE_END_SESSION | LIFECYCLE_STOP_MACHINE |
                  LIFECYCLE_DROP_WINDOWS);
}

// A log-off that the guest did not carry out becomes a disconnection.
static uint32_t stopped(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    uint32_t actions = LIFECYCLE_END_SESSION | LIFECYCLE_DROP_WINDOWS;
    return facts->launches ? actions | start(lifecycle, facts) : go(lifecycle, LIFECYCLE_OFF, actions);
}

// Of a session that is being logged off a launch waits for the end; of a machine that stops, the machine.
static uint32_t start_after_stop(Lifecycle *lifecycle, const LifecycleFacts *facts) {
    return lifecycle->deadline ? 0 : start(lifecycle, facts);
}

static const Step table[LIFECYCLE_STATES][LIFECYCLE_EVENTS] = {
    [LIFECYCLE_OFF] = {[LIFECYCLE_WANTED] = start, [LIFECYCLE_STOP] = stop},
    [LIFECYCLE_STARTING] = {[LIFECYCLE_MACHINE_READY] = connect,
                            [LIFECYCLE_MACHINE_FAILED] = give_up_machine,
                            [LIFECYCLE_SLEEP] = sleep_away,
                            [LIFECYCLE_STOP] = stop},
    [LIFECYCLE_CONNECTING] = {[LIFECYCLE_CONNECTED] = log_on,
                              [LIFECYCLE_PUBLISHED] = be_ready,
                              [LIFECYCLE_SESSION_ENDED] = lose,
                              [LIFECYCLE_TIME] = cut,
                              [LIFECYCLE_SLEEP] = sleep_away,
                              [LIFECYCLE_STOP] = stop},
    [LIFECYCLE_LOGGING_ON] = {[LIFECYCLE_PUBLISHED] = be_ready,
                              [LIFECYCLE_SILENT] = fall_silent,
                              [LIFECYCLE_SESSION_ENDED] = lose,
                              [LIFECYCLE_SLEEP] = sleep_away,
                              [LIFECYCLE_STOP] = stop},
    [LIFECYCLE_READY] = {[LIFECYCLE_WANTED] = send,
                         [LIFECYCLE_AGENT_LOST] = lose_agent,
                         [LIFECYCLE_SILENT] = fall_silent,
                         [LIFECYCLE_SESSION_ENDED] = lose,
                         [LIFECYCLE_LOOK] = look,
                         [LIFECYCLE_TIME] = end_linger,
                         [LIFECYCLE_SLEEP] = sleep_away,
                         [LIFECYCLE_STOP] = stop},
    [LIFECYCLE_LOST] = {[LIFECYCLE_WANTED] = start_unless_silent,
                        [LIFECYCLE_PUBLISHED] = publish_if_silent,
                        [LIFECYCLE_AGENT_LOST] = lose_agent_if_silent,
                        [LIFECYCLE_HEARD] = hear,
                        [LIFECYCLE_SESSION_ENDED] = lose_if_silent,
                        [LIFECYCLE_TIME] = cut_if_silent,
                        [LIFECYCLE_SLEEP] = sleep_away,
                        [LIFECYCLE_WAKE] = wake,
                        [LIFECYCLE_STOP] = stop},
    [LIFECYCLE_BACKING_OFF] = {[LIFECYCLE_WANTED] = start,
                               [LIFECYCLE_LOOK] = rest,
                               [LIFECYCLE_TIME] = start,
                               [LIFECYCLE_SLEEP] = sleep_away,
                               [LIFECYCLE_WAKE] = start,
                               [LIFECYCLE_STOP] = stop},
    [LIFECYCLE_STOPPING] = {[LIFECYCLE_WANTED] = start_after_stop,
                            [LIFECYCLE_SESSION_ENDED] = stopped,
                            [LIFECYCLE_TIME] = stopped,
                            [LIFECYCLE_STOP] = stop,
                            [LIFECYCLE_STOPPED] = stopped},
};

uint32_t lifecycle_handle(Lifecycle *lifecycle, LifecycleEvent event, const LifecycleFacts *facts) {
    Step step = table[lifecycle->state][event];
    return step ? step(lifecycle, facts) : 0;
}
