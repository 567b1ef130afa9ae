// SPDX-License-Identifier: Apache-2.0
// Launch requests of one guest from the call until the window is there, and which window belongs to which
// application. Decides only; sending and answering are the owner's.
#pragma once
#include <gio/gio.h>
#include "rail/catalogue-message.h"

#define LAUNCH_TIME_MAX   30000 // ms from sending to the window
#define LAUNCH_RAISE_WAIT 3000  // ms for a better window than an old one that was raised

typedef enum LaunchState { LAUNCH_STATE_QUEUED, LAUNCH_STATE_SENT, LAUNCH_STATE_STARTED } LaunchState;

typedef struct LaunchDone {
    uint32_t window, process;
} LaunchDone;

// error NULL: the window is on the screen
typedef void (*LaunchOnDone)(const LaunchDone *done, const GError *error, gpointer user);

typedef struct Launches Launches;

Launches *launches_new(void);
void launches_free(Launches *launches); // fails what is open

uint32_t launches_add(Launches *launches, uint64_t app, const char *startup_id, LaunchOnDone on_done,
                      gpointer user);
// Of a launch that is queued: documents or addresses, for a verb of the catalogue or (type 0) as arguments.
void launches_set_arguments(Launches *launches, uint32_t request, uint64_t type, uint64_t verb,
                            char *const *arguments);
bool launches_waiting(const Launches *launches); // somebody waits: to be sent, for an answer, for a window
// It is now (ms, monotonic): for what is told next, and for those that wait too long.
void launches_time_passed(Launches *launches, int64_t now);
int64_t launches_deadline(const Launches *launches); // when that is due by itself, 0: never
bool launches_next(Launches *launches,
                   LaunchBody *ret_body); // the oldest queued one; it counts as sent; launch_clear()
void launches_fail(Launches *launches, LaunchState state, const GError *error); // all in that state
void launches_fail_one(Launches *launches, uint32_t request, const GError *error);

void launches_result(Launches *launches, const LaunchResultBody *result);
void launches_process_ended(Launches *launches, uint32_t process); // that a launch started
// false: the window is not the one that had the id before the session was lost, and nothing was taken.
bool launches_window_app(Launches *launches, const WindowAppBody *body);
void launches_painted(Launches *launches, uint32_t window);
void launches_activated(Launches *launches, uint32_t window);
void launches_window_gone(Launches *launches, uint32_t window);
void launches_session_lost(Launches *launches);   // windows stay, but ids may change hands
void launches_forget_windows(Launches *launches); // all of them are gone

bool launches_app_of(const Launches *launches, uint32_t window, uint64_t *ret_app); // false: not told yet
// Of the open launch that the window comes of, for the first window that asks; NULL for all others.
const char *launches_startup_id(Launches *launches, uint32_t window);
