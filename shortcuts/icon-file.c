// SPDX-License-Identifier: Apache-2.0
// Encodes icons with libpng's simplified writer. Pure. Guest bytes never reach a file: only decoded pixels
// do.
#include "shortcuts/icon-file.h"
#include <png.h>

GBytes *icon_file_encode(const Raster *raster) {
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = raster->width,
                       .height = raster->height,
                       .format = PNG_FORMAT_BGRA};
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    g_autofree uint8_t *bytes = g_malloc(size);
    if (!png_image_write_to_memory(&image, bytes, &size, 0, raster->bgra, 0, NULL))
        return NULL;
    return g_bytes_new_take(g_steal_pointer(&bytes), size);
}

uint32_t icon_file_side(const Raster *raster) {
    static const uint32_t sides[] = {16, 22, 24, 32, 48, 64, 96, 128, 256};
    uint32_t side = MAX(raster->width, raster->height), best = sides[0];
    for (size_t i = 0; i < G_N_ELEMENTS(sides); i++)
        if (sides[i] <= side)
            best = sides[i];
    return best;
}
