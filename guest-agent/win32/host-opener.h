// SPDX-License-Identifier: Apache-2.0
// What is opened in the guest and may be for the host: `railhead-guest /open TARGET` hands it to the running
// publisher, which asks the host.
#pragma once
#include "guest-agent/publisher.h"
#include <wchar.h>
#include <windows.h>

#define HOST_OPENER_CLASS L"RailheadGuest" // of the publisher's message window
#define HOST_OPENER_TITLE L"publisher"

typedef struct HostOpener HostOpener;

int host_opener_hand_over(const wchar_t *target); // /open: an exit code

HostOpener *host_opener_new(Publisher *publisher);
bool host_opener_take(HostOpener *opener, const COPYDATASTRUCT *untrusted_data); // WM_COPYDATA
void host_opener_answer(HostOpener *opener, uint32_t request, OpenStatus status);
