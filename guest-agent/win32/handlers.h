// SPDX-License-Identifier: Apache-2.0
// The guest agent as a program that opens addresses and documents, so that the host can, and the guest's own
// program for what the host leaves to the guest.
#pragma once
#include <stdbool.h>
#include <wchar.h>

bool handlers_is_address(const wchar_t *target); // a scheme and a colon, not a drive
// Makes this program one that the user can choose for http, https and mailto. In Wine, whose own handler
// would start a program of the host without asking, it takes that one's place.
void handlers_register(void);
// Opens with a program of the guest's own; false: it has none.
bool handlers_open_in_guest(const wchar_t *target);
