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
uint64_t launcher_app_of(const Launcher *launcher, uint32_t process); // 0: not started by us
