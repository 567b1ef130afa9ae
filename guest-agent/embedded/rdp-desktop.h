// SPDX-License-Identifier: Apache-2.0
// Legacy pixels: rectangles of one desktop, as raw surface bits or planar bitmap updates.
#pragma once
#include "guest-agent/embedded/rdp-frames.h"

typedef struct RdpDesktop RdpDesktop;
RdpDesktop *rdp_desktop_new(rdpContext *context, const RdpFramesSource *source);
void rdp_desktop_free(RdpDesktop *desktop);
bool rdp_desktop_send(RdpDesktop *desktop, Box box);
