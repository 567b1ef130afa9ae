// SPDX-License-Identifier: Apache-2.0
// The size of the private display and the monitors in it (RandR 1.5), changed while programs run.
#pragma once
#include "guest-agent/embedded/x-server.h"
#include "rail/layout.h"

// Makes the display what the layout says, as far as its memory reaches; ret_layout is what it has become.
bool x_screen_set(XServer *server, const Layout *layout, Layout *ret_layout);
