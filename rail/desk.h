// SPDX-License-Identifier: Apache-2.0
// The replica of the guest's desktop: windows by id, their stacking and the active one, with generations for
// resync, and a queue of changes in which several changes of one window become one. Fed with DeskEvents;
// pixels and icons are not its business. Orders for unknown windows are ignored (MS-RDPERP 3.2.5.1.6). A
// desktop that is not monitored keeps its windows, which nobody may see then: the next synchronisation tells
// which of them are still there.
#pragma once
#include "rail/desk-event.h"

typedef enum DeskChangeKind {
    DESK_CHANGE_ADDED,
    DESK_CHANGE_CHANGED,
    DESK_CHANGE_REMOVED,
    DESK_CHANGE_STACKING,  // order or active window
    DESK_CHANGE_MONITORED, // desk_is_monitored() changed
} DeskChangeKind;

typedef struct DeskChange {
    DeskChangeKind kind;
    uint32_t window;
    uint32_t fields; // GuestWindowFields for CHANGED; all for ADDED
} DeskChange;

typedef struct Desk Desk;

Desk *desk_new(void);
void desk_free(Desk *desk);
void desk_apply(Desk *desk, const DeskEvent *event); // events it does not know of are ignored
void desk_hold(
    Desk *desk); // the session is lost: its windows stay until the next SYNC_ENDED, locked guest or not
bool desk_next_change(Desk *desk,
                      DeskChange *ret_change); // oldest first; a window added and removed unseen: nothing
const GuestWindow *desk_window(const Desk *desk, uint32_t id);     // NULL when unknown
const GuestWindow *desk_window_at(const Desk *desk, size_t index); // in no order, NULL past the end
size_t desk_count(const Desk *desk);
bool desk_is_monitored(const Desk *desk);
uint32_t desk_active(const Desk *desk);
size_t desk_stacking(const Desk *desk, const uint32_t **ret_ids); // front to back, known windows only
