// SPDX-License-Identifier: Apache-2.0
// railprobe.exe: a Win32 program whose pixels and log prove what a host shows and sends. Its client area is
// painted in cells of 8x8 pixels: red is the cell's column, green its row, blue 16 * (window number) + 5.
// Each message of input, focus, size and place is one line of the log (--log PATH, RAILPROBE_LOG, or
// C:\railprobe.log):
//   MILLISECONDS WINDOW EVENT NUMBERS...     for example: 1234 0 LBUTTONDOWN 17 40
// With --flash each key that goes down turns bit 7 of blue in cell 24,18 of its window.
// A right click opens a menu: dialog, second window, new title. Closing the first window ends the program.
#include <windows.h>
#include <windowsx.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define CELL          8
#define CLIENT_WIDTH  400
#define CLIENT_HEIGHT 300
#define BLUE(number)  (16 * (number) + 5)
#define FLASH_COLUMN  24
#define FLASH_ROW     18
#define FLASH_BIT     0x80

enum { COMMAND_DIALOG = 1, COMMAND_WINDOW, COMMAND_TITLE };

static FILE *log_file;
static int n_windows;
static bool is_flashing, is_flashed;

static int number_of(HWND window) {
    return (int)GetWindowLongPtrW(window, GWLP_USERDATA);
}

static void note(HWND window, const char *event, const char *format, ...) {
    va_list arguments;
    if (!log_file)
        return;
    fprintf(log_file, "%lu %d %s ", GetTickCount(), number_of(window), event);
    va_start(arguments, format);
    vfprintf(log_file, format, arguments);
    va_end(arguments);
    fputc('\n', log_file);
    fflush(log_file);
}

static void flash(uint32_t *pixels, int width, int height) {
    for (int y = FLASH_ROW * CELL; y < (FLASH_ROW + 1) * CELL && y < height; y++)
        for (int x = FLASH_COLUMN * CELL; x < (FLASH_COLUMN + 1) * CELL && x < width; x++)
            pixels[(size_t)y * width + x] ^= FLASH_BIT;
}

static void on_key(HWND window, LPARAM l) {
    const RECT cell = {FLASH_COLUMN * CELL, FLASH_ROW * CELL, (FLASH_COLUMN + 1) * CELL,
                       (FLASH_ROW + 1) * CELL};
    if (!is_flashing || (HIWORD(l) & KF_REPEAT))
        return;
    is_flashed = !is_flashed;
    InvalidateRect(window, &cell, FALSE);
    UpdateWindow(window);
}

static void paint(HWND window) {
    PAINTSTRUCT paint_struct;
    RECT client;
    HDC dc = BeginPaint(window, &paint_struct);
    GetClientRect(window, &client);
    int width = client.right, height = client.bottom;
    uint32_t *pixels = width && height ? HeapAlloc(GetProcessHeap(), 0, (size_t)width * height * 4) : NULL;
    if (pixels) {
        BITMAPINFO info = {.bmiHeader = {.biSize = sizeof info.bmiHeader,
                                         .biWidth = width,
                                         .biHeight = -height,
                                         .biPlanes = 1,
                                         .biBitCount = 32}};
        uint32_t blue = BLUE(number_of(window)) & 255;
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                pixels[(size_t)y * width + x] =
                    ((uint32_t)(x / CELL) & 255) << 16 | ((uint32_t)(y / CELL) & 255) << 8 | blue;
        if (is_flashed)
            flash(pixels, width, height);
        SetDIBitsToDevice(dc, 0, 0, width, height, 0, 0, 0, height, pixels, &info, DIB_RGB_COLORS);
        HeapFree(GetProcessHeap(), 0, pixels);
    }
    EndPaint(window, &paint_struct);
}

static HWND open_window(const wchar_t *title) {
    RECT rect = {0, 0, CLIENT_WIDTH, CLIENT_HEIGHT};
    AdjustWindowRect(&rect, WS_OVERLAPPEDWINDOW, FALSE);
    return CreateWindowExW(0, L"RailProbe", title, WS_OVERLAPPEDWINDOW | WS_VISIBLE, CW_USEDEFAULT,
                           CW_USEDEFAULT, rect.right - rect.left, rect.bottom - rect.top, NULL, NULL,
                           GetModuleHandleW(NULL), NULL);
}

static void open_menu(HWND window, int x, int y) {
    POINT at = {x, y};
    HMENU menu = CreatePopupMenu();
    AppendMenuW(menu, MF_STRING, COMMAND_DIALOG, L"Dialog");
    AppendMenuW(menu, MF_STRING, COMMAND_WINDOW, L"Second window");
    AppendMenuW(menu, MF_STRING, COMMAND_TITLE, L"New title");
    ClientToScreen(window, &at);
    TrackPopupMenu(menu, TPM_LEFTALIGN | TPM_TOPALIGN, at.x, at.y, 0, window, NULL);
    DestroyMenu(menu);
}

static void obey(HWND window, int command) {
    note(window, "COMMAND", "%d", command);
    if (command == COMMAND_DIALOG)
        MessageBoxW(window, L"A dialog of the probe.", L"Probe Dialog", MB_OKCANCEL);
    else if (command == COMMAND_WINDOW)
        open_window(L"Railhead Probe 2");
    else if (command == COMMAND_TITLE)
        SetWindowTextW(window, L"Railhead Probe \u2013 renamed");
}

static const char *button_name(UINT message) {
    switch (message) {
    case WM_LBUTTONDOWN:
        return "LBUTTONDOWN";
    case WM_LBUTTONUP:
        return "LBUTTONUP";
    case WM_LBUTTONDBLCLK:
        return "LBUTTONDBLCLK";
    case WM_RBUTTONDOWN:
        return "RBUTTONDOWN";
    case WM_RBUTTONUP:
        return "RBUTTONUP";
    case WM_MBUTTONDOWN:
        return "MBUTTONDOWN";
    case WM_MBUTTONUP:
        return "MBUTTONUP";
    default:
        return NULL;
    }
}

static void note_place(HWND window, const char *event) {
    RECT rect;
    GetWindowRect(window, &rect);
    note(window, event, "%ld %ld %ld %ld", rect.left, rect.top, rect.right - rect.left,
         rect.bottom - rect.top);
}

// Monitors, all of them together, and dots per inch.
static void note_display(HWND window, const char *event) {
    HDC dc = GetDC(window);
    note(window, event, "%d %d %d %d %d %d", GetSystemMetrics(SM_CMONITORS),
         GetSystemMetrics(SM_XVIRTUALSCREEN), GetSystemMetrics(SM_YVIRTUALSCREEN),
         GetSystemMetrics(SM_CXVIRTUALSCREEN), GetSystemMetrics(SM_CYVIRTUALSCREEN),
         GetDeviceCaps(dc, LOGPIXELSX));
    ReleaseDC(window, dc);
}

static void note_input(HWND window, UINT message, WPARAM w, LPARAM l) {
    const char *button = button_name(message);
    if (button)
        note(window, button, "%d %d", GET_X_LPARAM(l), GET_Y_LPARAM(l));
    else if (message == WM_MOUSEWHEEL)
        note(window, "MOUSEWHEEL", "%d", GET_WHEEL_DELTA_WPARAM(w));
    else if (message == WM_KEYDOWN || message == WM_SYSKEYDOWN)
        note(window, "KEYDOWN", "%u", (unsigned)w);
    else if (message == WM_KEYUP || message == WM_SYSKEYUP)
        note(window, "KEYUP", "%u", (unsigned)w);
    else if (message == WM_CHAR)
        note(window, "CHAR", "%u", (unsigned)w);
    else if (message == WM_SETFOCUS || message == WM_KILLFOCUS)
        note(window, message == WM_SETFOCUS ? "SETFOCUS" : "KILLFOCUS", "");
    else if (message == WM_ACTIVATE)
        note(window, "ACTIVATE", "%d", LOWORD(w));
    else if (message == WM_NCACTIVATE)
        note(window, "NCACTIVATE", "%d", (int)w);
    else if (message == WM_SIZE)
        note(window, "SIZE", "%d %d", LOWORD(l), HIWORD(l));
    else if (message == WM_MOVE)
        note_place(window, "MOVE");
    else if (message == WM_DISPLAYCHANGE)
        note_display(window, "DISPLAY");
    else if (message == WM_CLOSE)
        note(window, "CLOSE", "");
}

static LRESULT CALLBACK on_message(HWND window, UINT message, WPARAM w, LPARAM l) {
    if (message == WM_CREATE)
        SetWindowLongPtrW(window, GWLP_USERDATA, n_windows++);
    if (message == WM_CREATE)
        note_display(window, "SCREEN");
    note_input(window, message, w, l);
    switch (message) {
    case WM_PAINT:
        paint(window);
        return 0;
    case WM_ERASEBKGND:
        return 1;
    case WM_KEYDOWN:
        on_key(window, l);
        return 0;
    case WM_SIZE:
        InvalidateRect(window, NULL, FALSE);
        return 0;
    case WM_RBUTTONUP:
        open_menu(window, GET_X_LPARAM(l), GET_Y_LPARAM(l));
        return 0;
    case WM_COMMAND:
        obey(window, LOWORD(w));
        return 0;
    case WM_DESTROY:
        if (number_of(window) == 0)
            PostQuitMessage(0);
        return 0;
    default:
        return DefWindowProcW(window, message, w, l);
    }
}

static void read_arguments(int argc, wchar_t **argv) {
    wchar_t path[MAX_PATH] = L"C:\\railprobe.log";
    GetEnvironmentVariableW(L"RAILPROBE_LOG", path, MAX_PATH);
    for (int i = 1; i < argc; i++) {
        if (wcscmp(argv[i], L"--flash") == 0)
            is_flashing = true;
        else if (wcscmp(argv[i], L"--log") == 0 && i + 1 < argc && wcslen(argv[i + 1]) < MAX_PATH)
            wcscpy(path, argv[i + 1]);
    }
    log_file = _wfopen(path, L"w");
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv) {
    MSG message;
    WNDCLASSW class = {.style = CS_HREDRAW | CS_VREDRAW,
                       .lpfnWndProc = on_message,
                       .hInstance = GetModuleHandleW(NULL),
                       .hIcon = LoadIconW(NULL, (LPCWSTR)IDI_APPLICATION),
                       .hCursor = LoadCursorW(NULL, (LPCWSTR)IDC_ARROW),
                       .lpszClassName = L"RailProbe"};
    read_arguments(argc, argv);
    if (!RegisterClassW(&class) || !open_window(L"Railhead Probe"))
        return 1;
    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    return 0;
}
