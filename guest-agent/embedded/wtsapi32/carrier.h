// SPDX-License-Identifier: Apache-2.0
// One virtual channel over the standard handles of the process (ARCHITECTURE.md, "Contracts between
// processes"): frames of u8 kind, u24 little-endian size, bytes.
#pragma once
#include <stdbool.h>
#include <windows.h>

typedef enum CarrierKind {
    CARRIER_DATA = 0,
    CARRIER_CONNECTED = 1,
    CARRIER_DISCONNECTED = 2,
} CarrierKind;

void carrier_start(void);             // once, later calls do nothing
void carrier_set_window(HWND window); // gets WM_WTSSESSION_CHANGE; NULL for none

HANDLE carrier_open(
    void); // a file for overlapped use; NULL while no client is connected, or when it is open already
void carrier_close(HANDLE file);
