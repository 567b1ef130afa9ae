// SPDX-License-Identifier: Apache-2.0
// What a backend of Machine provides. Only machine.c and the backends include this.
#pragma once
#include "host-agent/machine/machine.h"

typedef struct MachineBackend {
    const char *kind;
    void (*start)(Machine *machine);
    void (*address)(Machine *machine, MachineAddress *ret_address);
    bool (*stop)(Machine *machine); // true: nothing runs; else machine_set_stopped() follows from the loop
    void (*free)(Machine *machine);
    const char *(*stage)(const Machine *machine); // NULL: it has none to tell
} MachineBackend;

struct Machine {
    const MachineBackend *backend;
    MachineOnReady on_ready;
    gpointer user;
    guint ready_soon, stopped_soon;
    GQueue stops;           // of Stop: who waits for the end
    uint32_t width, height; // of the desktop that the next start makes
};

void machine_set_ready(Machine *machine, const GError *error); // from the loop: reports once
void machine_set_ready_soon(Machine *machine);                 // reports from the loop that it runs
void machine_set_stopped(Machine *machine, const GError *error);
