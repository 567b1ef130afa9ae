// SPDX-License-Identifier: Apache-2.0
// The backend-independent half of a machine: one owner of the ready callback, so that it is called once per
// start. Owned by a Guest; main loop of the agent.
#include "host-agent/machine/backend.h"

G_DEFINE_QUARK(railhead - machine - error, machine_error)

void machine_start(Machine *machine, MachineOnReady on_ready, gpointer user) {
    machine->on_ready = on_ready;
    machine->user = user;
    machine->backend->start(machine);
}

void machine_set_ready(Machine *machine, const GError *error) {
    MachineOnReady on_ready = machine->on_ready;
    machine->on_ready = NULL;
    if (on_ready)
        on_ready(machine, error, machine->user);
}

static gboolean on_idle(gpointer data) {
    Machine *machine = data;
    machine->idle = 0;
    machine_set_ready(machine, NULL);
    return G_SOURCE_REMOVE;
}

void machine_set_ready_soon(Machine *machine) {
    if (!machine->idle)
        machine->idle = g_idle_add(on_idle, machine);
}

void machine_address(Machine *machine, MachineAddress *ret_address) {
    *ret_address = (MachineAddress){.address = "", .user = "", .password = "", .domain = ""};
    machine->backend->address(machine, ret_address);
}

bool machine_stop(Machine *machine, GError **error) {
    machine->on_ready = NULL;
    g_clear_handle_id(&machine->idle, g_source_remove);
    return machine->backend->stop(machine, error);
}

const char *machine_kind(const Machine *machine) {
    return machine->backend->kind;
}

void machine_free(Machine *machine) {
    if (!machine)
        return;
    g_clear_handle_id(&machine->idle, g_source_remove);
    machine->backend->free(machine);
}
