// SPDX-License-Identifier: Apache-2.0
// A bucket of rest: it fills with time up to a burst, each opening or question empties it by one rest. So a
// guest that asks a hundred times has a burst, and then one every few seconds.
#include "host-agent/policy/open-gate.h"

static void free_waiting(gpointer data) {
    OpenWaiting *waiting = data;
    g_free(waiting->target);
    g_free(waiting->shown);
    g_free(waiting);
}

void open_gate_init(OpenGate *gate, int64_t now) {
    *gate = (OpenGate){.waiting = g_ptr_array_new_with_free_func(free_waiting),
                       .credit = OPEN_GATE_BURST * OPEN_GATE_REST_MS,
                       .at = now};
}

void open_gate_clear(OpenGate *gate) {
    g_clear_pointer(&gate->waiting, g_ptr_array_unref);
}

bool open_gate_pass(OpenGate *gate, int64_t now) {
    gate->credit = MIN(gate->credit + (now - gate->at), OPEN_GATE_BURST * OPEN_GATE_REST_MS);
    gate->at = now;
    if (gate->credit < OPEN_GATE_REST_MS)
        return false;
    gate->credit -= OPEN_GATE_REST_MS;
    return true;
}

OpenWaiting *open_gate_wait(OpenGate *gate, uint32_t request, const char *target, const char *shown,
                            bool is_document, int64_t now) {
    if (gate->waiting->len == OPEN_GATE_WAITING_MAX)
        return NULL;
    OpenWaiting *waiting = g_new0(OpenWaiting, 1);
    gate->last_id += gate->last_id == UINT32_MAX ? 2 : 1;
    *waiting = (OpenWaiting){.id = gate->last_id,
                             .request = request,
                             .target = g_strdup(target),
                             .shown = g_strdup(shown),
                             .is_document = is_document,
                             .since = now};
    g_ptr_array_add(gate->waiting, waiting);
    return waiting;
}

OpenWaiting *open_gate_find(OpenGate *gate, uint32_t id) {
    for (guint i = 0; i < gate->waiting->len; i++) {
        OpenWaiting *waiting = g_ptr_array_index(gate->waiting, i);
        if (waiting->id == id)
            return waiting;
    }
    return NULL;
}

OpenWaiting *open_gate_stale(OpenGate *gate, int64_t now, int64_t *ret_left) {
    OpenWaiting *oldest = gate->waiting->len ? g_ptr_array_index(gate->waiting, 0) : NULL;
    *ret_left = oldest ? MAX(oldest->since + OPEN_GATE_PATIENCE_MS - now, 0) : -1;
    return oldest && *ret_left == 0 ? oldest : NULL;
}

void open_gate_drop(OpenGate *gate, OpenWaiting *waiting) {
    g_ptr_array_remove(gate->waiting, waiting);
}
