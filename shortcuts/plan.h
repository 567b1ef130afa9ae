// SPDX-License-Identifier: Apache-2.0
// Which files a guest's applications want below the user's data folder, and what has to be written or removed
// for it.
#pragma once
#include <glib.h>
#include "rail/catalogue-message.h"
#include "rail/catalogue.h"

// Fills ret_rasters (owned by the caller) and returns their number; 0: not known (yet).
typedef size_t (*PlanIconSource)(uint64_t icon, Raster *ret_rasters[ICON_SIZES_MAX], gpointer user);

typedef struct PlanInput {
    const char *guest, *railhead;
    const Catalogue *catalogue;
    PlanIconSource icon_source;
    gpointer user;
} PlanInput;

// Relative path -> GBytes. A folder or a link without a target is wanted like a program.
GHashTable *plan_wanted(const PlanInput *input);

typedef struct Plan {
    GPtrArray *writes;  // relative paths, icons before launchers
    GPtrArray *removes; // relative paths, launchers before icons
} Plan;

// installed: relative path -> GBytes, only files of this guest.
void plan_init(Plan *plan, GHashTable *wanted, GHashTable *installed);
void plan_clear(Plan *plan);
