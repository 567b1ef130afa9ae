// SPDX-License-Identifier: Apache-2.0
// Draws the state icons: a window frame and a dot in its lower right corner. Pure.
#include "host-agent/tray/state-icon.h"
#include <string.h>

#define FRAME  0xFF4A90D9u
#define INSIDE 0xFFF4F6F8u

static const uint32_t colours[] = {[TRAY_OFF] = 0xFF8A8A8Au,
                                   [TRAY_BUSY] = 0xFFE5A50Au,
                                   [TRAY_READY] = 0xFF2EA043u,
                                   [TRAY_LOST] = 0xFFD93025u};

static uint32_t colour_at(TrayState state, int32_t side, int32_t x, int32_t y) {
    int32_t edge = side / 12 + 1, title = side / 4, radius = side / 4, centre = side - 1 - radius;
    int32_t from_centre = (x - centre) * (x - centre) + (y - centre) * (y - centre);
    if (from_centre <= radius * radius)
        return colours[state];
    if (from_centre <= (radius + edge) * (radius + edge))
        return 0;
    int32_t bottom = side - radius;
    if (x < edge || y < edge || x >= side - edge || y >= bottom)
        return 0;
    bool is_frame = x < 2 * edge || x >= side - 2 * edge || y < title + edge || y >= bottom - edge;
    return is_frame ? FRAME : INSIDE;
}

Raster *state_icon_draw(TrayState state, uint32_t side) {
    Raster *raster = raster_new(side, side);
    for (uint32_t i = 0; raster && i < side * side; i++) {
        uint32_t colour = colour_at(state, (int32_t)side, (int32_t)(i % side), (int32_t)(i / side));
        for (uint32_t byte = 0; byte < 4; byte++)
            raster->bgra[4 * i + byte] = (uint8_t)(colour >> (8 * byte));
    }
    return raster;
}

const char *state_icon_name(TrayState state) {
    static const char *const names[] = {"railhead-off", "railhead-busy", "railhead-ready", "railhead-lost"};
    return names[state];
}
