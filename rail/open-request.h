// SPDX-License-Identifier: Apache-2.0
// What the guest asks the host to open (PROTOCOL.md 3.11): an address, or a document on a drive of the host.
#pragma once
#include "rail/wire.h"

#define OPEN_TARGET_BYTES 8192 // of UTF-16

typedef enum OpenKind {
    OPEN_ADDRESS = 0,
    OPEN_DOCUMENT = 1, // \\tsclient\NAME\...
} OpenKind;

typedef struct OpenRequestBody {
    uint32_t request; // of the guest's choice
    OpenKind kind;
    char *target; // owned UTF-8, not empty; the guest's, untrusted
} OpenRequestBody;
void open_request_encode(WireWriter *writer, const OpenRequestBody *body);
bool open_request_decode(const uint8_t *untrusted_body, size_t size, OpenRequestBody *ret_body);
void open_request_clear(OpenRequestBody *body);

typedef enum OpenStatus {
    OPEN_DONE = 0,
    OPEN_REFUSED = 1,
    OPEN_IN_GUEST = 2, // the host leaves it to the guest's own program
} OpenStatus;

typedef struct OpenResultBody {
    uint32_t request;
    OpenStatus status;
} OpenResultBody;
void open_result_encode(WireWriter *writer, const OpenResultBody *body);
bool open_result_decode(const uint8_t *untrusted_body, size_t size, OpenResultBody *ret_body);
