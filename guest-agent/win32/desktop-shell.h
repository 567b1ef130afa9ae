// SPDX-License-Identifier: Apache-2.0
// The guest's shell, started and ended for the host's view of the whole desktop (PROTOCOL.md 3.8).
#pragma once
#include "guest-agent/publisher.h"

typedef struct Shell Shell;

Shell *desktop_shell_new(Publisher *publisher);
uint32_t desktop_shell_features(void); // RAILPUB_SHELL, and RAILPUB_IN_PLACE where the server plays along
void desktop_shell_ask(Shell *shell, const DesktopBody *wanted); // answered by desktop_shell_look
void desktop_shell_look(Shell *shell);                           // whether what was asked has come about
bool desktop_shell_is_pending(const Shell *shell);
void desktop_shell_disconnected(Shell *shell); // nobody looks at it any more
