// SPDX-License-Identifier: Apache-2.0
// Work that is done when something changed, but never most of the time, however often it changes.
#pragma once
#include <glib.h>

typedef struct Pace Pace;

Pace *pace_new(void (*work)(gpointer user), gpointer user);
void pace_free(Pace *pace);
void pace_want(Pace *pace); // at once after a rest, else when the rest is over
