// SPDX-License-Identifier: Apache-2.0
// Encodes icons with libpng's simplified writer, for speed more than for size. Pure. Guest bytes never reach
// a file: only decoded pixels do.
#include "shortcuts/icon-file.h"
#include <png.h>
#include <string.h>

GBytes *icon_file_encode(const Raster *raster) {
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = raster->width,
                       .height = raster->height,
                       .format = PNG_FORMAT_BGRA,
                       .flags = PNG_IMAGE_FLAG_FAST};
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    g_autofree uint8_t *bytes = g_malloc(size);
    if (!png_image_write_to_memory(&image, bytes, &size, 0, raster->bgra, 0, NULL))
        return NULL;
    return g_bytes_new(bytes, size);
}

Raster *icon_file_decode(GBytes *png) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    gsize size;
    const void *bytes = g_bytes_get_data(png, &size);
    Raster *raster = NULL;
    if (!png_image_begin_read_from_memory(&image, bytes, size))
        return NULL;
    image.format = PNG_FORMAT_BGRA;
    raster = raster_new(image.width, image.height);
    if (raster && png_image_finish_read(&image, NULL, raster->bgra, 0, NULL))
        return raster;
    png_image_free(&image);
    raster_free(raster);
    return NULL;
}

GBytes *icon_file_stamp(uint64_t size, const uint8_t tail[ICON_FILE_TAIL]) {
    uint8_t stamp[sizeof size + ICON_FILE_TAIL];
    memcpy(stamp, &size, sizeof size);
    memcpy(stamp + sizeof size, tail, ICON_FILE_TAIL);
    return g_bytes_new(stamp, sizeof stamp);
}

uint32_t icon_file_side(const Raster *raster) {
    static const uint32_t sides[] = {16, 22, 24, 32, 48, 64, 96, 128, 256};
    uint32_t side = MAX(raster->width, raster->height), best = sides[0];
    for (size_t i = 0; i < G_N_ELEMENTS(sides); i++)
        if (sides[i] <= side)
            best = sides[i];
    return best;
}
