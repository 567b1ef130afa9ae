// SPDX-License-Identifier: Apache-2.0
// A window of the guest as MS-RDPERP 2.2.1.3.1.2.1 describes it: a value without owned memory, so it is
// copied and compared by assignment. diff and apply are the two ends of every wire: apply(a, diff(a, b)) ==
// b.
#pragma once
#include "rail/box.h"

#define GUEST_WINDOW_TITLE_MAX 511 // bytes of UTF-8
#define GUEST_WINDOWS_MAX      200 // windows of one guest that the host shows

typedef enum GuestShow { // Window order ShowState
    GUEST_SHOW_HIDDEN = 0,
    GUEST_SHOW_MINIMISED = 2,
    GUEST_SHOW_MAXIMISED = 3,
    GUEST_SHOW_NORMAL = 5,
} GuestShow;

enum { // Win32 window styles that Railhead reads
    GUEST_STYLE_POPUP = 0x80000000u,
    GUEST_STYLE_CHILD = 0x40000000,
    GUEST_STYLE_MINIMISE = 0x20000000,
    GUEST_STYLE_VISIBLE = 0x10000000,
    GUEST_STYLE_DISABLED = 0x08000000,
    GUEST_STYLE_MAXIMISE = 0x01000000,
    GUEST_STYLE_CAPTION = 0x00C00000,
    GUEST_STYLE_SYSMENU = 0x00080000,
    GUEST_STYLE_THICKFRAME = 0x00040000,
    GUEST_STYLE_MINIMISEBOX = 0x00020000,
    GUEST_STYLE_MAXIMISEBOX = 0x00010000,
    GUEST_EX_STYLE_DLGMODALFRAME = 0x00000001,
    GUEST_EX_STYLE_TOPMOST = 0x00000008,
    GUEST_EX_STYLE_TRANSPARENT = 0x00000020,
    GUEST_EX_STYLE_TOOLWINDOW = 0x00000080,
    GUEST_EX_STYLE_APPWINDOW = 0x00040000,
    GUEST_EX_STYLE_LAYERED = 0x00080000,
    GUEST_EX_STYLE_NOACTIVATE = 0x08000000,
};

typedef enum GuestWindowFields {
    GUEST_WINDOW_OWNER = 1 << 0,
    GUEST_WINDOW_STYLE = 1 << 1, // style and ex_style
    GUEST_WINDOW_SHOW = 1 << 2,
    GUEST_WINDOW_TITLE = 1 << 3,
    GUEST_WINDOW_POSITION = 1 << 4,
    GUEST_WINDOW_SIZE = 1 << 5,
    GUEST_WINDOW_CLIENT = 1 << 6,
    GUEST_WINDOW_MARGINS = 1 << 7,
    GUEST_WINDOW_SHAPE = 1 << 8,
    GUEST_WINDOW_VISIBLE = 1 << 9,
    GUEST_WINDOW_TASKBAR = 1 << 10,
    GUEST_WINDOW_ALL = (1 << 11) - 1,
} GuestWindowFields;

typedef struct GuestMargins { // hit-testable strips outside box, pixels
    uint16_t left, top, right, bottom;
} GuestMargins;

typedef struct GuestWindow {
    uint32_t id;    // the guest's HWND where there is one; 0 and 0xFFFFFFFF are no windows
    uint32_t owner; // window id, 0 for none
    uint32_t style, ex_style;
    GuestShow show;
    char title[GUEST_WINDOW_TITLE_MAX + 1]; // valid UTF-8
    Box box;                                // without resize margins
    Box client;                             // client area, guest desktop coordinates
    GuestMargins margins;
    BoxList shape;   // in window coordinates; none, or one as big as the window: not shaped
    BoxList visible; // in guest desktop coordinates: what other guest windows do not cover (a hint, never a
                     // shape)
    bool no_taskbar_button;
} GuestWindow;

// What has become of a window: `fields` of `to` are meant, the others are undefined.
typedef struct GuestWindowDelta {
    uint32_t fields;
    GuestWindow to;
} GuestWindowDelta;

void guest_window_init(GuestWindow *window, uint32_t id);
void guest_window_set_title(GuestWindow *window, const char *utf8); // NULL is ""; cut at a character
bool guest_window_equal(const GuestWindow *a, const GuestWindow *b);
uint32_t guest_window_diff(const GuestWindow *from, const GuestWindow *to,
                           GuestWindowDelta *ret_delta); // the fields
// Clamps what a guest may not say (limits of box.h, unknown show states) and returns the fields that really
// changed.
uint32_t guest_window_apply(GuestWindow *window, const GuestWindowDelta *untrusted_delta);
// All positions on the desktop of the fields that are meant, by as much: RAIL counts from the primary
// monitor.
void guest_window_delta_shift(GuestWindowDelta *delta, int32_t dx, int32_t dy);
const char *guest_show_to_string(GuestShow show);
