// SPDX-License-Identifier: Apache-2.0
// One run of railhead-session: the process, its sandbox and the agent's end of the link.
#pragma once
#include <gio/gio.h>
#include "host-agent/link/link.h"

typedef struct SessionProcess SessionProcess;
// text: a sentence. Called once, when the process has ended or its link broke; not after
// session_process_free().
typedef void (*SessionOnEnded)(const char *text, gpointer user);
// Nothing has been heard of the guest or the session for long, though both are asked; and then something.
typedef void (*SessionOnSilent)(bool silent, gpointer user);

typedef struct SessionCallbacks {
    LinkOnEvent event;
    SessionOnEnded ended;
    SessionOnSilent silent;
} SessionCallbacks;

// socket: the guest's, NULL when it is on the network. files: the socket to railhead-files, taken over, or
// -1. Log lines go to log_file.
SessionProcess *session_process_new(const char *socket, int files, const char *log_file,
                                    const SessionCallbacks *callbacks, gpointer user, GError **error);
void session_process_free(SessionProcess *session); // ends it
bool session_process_send(SessionProcess *session, const Intent *intent);
void session_process_check(SessionProcess *session); // ask at once: this computer has slept
int session_process_pid(const SessionProcess *session);
bool session_process_is_sandboxed(const SessionProcess *session);
