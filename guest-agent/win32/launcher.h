// SPDX-License-Identifier: Apache-2.0
// Starts applications and remembers which process was started for which.
#pragma once
#include "rail/catalogue-message.h"

typedef struct Launcher Launcher;

Launcher *launcher_new(void);
void launcher_free(Launcher *launcher);

// verb NULL: the application with these arguments; else the verb's class is asked for each document.
void launcher_launch(Launcher *launcher, const App *app, const FileVerb *verb, char *const *arguments,
                     size_t count, LaunchResultBody *ret_result);
// Handles of the latest processes that were started and whose end has not been told, as many as fit; and one
// of those that has ended since, 0: none.
size_t launcher_waits(const Launcher *launcher, void **ret_handles, size_t most);
uint32_t launcher_take_ended(Launcher *launcher);
uint64_t launcher_app_of(const Launcher *launcher, uint32_t process); // 0: not started by us
