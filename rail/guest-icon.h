// SPDX-License-Identifier: Apache-2.0
// A notification icon of the guest (MS-RDPERP 2.2.1.3.2), as one change of it: what is not among `fields`
// stays as it was. An icon is known by its window and its own number together.
#pragma once
#include "rail/raster.h"
#include "rail/wire.h"

#define GUEST_ICONS_MAX        32  // of one guest that the host shows
#define GUEST_ICON_TIP_MAX     383 // bytes of UTF-8: 127 units of UTF-16
#define GUEST_ICON_TEXT_MAX    765 // 255 units
#define GUEST_ICON_TITLE_MAX   189 // 63 units
#define GUEST_ICON_VERSION_XP  3   // NOTIFYICON_VERSION: from here on it is told of balloons and choices
#define GUEST_ICON_TIMEOUT_MIN 10000
#define GUEST_ICON_TIMEOUT_MAX 30000

typedef enum GuestIconFields {
    GUEST_ICON_VERSION = 1 << 0,
    GUEST_ICON_TIP = 1 << 1,
    GUEST_ICON_BALLOON = 1 << 2,
    GUEST_ICON_HIDDEN = 1 << 3,
    GUEST_ICON_RASTER = 1 << 4,
    GUEST_ICON_ALL = (1 << 5) - 1,
} GuestIconFields;

enum { // balloon flags, 2.2.1.2.4
    GUEST_BALLOON_INFO = 1,
    GUEST_BALLOON_WARNING = 2,
    GUEST_BALLOON_ERROR = 3,
    GUEST_BALLOON_KIND = 3, // mask
    GUEST_BALLOON_NO_SOUND = 0x10,
};

enum { // messages of Client Notify Event, 2.2.2.6.4
    GUEST_ICON_LEFT_DOWN = 0x201,
    GUEST_ICON_LEFT_UP = 0x202,
    GUEST_ICON_LEFT_DOUBLE = 0x203,
    GUEST_ICON_RIGHT_DOWN = 0x204,
    GUEST_ICON_RIGHT_UP = 0x205,
    GUEST_ICON_RIGHT_DOUBLE = 0x206,
    GUEST_ICON_CONTEXT_MENU = 0x7B,
    GUEST_ICON_SELECT = 0x400,
    GUEST_ICON_KEY_SELECT = 0x401,
    GUEST_ICON_BALLOON_SHOW = 0x402,
    GUEST_ICON_BALLOON_HIDE = 0x403,
    GUEST_ICON_BALLOON_TIMEOUT = 0x404,
    GUEST_ICON_BALLOON_CLICK = 0x405,
};

typedef struct GuestIconDelta {
    uint32_t fields;
    uint32_t version;
    bool hidden;
    char tip[GUEST_ICON_TIP_MAX + 1]; // valid UTF-8, as all text here
    struct {
        uint32_t timeout, flags; // ms
        char title[GUEST_ICON_TITLE_MAX + 1];
        char text[GUEST_ICON_TEXT_MAX + 1]; // "": the balloon that is shown goes
    } balloon;
    Raster *raster; // owned
} GuestIconDelta;

void guest_icon_delta_clear(GuestIconDelta *delta);
void guest_icon_set_text(char *to, size_t size, const char *utf8); // NULL is ""; cut at a character
