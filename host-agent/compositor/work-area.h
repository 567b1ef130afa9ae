// SPDX-License-Identifier: Apache-2.0
// What panels leave of each monitor (EWMH _NET_WM_STRUT_PARTIAL), followed while panels come and go.
#pragma once
#include "host-agent/compositor/display.h"

typedef struct Strut { // pixels from an edge of the root window, and the inclusive stretch of that edge
    int32_t left, right, top, bottom;
    int32_t left_start, left_end, right_start, right_end, top_start, top_end, bottom_start, bottom_end;
} Strut;

typedef struct WorkArea WorkArea;

RootBox work_area_without(RootBox area, RootBox monitor, RootBox root, const Strut *untrusted_strut);

// Keeps screen->monitors right and tells screen->on_layout when anything of it has changed.
WorkArea *work_area_new(Screen *screen);
void work_area_free(WorkArea *work_area);
void work_area_read_soon(WorkArea *work_area);
void work_area_take_root_event(WorkArea *work_area, const XEvent *event);
