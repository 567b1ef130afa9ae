// SPDX-License-Identifier: Apache-2.0
// Shortcuts that Windows Installer advertises.
#pragma once
#include "guest-agent/win32/wide.h"

// The program behind such a shortcut; false when it is not installed (opening the shortcut installs it), or
// when Windows Installer is not here.
bool advertised_target(const wchar_t *shortcut, wchar_t ret_target[WIDE_PATH]);
