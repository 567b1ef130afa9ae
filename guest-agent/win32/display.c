// SPDX-License-Identifier: Apache-2.0
// Tells Wine that the X server's monitors are others. Wine keeps what it knows of them in the registry, reads
// it there in all programs, and reads the X server again only in a program that finds nothing there and when
// a mode is set; then it tells all windows (WM_DISPLAYCHANGE). A program that runs has seen the monitors as
// they were when it started: so this is one that has just been started. Never runs on a Windows.
#include "guest-agent/win32/display.h"

#include <windows.h>

#define CACHE     L"HARDWARE\\DEVICEMAP\\VIDEO"
#define NAME_MAX  256
#define TRIES_MAX 5
#define MOVE_ONLY (SWP_NOSIZE | SWP_NOZORDER | SWP_NOACTIVATE | SWP_ASYNCWINDOWPOS)

static void forget_cache(void) {
    HKEY key;
    wchar_t name[NAME_MAX];
    DWORD size = NAME_MAX;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, CACHE, 0, KEY_QUERY_VALUE | KEY_SET_VALUE, &key) != ERROR_SUCCESS)
        return;
    while (RegEnumValueW(key, 0, name, &size, NULL, NULL, NULL, NULL) == ERROR_SUCCESS) {
        if (RegDeleteValueW(key, name) != ERROR_SUCCESS)
            break;
        size = NAME_MAX;
    }
    RegCloseKey(key);
}

// A program that asks in between writes what it remembers; setting the mode writes what is, or finds that
// mode unknown.
static bool read_again(void) {
    DISPLAY_DEVICEW device = {.cb = sizeof device};
    DEVMODEW mode = {.dmSize = sizeof mode};
    forget_cache();
    return EnumDisplayDevicesW(NULL, 0, &device, 0) && EnumDisplaySettingsW(NULL, 0, &mode) &&
           ChangeDisplaySettingsExW(NULL, &mode, NULL, CDS_RESET, NULL) == DISP_CHANGE_SUCCESSFUL;
}

static void set_resolution(DWORD dpi) {
    HKEY key;
    if (!dpi || RegCreateKeyExW(HKEY_CURRENT_USER, L"Control Panel\\Desktop", 0, NULL, 0, KEY_SET_VALUE, NULL,
                                &key, NULL) != ERROR_SUCCESS)
        return;
    RegSetValueExW(key, L"LogPixels", 0, REG_DWORD, (const BYTE *)&dpi, sizeof dpi);
    RegCloseKey(key);
}

bool display_refresh(unsigned dpi) {
    bool is_read = false;
    set_resolution(dpi);
    for (int i = 0; i < TRIES_MAX && !is_read; i++)
        is_read = read_again();
    return is_read;
}

static bool is_for_users(HWND window) {
    return IsWindowVisible(window) && !IsIconic(window) &&
           (GetWindowLongW(window, GWL_STYLE) & WS_CAPTION) == WS_CAPTION &&
           !(GetWindowLongW(window, GWL_EXSTYLE) & WS_EX_TOOLWINDOW);
}

static LONG within(LONG at, LONG size, LONG from, LONG to) {
    LONG last = to - size;
    LONG most = at > last ? last : at;
    return most < from ? from : most;
}

static BOOL CALLBACK on_window(HWND window, LPARAM unused) {
    MONITORINFO monitor = {.cbSize = sizeof monitor};
    RECT rect;
    if (!is_for_users(window) || MonitorFromWindow(window, MONITOR_DEFAULTTONULL) ||
        !GetMonitorInfoW(MonitorFromWindow(window, MONITOR_DEFAULTTONEAREST), &monitor) ||
        !GetWindowRect(window, &rect))
        return TRUE;
    const RECT *area = &monitor.rcWork;
    SetWindowPos(window, NULL, within(rect.left, rect.right - rect.left, area->left, area->right),
                 within(rect.top, rect.bottom - rect.top, area->top, area->bottom), 0, 0, MOVE_ONLY);
    return TRUE;
}

void display_keep_in_sight(void) {
    EnumWindows(on_window, 0);
}
