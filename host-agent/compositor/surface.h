// SPDX-License-Identifier: Apache-2.0
// Pixels of a guest, shared by descriptor: the memfd that the session process writes is attached to the X
// server, or mapped when the X server cannot take descriptors.
#pragma once
#include "host-agent/compositor/display.h"

typedef struct Surface {
    uint32_t id, window; // window 0: the whole desktop
    uint32_t width, height, stride;
    bool doubled;    // a second picture follows the first
    uint8_t buffer;  // which of them is shown
    uint32_t due;    // the frame to report as done once nothing reads another buffer, 0: none
    bool alpha;      // premultiplied, and the pixels can be read
    bool drawn;      // has seen damage
    bool outdated;   // of a session that was lost
    BoxList missing; // of the desktop: where it has seen no damage
    Screen *screen;
    uint32_t segment; // of the X server, 0: mapped instead
    void *pixels;
    size_t size;
    Drawable sources[2]; // what each picture is scaled from, or None
    Picture pictures[2];
    bool is_copied, is_argb; // into the source, before it is scaled; of depth 32
} Surface;

typedef struct SurfaceScaling {
    Scale scale;
    int32_t dx, dy; // of the window's corner in the surface
    Box to;         // the window's part
    Box from;       // of the surface, that is shown there
} SurfaceScaling;

// Takes fd in any case. NULL: the guest's side sent something that cannot be shown safely (not sealed, too
// small, too big).
Surface *surface_new(Screen *screen, const DeskEvent *untrusted_event, int fd);
void surface_free(Surface *surface);
const uint8_t *surface_pixels(const Surface *surface); // those that are shown; NULL: they cannot be read
void surface_show(Surface *surface, uint8_t untrusted_buffer, uint32_t frame); // from now on
// Copies to the window; true when the X server will send a completion event for it (only asked with `last`).
// argb: the window is of depth 32.
bool surface_put(Surface *surface, Window window, int32_t x, int32_t y, Box source, bool last, bool argb);
// The same, scaled by the X server; nearest where pixels stay whole, else filtered.
bool surface_put_scaled(Surface *surface, Window window, const SurfaceScaling *scaling, bool last, bool argb);
void surface_scaling_clear(Surface *surface);
