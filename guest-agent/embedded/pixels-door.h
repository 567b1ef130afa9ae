// SPDX-License-Identifier: Apache-2.0
// The socket beside the RDP server's own through which a client of this machine gets pixels: who it is, is
// told by the kernel and by a token that the RDP session has carried.
#pragma once
#include "rail/pixels-message.h"

typedef struct PixelsDoor PixelsDoor;
typedef void (*PixelsDoorOnClient)(void *user, int fd); // takes fd, a non-blocking SOCK_SEQPACKET

PixelsDoor *pixels_door_new(const char *path); // NULL: no such socket can be made
void pixels_door_free(PixelsDoor *door);
// Lets one client in that names the token; a new call takes the place of the one before.
bool pixels_door_expect(PixelsDoor *door, uint8_t ret_token[PIXELS_TOKEN_SIZE], PixelsDoorOnClient on_client,
                        void *user);
void pixels_door_forget(PixelsDoor *door);
