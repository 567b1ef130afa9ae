// SPDX-License-Identifier: Apache-2.0
// The life cycle's transitions and the launch queue: nothing lost, nothing twice, restarts bounded.
#include <glib.h>
#include "host-agent/launches.h"
#include "host-agent/lifecycle.h"

static void test_start_and_launch(void) {
    Lifecycle lifecycle = {0};
    LifecycleFacts facts = {.launches = true};
    g_assert_cmpuint(lifecycle_handle(&lifecycle, LIFECYCLE_WANTED, &facts), ==, LIFECYCLE_START_MACHINE);
    g_assert_cmpuint(lifecycle_handle(&lifecycle, LIFECYCLE_WANTED, &facts), ==, 0);
    g_assert_cmpuint(lifecycle_handle(&lifecycle, LIFECYCLE_MACHINE_READY, &facts), ==,
                     LIFECYCLE_START_SESSION);
    g_assert_cmpuint(lifecycle_handle(&lifecycle, LIFECYCLE_PUBLISHED, &facts), ==, LIFECYCLE_SEND_LAUNCHES);
    g_assert_cmpuint(lifecycle_handle(&lifecycle, LIFECYCLE_WANTED, &facts), ==, LIFECYCLE_SEND_LAUNCHES);
}

static void test_restarts_are_bounded(void) {
    Lifecycle lifecycle = {.state = LIFECYCLE_READY};
    LifecycleFacts facts = {.windows = true, .now = 1000};
    for (int i = 0; i < LIFECYCLE_RESTARTS_MAX; i++) {
        g_assert_true(lifecycle_handle(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts) &
                      LIFECYCLE_START_MACHINE);
        lifecycle.state = LIFECYCLE_READY;
    }
    g_assert_true(lifecycle_handle(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts) & LIFECYCLE_DROP_WINDOWS);
    g_assert_cmpint(lifecycle.state, ==, LIFECYCLE_LOST);
    lifecycle.state = LIFECYCLE_READY;
    facts.now += LIFECYCLE_RESTARTS_SPAN;
    g_assert_true(lifecycle_handle(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts) & LIFECYCLE_START_MACHINE);
}

static void test_lost_waits_for_the_next_request(void) {
    Lifecycle lifecycle = {.state = LIFECYCLE_READY};
    LifecycleFacts facts = {0};
    g_assert_false(lifecycle_handle(&lifecycle, LIFECYCLE_SESSION_ENDED, &facts) & LIFECYCLE_START_MACHINE);
    g_assert_true(lifecycle_handle(&lifecycle, LIFECYCLE_WANTED, &facts) & LIFECYCLE_START_MACHINE);
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

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lifecycle/start", test_start_and_launch);
    g_test_add_func("/lifecycle/bounded", test_restarts_are_bounded);
    g_test_add_func("/lifecycle/lost", test_lost_waits_for_the_next_request);
    g_test_add_func("/launches/painted", test_launch_is_done_when_painted);
    g_test_add_func("/launches/raised", test_handed_over_counts_when_raised);
    g_test_add_func("/launches/sent-fails", test_sent_fails_queued_stays);
    g_test_add_func("/launches/startup-id", test_startup_id_goes_to_one_window);
    return g_test_run();
}
