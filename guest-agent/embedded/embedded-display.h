// SPDX-License-Identifier: Apache-2.0
// The client's monitors as those of the private display and of Wine. Part of Embedded.
#pragma once
#include "guest-agent/embedded/embedded-rail.h"

void embedded_display_set(Embedded *embedded, const Layout *layout, Layout *ret_layout);
void embedded_display_areas_changed(Embedded *embedded); // Wine is to see them
void embedded_display_stop(Embedded *embedded);
