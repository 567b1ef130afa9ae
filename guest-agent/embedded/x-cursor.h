// SPDX-License-Identifier: Apache-2.0
// The pointer's shape on the private display.
#pragma once
#include "guest-agent/embedded/x-server.h"
#include "rail/raster.h"

typedef struct XCursor {
    const XServer *server;
    int fixes_event;
    void (*on_shape)(void *user, const Raster *raster, uint16_t hot_x, uint16_t hot_y); // NULL: not seen
    void *user;
} XCursor;

bool x_cursor_start(XCursor *cursor, const XServer *server);
bool x_cursor_event(XCursor *cursor, const XEvent *event); // true: it was about the pointer
void x_cursor_tell(XCursor *cursor);                       // on_shape with the shape of now
