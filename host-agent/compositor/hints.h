// SPDX-License-Identifier: Apache-2.0
// The properties that tell the window manager what a window is (ICCCM 4.1.2, EWMH, Motif).
#pragma once
#include "host-agent/compositor/display.h"
#include "rail/role.h"

void hints_set_constant(Screen *screen, Window window, const char *guest_name);
void hints_set_title(Screen *screen, Window window, const char *guest_name, const char *untrusted_title);
void hints_set_class(Screen *screen, Window window,
                     const char *wm_class);      // a launcher's name, or the guest's
Time hints_startup_time(const char *startup_id); // of the user's act that launched it; 0: it says none
// startup_id may be NULL; time 0: the window takes no focus when it is mapped
void hints_set_startup(Screen *screen, Window window, const char *startup_id, Time user_time);
void hints_set_icons(Screen *screen, Window window, Raster *const *icons, size_t n_icons);
void hints_set_type(Screen *screen, Window window, GuestRole role);
void hints_set_focus(Screen *screen, Window window, bool takes_focus, bool starts_iconic, Window group);
void hints_set_size(Screen *screen, Window window, RootBox box, bool resizable);
void hints_set_atoms(Screen *screen, Window window, Atom property, const Atom *atoms, size_t n);
