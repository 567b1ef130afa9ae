// SPDX-License-Identifier: Apache-2.0
// The icon sets of one guest by their hash: assembled from pieces, checked, kept as files in the guest's
// state folder.
#pragma once
#include <glib.h>
#include "rail/catalogue-message.h"

typedef struct IconCache IconCache;
typedef void (*IconCacheRequest)(uint64_t icon, gpointer user);

IconCache *icon_cache_new(const char *folder, IconCacheRequest request, gpointer user);
void icon_cache_free(IconCache *cache);

void icon_cache_reset(IconCache *cache);               // a new connection: what was asked for is forgotten
void icon_cache_want(IconCache *cache, uint64_t icon); // asks the guest unless it is here or asked for
bool icon_cache_take(IconCache *cache,
                     const IconPiece *untrusted_piece); // true: a set is complete or will not come
bool icon_cache_waiting(const IconCache *cache);
const char *icon_cache_problem(const IconCache *cache); // why a set is not kept on disk, or NULL
size_t icon_cache_load(IconCache *cache, uint64_t icon,
                       Raster *ret_rasters[ICON_SIZES_MAX]); // owned by the caller
