// SPDX-License-Identifier: Apache-2.0
// Changes of notification icons: memory and text. Their wire forms are window-order's and desk-event's.
#include "rail/guest-icon.h"

#include <string.h>

void guest_icon_delta_clear(GuestIconDelta *delta) {
    raster_free(delta->raster);
    memset(delta, 0, sizeof *delta);
}

void guest_icon_set_text(char *to, size_t size, const char *utf8) {
    size_t length = utf8 ? strlen(utf8) : 0;
    if (length >= size)
        for (length = size - 1; length && ((uint8_t)utf8[length] & 0xC0) == 0x80;)
            length--;
    if (length)
        memcpy(to, utf8, length);
    to[length] = 0;
}
