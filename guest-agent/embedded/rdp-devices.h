// SPDX-License-Identifier: Apache-2.0
// The server's end of the channel "rdpdr" (MS-RDPEFS 3.3): which drives the client offers, and requests to
// them.
#pragma once
#include "rail/device-pdu.h"

#define RDP_DEVICES_TRANSFER 65536 // of one read or write

typedef struct RdpDevices RdpDevices;

typedef struct RdpDevicesEvents {
    void (*send)(void *user, const uint8_t *bytes, size_t size);
    void (*on_drive)(void *user, const char *name); // a new one
    void (*on_drive_gone)(void *user, const char *name);
} RdpDevicesEvents;

// The body of the answer is lent for the call, and untrusted.
typedef void (*RdpDevicesDone)(void *user, NtStatus status, const uint8_t *untrusted_body, size_t size);

RdpDevices *rdp_devices_new(const RdpDevicesEvents *events, void *user);
void rdp_devices_free(RdpDevices *devices);
void rdp_devices_connect(RdpDevices *devices);
void rdp_devices_disconnect(RdpDevices *devices); // what is open fails with NT_CANCELLED
void rdp_devices_receive(RdpDevices *devices, const uint8_t *untrusted_bytes, size_t size);

uint32_t rdp_devices_find(const RdpDevices *devices, const char *name, const char **ret_spelling); // 0: none
const char *rdp_devices_name(const RdpDevices *devices, size_t index); // NULL behind the last
uint32_t rdp_devices_connection(const RdpDevices *devices);            // another number for each connection

// Sets the completion id. `done` is called once, maybe at once when there is no client.
void rdp_devices_request(RdpDevices *devices, DeviceRequest *request, RdpDevicesDone done, void *user);
