// SPDX-License-Identifier: Apache-2.0
// One agent in Wine and the socket to its wtsapi32.dll: carrier frames (u8 kind, u24 size, bytes).
#pragma once
#include "guest-agent/embedded/wine.h"
#include <stddef.h>
#include <stdint.h>

typedef struct Bridge Bridge;
typedef struct BridgeEvents {
    void (*on_data)(void *user, const uint8_t *untrusted_bytes, size_t size);
    void (*on_lost)(void *user); // the agent is gone; free the bridge then or later
} BridgeEvents;

// argument is passed to the agent, or NULL. The agent sees no client until bridge_connected().
Bridge *bridge_new(const Wine *wine, const char *argument, const BridgeEvents *events, void *user,
                   GError **error);
void bridge_free(Bridge *bridge); // the agent reads the end of its input
void bridge_connected(Bridge *bridge, bool is_connected);
void bridge_send(Bridge *bridge, const uint8_t *bytes, size_t size);
