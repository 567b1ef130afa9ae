// SPDX-License-Identifier: Apache-2.0
// trayprobe.exe: a Win32 program with notification icons and a log of what reaches it. Icon N (1, 2, 3) is a
// square of one colour (red, green, blue) with the tooltip "Probe & Tip N" and version 0, 3, 4. Each message
// of an icon is a line of the log (C:\trayprobe.log):
//   MILLISECONDS ICON MESSAGE       in hexadecimal, pointer moves left out
// A right click (version 0: the button, else WM_CONTEXTMENU) opens a menu at the pointer, logged as
//   MILLISECONDS ICON MENU X Y
// whose entries are: 1 change the icon to white, 2 a balloon, 3 remove the icon, 4 end. What was chosen:
//   MILLISECONDS ICON COMMAND N
#include <windows.h>
#include <shellapi.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define ICONS       3
#define SIDE        16
#define WM_OF_ICON  (WM_USER + 1)
#define VERSION_NEW 4

enum { COMMAND_WHITE = 1, COMMAND_BALLOON, COMMAND_REMOVE, COMMAND_END };

static FILE *log_file;
static const uint32_t colours[ICONS] = {0xE02030, 0x20C040, 0x3040F0};
static const UINT versions[ICONS] = {0, NOTIFYICON_VERSION, VERSION_NEW};

static HICON make_icon(uint32_t colour) {
    uint32_t pixels[SIDE * SIDE];
    uint8_t mask[SIDE * SIDE / 8] = {0};
    for (int i = 0; i < SIDE * SIDE; i++)
        pixels[i] = 0xFF000000u | colour;
    return CreateIcon(GetModuleHandleW(NULL), SIDE, SIDE, 1, 32, mask, (const BYTE *)pixels);
}

static void fill(HWND window, UINT icon, NOTIFYICONDATAW *ret_data) {
    ZeroMemory(ret_data, sizeof *ret_data);
    ret_data->cbSize = sizeof *ret_data;
    ret_data->hWnd = window;
    ret_data->uID = icon;
}

static void add_icon(HWND window, UINT icon) {
    NOTIFYICONDATAW data;
    fill(window, icon, &data);
    data.uFlags = NIF_MESSAGE | NIF_ICON | NIF_TIP;
    data.uCallbackMessage = WM_OF_ICON;
    data.hIcon = make_icon(colours[icon - 1]);
    _snwprintf(data.szTip, ARRAYSIZE(data.szTip), L"Probe & Tip %u", icon);
    Shell_NotifyIconW(NIM_ADD, &data);
    data.uVersion = versions[icon - 1];
    Shell_NotifyIconW(NIM_SETVERSION, &data);
}

static void obey(HWND window, UINT icon, int command) {
    NOTIFYICONDATAW data;
    fill(window, icon, &data);
    if (command == COMMAND_WHITE) {
        data.uFlags = NIF_ICON;
        data.hIcon = make_icon(0xFFFFFF);
        Shell_NotifyIconW(NIM_MODIFY, &data);
    } else if (command == COMMAND_BALLOON) {
        data.uFlags = NIF_INFO;
        data.dwInfoFlags = NIIF_INFO;
        data.uTimeout = 10000;
        lstrcpyW(data.szInfoTitle, L"Probe & title");
        lstrcpyW(data.szInfo, L"All <b>is</b> well");
        Shell_NotifyIconW(NIM_MODIFY, &data);
    } else if (command == COMMAND_REMOVE) {
        Shell_NotifyIconW(NIM_DELETE, &data);
    } else if (command == COMMAND_END) {
        PostQuitMessage(0);
    }
}

static void open_menu(HWND window, UINT icon) {
    POINT at;
    HMENU menu = CreatePopupMenu();
    AppendMenuW(menu, MF_STRING, COMMAND_WHITE, L"White");
    AppendMenuW(menu, MF_STRING, COMMAND_BALLOON, L"Balloon");
    AppendMenuW(menu, MF_STRING, COMMAND_REMOVE, L"Remove");
    AppendMenuW(menu, MF_STRING, COMMAND_END, L"End");
    GetCursorPos(&at);
    fprintf(log_file, "%lu %u MENU %ld %ld\n", GetTickCount(), icon, at.x, at.y);
    SetForegroundWindow(window);
    int command = TrackPopupMenu(menu, TPM_RETURNCMD | TPM_NONOTIFY, at.x, at.y, 0, window, NULL);
    DestroyMenu(menu);
    fprintf(log_file, "%lu %u COMMAND %d\n", GetTickCount(), icon, command);
    obey(window, icon, command);
}

static void on_icon(HWND window, WPARAM w, LPARAM l) {
    bool is_new = HIWORD(l) != 0; // version 4 has the icon's number there, and a place in w
    UINT icon = is_new ? HIWORD(l) : (UINT)w, message = LOWORD(l);
    if (message == WM_MOUSEMOVE || icon < 1 || icon > ICONS)
        return;
    fprintf(log_file, "%lu %u %x\n", GetTickCount(), icon, message);
    if (message == (versions[icon - 1] ? WM_CONTEXTMENU : WM_RBUTTONUP))
        open_menu(window, icon);
}

static LRESULT CALLBACK on_message(HWND window, UINT message, WPARAM w, LPARAM l) {
    if (message == WM_OF_ICON) {
        on_icon(window, w, l);
        fflush(log_file);
        return 0;
    }
    return DefWindowProcW(window, message, w, l);
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv) {
    MSG message;
    WNDCLASSW class = {
        .lpfnWndProc = on_message, .hInstance = GetModuleHandleW(NULL), .lpszClassName = L"TrayProbe"};
    log_file = _wfopen(L"C:\\trayprobe.log", L"w");
    RegisterClassW(&class);
    HWND window = CreateWindowW(L"TrayProbe", L"Tray Probe", WS_OVERLAPPEDWINDOW, 300, 300, 200, 100, NULL,
                                NULL, class.hInstance, NULL);
    if (!window || !log_file)
        return 1;
    ShowWindow(window, SW_SHOW);
    for (UINT icon = 1; icon <= ICONS; icon++)
        add_icon(window, icon);
    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    for (UINT icon = 1; icon <= ICONS; icon++)
        obey(window, icon, COMMAND_REMOVE);
    return 0;
}
