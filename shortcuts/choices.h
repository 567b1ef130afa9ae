// SPDX-License-Identifier: Apache-2.0
// What the user decided about a guest's launchers: hidden or shown, another name, another icon. Kept in a key
// file, one group per application; what the guest publishes never changes it.
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Choices Choices;

typedef enum ChoiceVisibility { CHOICE_DEFAULT, CHOICE_HIDDEN, CHOICE_SHOWN } ChoiceVisibility;

Choices *choices_load(const char *file); // one that is missing or damaged is empty
void choices_free(Choices *choices);
bool choices_save(const Choices *choices, GError **error);

ChoiceVisibility choices_visibility(const Choices *choices, uint64_t app);
void choices_set_visibility(Choices *choices, uint64_t app, ChoiceVisibility visibility);
char *choices_name(const Choices *choices, uint64_t app); // owned by the caller; NULL: the guest's
void choices_set_name(Choices *choices, uint64_t app, const char *name);
char *choices_icon(const Choices *choices,
                   uint64_t app); // name of the theme or absolute path; NULL: the guest's
void choices_set_icon(Choices *choices, uint64_t app, const char *icon);
void choices_remove(Choices *choices); // all of them, and the file
void choices_reset(Choices *choices, uint64_t app);
