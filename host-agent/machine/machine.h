// SPDX-License-Identifier: Apache-2.0
// A guest as a machine: is it there, start it, stop it, where does its RDP server listen. Backends behind one
// interface; this version has the embedded guest and a plain RDP host.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>
#include <stdint.h>

#define MACHINE_ERROR (machine_error_quark())
typedef enum { MACHINE_ERROR_MISSING, MACHINE_ERROR_START, MACHINE_ERROR_GONE } MachineError;
GQuark machine_error_quark(void);

typedef struct Machine Machine;

// Where to connect, filled when ready. Strings owned by the machine.
typedef struct MachineAddress {
    const char *address; // "/path/socket" or "host:port"
    const char *user, *password, *domain;
    const char *fingerprint; // sha256 in hex of the certificate, or NULL
} MachineAddress;

// error NULL: ready. Called from the main loop, once per machine_start().
typedef void (*MachineOnReady)(Machine *machine, const GError *error, gpointer user);

// error NULL: nothing runs any more. Called from the main loop, once per machine_stop(); or by
// machine_free().
typedef void (*MachineOnStopped)(const GError *error, gpointer user);

Machine *machine_new_embedded(const char *guest_name);
// domain NULL: user may be DOMAIN\NAME
Machine *machine_new_remote(const char *host_port, const char *user, const char *domain);
void machine_free(Machine *machine); // does not stop the guest
void machine_resize(Machine *machine, uint32_t width,
                    uint32_t height); // pixels of the desktop, from the next start on

void machine_start(Machine *machine, MachineOnReady on_ready,
                   gpointer user); // no-op towards ready when it runs; waits for the end of a stop
void machine_address(Machine *machine, MachineAddress *ret_address);
void machine_stop(Machine *machine, MachineOnStopped on_stopped,
                  gpointer user);                  // asks, and after 5 s kills; a start under way is given up
const char *machine_stage(const Machine *machine); // of a start under way, in words, or NULL
const char *machine_kind(const Machine *machine);  // "embedded", "rdp"
