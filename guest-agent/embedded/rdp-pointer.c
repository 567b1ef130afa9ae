// SPDX-License-Identifier: Apache-2.0
// One shape in the client's cache, replaced each time: shapes change with the user's hand, not in floods.
// Called in the one loop.
#include "guest-agent/embedded/rdp-pointer.h"

#include <string.h>
#include <freerdp/pointer.h>
#include <freerdp/update.h>

#define MASK_STRIDE(width) (((width) + 15) / 16 * 2)

static bool hide(rdpContext *context) {
    const POINTER_SYSTEM_UPDATE none = {.type = SYSPTR_NULL};
    return context->update->pointer->PointerSystem(context, &none);
}

// Both masks are bottom-up; a pixel that the AND mask names shows what is below.
bool rdp_pointer_send(rdpContext *context, const Raster *raster, uint16_t hot_x, uint16_t hot_y) {
    static uint8_t colours[RDP_POINTER_SIDE_MAX * RDP_POINTER_SIDE_MAX * 4];
    static uint8_t mask[RDP_POINTER_SIDE_MAX * MASK_STRIDE(RDP_POINTER_SIDE_MAX)];
    if (!raster)
        return hide(context);
    if (raster->width > RDP_POINTER_SIDE_MAX || raster->height > RDP_POINTER_SIDE_MAX)
        return false;
    size_t stride = (size_t)raster->width * 4, mask_stride = MASK_STRIDE(raster->width);
    memset(mask, 0, sizeof mask);
    for (size_t y = 0; y < raster->height; y++) {
        const uint8_t *from = raster->bgra + (raster->height - 1 - y) * stride;
        memcpy(colours + y * stride, from, stride);
        for (size_t x = 0; x < raster->width; x++)
            if (!from[x * 4 + 3])
                mask[y * mask_stride + x / 8] |= (uint8_t)(0x80 >> x % 8);
    }
    POINTER_NEW_UPDATE update = {.xorBpp = 32};
    update.colorPtrAttr = (POINTER_COLOR_UPDATE){.hotSpotX = hot_x,
                                                 .hotSpotY = hot_y,
                                                 .width = raster->width,
                                                 .height = raster->height,
                                                 .lengthAndMask = (UINT16)(mask_stride * raster->height),
                                                 .lengthXorMask = (UINT16)(stride * raster->height),
                                                 .xorMaskData = colours,
                                                 .andMaskData = mask};
    return context->update->pointer->PointerNew(context, &update);
}
