// SPDX-License-Identifier: Apache-2.0
// Two pictures of a window in one memfd that the private X server writes by itself: the newer is shown, the
// older is written.
#pragma once
#include "rail/box.h"

struct XWindow;
typedef struct XShare XShare;

// False: this X server does not share memory. ret_share: NULL when the window has no pixels now.
bool x_share_new(struct XWindow *window, XShare **ret_share);
void x_share_free(XShare *share);
int x_share_fd(const XShare *share); // sealed; owned by the share
uint32_t x_share_size(const XShare *share, uint32_t *ret_width, uint32_t *ret_height); // the stride in bytes
void x_share_forget(XShare *share); // the next capture takes all of the window
// Brings the picture that is not shown up to date and makes it the one that is. False: nothing has changed
// since, or the window is no longer the share's. boxes: what changed.
bool x_share_capture(XShare *share, struct XWindow *window, uint8_t *ret_buffer, BoxList *ret_boxes);
