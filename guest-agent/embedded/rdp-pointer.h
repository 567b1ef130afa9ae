// SPDX-License-Identifier: Apache-2.0
// Pointer updates to the client (MS-RDPBCGR 2.2.9.1.1.4).
#pragma once
#include "rail/raster.h"
#include <freerdp/freerdp.h>

#define RDP_POINTER_SIDE_MAX 96

// raster NULL: no pointer is seen. Straight alpha; one that is too big is not sent.
bool rdp_pointer_send(rdpContext *context, const Raster *raster, uint16_t hot_x, uint16_t hot_y);
