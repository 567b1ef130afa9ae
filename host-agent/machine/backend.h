// SPDX-License-Identifier: Apache-2.0
// What a backend of Machine provides. Only machine.c and the backends include this.
#pragma once
#include "host-agent/machine/machine.h"

typedef struct MachineBackend {
    const char *kind;
    void (*start)(Machine *machine);
    void (*address)(Machine *machine, MachineAddress *ret_address);
    bool (*stop)(Machine *machine, GError **error);
    void (*free)(Machine *machine);
} MachineBackend;

struct Machine {
    const MachineBackend *backend;
    MachineOnReady on_ready;
    gpointer user;
    guint idle;
};

void machine_set_ready(Machine *machine, const GError *error); // from the loop: reports once
void machine_set_ready_soon(Machine *machine);                 // reports from the loop that it runs
