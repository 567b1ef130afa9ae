// SPDX-License-Identifier: Apache-2.0
// Asks a tooltip control of another program for its text: the question and the room for the answer have to be
// in the memory of that program. Part of the window tracker, in main's loop. Never waits long for a program
// that hangs.
#include "guest-agent/win32/tray-tip.h"

#include <commctrl.h>
#include <stdio.h>
#include <string.h>

#define ANSWER_MS 100
#define TEXT_SIZE 256 // characters; a tooltip has 128

typedef struct Question { // as it lies in the other program
    TTTOOLINFOW tool;
    wchar_t text[TEXT_SIZE];
} Question;

static bool has_class(HWND window, const wchar_t *name) {
    wchar_t own[32] = L"";
    return GetClassNameW(window, own, 32) && wcscmp(own, name) == 0;
}

// The class was renamed after Wine 8.
static bool is_icon(HWND window) {
    return has_class(window, L"__winex11_tray_icon") || has_class(window, L"__wine_tray_icon");
}

HWND tray_tip_icon(HWND window) {
    HWND owner = GetWindow(window, GW_OWNER);
    return owner && has_class(window, TOOLTIPS_CLASSW) && is_icon(owner) ? owner : NULL;
}

// An icon is in the tray's window when its balloon is made, which then belongs to the tray.
bool tray_tip_is_balloon(HWND window) {
    HWND owner = GetWindow(window, GW_OWNER);
    return owner && has_class(window, TOOLTIPS_CLASSW) && (GetWindowLongW(window, GWL_STYLE) & TTS_BALLOON) &&
           (is_icon(owner) || has_class(owner, L"__wine_x11_foreign_window"));
}

static HWND tip_of(HWND icon) {
    HWND tip = NULL;
    while ((tip = FindWindowExW(NULL, tip, TOOLTIPS_CLASSW, NULL)))
        if (tray_tip_icon(tip) == icon && !tray_tip_is_balloon(tip))
            return tip;
    return NULL;
}

static bool ask(HANDLE process, HWND tooltip, Question *remote, Question *question) {
    DWORD_PTR answer = 0;
    question->tool.cbSize = sizeof question->tool;
    question->tool.lpszText = remote->text;
    return WriteProcessMemory(process, remote, question, sizeof *question, NULL) &&
           SendMessageTimeoutW(tooltip, TTM_ENUMTOOLSW, 0, (LPARAM)&remote->tool, SMTO_ABORTIFHUNG, ANSWER_MS,
                               &answer) &&
           answer && ReadProcessMemory(process, remote, question, sizeof *question, NULL);
}

static bool read_tool(HWND tooltip, Question *ret_question) {
    DWORD id = 0;
    GetWindowThreadProcessId(tooltip, &id);
    HANDLE process = OpenProcess(PROCESS_VM_OPERATION | PROCESS_VM_READ | PROCESS_VM_WRITE, FALSE, id);
    Question *remote =
        process ? VirtualAllocEx(process, NULL, sizeof *remote, MEM_COMMIT, PAGE_READWRITE) : NULL;
    memset(ret_question, 0, sizeof *ret_question);
    bool has_text = remote && ask(process, tooltip, remote, ret_question);
    ret_question->text[TEXT_SIZE - 1] = 0;
    if (remote)
        VirtualFreeEx(process, remote, 0, MEM_RELEASE);
    if (process)
        CloseHandle(process);
    return has_text;
}

bool tray_tip_read(HWND window, wchar_t *ret_text, size_t size, HWND *ret_icon) {
    static Question question;
    bool is_balloon = tray_tip_is_balloon(window);
    HWND tooltip = is_balloon ? window : is_icon(window) ? tip_of(window) : NULL;
    if (!tooltip || !read_tool(tooltip, &question))
        return false;
    *ret_icon = is_balloon ? question.tool.hwnd : window;
    swprintf(ret_text, size, L"%ls", question.text);
    return true;
}
