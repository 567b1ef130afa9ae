// SPDX-License-Identifier: Apache-2.0
// What a launcher offers besides its program: the entries of the Start menu that start the same program in
// another way ("New letter", "Safe mode"). Pure.
#pragma once
#include <glib.h>
#include "rail/catalogue.h"

#define ACTIONS_MAX 10 // of one launcher

typedef bool (*ActionsShown)(const App *app, gpointer user);
// Application id -> GPtrArray of App (borrowed), for programs that are started without arguments; only of
// entries that are shown.
GHashTable *actions_by_app(const Catalogue *catalogue, ActionsShown shown, gpointer user);
