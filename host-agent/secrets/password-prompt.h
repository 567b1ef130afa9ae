// SPDX-License-Identifier: Apache-2.0
// Asks for a password on the screen, by a program that the desktop has for that.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>

typedef struct PasswordPrompt PasswordPrompt;
// password: lent, wiped after the call. NULL: error says why, G_IO_ERROR_CANCELLED where the user did not
// want, G_IO_ERROR_NOT_FOUND where no program is here that asks. Once, from the loop; the prompt may be
// freed in it.
typedef void (*PasswordPromptOnAnswer)(const char *password, const GError *error, gpointer user);

// text: what is asked for, one line. warning: NULL, or what went wrong before.
PasswordPrompt *password_prompt_new(const char *text, const char *warning, PasswordPromptOnAnswer on_answer,
                                    gpointer user);
void password_prompt_free(PasswordPrompt *prompt); // ends the program
char *password_prompt_program(void); // the one that would ask first, owned by the caller; or NULL
