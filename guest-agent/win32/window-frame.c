// SPDX-License-Identifier: Apache-2.0
// Asks dwmapi.dll, which Windows XP does not have: it is looked up once and never linked.
#include "guest-agent/win32/window-frame.h"

#define ATTRIBUTE_FRAME_BOUNDS 9  // DWMWA_EXTENDED_FRAME_BOUNDS
#define ATTRIBUTE_CLOAKED      14 // DWMWA_CLOAKED

typedef HRESULT(WINAPI *GetAttribute)(HWND window, DWORD attribute, void *value, DWORD size);

static GetAttribute get_attribute(void) {
    static bool has_looked;
    static GetAttribute function;
    if (has_looked)
        return function;
    has_looked = true;
    HMODULE library = LoadLibraryW(L"dwmapi.dll");
    if (library)
        function = (GetAttribute)(void *)GetProcAddress(library, "DwmGetWindowAttribute");
    return function;
}

static Box box_of(const RECT *rect) {
    return (Box){rect->left, rect->top, rect->right - rect->left, rect->bottom - rect->top};
}

bool window_frame_is_cloaked(HWND window) {
    DWORD cloaked = 0;
    GetAttribute function = get_attribute();
    return function && SUCCEEDED(function(window, ATTRIBUTE_CLOAKED, &cloaked, sizeof cloaked)) && cloaked;
}

static Box all_of(HWND window) {
    RECT rect = {0};
    GetWindowRect(window, &rect);
    return box_of(&rect);
}

Box window_frame_seen(HWND window) {
    RECT bounds = {0};
    Box all = all_of(window);
    GetAttribute function = get_attribute();
    if (!function || IsIconic(window) ||
        FAILED(function(window, ATTRIBUTE_FRAME_BOUNDS, &bounds, sizeof bounds)))
        return all;
    Box seen = box_intersect(box_of(&bounds), all);
    return box_is_empty(seen) ? all : seen;
}

Box window_frame_outer(HWND window, Box seen) {
    Box all = all_of(window), now = window_frame_seen(window);
    return (Box){seen.x - (now.x - all.x), seen.y - (now.y - all.y), seen.width + all.width - now.width,
                 seen.height + all.height - now.height};
}
