// SPDX-License-Identifier: Apache-2.0
// Moves, activates and commands windows of other programs. Part of the guest agent's loop. Never waits for
// another program: a hung one is only asked.
#include "guest-agent/win32/window-commands.h"

#include "guest-agent/win32/window-frame.h"

static void raise_window(HWND window) {
    SetWindowPos(window, HWND_TOP, 0, 0, 0, 0, SWP_NOMOVE | SWP_NOSIZE | SWP_NOACTIVATE | SWP_ASYNCWINDOWPOS);
}

// Windows lets a process take the foreground when its input is attached to that of the window that has it. It
// raises what it activates; Wine leaves that to its window manager, so that the foreground window may lie
// below others.
static void activate(HWND window) {
    HWND before = GetForegroundWindow();
    DWORD own = GetCurrentThreadId(), other = before ? GetWindowThreadProcessId(before, NULL) : 0;
    if (before == window) {
        raise_window(window);
        return;
    }
    if (IsIconic(window))
        ShowWindowAsync(window, SW_RESTORE);
    bool attached = other && other != own && AttachThreadInput(own, other, TRUE);
    SetForegroundWindow(window);
    raise_window(window);
    if (attached)
        AttachThreadInput(own, other, FALSE);
}

static void deactivate(HWND window) {
    HWND shell = GetShellWindow();
    if (GetForegroundWindow() == window)
        SetForegroundWindow(shell ? shell : GetDesktopWindow());
}

static void move(HWND window, Box box) {
    Box outer = window_frame_outer(window, box);
    if (!IsIconic(window))
        SetWindowPos(window, NULL, outer.x, outer.y, outer.width, outer.height,
                     SWP_NOZORDER | SWP_NOACTIVATE | SWP_NOOWNERZORDER | SWP_ASYNCWINDOWPOS);
}

void window_command(const Intent *wanted) {
    HWND window = (HWND)(ULONG_PTR)wanted->window;
    if (!IsWindow(window) || !IsWindowVisible(window))
        return;
    if (wanted->kind == INTENT_MOVE)
        move(window, wanted->as.box);
    else if (wanted->kind == INTENT_SYSTEM_COMMAND)
        PostMessageW(window, WM_SYSCOMMAND, wanted->as.command & 0xFFF0, 0);
    else if (wanted->as.enabled)
        activate(window);
    else
        deactivate(window);
}
