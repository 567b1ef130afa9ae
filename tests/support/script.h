// SPDX-License-Identifier: Apache-2.0
// A script that runs line by line: `wait`, `delay`, `after`, `on` and `off` are its own, all other lines are
// handed out.
#pragma once
#include "tests/support/record.h"

typedef struct Script Script;

typedef struct ScriptCalls {
    bool (*run)(void *user, const Line *line, GError **error);
    void (*record)(void *user, Record *record); // takes it; the answer is to end in script_event()
} ScriptCalls;

Script *script_new(const ScriptCalls *calls, void *user);
void script_free(Script *script);
void script_feed(Script *script, const char *text); // one line, without its end
void script_event(Script *script, Record *record);  // owns the record from now on
bool script_is_idle(const Script *script);          // nothing waits, nothing is left to run
