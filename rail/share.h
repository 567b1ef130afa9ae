// SPDX-License-Identifier: Apache-2.0
// What the host lets a guest have of its files: a folder under a name, or one document. Sent by the agent to
// railhead-files, one per datagram, beside it the descriptor of the folder.
#pragma once
#include "rail/device-pdu.h"

#define SHARE_DOCUMENTS      "files" // the drive on which documents are handed over; no folder has this name
#define SHARE_ID_MAX         16
#define SHARE_DOCUMENT_BYTES 255
#define SHARE_WIRE_MAX       512

typedef enum ShareKind {
    SHARE_FOLDER = 1, // \\tsclient\NAME is the folder
    SHARE_DOCUMENT,   // \\tsclient\files\ID\DOCUMENT is the document, in the folder that is sent with it
    SHARE_GONE,       // the folder NAME is no longer shared
} ShareKind;

typedef struct Share {
    ShareKind kind;
    char name[SHARE_ID_MAX + 1]; // of the drive, or ID; share_name_is_valid()
    bool read_only;
    char document[SHARE_DOCUMENT_BYTES + 1]; // name as the host has it, without a slash
} Share;

// 1 to 7 of a-z, A-Z, 0-9, - and _: what every Windows takes for the name of a redirected drive.
bool share_name_is_valid(const char *name);
bool share_encode(WireWriter *writer, const Share *share);
bool share_decode(const uint8_t *bytes, size_t size, Share *ret_share);
