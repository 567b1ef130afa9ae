// SPDX-License-Identifier: Apache-2.0
// Wine: its prefix, its server and the programs started in it.
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef struct Wine {
    char *prefix,
        *guest_dir;     // owned; guest_dir: where the programs of the guest side are, NULL when not found
    char **environment; // owned
    const bool *cancelled;
    void (*on_stage)(void *user, const char *text);
    void *user;
} Wine;

// The display's variables must be set in this process' environment before.
void wine_init(Wine *wine, const char *data, const bool *cancelled);
void wine_clear(Wine *wine);
// Makes the prefix when there is none complete, starts Wine's server, and brings the guest programs up to
// date.
bool wine_prepare(Wine *wine, GError **error);
// Starts a Windows program; argv is what follows `wine`. Descriptors as in child_start(). Returns 0 on error.
GPid wine_start(const Wine *wine, const char *const *argv, int stdin_fd, int stdout_fd, GError **error);
void wine_stop(Wine *wine); // ends every program of the prefix
