// SPDX-License-Identifier: Apache-2.0
// Starts applications and remembers which process was started for which.
#pragma once
#include "rail/catalogue-message.h"

typedef struct Launcher Launcher;

Launcher *launcher_new(void);
void launcher_free(Launcher *launcher);

// verb NULL: the application with these arguments; else the verb's class is asked for each document.
// Documents whose drive has not come yet are waited for, LAUNCH_LATER.
void launcher_launch(Launcher *launcher, const App *app, const FileVerb *verb, char *const *arguments,
                     size_t count, LaunchResultBody *ret_result);
// Handles of the latest processes that were started and whose end has not been told, as many as fit; and one
// of those that has ended since, 0: none.
size_t launcher_waits(const Launcher *launcher, void **ret_handles, size_t most);
uint32_t launcher_take_ended(Launcher *launcher);
// Looks after launches that wait; `done` for each that is over, with its request.
typedef void (*LauncherDone)(const LaunchResultBody *result, void *context);
void launcher_look(Launcher *launcher, LauncherDone done, void *context);
bool launcher_is_waiting(const Launcher *launcher); // launcher_look() is due every 50 ms

uint64_t launcher_app_of(const Launcher *launcher, uint32_t process); // 0: not started by us
