// SPDX-License-Identifier: Apache-2.0
// What of one window still has to be copied to the screen. At most one copy is in flight; damage that comes
// meanwhile merges.
#pragma once
#include "host-agent/compositor/surface.h"

typedef struct Painter {
    Screen *screen;
    Window window;  // None until there is one
    BoxList damage; // window coordinates, in the guest's pixels
    Scale scale;
    bool viewable, in_flight, stale, argb; // argb: the window is of depth 32
    uint32_t surface;                      // that the copy in flight reads
    uint8_t buffer;
} Painter;

// What a window is painted from: window point (0,0) is surface point (dx,dy); nothing outside `allowed`
// (window coordinates). The rest is for a window that is scaled: its size in the guest's pixels, and on the
// host.
typedef struct PaintSource {
    Surface *surface;
    int32_t dx, dy;
    const BoxList *allowed;
    int32_t width, height, host_width, host_height;
} PaintSource;

typedef enum PaintResult { PAINT_NOTHING, PAINT_STARTED, PAINT_DONE } PaintResult;

void painter_damage(Painter *painter, Box box);
PaintResult painter_flush(Painter *painter, const PaintSource *source); // DONE: no completion event will come
#define PAINTER_FRAME 2                                                 // pixels wide
void painter_draw_frame(const Painter *painter, int32_t width, int32_t height, uint32_t colour);
void painter_completed(Painter *painter);
bool painter_reads_other_buffer(const Painter *painter, const Surface *surface); // than the one it shows
