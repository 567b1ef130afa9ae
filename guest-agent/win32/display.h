// SPDX-License-Identifier: Apache-2.0
// The embedded guest's monitors and resolution, as Wine knows them.
#pragma once
#include <stdbool.h>

bool display_refresh(unsigned dpi); // 0: as it is
// Windows that no monitor shows come onto the nearest one: Wine restores a window where it was, even on a
// monitor that is gone since, and hides it there.
void display_keep_in_sight(void);
