// SPDX-License-Identifier: Apache-2.0
// The events of one FreeRDP peer as descriptors of the main loop: asked for before each poll, since FreeRDP
// adds and drops them while it runs. Owned by the peer's owner.
#include "guest-agent/embedded/rdp-pump.h"

#include <string.h>
#include <winpr/synch.h>

typedef struct Pump {
    GSource base;
    RdpPumpCalls calls;
    void *user;
    size_t count;
    int fds[RDP_PUMP_HANDLES_MAX];
    gpointer tags[RDP_PUMP_HANDLES_MAX];
} Pump;

static gboolean on_prepare(GSource *base, int *timeout) {
    Pump *pump = (Pump *)base;
    HANDLE handles[RDP_PUMP_HANDLES_MAX];
    int fds[RDP_PUMP_HANDLES_MAX];
    size_t count = pump->calls.handles(pump->user, handles, RDP_PUMP_HANDLES_MAX);
    *timeout = -1;
    for (size_t i = 0; i < count; i++)
        fds[i] = GetEventFileDescriptor(handles[i]);
    if (count == pump->count && memcmp(fds, pump->fds, count * sizeof(int)) == 0)
        return count == 0;
    for (size_t i = 0; i < pump->count; i++)
        g_source_remove_unix_fd(base, pump->tags[i]);
    memcpy(pump->fds, fds, count * sizeof(int));
    pump->count = count;
    for (size_t i = 0; i < count; i++)
        pump->tags[i] = g_source_add_unix_fd(base, fds[i], G_IO_IN | G_IO_HUP | G_IO_ERR);
    return count == 0;
}

static gboolean on_check(GSource *base) {
    Pump *pump = (Pump *)base;
    for (size_t i = 0; i < pump->count; i++)
        if (g_source_query_unix_fd(base, pump->tags[i]))
            return TRUE;
    return FALSE;
}

static gboolean on_dispatch(GSource *base, GSourceFunc callback, gpointer data) {
    Pump *pump = (Pump *)base;
    if (pump->calls.pump(pump->user))
        return G_SOURCE_CONTINUE;
    pump->calls.over(pump->user);
    return G_SOURCE_REMOVE;
}

static GSourceFuncs pump_functions = {on_prepare, on_check, on_dispatch, NULL};

GSource *rdp_pump_new(const RdpPumpCalls *calls, void *user) {
    GSource *source = g_source_new(&pump_functions, sizeof(Pump));
    ((Pump *)source)->calls = *calls;
    ((Pump *)source)->user = user;
    g_source_attach(source, NULL);
    return source;
}

void rdp_pump_free(GSource *pump) {
    if (!pump)
        return;
    g_source_destroy(pump);
    g_source_unref(pump);
}
