// SPDX-License-Identifier: Apache-2.0
// How many dots per inch the host's programs are told to paint for.
#pragma once
#include "host-agent/compositor/display.h"

uint32_t dpi_read(Screen *screen, RootBox primary, int millimetres); // width of the primary monitor
// Whether the event may have changed it.
bool dpi_take_root_event(const Screen *screen, const XEvent *event);

// From what each source says; 0: it says nothing usable.
uint32_t dpi_of_settings(const uint8_t *untrusted_bytes, size_t size); // XSETTINGS, without its manager
uint32_t dpi_of_resources(const char *untrusted_text);                 // RESOURCE_MANAGER of the root window
uint32_t dpi_of_size(int32_t pixels, int millimetres);
