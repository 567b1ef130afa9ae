// SPDX-License-Identifier: Apache-2.0
// Starts the shell that the guest has: Explorer on Windows, our own in Wine, where Explorer's taskbar is
// bound to a desktop that running programs cannot move to. Owned by main's loop, which looks while something
// is pending. Never ends a shell that was there before, and never touches other programs.
#include "guest-agent/win32/desktop-shell.h"

#include "guest-agent/win32/shell.h"
#include "guest-agent/win32/wide.h"
#include "rail/mem.h"

#include <stdio.h>
#include <windows.h>

#define START_MS      10000
#define END_MS        3000
#define EXIT_EXPLORER (WM_USER + 436) // what Explorer's own "Exit Explorer" posts to its taskbar

typedef enum ShellTask { TASK_NONE, TASK_START, TASK_END } ShellTask;

struct Shell {
    Publisher *publisher;
    HANDLE process; // that we started, or NULL
    ShellTask task;
    uint32_t request;
    DWORD since;
};

static bool is_wine(void) {
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != NULL;
}

uint32_t desktop_shell_features(void) {
    return RAILPUB_SHELL | (is_wine() ? RAILPUB_IN_PLACE : 0);
}

static HWND desktop_window(void) {
    HWND window = is_wine() ? FindWindowW(SHELL_DESKTOP_CLASS, NULL) : GetShellWindow();
    return window && IsWindowVisible(window) ? window : NULL;
}

static bool command_line(wchar_t ret_line[WIDE_PATH + 16]) {
    wchar_t path[WIDE_PATH];
    if (is_wine()) {
        DWORD length = GetModuleFileNameW(NULL, path, WIDE_PATH);
        return length && length < WIDE_PATH &&
               swprintf(ret_line, WIDE_PATH + 16, L"\"%ls\" /shell", path) > 0;
    }
    UINT length = GetWindowsDirectoryW(path, WIDE_PATH);
    return length && length < WIDE_PATH &&
           swprintf(ret_line, WIDE_PATH + 16, L"\"%ls\\explorer.exe\"", path) > 0;
}

static DWORD start(Shell *shell) {
    wchar_t line[WIDE_PATH + 16];
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    if (!command_line(line))
        return ERROR_FILE_NOT_FOUND;
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &startup, &process))
        return GetLastError();
    CloseHandle(process.hThread);
    shell->process = process.hProcess;
    return 0;
}

static void answer(Shell *shell, DesktopStatus status, DWORD error) {
    DesktopResultBody result = {shell->request, status, error};
    publisher_desktop_result(shell->publisher, &result);
    shell->task = TASK_NONE;
}

static void forget_process(Shell *shell) {
    if (shell->process)
        CloseHandle(shell->process);
    shell->process = NULL;
}

static bool has_ended(const Shell *shell) {
    return !shell->process || WaitForSingleObject(shell->process, 0) == WAIT_OBJECT_0;
}

static void ask_to_end(void) {
    HWND window = desktop_window();
    if (is_wine() && window)
        PostMessageW(window, WM_CLOSE, 0, 0);
    HWND taskbar = is_wine() ? NULL : FindWindowW(L"Shell_TrayWnd", NULL);
    if (taskbar)
        PostMessageW(taskbar, EXIT_EXPLORER, 0, 0);
}

Shell *desktop_shell_new(Publisher *publisher) {
    Shell *shell = mem_new(sizeof *shell);
    shell->publisher = publisher;
    return shell;
}

static void ask_for_start(Shell *shell) {
    DWORD error = 0;
    shell->task = TASK_START;
    if (has_ended(shell)) {
        forget_process(shell);
        error = desktop_window() ? 0 : start(shell);
    }
    if (error)
        answer(shell, DESKTOP_FAILED, error);
}

static void ask_for_end(Shell *shell) {
    shell->task = TASK_END;
    if (!is_wine() && has_ended(shell) && desktop_window())
        answer(shell, DESKTOP_KEPT, 0);
    else
        ask_to_end();
}

void desktop_shell_ask(Shell *shell, const DesktopBody *wanted) {
    if (shell->task != TASK_NONE)
        answer(shell, DESKTOP_FAILED, ERROR_CANCELLED);
    shell->request = wanted->request;
    shell->since = GetTickCount();
    if (wanted->shell)
        ask_for_start(shell);
    else
        ask_for_end(shell);
    desktop_shell_look(shell);
}

static void look_for_start(Shell *shell) {
    DWORD code = 0;
    if (desktop_window()) {
        answer(shell, DESKTOP_DONE, 0);
    } else if (shell->process && has_ended(shell)) {
        GetExitCodeProcess(shell->process, &code);
        forget_process(shell);
        answer(shell, DESKTOP_FAILED, code ? code : ERROR_CANCELLED);
    } else if (GetTickCount() - shell->since >= START_MS) {
        answer(shell, DESKTOP_FAILED, ERROR_TIMEOUT);
    }
}

// A shell that was asked twice and stays is ended: it holds nothing of the user's.
static void look_for_end(Shell *shell) {
    if (shell->process && GetTickCount() - shell->since >= END_MS)
        TerminateProcess(shell->process, 1);
    if (!has_ended(shell) || (!shell->process && desktop_window() && GetTickCount() - shell->since < END_MS))
        return;
    forget_process(shell);
    answer(shell, desktop_window() ? DESKTOP_KEPT : DESKTOP_DONE, 0);
}

void desktop_shell_look(Shell *shell) {
    if (shell->task == TASK_START)
        look_for_start(shell);
    else if (shell->task == TASK_END)
        look_for_end(shell);
}

bool desktop_shell_is_pending(const Shell *shell) {
    return shell->task != TASK_NONE;
}

// In place the view ends with its connection; else the next connection is the view.
void desktop_shell_disconnected(Shell *shell) {
    shell->task = TASK_NONE;
    if (is_wine())
        ask_to_end();
}
