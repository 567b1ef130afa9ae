// SPDX-License-Identifier: Apache-2.0
// The life cycle's table, its clock, and the launch queue: nothing lost, nothing twice.
#include <glib.h>
#include "host-agent/heartbeat.h"
#include "host-agent/launches.h"
#include "host-agent/lifecycle.h"

#define NOTHING LIFECYCLE_STATES // of a cell: the state stays

typedef struct Cell {
    LifecycleState state;
    LifecycleEvent event;
    LifecycleState next[2]; // nobody needs the guest; its windows are there and a launch waits
    uint32_t actions[2];
} Cell;

#define STOP_ALL                                                                                             \
    (LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_FAIL_SENT | LIFECYCLE_END_SESSION | LIFECYCLE_STOP_MACHINE |        \
     LIFECYCLE_DROP_WINDOWS)
#define SLEEP_ALL (LIFECYCLE_END_SESSION | LIFECYCLE_FAIL_SENT | LIFECYCLE_GREY_WINDOWS)
#define LOSE_ALL  (LIFECYCLE_FAIL_SENT | LIFECYCLE_GREY_WINDOWS)
#define STOPS(state)                                                                                         \
    {                                                                                                        \
        state, LIFECYCLE_STOP, {LIFECYCLE_STOPPING, LIFECYCLE_STOPPING}, {                                   \
            STOP_ALL, STOP_ALL                                                                               \
        }                                                                                                    \
    }
#define SLEEPS(state)                                                                                        \
    {                                                                                                        \
        state, LIFECYCLE_SLEEP, {LIFECYCLE_LOST, LIFECYCLE_LOST}, {                                          \
            SLEEP_ALL, SLEEP_ALL                                                                             \
        }                                                                                                    \
    }
#define STARTS(state, event)                                                                                 \
    {                                                                                                        \
        state, event, {LIFECYCLE_STARTING, LIFECYCLE_STARTING}, {                                            \
            LIFECYCLE_START_MACHINE, LIFECYCLE_START_MACHINE                                                 \
        }                                                                                                    \
    }
#define LOSES(state)                                                                                         \
    {                                                                                                        \
        state, LIFECYCLE_SESSION_ENDED, {LIFECYCLE_LOST, LIFECYCLE_STARTING}, {                              \
            LOSE_ALL, LOSE_ALL | LIFECYCLE_START_MACHINE                                                     \
        }                                                                                                    \
    }

// Every cell in which something happens; in all others nothing does. A guest on another computer, that stays.
static const Cell cells[] = {
    STARTS(LIFECYCLE_OFF, LIFECYCLE_WANTED),
    STOPS(LIFECYCLE_OFF),
    {LIFECYCLE_STARTING,
     LIFECYCLE_MACHINE_READY,
     {LIFECYCLE_CONNECTING, LIFECYCLE_CONNECTING},
     {LIFECYCLE_START_SESSION, LIFECYCLE_START_SESSION}},
    {LIFECYCLE_STARTING,
     LIFECYCLE_MACHINE_FAILED,
     {LIFECYCLE_OFF, LIFECYCLE_OFF},
     {LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_DROP_WINDOWS, LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_DROP_WINDOWS}},
    SLEEPS(LIFECYCLE_STARTING),
    STOPS(LIFECYCLE_STARTING),
    {LIFECYCLE_CONNECTING, LIFECYCLE_CONNECTED, {LIFECYCLE_LOGGING_ON, LIFECYCLE_LOGGING_ON}, {0, 0}},
    {LIFECYCLE_CONNECTING,
     LIFECYCLE_PUBLISHED,
     {LIFECYCLE_READY, LIFECYCLE_READY},
     {LIFECYCLE_SEND_LAUNCHES, LIFECYCLE_SEND_LAUNCHES}},
    LOSES(LIFECYCLE_CONNECTING),
    {LIFECYCLE_CONNECTING,
     LIFECYCLE_TIME,
     {LIFECYCLE_LOST, LIFECYCLE_STARTING},
     {LIFECYCLE_END_SESSION | LOSE_ALL, LIFECYCLE_END_SESSION | LOSE_ALL | LIFECYCLE_START_MACHINE}},
    SLEEPS(LIFECYCLE_CONNECTING),
    STOPS(LIFECYCLE_CONNECTING),
    {LIFECYCLE_LOGGING_ON,
     LIFECYCLE_PUBLISHED,
     {LIFECYCLE_READY, LIFECYCLE_READY},
     {LIFECYCLE_SEND_LAUNCHES, LIFECYCLE_SEND_LAUNCHES}},
    {LIFECYCLE_LOGGING_ON,
     LIFECYCLE_SILENT,
     {LIFECYCLE_LOST, LIFECYCLE_LOST},
     {LIFECYCLE_GREY_WINDOWS, LIFECYCLE_GREY_WINDOWS}},
    LOSES(LIFECYCLE_LOGGING_ON),
    SLEEPS(LIFECYCLE_LOGGING_ON),
    STOPS(LIFECYCLE_LOGGING_ON),
    {LIFECYCLE_READY,
     LIFECYCLE_WANTED,
     {NOTHING, NOTHING},
     {LIFECYCLE_SEND_LAUNCHES, LIFECYCLE_SEND_LAUNCHES}},
    {LIFECYCLE_READY,
     LIFECYCLE_AGENT_LOST,
     {LIFECYCLE_LOGGING_ON, LIFECYCLE_LOGGING_ON},
     {LIFECYCLE_FAIL_SENT, LIFECYCLE_FAIL_SENT}},
    {LIFECYCLE_READY,
     LIFECYCLE_SILENT,
     {LIFECYCLE_LOST, LIFECYCLE_LOST},
     {LIFECYCLE_GREY_WINDOWS, LIFECYCLE_GREY_WINDOWS}},
    LOSES(LIFECYCLE_READY),
    SLEEPS(LIFECYCLE_READY),
    STOPS(LIFECYCLE_READY),
    STARTS(LIFECYCLE_LOST, LIFECYCLE_WANTED),
    SLEEPS(LIFECYCLE_LOST),
    STOPS(LIFECYCLE_LOST),
    STARTS(LIFECYCLE_BACKING_OFF, LIFECYCLE_WANTED),
    {LIFECYCLE_BACKING_OFF, LIFECYCLE_LOOK, {LIFECYCLE_LOST, NOTHING}, {0, 0}},
    STARTS(LIFECYCLE_BACKING_OFF, LIFECYCLE_TIME),
    SLEEPS(LIFECYCLE_BACKING_OFF),
    STARTS(LIFECYCLE_BACKING_OFF, LIFECYCLE_WAKE),
    STOPS(LIFECYCLE_BACKING_OFF),
    STARTS(LIFECYCLE_STOPPING, LIFECYCLE_WANTED),
    {LIFECYCLE_STOPPING,
     LIFECYCLE_SESSION_ENDED,
     {LIFECYCLE_OFF, LIFECYCLE_STARTING},
     {LIFECYCLE_END_SESSION | LIFECYCLE_DROP_WINDOWS,
      LIFECYCLE_END_SESSION | LIFECYCLE_DROP_WINDOWS | LIFECYCLE_START_MACHINE}},
    {LIFECYCLE_STOPPING,
     LIFECYCLE_TIME,
     {LIFECYCLE_OFF, LIFECYCLE_STARTING},
     {LIFECYCLE_END_SESSION | LIFECYCLE_DROP_WINDOWS,
      LIFECYCLE_END_SESSION | LIFECYCLE_DROP_WINDOWS | LIFECYCLE_START_MACHINE}},
    STOPS(LIFECYCLE_STOPPING),
    {LIFECYCLE_STOPPING,
     LIFECYCLE_STOPPED,
     {LIFECYCLE_OFF, LIFECYCLE_STARTING},
     {LIFECYCLE_END_SESSION | LIFECYCLE_DROP_WINDOWS,
      LIFECYCLE_END_SESSION | LIFECYCLE_DROP_WINDOWS | LIFECYCLE_START_MACHINE}},
};

static const Cell *cell_of(LifecycleState state, LifecycleEvent event) {
    for (size_t i = 0; i < G_N_ELEMENTS(cells); i++)
        if (cells[i].state == state && cells[i].event == event)
            return &cells[i];
    return NULL;
}

static void check_cell(LifecycleState state, LifecycleEvent event, int needed) {
    const Cell *cell = cell_of(state, event);
    LifecycleState next = cell && cell->next[needed] != NOTHING ? cell->next[needed] : state;
    Lifecycle lifecycle = {.state = state};
    LifecycleFacts facts = {.launches = needed, .windows = needed, .now = 1000};
    uint32_t actions = lifecycle_handle(&lifecycle, event, &facts);
    g_test_message("%s: %s -> %s", lifecycle_state_to_string(state), lifecycle_event_to_string(event),
                   lifecycle_state_to_string(lifecycle.state));
    g_assert_cmpint(lifecycle.state, ==, next);
    g_assert_cmphex(actions, ==, cell ? cell->actions[needed] : 0);
}

static void test_table(void) {
    for (LifecycleState state = 0; state < LIFECYCLE_STATES; state++)
        for (LifecycleEvent event = 0; event < LIFECYCLE_EVENTS; event++) {
            check_cell(state, event, 0);
            check_cell(state, event, 1);
        }
}

static uint32_t tell(Lifecycle *lifecycle, LifecycleEvent event, const LifecycleFacts *facts) {
    return lifecycle_handle(lifecycle, event, facts);
}

// One failed try after the other: at once, then ever later, and never earlier than half of it.
static void test_backing_off(void) {
    Lifecycle lifecycle = {.state = LIFECYCLE_READY, .ready_at = 1000};
    LifecycleFacts facts = {.windows = true, .now = 1000};
    g_assert_true(tell(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts) & LIFECYCLE_START_MACHINE);
    for (int64_t most = 100; most <= 4 * LIFECYCLE_DELAY_MAX; most += most / 2) {
        int64_t longest = MIN(most, LIFECYCLE_DELAY_MAX);
        facts.random = (uint32_t)most * 2654435761u;
        tell(&lifecycle, LIFECYCLE_MACHINE_READY, &facts);
        g_assert_false(tell(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts) & LIFECYCLE_START_MACHINE);
        g_assert_cmpint(lifecycle.state, ==, LIFECYCLE_BACKING_OFF);
        g_assert_cmpint(lifecycle.deadline - facts.now, >=, longest / 2);
        g_assert_cmpint(lifecycle.deadline - facts.now, <=, longest);
        facts.now = lifecycle.deadline;
        g_assert_true(tell(&lifecycle, LIFECYCLE_TIME, &facts) & LIFECYCLE_START_MACHINE);
    }
    tell(&lifecycle, LIFECYCLE_MACHINE_READY, &facts);
    tell(&lifecycle, LIFECYCLE_PUBLISHED, &facts);
    facts.now += LIFECYCLE_STEADY;
    g_assert_true(tell(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts) & LIFECYCLE_START_MACHINE);
    g_assert_cmpuint(lifecycle.tries, ==, 1); // a steady connection starts the count anew
}

// The delays of two guests that were cut at the same time differ.
static void test_jitter(void) {
    int64_t seen[2];
    for (uint32_t i = 0; i < 2; i++) {
        Lifecycle lifecycle = {.state = LIFECYCLE_CONNECTING, .tries = 6};
        LifecycleFacts facts = {.windows = true, .now = 5, .random = 77 + 1000 * i};
        tell(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts);
        seen[i] = lifecycle.deadline;
    }
    g_assert_cmpint(seen[0], !=, seen[1]);
}

static void test_launches_do_not_wait_for_ever(void) {
    Lifecycle lifecycle = {.state = LIFECYCLE_OFF};
    LifecycleFacts facts = {.launches = true};
    uint32_t actions = tell(&lifecycle, LIFECYCLE_WANTED, &facts), tries = 0;
    for (; !(actions & LIFECYCLE_FAIL_LAUNCHES) && tries < 100; tries++) {
        if (lifecycle.state == LIFECYCLE_BACKING_OFF)
            tell(&lifecycle, LIFECYCLE_TIME, &facts);
        tell(&lifecycle, LIFECYCLE_MACHINE_READY, &facts);
        actions = tell(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts);
    }
    g_assert_cmpuint(tries, ==, LIFECYCLE_TRIES_MAX);
    g_assert_cmpint(lifecycle.state, ==, LIFECYCLE_LOST);
    Lifecycle with_windows = {.state = LIFECYCLE_CONNECTING, .tries = LIFECYCLE_TRIES_MAX};
    facts.windows = true;
    g_assert_true(tell(&with_windows, LIFECYCLE_SESSION_ENDED, &facts) & LIFECYCLE_FAIL_LAUNCHES);
    g_assert_cmpint(with_windows.state, ==, LIFECYCLE_BACKING_OFF);
}

static void test_ends(void) {
    static const struct {
        LifecycleEnd end;
        LifecycleState next;
        uint32_t actions;
    } ends[] = {
        {LIFECYCLE_END_HELD, LIFECYCLE_LOST,
         LIFECYCLE_FAIL_SENT | LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_GREY_WINDOWS},
        {LIFECYCLE_END_LOGGED_OFF, LIFECYCLE_STARTING, // for the launch that waits
         LIFECYCLE_FAIL_SENT | LIFECYCLE_GREY_WINDOWS | LIFECYCLE_DROP_WINDOWS | LIFECYCLE_START_MACHINE},
        {LIFECYCLE_END_ASKED, LIFECYCLE_OFF,
         LIFECYCLE_FAIL_SENT | LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_DROP_WINDOWS},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        Lifecycle lifecycle = {.state = LIFECYCLE_READY};
        LifecycleFacts facts = {.windows = true, .launches = true, .end = ends[i].end};
        g_assert_cmphex(tell(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts), ==, ends[i].actions);
        g_assert_cmpint(lifecycle.state, ==, ends[i].next);
    }
    Lifecycle lifecycle = {.state = LIFECYCLE_READY};
    LifecycleFacts facts = {.windows = true, .end = LIFECYCLE_END_LOGGED_OFF};
    tell(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts);
    g_assert_cmpint(lifecycle.state, ==, LIFECYCLE_LOST); // its windows are gone, nobody needs it
}

static void test_silence(void) {
    LifecycleFacts facts = {.windows = true, .now = 50000};
    Lifecycle lifecycle = {.state = LIFECYCLE_READY};
    g_assert_cmphex(tell(&lifecycle, LIFECYCLE_SILENT, &facts), ==, LIFECYCLE_GREY_WINDOWS);
    g_assert_false(lifecycle_is_at_rest(&lifecycle));
    g_assert_cmphex(tell(&lifecycle, LIFECYCLE_WANTED, &facts), ==, 0); // queued: it may come back
    g_assert_cmphex(tell(&lifecycle, LIFECYCLE_HEARD, &facts), ==,
                    LIFECYCLE_SHOW_WINDOWS | LIFECYCLE_SEND_LAUNCHES);
    g_assert_cmpint(lifecycle.state, ==, LIFECYCLE_READY);
    tell(&lifecycle, LIFECYCLE_SILENT, &facts);
    facts.now = lifecycle.deadline;
    g_assert_cmphex(tell(&lifecycle, LIFECYCLE_TIME, &facts), ==,
                    LIFECYCLE_END_SESSION | LIFECYCLE_FAIL_SENT | LIFECYCLE_GREY_WINDOWS |
                        LIFECYCLE_START_MACHINE);
    lifecycle = (Lifecycle){.state = LIFECYCLE_LOST, .silent = LIFECYCLE_READY};
    tell(&lifecycle, LIFECYCLE_AGENT_LOST, &facts);
    tell(&lifecycle, LIFECYCLE_HEARD, &facts);
    g_assert_cmpint(lifecycle.state, ==, LIFECYCLE_LOGGING_ON);
    lifecycle = (Lifecycle){.state = LIFECYCLE_LOST, .silent = LIFECYCLE_LOGGING_ON};
    g_assert_cmphex(tell(&lifecycle, LIFECYCLE_PUBLISHED, &facts), ==,
                    LIFECYCLE_SHOW_WINDOWS | LIFECYCLE_SEND_LAUNCHES);
    lifecycle = (Lifecycle){.state = LIFECYCLE_LOST, .silent = LIFECYCLE_READY};
    tell(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts);
    g_assert_cmpint(lifecycle.state, ==, LIFECYCLE_STARTING);
}

static void test_sleep(void) {
    Lifecycle lifecycle = {.state = LIFECYCLE_READY};
    LifecycleFacts facts = {.windows = true};
    tell(&lifecycle, LIFECYCLE_SLEEP, &facts);
    g_assert_cmphex(tell(&lifecycle, LIFECYCLE_WAKE, &facts), ==, LIFECYCLE_START_MACHINE);
    lifecycle = (Lifecycle){.state = LIFECYCLE_LOST, .asleep = true};
    g_assert_cmphex(tell(&lifecycle, LIFECYCLE_WANTED, &facts), ==, LIFECYCLE_START_MACHINE);
    g_assert_false(lifecycle.asleep);
    lifecycle = (Lifecycle){.state = LIFECYCLE_LOST, .asleep = true};
    facts.windows = false;
    tell(&lifecycle, LIFECYCLE_WAKE, &facts);
    g_assert_cmpint(lifecycle.state, ==, LIFECYCLE_OFF);
    lifecycle = (Lifecycle){.state = LIFECYCLE_READY};
    facts.local = true; // sleeps with this computer
    g_assert_cmphex(tell(&lifecycle, LIFECYCLE_SLEEP, &facts), ==, 0);
    g_assert_cmpint(lifecycle.state, ==, LIFECYCLE_READY);
}

static void test_linger(void) {
    Lifecycle lifecycle = {.state = LIFECYCLE_READY};
    LifecycleFacts facts = {.now = 100, .linger = LIFECYCLE_DISCONNECT, .linger_time = 5000};
    tell(&lifecycle, LIFECYCLE_LOOK, &facts);
    g_assert_cmpint(lifecycle.deadline, ==, 5100);
    facts.now = 300;
    tell(&lifecycle, LIFECYCLE_LOOK, &facts);
    g_assert_cmpint(lifecycle.deadline, ==, 5100);
    facts.windows = true; // launched again meanwhile
    tell(&lifecycle, LIFECYCLE_LOOK, &facts);
    g_assert_cmpint(lifecycle.deadline, ==, 0);
    facts.windows = false;
    tell(&lifecycle, LIFECYCLE_LOOK, &facts);
    g_assert_cmphex(tell(&lifecycle, LIFECYCLE_TIME, &facts), ==,
                    LIFECYCLE_END_SESSION | LIFECYCLE_DROP_WINDOWS);
    g_assert_cmpint(lifecycle.state, ==, LIFECYCLE_OFF);
    facts.linger = LIFECYCLE_LOG_OFF_AFTER;
    lifecycle.state = LIFECYCLE_READY;
    g_assert_cmphex(tell(&lifecycle, LIFECYCLE_TIME, &facts), ==, LIFECYCLE_LOG_OFF);
    g_assert_cmpint(lifecycle.state, ==, LIFECYCLE_STOPPING);
    facts.launches = true; // waits for the end of the session that is going
    g_assert_cmphex(tell(&lifecycle, LIFECYCLE_WANTED, &facts), ==, 0);
    g_assert_true(tell(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts) & LIFECYCLE_START_MACHINE);
    lifecycle = (Lifecycle){.state = LIFECYCLE_READY};
    facts.launches = false;
    facts.local = true;
    g_assert_true(tell(&lifecycle, LIFECYCLE_TIME, &facts) & LIFECYCLE_STOP_MACHINE);
}

typedef struct Outcome {
    uint32_t calls, window;
    bool failed;
} Outcome;

static void on_done(const LaunchDone *done, const GError *error, gpointer user) {
    Outcome *outcome = user;
    outcome->calls++;
    outcome->failed = error != NULL;
    outcome->window = done ? done->window : 0;
}

static void test_launch_is_done_when_painted(void) {
    Outcome outcome = {0};
    LaunchBody body;
    Launches *launches = launches_new();
    uint32_t request = launches_add(launches, 5, NULL, on_done, &outcome);
    g_assert_true(launches_next(launches, &body));
    g_assert_false(launches_next(launches, &body));
    launches_window_app(launches, &(WindowAppBody){.window = 9, .process = 3, .app = 5});
    launches_painted(launches, 9);
    g_assert_cmpuint(outcome.calls, ==, 0);
    launches_result(launches, &(LaunchResultBody){.request = request, .status = LAUNCH_OK, .process = 3});
    g_assert_cmpuint(outcome.calls, ==, 1);
    g_assert_cmpuint(outcome.window, ==, 9);
    launches_free(launches);
    g_assert_cmpuint(outcome.calls, ==, 1);
}

static void test_handed_over_counts_when_raised(void) {
    Outcome outcome = {0};
    LaunchBody body;
    Launches *launches = launches_new();
    launches_window_app(launches, &(WindowAppBody){.window = 9, .process = 3, .app = 5});
    launches_painted(launches, 9);
    uint32_t request = launches_add(launches, 5, NULL, on_done, &outcome);
    launches_next(launches, &body);
    launches_result(launches, &(LaunchResultBody){.request = request, .status = LAUNCH_OK});
    g_assert_cmpuint(outcome.calls, ==, 0);
    launches_activated(launches, 9);
    g_assert_cmpuint(outcome.window, ==, 9);
    launches_free(launches);
}

typedef struct Scene {
    Outcome outcome;
    Launches *launches;
} Scene;

// Window 9 of process 3 is there; its application is launched again, as process 4.
static void scene_start(Scene *scene, uint32_t process) {
    LaunchBody body;
    *scene = (Scene){.launches = launches_new()};
    launches_time_passed(scene->launches, 1000);
    launches_window_app(scene->launches, &(WindowAppBody){.window = 9, .process = 3, .app = 5});
    launches_window_app(scene->launches, &(WindowAppBody){.window = 10, .process = 3, .app = 5}); // hidden
    launches_painted(scene->launches, 9);
    uint32_t request = launches_add(scene->launches, 5, NULL, on_done, &scene->outcome);
    launches_next(scene->launches, &body);
    launches_result(scene->launches,
                    &(LaunchResultBody){.request = request, .status = LAUNCH_OK, .process = process});
}

static void test_raised_is_not_shown(void) {
    Scene scene;
    scene_start(&scene, 4);
    launches_activated(scene.launches, 9);
    g_assert_cmpuint(scene.outcome.calls, ==, 0);
    launches_window_app(scene.launches, &(WindowAppBody){.window = 11, .process = 4, .app = 5});
    g_assert_cmpuint(scene.outcome.calls, ==, 0); // hidden
    launches_painted(scene.launches, 11);
    g_assert_cmpuint(scene.outcome.window, ==, 11);
    launches_free(scene.launches);
}

static void test_new_window_of_an_old_process(void) {
    Scene scene;
    scene_start(&scene, 4);
    launches_window_app(scene.launches, &(WindowAppBody){.window = 12, .process = 3, .app = 5});
    launches_painted(scene.launches, 12);
    g_assert_cmpuint(scene.outcome.calls, ==, 0); // the program that was there may do so by itself
    launches_process_ended(scene.launches, 77);
    g_assert_cmpuint(scene.outcome.calls, ==, 0);
    launches_process_ended(scene.launches, 4); // it has handed over
    g_assert_cmpuint(scene.outcome.window, ==, 12);
    launches_free(scene.launches);
}

static void test_new_process_of_the_application(void) {
    Scene scene;
    scene_start(&scene, 4);
    launches_window_app(scene.launches, &(WindowAppBody){.window = 13, .process = 6, .app = 5});
    launches_painted(scene.launches, 13);
    g_assert_cmpuint(scene.outcome.window, ==, 13);
    launches_free(scene.launches);
}

static void test_raised_will_do_in_the_end(void) {
    Scene scene;
    scene_start(&scene, 4);
    launches_activated(scene.launches, 9);
    g_assert_cmpint(launches_deadline(scene.launches), ==, 1000 + LAUNCH_RAISE_WAIT);
    launches_time_passed(scene.launches, 999 + LAUNCH_RAISE_WAIT);
    g_assert_cmpuint(scene.outcome.calls, ==, 0);
    launches_time_passed(scene.launches, 1000 + LAUNCH_RAISE_WAIT);
    g_assert_cmpuint(scene.outcome.window, ==, 9);
    launches_free(scene.launches);
}

static void test_no_window_in_time(void) {
    Scene scene;
    scene_start(&scene, 4);
    g_assert_cmpint(launches_deadline(scene.launches), ==, 1000 + LAUNCH_TIME_MAX);
    launches_time_passed(scene.launches, 1000 + LAUNCH_TIME_MAX);
    g_assert_cmpuint(scene.outcome.calls, ==, 1);
    g_assert_true(scene.outcome.failed);
    g_assert_cmpint(launches_deadline(scene.launches), ==, 0);
    launches_free(scene.launches);
}

// Ten launches of one application: each window goes to the launch of its process.
static void test_each_has_its_window(void) {
    Outcome outcomes[10] = {0};
    LaunchBody body;
    Launches *launches = launches_new();
    for (uint32_t i = 0; i < 10; i++) {
        launches_add(launches, 5, NULL, on_done, &outcomes[i]);
        launches_next(launches, &body);
        launches_result(launches, &(LaunchResultBody){.request = body.request, .process = 100 + i});
    }
    for (uint32_t i = 10; i-- > 0;) {
        launches_painted(launches, 200 + i);
        launches_window_app(launches, &(WindowAppBody){.window = 200 + i, .process = 100 + i, .app = 5});
    }
    for (uint32_t i = 0; i < 10; i++) {
        g_assert_cmpuint(outcomes[i].calls, ==, 1);
        g_assert_cmpuint(outcomes[i].window, ==, 200 + i);
    }
    g_assert_false(launches_waiting(launches));
    launches_free(launches);
}

static void test_ids_change_hands(void) {
    Launches *launches = launches_new();
    WindowAppBody mine = {.window = 9, .process = 3, .app = 5}, other = {.window = 9, .process = 8, .app = 5};
    uint64_t app = 0;
    g_assert_true(launches_window_app(launches, &mine));
    launches_session_lost(launches);
    g_assert_true(launches_app_of(launches, 9, &app)); // what is on the screen is still known
    g_assert_true(launches_window_app(launches, &mine));
    g_assert_true(launches_window_app(launches, &other)); // in one session a window may be told anew
    launches_session_lost(launches);
    g_assert_false(launches_window_app(launches, &mine));
    launches_window_gone(launches, 9);
    g_assert_true(launches_window_app(launches, &mine));
    launches_free(launches);
}

static void test_sent_fails_queued_stays(void) {
    Outcome sent = {0}, queued = {0};
    LaunchBody body;
    g_autoptr(GError) error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_FAILED, "lost");
    Launches *launches = launches_new();
    launches_add(launches, 5, NULL, on_done, &sent);
    launches_next(launches, &body);
    launches_add(launches, 6, NULL, on_done, &queued);
    launches_fail(launches, LAUNCH_STATE_SENT, error);
    g_assert_true(sent.failed);
    g_assert_cmpuint(queued.calls, ==, 0);
    g_assert_true(launches_next(launches, &body));
    g_assert_cmpuint(body.app, ==, 6);
    launches_free(launches);
}

static void test_startup_id_goes_to_one_window(void) {
    Outcome outcome = {0};
    LaunchBody body;
    Launches *launches = launches_new();
    launches_window_app(launches, &(WindowAppBody){.window = 1, .process = 3, .app = 5});
    launches_painted(launches, 1);
    launches_add(launches, 5, "first", on_done, &outcome);
    launches_add(launches, 5, "second", on_done, &outcome);
    launches_window_app(launches, &(WindowAppBody){.window = 2, .process = 4, .app = 5});
    g_assert_null(launches_startup_id(launches, 2)); // nothing was sent yet
    launches_next(launches, &body);
    launches_next(launches, &body);
    launches_result(launches,
                    &(LaunchResultBody){.request = body.request, .status = LAUNCH_OK, .process = 9});
    g_assert_null(launches_startup_id(launches, 1)); // it was there before
    g_assert_cmpstr(launches_startup_id(launches, 2), ==, "first");
    g_assert_cmpstr(launches_startup_id(launches, 2), ==, "first");
    launches_window_app(launches, &(WindowAppBody){.window = 3, .process = 9, .app = 6});
    g_assert_cmpstr(launches_startup_id(launches, 3), ==, "second");
    launches_window_app(launches, &(WindowAppBody){.window = 4, .process = 4, .app = 5});
    g_assert_null(launches_startup_id(launches, 4));
    launches_window_gone(launches, 2);
    g_assert_cmpstr(launches_startup_id(launches, 4), ==, "first");
    launches_forget_windows(launches);
    launches_window_app(launches, &(WindowAppBody){.window = 6, .process = 4, .app = 5});
    g_assert_cmpstr(launches_startup_id(launches, 6), ==, "first");
    launches_free(launches);
}

static void test_heartbeat(void) {
    Heartbeat beat;
    heartbeat_begin(&beat, 1000);
    for (int64_t now = 1000 + HEARTBEAT_MS; now <= 1000 + 2 * HEARTBEAT_MS; now += HEARTBEAT_MS)
        heartbeat_time_passed(&beat, now);
    g_assert_false(beat.silent);
    heartbeat_time_passed(&beat, 1000 + 3 * HEARTBEAT_MS);
    g_assert_true(beat.silent); // the session
    heartbeat_answered(&beat, HEARTBEAT_PATIENCE, 1000 + 3 * HEARTBEAT_MS);
    g_assert_true(beat.silent); // the guest
    heartbeat_answered(&beat, 20, 1000 + 3 * HEARTBEAT_MS);
    g_assert_false(beat.silent);
    heartbeat_time_passed(&beat, 100000); // the questioner was away itself
    g_assert_false(beat.silent);
    heartbeat_answered(&beat, UINT32_MAX, 100000);
    heartbeat_time_passed(&beat, 100000 + HEARTBEAT_PATIENCE);
    g_assert_true(beat.silent);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lifecycle/table", test_table);
    g_test_add_func("/lifecycle/backing-off", test_backing_off);
    g_test_add_func("/lifecycle/jitter", test_jitter);
    g_test_add_func("/lifecycle/launches", test_launches_do_not_wait_for_ever);
    g_test_add_func("/lifecycle/ends", test_ends);
    g_test_add_func("/lifecycle/silence", test_silence);
    g_test_add_func("/lifecycle/sleep", test_sleep);
    g_test_add_func("/lifecycle/linger", test_linger);
    g_test_add_func("/heartbeat", test_heartbeat);
    g_test_add_func("/launches/painted", test_launch_is_done_when_painted);
    g_test_add_func("/launches/raised", test_handed_over_counts_when_raised);
    g_test_add_func("/launches/raised-is-not-shown", test_raised_is_not_shown);
    g_test_add_func("/launches/old-process", test_new_window_of_an_old_process);
    g_test_add_func("/launches/new-process", test_new_process_of_the_application);
    g_test_add_func("/launches/raised-in-the-end", test_raised_will_do_in_the_end);
    g_test_add_func("/launches/no-window", test_no_window_in_time);
    g_test_add_func("/launches/each", test_each_has_its_window);
    g_test_add_func("/launches/ids", test_ids_change_hands);
    g_test_add_func("/launches/sent-fails", test_sent_fails_queued_stays);
    g_test_add_func("/launches/startup-id", test_startup_id_goes_to_one_window);
    return g_test_run();
}
