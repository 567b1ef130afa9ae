// SPDX-License-Identifier: Apache-2.0
// Railhead as the desktop's browser: links that are opened on the host follow the rules for domains, too, and
// go on to the browser that the user had. Only on the user's wish.
#pragma once
#include <glib.h>
#include <stdbool.h>

bool links_are_on(void);
bool links_turn_on(GError **error);
bool links_turn_off(GError **error); // the browser of before is the default again
