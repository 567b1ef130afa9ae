// SPDX-License-Identifier: Apache-2.0
// A raster as the bytes of a PNG file, and back.
#pragma once
#include <glib.h>
#include "rail/raster.h"

typedef struct IconFile {
    uint32_t side; // of the hicolor folder
    GBytes *bytes; // the file, or its stamp
} IconFile;

GBytes *icon_file_encode(const Raster *raster); // NULL when libpng refuses
Raster *icon_file_decode(GBytes *png);          // NULL when it is none of ours
uint32_t icon_file_side(const Raster *raster);  // the hicolor size that suits it, 16..256

// What tells one PNG file from another of the same name without reading it: its size, and its end, where the
// checksum of the pixels is.
#define ICON_FILE_TAIL 16
GBytes *icon_file_stamp(uint64_t size, const uint8_t tail[ICON_FILE_TAIL]);
