// SPDX-License-Identifier: Apache-2.0
// A small shell for guests that have none of their own (Wine): a desktop, a taskbar, a Start menu. The
// classes of its windows are PROTOCOL.md 3.8's.
#pragma once

#define SHELL_DESKTOP_CLASS L"RailheadDesktop"
#define SHELL_TASKBAR_CLASS L"RailheadTaskbar"

int shell_run(void); // until its desktop is closed; the program's exit code
