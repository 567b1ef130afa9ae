// SPDX-License-Identifier: Apache-2.0
// Tells the desktop that a launch is over, so that it shows no busy pointer any more.
#pragma once
#include "host-agent/compositor/compositor.h"

void screen_end_startup(Screen *screen, const char *startup_id); // an id without sense is passed over
