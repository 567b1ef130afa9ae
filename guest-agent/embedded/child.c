// SPDX-License-Identifier: Apache-2.0
// Starting children: Xvfb, Wine's loader, wineserver. Owned by whoever starts them; lives in the main loop of
// railhead-embedded, which has one thread (the parent death signal is bound to it). Never runs a shell.
#include "guest-agent/embedded/child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

typedef struct ChildSetup {
    int stdin_fd, stdout_fd, keep_fd;
    pid_t parent;
} ChildSetup;

static void on_child_setup(gpointer data) {
    const ChildSetup *setup = data;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != setup->parent)
        _exit(1);
    if (setup->stdin_fd >= 0)
        dup2(setup->stdin_fd, STDIN_FILENO);
    if (setup->stdout_fd >= 0)
        dup2(setup->stdout_fd, STDOUT_FILENO);
    if (setup->keep_fd >= 0)
        fcntl(setup->keep_fd, F_SETFD, 0);
}

GPid child_start(const char *const *argv, char **environment, int stdin_fd, int stdout_fd, int keep_fd,
                 GError **error) {
    ChildSetup setup = {stdin_fd, stdout_fd, keep_fd, getpid()};
    GPid pid = 0;
    GSpawnFlags flags = G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD;
    if (stdin_fd >= 0)
        flags |= G_SPAWN_CHILD_INHERITS_STDIN;
    if (keep_fd >= 0)
        flags |= G_SPAWN_LEAVE_DESCRIPTORS_OPEN;
    if (!g_spawn_async(NULL, (char **)argv, environment, flags, on_child_setup, &setup, &pid, error))
        return 0;
    return pid;
}

typedef struct ChildRun {
    bool ended;
    int status;
} ChildRun;

static void on_child_ended(GPid pid, int status, gpointer user) {
    ChildRun *run = user;
    run->ended = true;
    run->status = status;
    g_spawn_close_pid(pid);
}

bool child_run(const char *const *argv, char **environment, const bool *cancelled, GError **error) {
    ChildRun run = {0};
    GPid pid = child_start(argv, environment, -1, -1, -1, error);
    if (!pid)
        return false;
    g_child_watch_add(pid, on_child_ended, &run);
    bool told = false;
    while (!run.ended) {
        if (cancelled && *cancelled && !told) {
            kill(pid, SIGTERM);
            told = true;
        }
        g_main_context_iteration(NULL, TRUE);
    }
    return g_spawn_check_wait_status(run.status, error) && !told;
}
