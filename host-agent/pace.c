// SPDX-License-Identifier: Apache-2.0
// After each turn of the work comes a rest of several times its length, up to a second, so that a guest which
// changes without end leaves the loop to the others. Owned by a Guest; main loop.
#include "host-agent/pace.h"

#define REST     4       // lengths of the work
#define REST_MAX 1000000 // microseconds

struct Pace {
    void (*work)(gpointer user);
    gpointer user;
    gint64 rests_until; // monotonic, in microseconds
    guint timer;
};

Pace *pace_new(void (*work)(gpointer user), gpointer user) {
    Pace *pace = g_new0(Pace, 1);
    pace->work = work;
    pace->user = user;
    return pace;
}

void pace_free(Pace *pace) {
    if (!pace)
        return;
    g_clear_handle_id(&pace->timer, g_source_remove);
    g_free(pace);
}

static void turn(Pace *pace) {
    gint64 began = g_get_monotonic_time();
    pace->work(pace->user);
    gint64 ended = g_get_monotonic_time();
    pace->rests_until = ended + MIN(REST * (ended - began), REST_MAX);
}

static gboolean on_rested(gpointer data) {
    Pace *pace = data;
    pace->timer = 0;
    turn(pace);
    return G_SOURCE_REMOVE;
}

void pace_want(Pace *pace) {
    gint64 left = pace->rests_until - g_get_monotonic_time();
    if (pace->timer)
        return;
    if (left > 0)
        pace->timer = g_timeout_add((guint)(left / 1000 + 1), on_rested, pace);
    else
        turn(pace);
}
