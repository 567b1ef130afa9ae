// SPDX-License-Identifier: Apache-2.0
// Passwords and certificates by the command: `railhead guest login`, `railhead guest trust`.
#pragma once
#include <stdbool.h>
#include "host-agent/command-line.h"

int cli_guest_login(const CommandLine *line);
int cli_guest_trust(const CommandLine *line);
bool cli_login_has_terminal(void); // somebody can be asked here
// Asks for the passwords that guests wait for; whether one was given.
bool cli_login_offer(void);
