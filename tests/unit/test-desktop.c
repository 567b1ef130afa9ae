// SPDX-License-Identifier: Apache-2.0
// The desktop's view as a table: each way there and back, what is asked for too early or the other way round,
// and what fails.
#include <glib.h>
#include "host-agent/desktop-toggle.h"
#include "rail/catalogue-message.h"

typedef struct Step {
    DesktopEvent event;
    uint32_t actions; // expected
    DesktopState state;
} Step;

static void follow(DesktopWay way, const Step *steps, size_t n) {
    DesktopToggle toggle = {.way = way};
    for (size_t i = 0; i < n; i++) {
        g_test_message("step %zu", i);
        if (steps[i].event == DESKTOP_EVENT_AGREED)
            toggle.way = DESKTOP_WAY_IN_PLACE;
        g_assert_cmphex(desktop_toggle_handle(&toggle, steps[i].event), ==, steps[i].actions);
        g_assert_cmpint(toggle.state, ==, steps[i].state);
    }
}

static void test_there_and_back(void) {
    static const Step steps[] = {
        {DESKTOP_EVENT_WINDOWS, 0, DESKTOP_SEAMLESS}, // of the connection
        {DESKTOP_EVENT_SEEN, 0, DESKTOP_SEAMLESS},    // a lock screen
        {DESKTOP_EVENT_WINDOWS, 0, DESKTOP_SEAMLESS},
        {DESKTOP_EVENT_SHOW, DESKTOP_ACTION_START, DESKTOP_SHOWING},
        {DESKTOP_EVENT_SHOW, 0, DESKTOP_SHOWING},
        {DESKTOP_EVENT_SEEN, DESKTOP_ACTION_ANSWER, DESKTOP_SHOWN},
        {DESKTOP_EVENT_SHOW, DESKTOP_ACTION_ANSWER, DESKTOP_SHOWN},
        {DESKTOP_EVENT_HIDE, DESKTOP_ACTION_END, DESKTOP_HIDING},
        {DESKTOP_EVENT_HIDE, 0, DESKTOP_HIDING},
        {DESKTOP_EVENT_WINDOWS, DESKTOP_ACTION_ANSWER, DESKTOP_SEAMLESS},
        {DESKTOP_EVENT_HIDE, DESKTOP_ACTION_ANSWER, DESKTOP_SEAMLESS},
    };
    follow(DESKTOP_WAY_IN_PLACE, steps, G_N_ELEMENTS(steps));
}

static void test_asked_early(void) {
    static const Step steps[] = {
        {DESKTOP_EVENT_SHOW, 0, DESKTOP_SEAMLESS},
        {DESKTOP_EVENT_HIDE, DESKTOP_ACTION_ANSWER, DESKTOP_SEAMLESS},
        {DESKTOP_EVENT_SHOW, 0, DESKTOP_SEAMLESS},
        {DESKTOP_EVENT_AGREED, DESKTOP_ACTION_START, DESKTOP_SHOWING},
        {DESKTOP_EVENT_SEEN, DESKTOP_ACTION_ANSWER, DESKTOP_SHOWN},
    };
    follow(DESKTOP_WAY_UNKNOWN, steps, G_N_ELEMENTS(steps));
}

static void test_minds_change(void) {
    static const Step steps[] = {
        {DESKTOP_EVENT_SHOW, DESKTOP_ACTION_START, DESKTOP_SHOWING},
        {DESKTOP_EVENT_HIDE, DESKTOP_ACTION_END, DESKTOP_HIDING},
        {DESKTOP_EVENT_SHOW, 0, DESKTOP_HIDING},
        {DESKTOP_EVENT_SEEN, 0, DESKTOP_HIDING},
        {DESKTOP_EVENT_WINDOWS, DESKTOP_ACTION_START, DESKTOP_SHOWING},
        {DESKTOP_EVENT_SEEN, DESKTOP_ACTION_ANSWER, DESKTOP_SHOWN},
        {DESKTOP_EVENT_WINDOWS, 0, DESKTOP_SEAMLESS}, // the guest's user left it
    };
    follow(DESKTOP_WAY_IN_PLACE, steps, G_N_ELEMENTS(steps));
}

static void test_failures(void) {
    static const Step steps[] = {
        {DESKTOP_EVENT_SHOW, DESKTOP_ACTION_START, DESKTOP_SHOWING},
        {DESKTOP_EVENT_REFUSED, DESKTOP_ACTION_FAIL | DESKTOP_ACTION_END, DESKTOP_SEAMLESS},
        {DESKTOP_EVENT_SHOW, DESKTOP_ACTION_START, DESKTOP_SHOWING},
        {DESKTOP_EVENT_TIMEOUT, DESKTOP_ACTION_FAIL | DESKTOP_ACTION_END, DESKTOP_SEAMLESS},
        {DESKTOP_EVENT_TIMEOUT, 0, DESKTOP_SEAMLESS},
        {DESKTOP_EVENT_SHOW, DESKTOP_ACTION_START, DESKTOP_SHOWING},
        {DESKTOP_EVENT_SEEN, DESKTOP_ACTION_ANSWER, DESKTOP_SHOWN},
        {DESKTOP_EVENT_HIDE, DESKTOP_ACTION_END, DESKTOP_HIDING},
        {DESKTOP_EVENT_REFUSED, DESKTOP_ACTION_FAIL, DESKTOP_SHOWN},
        {DESKTOP_EVENT_HIDE, DESKTOP_ACTION_END, DESKTOP_HIDING},
        {DESKTOP_EVENT_LOST, DESKTOP_ACTION_FAIL, DESKTOP_SEAMLESS},
        {DESKTOP_EVENT_SHOW, 0, DESKTOP_SEAMLESS}, // until the guest agent is there again
        {DESKTOP_EVENT_LOST, 0, DESKTOP_SEAMLESS},
        {DESKTOP_EVENT_AGREED, DESKTOP_ACTION_START, DESKTOP_SHOWING},
    };
    follow(DESKTOP_WAY_IN_PLACE, steps, G_N_ELEMENTS(steps));
}

static void test_cannot(void) {
    static const Step steps[] = {
        {DESKTOP_EVENT_SHOW, DESKTOP_ACTION_REFUSE, DESKTOP_SEAMLESS},
        {DESKTOP_EVENT_HIDE, DESKTOP_ACTION_ANSWER, DESKTOP_SEAMLESS},
    };
    follow(DESKTOP_WAY_NONE, steps, G_N_ELEMENTS(steps));
    follow(DESKTOP_WAY_RECONNECT, steps, G_N_ELEMENTS(steps));
    g_assert_cmpint(desktop_way(RAILPUB_CATALOGUE), ==, DESKTOP_WAY_NONE);
    g_assert_cmpint(desktop_way(RAILPUB_SHELL), ==, DESKTOP_WAY_RECONNECT);
    g_assert_cmpint(desktop_way(RAILPUB_SHELL | RAILPUB_IN_PLACE), ==, DESKTOP_WAY_IN_PLACE);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/desktop/there-and-back", test_there_and_back);
    g_test_add_func("/desktop/asked-early", test_asked_early);
    g_test_add_func("/desktop/minds-change", test_minds_change);
    g_test_add_func("/desktop/failures", test_failures);
    g_test_add_func("/desktop/cannot", test_cannot);
    return g_test_run();
}
