// SPDX-License-Identifier: Apache-2.0
// The backend-independent half of a machine: one owner of the callbacks, so that each start and each stop is
// answered once, and a start that comes while the guest is still ending begins after that. Owned by a Guest;
// main loop of the agent. Never waits.
#include "host-agent/machine/backend.h"

G_DEFINE_QUARK(railhead - machine - error, machine_error)

typedef struct Stop {
    MachineOnStopped on_stopped;
    gpointer user;
} Stop;

void machine_start(Machine *machine, MachineOnReady on_ready, gpointer user) {
    machine->on_ready = on_ready;
    machine->user = user;
    g_debug("a machine of kind %s is wanted", machine->backend->kind);
    if (g_queue_is_empty(&machine->stops))
        machine->backend->start(machine);
}

void machine_set_ready(Machine *machine, const GError *error) {
    MachineOnReady on_ready = machine->on_ready;
    machine->on_ready = NULL;
    if (on_ready)
        on_ready(machine, error, machine->user);
}

static gboolean on_ready_soon(gpointer data) {
    Machine *machine = data;
    machine->ready_soon = 0;
    machine_set_ready(machine, NULL);
    return G_SOURCE_REMOVE;
}

void machine_set_ready_soon(Machine *machine) {
    if (!machine->ready_soon)
        machine->ready_soon = g_idle_add(on_ready_soon, machine);
}

void machine_address(Machine *machine, MachineAddress *ret_address) {
    *ret_address = (MachineAddress){.address = "", .user = "", .password = "", .domain = ""};
    machine->backend->address(machine, ret_address);
}

void machine_resize(Machine *machine, uint32_t width, uint32_t height) {
    machine->width = width;
    machine->height = height;
}

// Who is answered may free the machine.
static void answer_stops(GQueue *stops, const GError *error) {
    for (Stop *stop; (stop = g_queue_pop_head(stops)); g_free(stop))
        stop->on_stopped(error, stop->user);
}

void machine_set_stopped(Machine *machine, const GError *error) {
    GQueue stops = machine->stops;
    g_queue_init(&machine->stops);
    if (machine->on_ready && error)
        machine_set_ready(machine, error);
    else if (machine->on_ready)
        machine->backend->start(machine);
    answer_stops(&stops, error);
}

static gboolean on_stopped_soon(gpointer data) {
    Machine *machine = data;
    machine->stopped_soon = 0;
    machine_set_stopped(machine, NULL);
    return G_SOURCE_REMOVE;
}

void machine_stop(Machine *machine, MachineOnStopped on_stopped, gpointer user) {
    bool begins = g_queue_is_empty(&machine->stops);
    Stop *stop = g_new0(Stop, 1);
    *stop = (Stop){on_stopped, user};
    g_queue_push_tail(&machine->stops, stop);
    machine->on_ready = NULL;
    g_clear_handle_id(&machine->ready_soon, g_source_remove);
    if (begins && machine->backend->stop(machine))
        machine->stopped_soon = g_idle_add(on_stopped_soon, machine);
}

const char *machine_stage(const Machine *machine) {
    return machine->on_ready && machine->backend->stage ? machine->backend->stage(machine) : NULL;
}

const char *machine_kind(const Machine *machine) {
    return machine->backend->kind;
}

void machine_free(Machine *machine) {
    if (!machine)
        return;
    GQueue stops = machine->stops;
    g_clear_handle_id(&machine->ready_soon, g_source_remove);
    g_clear_handle_id(&machine->stopped_soon, g_source_remove);
    machine->backend->free(machine);
    g_autoptr(GError) error =
        g_error_new_literal(MACHINE_ERROR, MACHINE_ERROR_GONE, "the agent ended before the guest did");
    answer_stops(&stops, error);
}
