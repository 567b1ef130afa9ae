// SPDX-License-Identifier: Apache-2.0
// Random values of rail/ that keep to the limits, so that they survive a trip over a wire unchanged.
#pragma once
#include "rail/app.h"
#include "rail/catalogue.h"
#include "rail/desk-event.h"
#include "rail/intent.h"

Box values_box(void);
void values_window(GuestWindow *ret_window, uint32_t id);
void values_window_change(GuestWindow *window); // some fields get other values
Raster *values_raster(uint32_t max_side);
void values_icon_delta(GuestIconDelta *ret_delta); // guest_icon_delta_clear()
FileType *values_file_type(uint64_t id);
App *values_app(uint64_t id); // every string well below its limit; all of them fit one message
void values_desk_event(DeskEvent *ret_event, DeskEventKind kind);
void values_intent(Intent *ret_intent, IntentKind kind);
