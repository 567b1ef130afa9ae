// SPDX-License-Identifier: Apache-2.0
// The end of a child process that nobody asks about any more.
#pragma once
#include <gio/gio.h>

// Asks it to end, kills it when it has not within 3 s, even one that is stopped, and takes it off the
// system's list. Takes over the reference; NULL is allowed.
void process_end(GSubprocess *process);
