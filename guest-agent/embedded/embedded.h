// SPDX-License-Identifier: Apache-2.0
// The embedded guest: wires the private display, Wine, the tracker and the RDP server.
#pragma once
#include "guest-agent/embedded/rdp-server.h"
#include <stdio.h>

typedef struct EmbeddedOptions {
    const char *name, *data, *runtime;
    RdpPixels pixels;
    bool is_tcp;
    bool has_no_rail; // a plain desktop, with the guest agent in it
    int width, height;
    void (*on_stage)(void *user, const char *text);
    void (*on_end)(void *user); // it cannot go on
    void *user;
    const bool *cancelled;
} EmbeddedOptions;

typedef struct Embedded Embedded;

Embedded *embedded_new(const EmbeddedOptions *options, GError **error);
void embedded_free(Embedded *embedded);
char *embedded_address(
    const Embedded *embedded); // what follows "ready"; owned by the caller, holds the password on TCP
