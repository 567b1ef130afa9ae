// SPDX-License-Identifier: Apache-2.0
// Child processes that do not outlive this one.
#pragma once
#include <glib.h>
#include <stdbool.h>

// Starts a child that gets SIGTERM when this process ends, however it ends. stdin_fd and stdout_fd are -1 for
// /dev/null and the log. keep_fd (or -1) is inherited under its number. Returns 0 on error.
GPid child_start(const char *const *argv, char **environment, int stdin_fd, int stdout_fd, int keep_fd,
                 GError **error);
// Runs a child while the main loop goes on; false when it failed, ended badly, or *cancelled became true.
bool child_run(const char *const *argv, char **environment, const bool *cancelled, GError **error);
