// SPDX-License-Identifier: Apache-2.0
// Messages of RAILPIX (rail/PROTOCOL.md), which lays a window's pixels into memory that guest and host share:
// OFFER, DECLINE and MONITORS travel on the static channel, the others one per packet on the socket beside
// it.
#pragma once
#include "rail/layout.h"

#define PIXELS_VERSION      1
#define PIXELS_CHANNEL      "RAILPIX"
#define PIXELS_SOCKET       "pixels.sock" // beside the RDP server's own
#define PIXELS_TOKEN_SIZE   16
#define PIXELS_MESSAGE_MAX  1024
#define PIXELS_SIDE_MAX     16384
#define PIXELS_SURFACE_MAX  0xFFFFFFu // surface ids are 1 to this
#define PIXELS_BUFFERS_MAX  2
#define PIXELS_SURFACES_MAX 1024 // at a time

typedef enum PixelsMessageKind {
    PIXELS_OFFER = 1, // guest to host: come to the socket with this token
    PIXELS_DECLINE,   // host to guest: I do not
    PIXELS_HELLO,     // host to guest: the token
    PIXELS_SURFACE,   // guest to host, with a sealed memfd
    PIXELS_FRAME,     // guest to host: this buffer holds what the window shows now
    PIXELS_GONE,      // guest to host
    PIXELS_DONE,      // host to guest: nothing reads a buffer but that of this frame
    PIXELS_MONITORS,  // guest to host: the desktop has these from now on
} PixelsMessageKind;

typedef struct PixelsMessage {
    PixelsMessageKind kind;
    uint32_t surface; // SURFACE, FRAME, GONE, DONE
    union {
        uint8_t token[PIXELS_TOKEN_SIZE]; // OFFER, HELLO
        struct {
            uint32_t window, width, height, stride; // stride in bytes; a buffer is height rows
            uint8_t buffers;
            bool alpha; // premultiplied BGRA, else BGRX
        } made;
        struct {
            uint32_t frame; // DONE has this alone
            uint8_t buffer;
            BoxList boxes; // what changed since the frame before, in the window's coordinates
        } frame;
        Layout monitors;
    } as;
} PixelsMessage;

bool pixels_message_encode(WireWriter *writer, const PixelsMessage *message);
bool pixels_message_decode(const uint8_t *untrusted_bytes, size_t size, PixelsMessage *ret_message);
