// SPDX-License-Identifier: Apache-2.0
// The icons of one guest by their names: assembled from pieces, made into PNG files as they come, kept in the
// guest's state folder.
#pragma once
#include <glib.h>
#include "rail/catalogue-message.h"
#include "shortcuts/icon-file.h"

typedef struct IconCache IconCache;
typedef void (*IconCacheRequest)(uint64_t icon, gpointer user);

IconCache *icon_cache_new(const char *folder, IconCacheRequest request, gpointer user);
void icon_cache_free(IconCache *cache);
void icon_cache_reset(IconCache *cache); // a new connection: what was asked for is forgotten

// All that is wanted: what was not named in between is dropped from the disk.
void icon_cache_begin(IconCache *cache);
void icon_cache_want(IconCache *cache, uint64_t icon); // asks the guest unless it is here or asked for
void icon_cache_drop_unwanted(IconCache *cache);

// A body of ICON; true: a set is complete or will not come.
bool icon_cache_take(IconCache *cache, const uint8_t *untrusted_body, size_t size);
bool icon_cache_waiting(const IconCache *cache);
const char *icon_cache_problem(const IconCache *cache); // why a set is not kept on disk, or NULL

// The files of an icon, each side once, or their stamps: bytes owned by the caller.
size_t icon_cache_files(IconCache *cache, uint64_t icon, bool contents, IconFile ret_files[ICON_SIZES_MAX]);
size_t icon_cache_load(IconCache *cache, uint64_t icon,
                       Raster *ret_rasters[ICON_SIZES_MAX]); // owned by the caller
