// SPDX-License-Identifier: Apache-2.0
// The embedded guest's monitors and resolution, as Wine knows them.
#pragma once
#include <stdbool.h>

bool display_refresh(unsigned dpi); // 0: as it is
