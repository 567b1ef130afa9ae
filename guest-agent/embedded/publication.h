// SPDX-License-Identifier: Apache-2.0
// The publishing guest agent and its bytes between RAILPUB and the carrier.
#pragma once
#include "guest-agent/embedded/bridge.h"
#include <stdbool.h>

typedef struct Publication {
    const Wine *wine;
    Bridge *bridge;      // NULL while the agent does not run
    GByteArray *waiting; // from the client, before the agent is connected
    bool is_connected;
    void *user; // the Embedded
} Publication;

void publication_init(Publication *publication, const Wine *wine, void *user);
void publication_clear(Publication *publication);
bool publication_connect(Publication *publication, GError **error); // starts the agent if it does not run
void publication_disconnect(Publication *publication);              // the client is gone
void publication_receive(Publication *publication, const uint8_t *untrusted_bytes, size_t size);
void publication_send(void *user, const uint8_t *bytes, size_t size); // to the client; in embedded-rail.c
