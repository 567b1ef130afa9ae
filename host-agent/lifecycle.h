// SPDX-License-Identifier: Apache-2.0
// When a guest's machine and session are started, started again and ended: a pure state machine. It is told
// what happened, and when, and answers with what is to be done; guest.c does it.
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef enum LifecycleState {
    LIFECYCLE_OFF,         // nobody needs it; the machine may run
    LIFECYCLE_STARTING,    // the machine
    LIFECYCLE_CONNECTING,  // the session
    LIFECYCLE_LOGGING_ON,  // connected; the guest agent has not said hello
    LIFECYCLE_READY,       // it has
    LIFECYCLE_LOST,        // no connection that can be used, and none is tried for: see `silent` and `asleep`
    LIFECYCLE_BACKING_OFF, // tried again at the deadline
    LIFECYCLE_STOPPING,    // somebody asked for the end of the machine, or of the user's session on it
    LIFECYCLE_STATES,
} LifecycleState;

typedef enum LifecycleEvent {
    LIFECYCLE_WANTED, // somebody waits for the guest
    LIFECYCLE_MACHINE_READY,
    LIFECYCLE_MACHINE_FAILED,
    LIFECYCLE_CONNECTED,
    LIFECYCLE_PUBLISHED,
    LIFECYCLE_AGENT_LOST,    // the guest agent went, the session restarts it
    LIFECYCLE_SILENT,        // nothing has been heard of the guest for long, though it was asked
    LIFECYCLE_HEARD,         // and now something
    LIFECYCLE_SESSION_ENDED, // by itself; the facts say how
    LIFECYCLE_LOOK,          // windows or launches have come or gone
    LIFECYCLE_TIME,          // the deadline is over
    LIFECYCLE_SLEEP,         // this computer is about to sleep
    LIFECYCLE_WAKE,          // it is awake, or its network is another
    LIFECYCLE_STOP,
    LIFECYCLE_STOPPED, // the machine
    LIFECYCLE_EVENTS,
} LifecycleEvent;

typedef enum LifecycleAction {
    LIFECYCLE_START_MACHINE = 1 << 0,
    LIFECYCLE_START_SESSION = 1 << 1,
    LIFECYCLE_SEND_LAUNCHES = 1 << 2,
    LIFECYCLE_FAIL_LAUNCHES = 1 << 3, // those that wait, to be sent or for a window
    LIFECYCLE_FAIL_SENT = 1 << 4, // those sent without an answer: sending them again could start them twice
    LIFECYCLE_END_SESSION = 1 << 5,
    LIFECYCLE_STOP_MACHINE = 1 << 6,
    LIFECYCLE_DROP_WINDOWS = 1 << 7,
    LIFECYCLE_GREY_WINDOWS = 1 << 8, // placeholders until the guest has named its windows again
    LIFECYCLE_SHOW_WINDOWS = 1 << 9, // the guest is the same, and so are they
    LIFECYCLE_LOG_OFF = 1 << 10,     // ask the guest to end the user's session
} LifecycleAction;

typedef enum LifecycleEnd {
    LIFECYCLE_END_BROKEN,     // the connection or the session process: worth another try
    LIFECYCLE_END_HELD,       // refused, or somebody else has the session: trying again would harm
    LIFECYCLE_END_LOGGED_OFF, // the guest's programs are gone
    LIFECYCLE_END_ASKED,      // by the user
} LifecycleEnd;

typedef enum LifecycleLinger { // when the last window and icon are gone
    LIFECYCLE_STAY,
    LIFECYCLE_DISCONNECT,
    LIFECYCLE_LOG_OFF_AFTER,
} LifecycleLinger;

#define LIFECYCLE_TRIES_MAX   4     // then launches that wait are told; windows go on waiting
#define LIFECYCLE_STEADY      2000  // ms of READY after which the next loss is the first one
#define LIFECYCLE_CONNECT_MAX 60000 // ms
#define LIFECYCLE_SILENCE_MAX 60000 // ms, then the session is ended and another one tried
#define LIFECYCLE_DELAY_MAX   30000 // ms between tries

typedef struct LifecycleFacts {
    bool launches, windows; // requests wait; windows or icons of the guest are on the screen
    bool local;             // the guest runs on this computer and sleeps with it
    LifecycleEnd end;       // of SESSION_ENDED
    LifecycleLinger linger;
    int64_t linger_time; // ms
    uint32_t random;     // spreads what many would do at the same time
    int64_t now;         // ms, monotonic
} LifecycleFacts;

typedef struct Lifecycle {
    LifecycleState state;
    LifecycleState silent; // LOST: the state that the session had before it fell silent; OFF: there is none
    bool asleep;
    uint32_t tries;   // that have failed one after the other
    int64_t ready_at; // ms
    int64_t deadline; // ms, when LIFECYCLE_TIME is due; 0: never
} Lifecycle;

uint32_t lifecycle_handle(Lifecycle *lifecycle, LifecycleEvent event,
                          const LifecycleFacts *facts); // LifecycleActions
bool lifecycle_is_at_rest(const Lifecycle *lifecycle); // nothing comes by itself: OFF, LOST without a session
const char *lifecycle_state_to_string(LifecycleState state);
const char *lifecycle_event_to_string(LifecycleEvent event);
