// SPDX-License-Identifier: Apache-2.0
// When this computer is about to sleep and when it has woken up, from logind; and when its network is
// another.
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef struct SleepWatch SleepWatch;
// asleep false: it has woken up, or the network has changed.
typedef void (*SleepWatchOnChange)(bool asleep, gpointer user);

SleepWatch *sleep_watch_new(SleepWatchOnChange on_change, gpointer user); // without logind only the network
void sleep_watch_free(SleepWatch *watch);
