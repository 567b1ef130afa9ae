// SPDX-License-Identifier: Apache-2.0
// Pixels for a client on this machine, by memory that both have (RAILPIX, rail/PROTOCOL.md): windows and
// frames are announced, the client says when it no longer reads the older picture.
#pragma once
#include "guest-agent/embedded/pixels-door.h"
#include "guest-agent/embedded/x-share.h"
#include <winpr/wtypes.h>

typedef enum RdpSharedState {
    RDP_SHARED_WAITING, // for the client to come
    RDP_SHARED_ON,
    RDP_SHARED_OFF, // it does not come, or is gone: pixels have to travel in another way
} RdpSharedState;

typedef struct RdpSharedSource {
    bool (*share)(void *user, uint32_t window, XShare **ret_share); // as x_share_new
    bool (*capture)(void *user, uint32_t window, XShare *share, uint8_t *ret_buffer, BoxList *ret_boxes);
    void *user;
    void (*on_state)(void *owner, RdpSharedState state);
    void *owner;
} RdpSharedSource;

typedef struct RdpShared RdpShared;

RdpShared *rdp_shared_new(HANDLE manager, PixelsDoor *door,
                          const RdpSharedSource *source); // NULL: the client does not know the channel
void rdp_shared_free(RdpShared *shared);
RdpSharedState rdp_shared_state(const RdpShared *shared);
void rdp_shared_pump(RdpShared *shared);                                // what came on the channel
bool rdp_shared_tell_monitors(RdpShared *shared, const Layout *layout); // queued
void rdp_shared_window(RdpShared *shared, uint32_t window, Box box, bool has_alpha); // new, or another size
void rdp_shared_gone(RdpShared *shared, uint32_t window);
void rdp_shared_touch(RdpShared *shared, uint32_t window, bool is_whole); // it has changed
