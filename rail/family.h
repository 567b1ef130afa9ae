// SPDX-License-Identifier: Apache-2.0
// Windows of a guest by their owners: a family is a window without owner and all that it owns, directly or
// not. The host decides between families, the guest inside one.
#pragma once
#include "rail/desk.h"

uint32_t family_root(const Desk *desk, uint32_t id); // itself where there is no known owner
// The nearest owner that can be seen, NULL: none. (Programs have owners that nobody ever sees.)
const GuestWindow *family_owner(const Desk *desk, const GuestWindow *window);
bool family_is_modal(const Desk *desk, const GuestWindow *window); // a dialog that disables its owner
// The window that takes input instead of a disabled one: the topmost enabled one that it owns; itself where
// there is none.
uint32_t family_enabled(const Desk *desk, uint32_t id);
// Shown windows of one family that a window manager stacks (no pop-ups), in the guest's order, front to back.
size_t family_members(const Desk *desk, uint32_t root, uint32_t *ret_ids, size_t max);
// Whether another family lies over this window at a point of the guest's desktop, pop-ups aside.
bool family_is_covered(const Desk *desk, uint32_t id, int32_t x, int32_t y);
