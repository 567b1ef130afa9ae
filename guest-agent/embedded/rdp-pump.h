// SPDX-License-Identifier: Apache-2.0
// A GSource on the events of one FreeRDP peer, whose set changes while it lives.
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <winpr/wtypes.h>

#define RDP_PUMP_HANDLES_MAX 64

typedef struct RdpPumpCalls {
    size_t (*handles)(void *user, HANDLE *ret_handles, size_t max); // 0: the connection is over
    bool (*pump)(void *user);                                       // false: the connection is over
    void (*over)(void *user);                                       // called once; may free the pump
} RdpPumpCalls;

GSource *rdp_pump_new(const RdpPumpCalls *calls, void *user); // attached to the main loop
void rdp_pump_free(GSource *pump);                            // NULL-safe
