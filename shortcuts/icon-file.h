// SPDX-License-Identifier: Apache-2.0
// A raster as the bytes of a PNG file.
#pragma once
#include <glib.h>
#include "rail/raster.h"

GBytes *icon_file_encode(const Raster *raster); // NULL when libpng refuses
uint32_t icon_file_side(const Raster *raster);  // the hicolor size that suits it, 16..256
