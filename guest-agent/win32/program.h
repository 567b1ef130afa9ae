// SPDX-License-Identifier: Apache-2.0
// The program behind a command line, and the application of the catalogue behind a program.
#pragma once
#include "guest-agent/win32/wide.h"
#include "rail/catalogue.h"

// The program that CreateProcess would take of an unquoted or quoted command line, as a long path; false
// where none is there.
bool program_of_command(const wchar_t *command, wchar_t ret_path[WIDE_PATH]);

bool program_is_own(const wchar_t *path);             // it is this one
bool program_is_part_of_windows(const wchar_t *path); // it lies below the Windows folder

// The application whose target the program is, without arguments of its own if there is such a one. NULL:
// none.
const App *program_app(const Catalogue *catalogue, const char *utf8_path);

// The application with that AppUserModelID. NULL: none.
const App *program_app_of_aumid(const Catalogue *catalogue, const char *utf8_aumid);

char *program_name(const wchar_t *path); // as Windows shows it, owned by the caller
