// SPDX-License-Identifier: Apache-2.0
// Polls EnumWindows and compares: Wine's event hooks tell creation only, and a full look is a few system
// calls a window. Owned by main's loop, which scans on hooks and by a timer. Tells changes only; the window's
// pixels and its client area are not its business. Never asks a window by message other than for its title,
// which Windows answers for a hung one, too; but for the tooltips in Wine's tray, whose titles are their
// texts.
#include "guest-agent/win32/window-tracker.h"

#include "guest-agent/win32/process.h"
#include "guest-agent/win32/tray-tip.h"
#include "guest-agent/win32/window-frame.h"
#include "guest-agent/win32/wide.h"
#include "rail/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define TRACKED_MAX 512

typedef struct Known {
    TrackedWindow tracked;
    bool seen; // in the scan under way
} Known;

struct WindowTracker {
    Publisher *publisher;
    bool active;
    HWND foreground; // in the last scan
    Known *known;
    size_t count;
    uint32_t order[DESK_STACK_MAX], told_order[DESK_STACK_MAX]; // of what is shown, front to back
    uint32_t n_order, n_told, told_active;
};

static GuestShow show_of(HWND window) {
    if (!IsWindowVisible(window) || window_frame_is_cloaked(window))
        return GUEST_SHOW_HIDDEN;
    if (IsIconic(window))
        return GUEST_SHOW_MINIMISED;
    return IsZoomed(window) ? GUEST_SHOW_MAXIMISED : GUEST_SHOW_NORMAL;
}

static void copy_text(char *ret_text, size_t size, const wchar_t *wide) {
    char *utf8 = wide_to_utf8(wide);
    size_t length = strlen(utf8);
    if (length >= size) {
        for (length = size - 1; length && ((uint8_t)utf8[length] & 0xC0) == 0x80; length--)
            ;
    }
    memcpy(ret_text, utf8, length);
    ret_text[length] = 0;
    free(utf8);
}

static void look_at_image(uint32_t process, TrackedWindow *tracked) {
    char path[WIDE_PATH * 3];
    if (!process_image(process, path, sizeof path))
        return;
    const char *slash = strrchr(path, '\\');
    snprintf(tracked->image, sizeof tracked->image, "%s", slash ? slash + 1 : path);
}

static void look_at_tip(HWND window, TrackedWindow *tracked) {
    wchar_t text[512];
    HWND icon = NULL;
    if (!tray_tip_read(window, text, 512, &icon))
        return;
    copy_text(tracked->window.title, sizeof tracked->window.title, text);
    if (!tray_tip_is_balloon(window))
        return;
    tracked->window.owner = (uint32_t)(ULONG_PTR)icon;
    snprintf(tracked->class_name, sizeof tracked->class_name, TRACKED_BALLOON);
}

static void look_at(HWND window, uint32_t process, TrackedWindow *tracked) {
    wchar_t text[256];
    GuestWindow *guest = &tracked->window;
    guest_window_init(guest, (uint32_t)(ULONG_PTR)window);
    guest->owner = (uint32_t)(ULONG_PTR)GetWindow(window, GW_OWNER);
    guest->style = (uint32_t)GetWindowLongW(window, GWL_STYLE);
    guest->ex_style = (uint32_t)GetWindowLongW(window, GWL_EXSTYLE);
    guest->show = show_of(window);
    guest->box = window_frame_seen(window);
    text[0] = 0;
    InternalGetWindowText(window, text, 256);
    copy_text(guest->title, sizeof guest->title, text);
    text[0] = 0;
    GetClassNameW(window, text, 127);
    copy_text(tracked->class_name, sizeof tracked->class_name, text);
    look_at_tip(window, tracked);
    tracked->xid = (uint32_t)(ULONG_PTR)GetPropA(window, "__wine_x11_whole_window");
    tracked->process = process;
}

static bool is_same(const TrackedWindow *a, const TrackedWindow *b) {
    return guest_window_equal(&a->window, &b->window) && a->xid == b->xid && a->process == b->process &&
           strcmp(a->class_name, b->class_name) == 0;
}

static Known *find(WindowTracker *tracker, uint32_t id) {
    for (size_t i = 0; i < tracker->count; i++)
        if (tracker->known[i].tracked.window.id == id)
            return &tracker->known[i];
    return NULL;
}

static BOOL CALLBACK on_window(HWND window, LPARAM parameter) {
    WindowTracker *tracker = (WindowTracker *)parameter;
    HWND icon = tray_tip_icon(window);
    if (icon)
        on_window(icon, parameter);
    static TrackedWindow now; // large
    DWORD process = 0;
    GetWindowThreadProcessId(window, &process);
    if (process == 0 || process == GetCurrentProcessId())
        return TRUE;
    Known *known = find(tracker, (uint32_t)(ULONG_PTR)window);
    memset(&now, 0, sizeof now);
    look_at(window, process, &now);
    if (now.window.show != GUEST_SHOW_HIDDEN && tracker->n_order < DESK_STACK_MAX)
        tracker->order[tracker->n_order++] = now.window.id;
    if (!known && tracker->count == TRACKED_MAX)
        return TRUE;
    if (known && is_same(&known->tracked, &now)) {
        known->seen = true;
        return TRUE;
    }
    if (known && known->tracked.process == process)
        memcpy(now.image, known->tracked.image, sizeof now.image);
    else
        look_at_image(process, &now);
    if (!known)
        known = &tracker->known[tracker->count++];
    known->tracked = now;
    known->seen = true;
    publisher_tracked(tracker->publisher, &now);
    return TRUE;
}

static void drop_unseen(WindowTracker *tracker) {
    size_t kept = 0;
    for (size_t i = 0; i < tracker->count; i++) {
        if (!tracker->known[i].seen)
            publisher_tracked_gone(tracker->publisher, tracker->known[i].tracked.window.id);
        else if (kept++ != i)
            tracker->known[kept - 1] = tracker->known[i];
    }
    tracker->count = kept;
}

// EnumWindows goes from front to back.
static void tell_order(WindowTracker *tracker) {
    uint32_t active = (uint32_t)(ULONG_PTR)GetForegroundWindow();
    bool is_same =
        tracker->n_order == tracker->n_told && active == tracker->told_active &&
        memcmp(tracker->order, tracker->told_order, tracker->n_order * sizeof *tracker->order) == 0;
    if (is_same)
        return;
    memcpy(tracker->told_order, tracker->order, sizeof tracker->order);
    tracker->n_told = tracker->n_order;
    tracker->told_active = active;
    publisher_tracked_order(tracker->publisher, active, tracker->order, tracker->n_order);
}

WindowTracker *window_tracker_new(Publisher *publisher) {
    WindowTracker *tracker = mem_new(sizeof *tracker);
    tracker->publisher = publisher;
    tracker->known = mem_new_array(TRACKED_MAX, sizeof *tracker->known);
    return tracker;
}

void window_tracker_free(WindowTracker *tracker) {
    if (!tracker)
        return;
    free(tracker->known);
    free(tracker);
}

void window_tracker_reset(WindowTracker *tracker) {
    tracker->active = false;
    tracker->count = 0;
    tracker->n_told = tracker->told_active = 0;
}

// Wine draws the caption of a window that was active before it came to the foreground as an inactive one's,
// and does not draw it again when it comes there.
static void light_caption(WindowTracker *tracker) {
    HWND foreground = GetForegroundWindow();
    if (foreground && foreground != tracker->foreground)
        SendNotifyMessageW(foreground, WM_NCACTIVATE, TRUE, 0);
    tracker->foreground = foreground;
}

void window_tracker_scan(WindowTracker *tracker) {
    if (!tracker->active)
        return;
    for (size_t i = 0; i < tracker->count; i++)
        tracker->known[i].seen = false;
    tracker->n_order = 0;
    EnumWindows(on_window, (LPARAM)tracker);
    drop_unseen(tracker);
    light_caption(tracker);
    tell_order(tracker);
}

void window_tracker_track(WindowTracker *tracker, uint32_t cookie) {
    tracker->active = true;
    window_tracker_scan(tracker);
    publisher_tracked_end(tracker->publisher, cookie);
}

bool window_tracker_is_active(const WindowTracker *tracker) {
    return tracker->active;
}
