// SPDX-License-Identifier: Apache-2.0
// Static virtual channels of one peer: "rail" as PDUs, RAILPUB and "rdpdr" as bytes.
#pragma once
#include "rail/rail-pdu.h" // both before FreeRDP, which has macros of the same names
#include "rail/window-order.h"
#include <winpr/wtypes.h>

typedef struct RdpRail {
    int32_t origin_x, origin_y;                 // the primary monitor's corner on the desktop
    HANDLE manager, rail, publication, devices; // channels: NULL while not open
} RdpRail;

typedef struct RdpRailEvents {
    void (*on_rail)(void *user, const RailPdu *pdu);
    void (*on_publication)(void *user, const uint8_t *untrusted_bytes, size_t size);
    void (*on_devices)(void *user, const uint8_t *untrusted_bytes, size_t size); // a whole PDU; may be NULL
} RdpRailEvents;

void rdp_rail_open(RdpRail *rail, HANDLE manager, bool has_no_rail);
void rdp_rail_close(RdpRail *rail);
size_t rdp_rail_events(const RdpRail *rail, HANDLE *ret_handles); // at most 3
void rdp_rail_pump(RdpRail *rail, const RdpRailEvents *events, void *user);
bool rdp_rail_send(RdpRail *rail, const RailPdu *pdu);
bool rdp_rail_publish(RdpRail *rail, const uint8_t *bytes, size_t size);
bool rdp_rail_send_devices(RdpRail *rail, const uint8_t *bytes, size_t size);
