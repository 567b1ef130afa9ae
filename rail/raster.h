// SPDX-License-Identifier: Apache-2.0
// Small pictures (icons), 32-bit BGRA with straight alpha, rows top-down and tight, owned.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RASTER_SIDE_MAX 256

typedef struct Raster {
    uint16_t width, height; // 1..RASTER_SIDE_MAX
    uint8_t *bgra;          // width * height * 4 bytes
} Raster;

Raster *raster_new(uint32_t width, uint32_t height); // transparent; NULL when a side is 0 or above the limit
void raster_free(Raster *raster);
bool raster_equal(const Raster *a, const Raster *b);
uint64_t raster_hash(const Raster *raster); // FNV-1a 64 over width, height and pixels; never 0

// An icon as TS_ICON_INFO (MS-RDPERP 2.2.1.2.3) and Windows' DIBs have it: bpp 1, 4, 8, 16 (RGB555), 24 or
// 32, colour rows bottom-up and padded to 4 bytes, mask 1 bpp alike, table of 4-byte BGRX entries. A short
// mask counts as opaque where it ends, a short table as black. At 32 bpp alpha comes from the colours, or
// from the mask when all alpha is 0. Returns NULL on an unknown depth, a bad size or too few colour bytes.
typedef struct RasterDib {
    uint16_t width, height;
    uint8_t bpp;
    const uint8_t *mask, *table, *colours;
    size_t mask_size, table_size, colours_size;
} RasterDib;
Raster *raster_from_dib(const RasterDib *untrusted_dib);
