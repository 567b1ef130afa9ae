// SPDX-License-Identifier: Apache-2.0
// The document types and URL schemes of the registry's classes, as file types of a catalogue.
#pragma once
#include "guest-agent/win32/icons.h"
#include "rail/catalogue.h"

// Adds the types that programs of the guest open. A handler that is no application of the catalogue yet is
// added as one of kind APP_KIND_HANDLER, unless it is a part of Windows. Call after start_menu_read().
void associations_read(Icons *icons, Catalogue *catalogue);
