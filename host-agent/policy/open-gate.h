// SPDX-License-Identifier: Apache-2.0
// How often a guest may have something opened on the host, and what waits for the user's word. Pure: time is
// passed in, in milliseconds.
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define OPEN_GATE_WAITING_MAX 8
#define OPEN_GATE_BURST       4    // at once, after a rest
#define OPEN_GATE_REST_MS     5000 // until one more
#define OPEN_GATE_PATIENCE_MS 120000

typedef struct OpenWaiting {
    uint32_t id;      // of the host's choice, never 0
    uint32_t request; // of the guest's
    char *target, *shown;
    bool is_document;
    int64_t since;
} OpenWaiting;

typedef struct OpenGate {
    GPtrArray *waiting; // of OpenWaiting
    uint32_t last_id;
    int64_t credit, at; // milliseconds of rest that are left to use, and when that was true
} OpenGate;

void open_gate_init(OpenGate *gate, int64_t now);
void open_gate_clear(OpenGate *gate);
// Whether one more may go through, be it to a program or to the user as a question; takes it.
bool open_gate_pass(OpenGate *gate, int64_t now);
// Lets it wait; NULL: too many do. Strings are copied.
OpenWaiting *open_gate_wait(OpenGate *gate, uint32_t request, const char *target, const char *shown,
                            bool is_document, int64_t now);
OpenWaiting *open_gate_find(OpenGate *gate, uint32_t id);
// The next that has waited too long; NULL: none has. ret_left: until the next one will have, -1: none waits.
OpenWaiting *open_gate_stale(OpenGate *gate, int64_t now, int64_t *ret_left);
void open_gate_drop(OpenGate *gate, OpenWaiting *waiting);
