// SPDX-License-Identifier: Apache-2.0
// Integers only. A host pixel shows the guest pixel that its centre falls into: host pixel h, guest pixel
// floor((2h + 1) down / (2 up)); the first host pixel of guest pixel g is then round(g up / down), halves
// down. Pure.
#include "rail/scale.h"

#define HUNDRED 100

static int32_t floor_divide(int64_t a, int64_t b) {
    int64_t quotient = a / b;
    return (int32_t)(a % b < 0 ? quotient - 1 : quotient);
}

Scale scale_new(uint32_t percent) {
    uint32_t most = SCALE_MAX * HUNDRED, known = percent > most ? most : percent;
    int32_t steps = (int32_t)((known * SCALE_DIVISOR + HUNDRED / 2) / HUNDRED);
    return (Scale){steps < SCALE_DIVISOR ? SCALE_DIVISOR : steps, SCALE_DIVISOR};
}

Scale scale_for_dpi(uint32_t dpi) {
    return scale_new(dpi > 10000 ? SCALE_MAX * HUNDRED : dpi * HUNDRED / 96);
}

bool scale_is_one(Scale scale) {
    return scale.up == scale.down;
}

bool scale_is_whole(Scale scale) {
    return scale_is_one(scale) || scale.up % scale.down == 0;
}

bool scale_equal(Scale a, Scale b) {
    return (scale_is_one(a) && scale_is_one(b)) || a.up * b.down == b.up * a.down;
}

int32_t scale_up(Scale scale, int32_t at) {
    if (scale_is_one(scale))
        return at;
    return floor_divide(2 * (int64_t)at * scale.up + scale.down - 1, 2 * (int64_t)scale.down);
}

int32_t scale_down(Scale scale, int32_t at) {
    if (scale_is_one(scale))
        return at;
    return floor_divide((2 * (int64_t)at + 1) * scale.down, 2 * (int64_t)scale.up);
}

Box scale_box_up(Scale scale, Box box) {
    int32_t left = scale_up(scale, box.x), top = scale_up(scale, box.y);
    return (Box){left, top, scale_up(scale, box.x + box.width) - left,
                 scale_up(scale, box.y + box.height) - top};
}

Box scale_box_down(Scale scale, Box box) {
    if (box_is_empty(box))
        return (Box){scale_down(scale, box.x), scale_down(scale, box.y), 0, 0};
    int32_t left = scale_down(scale, box.x), top = scale_down(scale, box.y);
    return (Box){left, top, scale_down(scale, box.x + box.width - 1) - left + 1,
                 scale_down(scale, box.y + box.height - 1) - top + 1};
}

Box scale_window_up(Scale scale, Box box) {
    return (Box){scale_up(scale, box.x), scale_up(scale, box.y), scale_up(scale, box.width),
                 scale_up(scale, box.height)};
}

Box scale_window_down(Scale scale, Box box) {
    return (Box){scale_down(scale, box.x), scale_down(scale, box.y), scale_down(scale, box.width),
                 scale_down(scale, box.height)};
}
