// SPDX-License-Identifier: Apache-2.0
// Pixels on their way to the client: damage collected, then sent by RDPGFX (a surface per window) or as
// updates of one desktop (legacy).
#pragma once
#include "rail/rail-pdu.h" // both before FreeRDP, which has macros of the same names
#include "rail/window-order.h"
#include "guest-agent/embedded/rdp-shared.h"
#include <freerdp/freerdp.h>

typedef struct RdpFramesSource {
    bool (*read_window)(void *user, uint32_t window, Box box, uint8_t *pixels,
                        size_t stride); // window coordinates
    void (*read_desktop)(void *user, Box box, uint8_t *pixels, size_t stride);
    bool (*share_window)(void *user, uint32_t window, XShare **ret_share); // as RdpSharedSource
    bool (*capture_window)(void *user, uint32_t window, XShare *share, uint8_t *ret_buffer,
                           BoxList *ret_boxes);
    void (*damage_all)(void *user); // all damage that was not asked for is to be told again
    void *user;
} RdpFramesSource;

typedef struct RdpFrames RdpFrames;

// door: where a client of this machine may fetch its pixels; NULL: none may.
RdpFrames *rdp_frames_new(rdpContext *context, HANDLE manager, bool is_gfx, bool is_raw, PixelsDoor *door,
                          const RdpFramesSource *source);
// The desktop has other monitors: tells the client, at once. False: this client cannot be told while it is
// connected.
bool rdp_frames_set_monitors(RdpFrames *frames, const Layout *layout);
bool rdp_frames_can_set_monitors(const RdpFrames *frames);
void rdp_frames_free(RdpFrames *frames);
HANDLE rdp_frames_event(RdpFrames *frames); // NULL when there is none
bool rdp_frames_pump(RdpFrames *frames);    // false: the connection is broken
void rdp_frames_window(RdpFrames *frames, uint32_t window, Box box,
                       bool has_alpha); // new, or its geometry changed
void rdp_frames_gone(RdpFrames *frames, uint32_t window);
void rdp_frames_damage(RdpFrames *frames, uint32_t window, Box box); // window coordinates
// The window has changed somewhere. True: that is all that has to be said, the X server keeps the damage.
bool rdp_frames_touch(RdpFrames *frames, uint32_t window);
// Whether the client gets the whole desktop, by legacy updates whatever its windows come by.
void rdp_frames_show_desktop(RdpFrames *frames, bool is_shown);
void rdp_frames_damage_desktop(RdpFrames *frames, Box box); // no effect while the client gets surfaces only
