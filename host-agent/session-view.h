// SPDX-License-Identifier: Apache-2.0
// What a railhead-session sees of this machine: the words for bubblewrap, and the environment.
#pragma once
#include <glib.h>

// Appends to argv what runs `program` in its view, up to and without the program itself. socket: of the
// guest, the only thing of the user's that is there; NULL: the guest is on the network, which is there then.
void session_view_add(GPtrArray *argv, const char *bwrap, const char *program, const char *socket);
char **session_view_environment(void); // language, time zone, HOME, and no more; g_strfreev()
