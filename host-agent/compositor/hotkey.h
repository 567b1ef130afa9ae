// SPDX-License-Identifier: Apache-2.0
// One combination of keys that is the agent's wherever the focus is: the only grab there is, and only where
// the user configured one.
#pragma once
#include <glib.h>
#include "host-agent/compositor/compositor.h"

typedef struct Hotkey Hotkey;

// combination: modifiers (Shift, Ctrl, Alt, Super) and the name of a key, "+" between: "Super+F12". NULL
// and an error (COMPOSITOR_ERROR_HOTKEY) when it names no key, or another program has it.
Hotkey *hotkey_new(Screen *screen, const char *combination, void (*pressed)(gpointer user), gpointer user,
                   GError **error);
void hotkey_free(Hotkey *hotkey); // before the screen is closed
