// SPDX-License-Identifier: Apache-2.0
// Which files a guest's applications want below the user's data folder, and what has to be written or removed
// for it.
#pragma once
#include <glib.h>
#include "rail/catalogue-message.h"
#include "rail/catalogue.h"
#include "shortcuts/choices.h"
#include "shortcuts/icon-file.h"
#include "shortcuts/mime.h"

// Fills ret_files (the bytes owned by the caller; without `contents` their stamps) and returns their number;
// 0: not known (yet).
typedef size_t (*PlanIconSource)(uint64_t icon, bool contents, IconFile ret_files[ICON_SIZES_MAX],
                                 gpointer user);

typedef struct PlanInput {
    const char *guest, *title, *railhead; // title: of the guest's submenu, NULL: its name
    const Catalogue *catalogue;
    PlanIconSource icon_source;
    MimeSource mime_source; // NULL: the host knows no types
    const Choices *choices; // NULL: the user decided nothing
    bool windows_too;       // what ships with Windows is wanted, too
    gpointer user;
} PlanInput;

// Relative path -> GBytes: icons/, mime/, desktop-directories/ and applications/ below a data folder, menus/
// below the folder of configuration. A folder or a link without a target is wanted like a program; a handler
// only when it opens something. Of an icon only the stamp is held: all of them together can be large.
GHashTable *plan_wanted(const PlanInput *input);
GBytes *plan_content(const PlanInput *input, GHashTable *wanted, const char *path); // NULL: none any more

typedef struct Plan {
    GPtrArray *writes;  // relative paths: icons, types, folders, menu, launchers
    GPtrArray *removes; // relative paths, the other way round
} Plan;

// installed: relative path -> GBytes, only files of this guest.
void plan_init(Plan *plan, GHashTable *wanted, GHashTable *installed);
void plan_clear(Plan *plan);

char *plan_launcher_path(const char *guest, uint64_t app);
GStrv plan_mime_types(const PlanInput *input);              // of all launchers, each once
bool plan_is_shown(const PlanInput *input, const App *app); // as a launcher in the menu
