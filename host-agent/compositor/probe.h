// SPDX-License-Identifier: Apache-2.0
// What an X server can do for us, for `railhead doctor`: asked without taking anything from it.
#pragma once
#include <stdbool.h>

typedef struct DisplayProbe {
    bool shm, shm_fds, randr, sync, xkb, input, fixes, argb, manager, composited;
} DisplayProbe;

bool display_probe(const char *display_name, DisplayProbe *ret_probe); // false: it cannot be opened
