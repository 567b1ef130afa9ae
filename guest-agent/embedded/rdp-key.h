// SPDX-License-Identifier: Apache-2.0
// The server's TLS key and self-signed certificate, made once per guest.
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef struct RdpKey {
    char *key, *certificate; // PEM; owned
    char *fingerprint;       // SHA-256 of the certificate, hex; owned
} RdpKey;

bool rdp_key_load(RdpKey *key, const char *data, GError **error); // makes them when they are not there
void rdp_key_clear(RdpKey *key);
