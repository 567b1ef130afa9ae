// SPDX-License-Identifier: Apache-2.0
// One X window of a guest window: what it should be (wanted) against what the X server was told (pushed).
#pragma once
#include "host-agent/compositor/display.h"
#include "rail/role.h"

#define TOPLEVEL_NO_DESKTOP (-1)

typedef struct ToplevelState {
    RootBox box;
    char title[GUEST_WINDOW_TITLE_MAX + 1];
    GuestRole role;
    GuestShow show;
    Window transient_for;
    BoxList shape; // none: not shaped
    bool managed;  // by the window manager; false: override-redirect
    bool resizable, takes_focus, above, skip_taskbar, modal;
    bool argb; // of depth 32; cannot be changed
} ToplevelState;

typedef struct Toplevel {
    Screen *screen;
    Window window; // None: not made yet
    bool mapped;   // asked for
    Window group;  // leader of its window group
    char *guest_name;
    unsigned long configure_serial; // of the last request that moved it
    ToplevelState pushed;
    GuestShow asked;              // of the window manager, until show_deadline
    GuestShow observed, reported; // what the window manager says; of that, what the guest was told
    unsigned long map_serial;     // of the request to restore it that has not come about, or 0
    bool fullscreen;              // by the host's user: guests do not ask for it
    gint64 told_deadline;         // until then the guest has not answered `reported`, 0: it has
    bool contradicted;            // meanwhile it has said something else
    long desktop; // workspace to come back to, TOPLEVEL_NO_DESKTOP: the window manager chooses
    bool was_fullscreen;
    gint64 show_deadline; // until then what was asked for may not have come about yet, 0: nothing asked
} Toplevel;

void toplevel_init(Toplevel *toplevel, Screen *screen);
void toplevel_clear(Toplevel *toplevel); // destroys the X window
void toplevel_make(Toplevel *toplevel, const char *guest_name,
                   const ToplevelState *wanted);                     // all properties, not mapped
bool toplevel_push(Toplevel *toplevel, const ToplevelState *wanted); // true: position or size was asked for
void toplevel_assert_show(
    Toplevel *toplevel); // the guest has spoken again: the host's state follows even if nothing else changed
void toplevel_insist(Toplevel *toplevel); // on a state that the window manager does not come to
void toplevel_set_group(Toplevel *toplevel, Window leader);
void toplevel_assert_box(Toplevel *toplevel); // where it was pushed to, again
void toplevel_was_mapped(Toplevel *toplevel); // MapNotify: unmaps again what is not to be seen
void toplevel_was_unmapped(Toplevel *toplevel,
                           unsigned long serial); // UnmapNotify: maps again what was to be restored meanwhile
void toplevel_map(Toplevel *toplevel);
void toplevel_unmap(Toplevel *toplevel);
// Unmaps, and has the next map bring it back to the same workspace, full screen if it was.
void toplevel_conceal(Toplevel *toplevel);
void toplevel_observe(Toplevel *toplevel);      // reads the window manager's state
bool toplevel_agrees(const Toplevel *toplevel); // it is what was asked for
bool toplevel_awaits_show(
    const Toplevel *toplevel); // it may still become that, or the guest may still answer
// Observes. True when the user, not the guest, changed the state: ret_show.
bool toplevel_read_show(Toplevel *toplevel, GuestShow *ret_show);
