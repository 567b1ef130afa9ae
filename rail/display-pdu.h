// SPDX-License-Identifier: Apache-2.0
// Messages of the dynamic channel by which a client tells its monitors while connected (MS-RDPEDISP 2.2.2):
// the server's end of it, for the embedded guest and the tests' server.
#pragma once
#include "rail/layout.h"

#define DISPLAY_CHANNEL  "Microsoft::Windows::RDS::DisplayControl"
#define DISPLAY_PDU_MAX  4096
#define DISPLAY_SIDE_MIN 200 // of a monitor
#define DISPLAY_SIDE_MAX 8192

// All monitors together may have max_monitors * area_a * area_b pixels.
void display_caps_encode(WireWriter *writer, uint32_t max_monitors, uint32_t area_a, uint32_t area_b);
// The layout's corner becomes (0,0), work areas are whole monitors. False: not a layout, or one with gaps or
// overlaps, without a primary monitor at the protocol's (0,0), or with sides that the protocol forbids.
bool display_layout_decode(const uint8_t *untrusted_bytes, size_t size, Layout *ret_layout);
