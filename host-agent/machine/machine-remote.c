// SPDX-License-Identifier: Apache-2.0
// A guest that somebody else runs: an RDP host on the network, or behind a Unix socket of this one. It counts
// as ready; whether it answers is what the session finds out. Owned by a Guest; main loop of the agent.
#include "host-agent/machine/backend.h"
#include <string.h>

typedef struct Remote {
    Machine base;
    char *host_port, *user, *domain;
} Remote;

static void start(Machine *machine) {
    machine_set_ready_soon(machine);
}

static void address(Machine *machine, MachineAddress *ret_address) {
    Remote *remote = (Remote *)machine;
    ret_address->address = remote->host_port;
    ret_address->user = remote->user;
    ret_address->domain = remote->domain;
}

static bool stop(Machine *machine) {
    return true;
}

static void release(Machine *machine) {
    Remote *remote = (Remote *)machine;
    g_free(remote->host_port);
    g_free(remote->user);
    g_free(remote->domain);
    g_free(remote);
}

static const MachineBackend backend = {
    .kind = "rdp", .start = start, .address = address, .stop = stop, .free = release};

Machine *machine_new_remote(const char *host_port, const char *user, const char *domain) {
    Remote *remote = g_new0(Remote, 1);
    remote->base.backend = &backend;
    bool whole = host_port[0] == '/' || strchr(host_port, ':'); // a socket's path has no port
    remote->host_port = whole ? g_strdup(host_port) : g_strdup_printf("%s:3389", host_port);
    const char *backslash = user && !domain ? strchr(user, '\\') : NULL; // DOMAIN\NAME
    remote->user = g_strdup(backslash ? backslash + 1 : user ? user : "");
    remote->domain = backslash ? g_strndup(user, backslash - user) : g_strdup(domain ? domain : "");
    return &remote->base;
}
