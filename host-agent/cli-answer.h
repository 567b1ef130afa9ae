// SPDX-License-Identifier: Apache-2.0
// How `railhead` says what went wrong: one line on stderr, and the exit code that goes with it.
#pragma once
#include <gio/gio.h>

int cli_fail(const GError *error);
int cli_wrong(const char *complaint); // AGENT_ERROR_USAGE
int cli_refuse(int code, const char *format, ...) G_GNUC_PRINTF(2, 3);
void cli_print_json(GVariant *value);
// The agent, if it runs, reads the profiles again. An exit code.
int cli_tell_agent(void);
