// SPDX-License-Identifier: Apache-2.0
// railhead-guest.exe /shell: the desktop as a window below all others and the taskbar as one above them, for
// the time in which the host shows the whole desktop of a guest without Explorer. A process of its own with
// one thread; it ends when its desktop is closed. It shows and switches the windows of other programs and
// never closes one. On Windows Explorer is the shell, and this is not used.
#include "guest-agent/win32/shell.h"
#include "guest-agent/win32/shell-menu.h"

#include <string.h>
#include <windows.h>

#define BAR_HEIGHT   30
#define START_WIDTH  70
#define CLOCK_WIDTH  60
#define TASK_WIDTH   170
#define GAP          3
#define ICON_SIDE    16
#define TASKS_MAX    64
#define TITLE_MAX    80
#define REFRESH_MS   250
#define ICON_WAIT_MS 50

typedef struct Task {
    HWND window;
    bool active;
    wchar_t title[TITLE_MAX];
} Task;

typedef struct Tasks {
    Task items[TASKS_MAX];
    size_t count;
} Tasks;

static struct {
    HWND desktop, bar;
    Tasks tasks;
    WORD minute;
    ShellMenu *menu;
} shell;

static bool is_task(HWND window, DWORD *ret_process) {
    LONG ex_style = GetWindowLongW(window, GWL_EXSTYLE);
    GetWindowThreadProcessId(window, ret_process);
    if (!IsWindowVisible(window) || *ret_process == GetCurrentProcessId())
        return false;
    return (ex_style & WS_EX_APPWINDOW) || (!GetWindow(window, GW_OWNER) && !(ex_style & WS_EX_TOOLWINDOW));
}

static BOOL CALLBACK on_window(HWND window, LPARAM parameter) {
    Tasks *tasks = (Tasks *)parameter;
    Task *task = &tasks->items[tasks->count];
    DWORD process = 0;
    if (!is_task(window, &process))
        return TRUE;
    memset(task, 0, sizeof *task);
    task->window = window;
    task->active = GetForegroundWindow() == window && !IsIconic(window);
    InternalGetWindowText(window, task->title, TITLE_MAX);
    tasks->count += task->title[0] != 0;
    return tasks->count < TASKS_MAX;
}

static bool holds(const Tasks *tasks, HWND window) {
    for (size_t i = 0; i < tasks->count; i++)
        if (tasks->items[i].window == window)
            return true;
    return false;
}

// Buttons keep their places: those that are there stay in order, new ones come last.
static void keep_order(const Tasks *before, Tasks *now) {
    static Tasks sorted; // large
    sorted.count = 0;
    for (size_t i = 0; i < before->count; i++)
        for (size_t j = 0; j < now->count; j++)
            if (now->items[j].window == before->items[i].window)
                sorted.items[sorted.count++] = now->items[j];
    for (size_t j = 0; j < now->count; j++)
        if (!holds(before, now->items[j].window))
            sorted.items[sorted.count++] = now->items[j];
    *now = sorted;
}

static void refresh(void) {
    static Tasks now; // large
    SYSTEMTIME time;
    now.count = 0;
    EnumWindows(on_window, (LPARAM)&now);
    keep_order(&shell.tasks, &now);
    GetLocalTime(&time);
    if (time.wMinute == shell.minute && now.count == shell.tasks.count &&
        memcmp(now.items, shell.tasks.items, now.count * sizeof *now.items) == 0)
        return;
    shell.tasks = now;
    shell.minute = time.wMinute;
    InvalidateRect(shell.bar, NULL, TRUE);
}

static RECT task_place(size_t index) {
    RECT bar;
    GetClientRect(shell.bar, &bar);
    LONG room = bar.right - START_WIDTH - CLOCK_WIDTH - 4 * GAP, width = TASK_WIDTH;
    if (shell.tasks.count && room / (LONG)shell.tasks.count < width)
        width = room / (LONG)shell.tasks.count;
    LONG left = START_WIDTH + 2 * GAP + (LONG)index * width;
    return (RECT){left, GAP, left + width - GAP, BAR_HEIGHT - GAP};
}

static HICON icon_of(HWND window) {
    DWORD_PTR icon = 0;
    SendMessageTimeoutW(window, WM_GETICON, ICON_SMALL, 0, SMTO_ABORTIFHUNG, ICON_WAIT_MS, &icon);
    return icon ? (HICON)icon : (HICON)GetClassLongPtrW(window, GCLP_HICONSM);
}

static void draw_button(HDC dc, RECT place, const wchar_t *text, HICON icon, bool pressed) {
    DrawFrameControl(dc, &place, DFC_BUTTON, (UINT)(DFCS_BUTTONPUSH | (pressed ? DFCS_PUSHED : 0)));
    InflateRect(&place, -2 * GAP, -GAP);
    if (icon && DrawIconEx(dc, place.left, (place.top + place.bottom - ICON_SIDE) / 2, icon, ICON_SIDE,
                           ICON_SIDE, 0, NULL, DI_NORMAL))
        place.left += ICON_SIDE + GAP;
    DrawTextW(dc, text, -1, &place, DT_SINGLELINE | DT_VCENTER | DT_END_ELLIPSIS | DT_NOPREFIX);
}

static void draw_clock(HDC dc, const RECT *bar) {
    wchar_t text[32] = L"";
    RECT place = {bar->right - CLOCK_WIDTH, 0, bar->right - GAP, bar->bottom};
    GetTimeFormatW(LOCALE_USER_DEFAULT, TIME_NOSECONDS, NULL, NULL, text, 32);
    DrawTextW(dc, text, -1, &place, DT_SINGLELINE | DT_VCENTER | DT_CENTER | DT_NOPREFIX);
}

static void paint_bar(void) {
    PAINTSTRUCT paint;
    RECT bar;
    HDC dc = BeginPaint(shell.bar, &paint);
    GetClientRect(shell.bar, &bar);
    FillRect(dc, &bar, GetSysColorBrush(COLOR_BTNFACE));
    DrawEdge(dc, &bar, EDGE_RAISED, BF_TOP);
    SelectObject(dc, GetStockObject(DEFAULT_GUI_FONT));
    SetBkMode(dc, TRANSPARENT);
    SetTextColor(dc, GetSysColor(COLOR_BTNTEXT));
    draw_button(dc, (RECT){GAP, GAP, START_WIDTH, BAR_HEIGHT - GAP}, L"Start", NULL, false);
    for (size_t i = 0; i < shell.tasks.count; i++)
        draw_button(dc, task_place(i), shell.tasks.items[i].title, icon_of(shell.tasks.items[i].window),
                    shell.tasks.items[i].active);
    draw_clock(dc, &bar);
    EndPaint(shell.bar, &paint);
}

static void switch_to(const Task *task) {
    if (task->active) {
        ShowWindowAsync(task->window, SW_MINIMIZE);
        return;
    }
    if (IsIconic(task->window))
        ShowWindowAsync(task->window, SW_RESTORE);
    SetForegroundWindow(task->window);
    SetWindowPos(task->window, HWND_TOP, 0, 0, 0, 0,
                 SWP_NOMOVE | SWP_NOSIZE | SWP_NOACTIVATE | SWP_ASYNCWINDOWPOS);
}

static void open_menu(LONG x, LONG y) {
    if (shell_menu_track(shell.menu, shell.desktop, x, y))
        DestroyWindow(shell.desktop);
}

static void press_bar(POINT point) {
    RECT place;
    if (point.x < START_WIDTH) {
        GetWindowRect(shell.bar, &place);
        open_menu(place.left, place.top);
        return;
    }
    for (size_t i = 0; i < shell.tasks.count; i++) {
        place = task_place(i);
        if (PtInRect(&place, point)) {
            switch_to(&shell.tasks.items[i]);
            return;
        }
    }
}

static void place_windows(void) {
    int x = GetSystemMetrics(SM_XVIRTUALSCREEN), y = GetSystemMetrics(SM_YVIRTUALSCREEN);
    int width = GetSystemMetrics(SM_CXVIRTUALSCREEN), height = GetSystemMetrics(SM_CYVIRTUALSCREEN);
    SetWindowPos(shell.desktop, HWND_BOTTOM, x, y, width, height, SWP_NOACTIVATE);
    SetWindowPos(shell.bar, HWND_TOPMOST, 0, GetSystemMetrics(SM_CYSCREEN) - BAR_HEIGHT,
                 GetSystemMetrics(SM_CXSCREEN), BAR_HEIGHT, SWP_NOACTIVATE);
}

static LRESULT CALLBACK on_desktop_message(HWND window, UINT message, WPARAM w, LPARAM l) {
    switch (message) {
    case WM_DESTROY:
        PostQuitMessage(0);
        return 0;
    case WM_DISPLAYCHANGE:
        place_windows();
        return 0;
    case WM_RBUTTONUP:
        open_menu((short)LOWORD(l), (short)HIWORD(l));
        return 0;
    case WM_SYSCOMMAND: // it stays where it is
        return 0;
    case WM_ERASEBKGND: {
        RECT all;
        GetClientRect(window, &all);
        FillRect((HDC)w, &all, GetSysColorBrush(COLOR_DESKTOP));
        return 1;
    }
    default:
        return DefWindowProcW(window, message, w, l);
    }
}

static LRESULT CALLBACK on_bar_message(HWND window, UINT message, WPARAM w, LPARAM l) {
    switch (message) {
    case WM_MOUSEACTIVATE:
        return MA_NOACTIVATE;
    case WM_LBUTTONDOWN:
        press_bar((POINT){(short)LOWORD(l), (short)HIWORD(l)});
        return 0;
    case WM_TIMER:
        refresh();
        return 0;
    case WM_PAINT:
        paint_bar();
        return 0;
    default:
        return DefWindowProcW(window, message, w, l);
    }
}

static HWND make_window(const wchar_t *name, WNDPROC procedure, DWORD ex_style) {
    WNDCLASSW class = {.lpfnWndProc = procedure,
                       .hInstance = GetModuleHandleW(NULL),
                       .hCursor = LoadCursorW(NULL, (const wchar_t *)IDC_ARROW),
                       .lpszClassName = name};
    RegisterClassW(&class);
    return CreateWindowExW(ex_style, name, L"", WS_POPUP, 0, 0, 1, 1, NULL, NULL, class.hInstance, NULL);
}

int shell_run(void) {
    MSG message;
    shell.menu = shell_menu_new();
    shell.desktop = make_window(SHELL_DESKTOP_CLASS, on_desktop_message, WS_EX_TOOLWINDOW | WS_EX_NOACTIVATE);
    shell.bar = make_window(SHELL_TASKBAR_CLASS, on_bar_message, WS_EX_TOOLWINDOW | WS_EX_NOACTIVATE);
    if (!shell.desktop || !shell.bar)
        return 1;
    place_windows();
    refresh();
    ShowWindow(shell.desktop, SW_SHOWNA);
    ShowWindow(shell.bar, SW_SHOWNA);
    place_windows();
    SetTimer(shell.bar, 1, REFRESH_MS, NULL);
    while (GetMessageW(&message, NULL, 0, 0) > 0) {
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
    DestroyWindow(shell.bar);
    shell_menu_free(shell.menu);
    return 0;
}
