// SPDX-License-Identifier: Apache-2.0
// D-Bus values as JSON or as lines for people.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>

char *output_json(GVariant *value); // dictionaries, arrays, strings, numbers, booleans; ends with a newline
const char *output_text(GVariant *dictionary, const char *key); // "" when missing
guint32 output_number(GVariant *dictionary, const char *key);
