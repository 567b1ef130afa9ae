// SPDX-License-Identifier: Apache-2.0
// Icons: memory, comparison, and the decoding of Windows' icon bitmaps. Reads no byte outside what a
// RasterDib names.
#include "rail/raster.h"

#include <string.h>

#include "rail/mem.h"

Raster *raster_new(uint32_t width, uint32_t height) {
    if (!width || !height || width > RASTER_SIDE_MAX || height > RASTER_SIDE_MAX)
        return NULL;
    Raster *raster = mem_new(sizeof *raster);
    raster->width = (uint16_t)width;
    raster->height = (uint16_t)height;
    raster->bgra = mem_new((size_t)width * height * 4);
    return raster;
}

void raster_free(Raster *raster) {
    if (!raster)
        return;
    mem_free(raster->bgra);
    mem_free(raster);
}

static size_t raster_bytes(const Raster *raster) {
    return (size_t)raster->width * raster->height * 4;
}

bool raster_equal(const Raster *a, const Raster *b) {
    return a->width == b->width && a->height == b->height && !memcmp(a->bgra, b->bgra, raster_bytes(a));
}

static uint64_t fnv(uint64_t hash, const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 0x100000001B3u;
    return hash;
}

uint64_t raster_hash(const Raster *raster) {
    uint8_t sides[4] = {(uint8_t)raster->width, (uint8_t)(raster->width >> 8), (uint8_t)raster->height,
                        (uint8_t)(raster->height >> 8)};
    uint64_t hash = fnv(fnv(0xCBF29CE484222325u, sides, sizeof sides), raster->bgra, raster_bytes(raster));
    return hash ? hash : 1;
}

static size_t row_bytes(uint32_t width, uint32_t bpp) {
    return ((size_t)width * bpp + 31) / 32 * 4;
}

static void set_from_table(const RasterDib *dib, uint32_t index, uint8_t *bgra) {
    if (((size_t)index + 1) * 4 <= dib->table_size)
        memcpy(bgra, dib->table + (size_t)index * 4, 3);
}

static uint8_t five_to_eight(uint32_t value) {
    value &= 31;
    return (uint8_t)(value << 3 | value >> 2);
}

static void set_pixel(const RasterDib *dib, const uint8_t *row, uint32_t x, uint8_t *bgra) {
    switch (dib->bpp) {
    case 1:
        set_from_table(dib, row[x / 8] >> (7 - x % 8) & 1, bgra);
        break;
    case 4:
        set_from_table(dib, row[x / 2] >> (x % 2 ? 0 : 4) & 15, bgra);
        break;
    case 8:
        set_from_table(dib, row[x], bgra);
        break;
    case 16: {
        uint32_t pixel = row[2 * x] | (uint32_t)row[2 * x + 1] << 8;
        bgra[0] = five_to_eight(pixel);
        bgra[1] = five_to_eight(pixel >> 5);
        bgra[2] = five_to_eight(pixel >> 10);
        break;
    }
    case 24:
        memcpy(bgra, row + 3 * x, 3);
        break;
    default:
        memcpy(bgra, row + 4 * x, 4);
        break;
    }
}

static bool is_masked(const RasterDib *dib, uint32_t x, uint32_t row_from_bottom) {
    size_t at = row_bytes(dib->width, 1) * row_from_bottom + x / 8;
    return at < dib->mask_size && (dib->mask[at] >> (7 - x % 8) & 1);
}

static bool has_alpha(const Raster *raster) {
    for (size_t i = 3; i < raster_bytes(raster); i += 4)
        if (raster->bgra[i])
            return true;
    return false;
}

Raster *raster_from_dib(const RasterDib *untrusted_dib) {
    const RasterDib *dib = untrusted_dib;
    switch (dib->bpp) {
    case 1:
    case 4:
    case 8:
    case 16:
    case 24:
    case 32:
        break;
    default:
        return NULL;
    }
    size_t stride = row_bytes(dib->width, dib->bpp);
    if (!dib->colours || dib->colours_size < stride * dib->height)
        return NULL;
    Raster *raster = raster_new(dib->width, dib->height);
    if (!raster)
        return NULL;
    for (uint32_t y = 0; y < dib->height; y++)
        for (uint32_t x = 0; x < dib->width; x++)
            set_pixel(dib, dib->colours + stride * (dib->height - 1 - y), x,
                      raster->bgra + ((size_t)y * dib->width + x) * 4);
    if (dib->bpp == 32 && has_alpha(raster))
        return raster;
    for (uint32_t y = 0; y < dib->height; y++)
        for (uint32_t x = 0; x < dib->width; x++)
            raster->bgra[((size_t)y * dib->width + x) * 4 + 3] =
                is_masked(dib, x, dib->height - 1 - y) ? 0 : 255;
    return raster;
}
