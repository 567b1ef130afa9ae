// SPDX-License-Identifier: Apache-2.0
// Ends children of the agent. What is held here lives until the child is gone, whatever became of its owner;
// main loop of the agent. Never waits.
#include "host-agent/process-end.h"
#include <signal.h>

#define PATIENCE_S 3

typedef struct Ending {
    GSubprocess *process;
    guint timeout;
} Ending;

static void on_ended(GObject *source, GAsyncResult *result, gpointer data) {
    Ending *ending = data;
    g_subprocess_wait_finish(G_SUBPROCESS(source), result, NULL);
    g_clear_handle_id(&ending->timeout, g_source_remove);
    g_object_unref(ending->process);
    g_free(ending);
}

static gboolean on_timeout(gpointer data) {
    Ending *ending = data;
    ending->timeout = 0;
    g_subprocess_force_exit(ending->process);
    return G_SOURCE_REMOVE;
}

void process_end(GSubprocess *process) {
    if (!process)
        return;
    Ending *ending = g_new0(Ending, 1);
    ending->process = process;
    g_subprocess_send_signal(process, SIGTERM);
    ending->timeout = g_timeout_add_seconds(PATIENCE_S, on_timeout, ending);
    g_subprocess_wait_async(process, NULL, on_ended, ending);
}
