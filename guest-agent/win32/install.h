// SPDX-License-Identifier: Apache-2.0
// railhead-guest.exe /install, /uninstall and /status.
#pragma once
#include <stdbool.h>
#include <wchar.h>

// Does what the words ask for. False when they are not its own. *ret_code: 0 done, 1 not done, 3 done, and
// something is missing that only the owner of this Windows can change.
bool install_main(int argc, wchar_t **argv, int *ret_code);
