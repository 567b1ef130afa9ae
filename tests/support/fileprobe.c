// SPDX-License-Identifier: Apache-2.0
// fileprobe.exe: a Win32 program that proves what it was given. Each start appends to C:\fileprobe.log, in
// UTF-8:
//   start ARGUMENTS
//   argument NUMBER ERROR TEXT    ERROR: of opening it, 0 when its bytes are in C:\fileprobe-NUMBER now
//   saved NUMBER STEP ERROR       after --save: "saved" written over each file as editors do, by renaming;
//   STEP
//                                 failed, 0: none
//   open                          the window comes now
// It ends when there is a file C:\fileprobe.end.
#include <windows.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define CLASS_NAME L"FileProbe"

static FILE *log_file;

static void note_text(const wchar_t *text) {
    char utf8[16384];
    if (!WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof utf8, NULL, NULL))
        utf8[0] = '\0';
    fprintf(log_file, " %s\n", utf8);
}

static DWORD copy_bytes(HANDLE from, const wchar_t *path) {
    static char bytes[65536];
    DWORD got = 0, done = 0, error = ERROR_SUCCESS;
    HANDLE to = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (to == INVALID_HANDLE_VALUE)
        return GetLastError();
    for (bool more = true; more && !error;) {
        if (!ReadFile(from, bytes, sizeof bytes, &got, NULL) || !WriteFile(to, bytes, got, &done, NULL))
            error = GetLastError();
        more = got > 0;
    }
    CloseHandle(to);
    return error;
}

static DWORD take(int number, const wchar_t *argument) {
    wchar_t copy[64];
    swprintf(copy, 64, L"C:\\fileprobe-%d", number);
    DeleteFileW(copy);
    HANDLE file =
        CreateFileW(argument, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return GetLastError();
    DWORD error = copy_bytes(file, copy);
    CloseHandle(file);
    return error;
}

static bool write_new(const wchar_t *path) {
    DWORD done = 0;
    OVERLAPPED range = {0};
    HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, CREATE_NEW, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    bool good = LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 100, 0, &range) &&
                WriteFile(file, "saved", 5, &done, NULL) && UnlockFileEx(file, 0, 100, 0, &range);
    DWORD error = GetLastError();
    CloseHandle(file);
    SetLastError(error);
    return good;
}

// Beside the document: the new text in a temporary file, the document renamed away, the new one in its place.
// Returns the step that failed, 0 for none.
static int save(const wchar_t *path) {
    wchar_t new_name[1024], old_name[1024];
    const wchar_t *leaf = wcsrchr(path, L'\\');
    int folder = leaf ? (int)(leaf - path) + 1 : 0;
    swprintf(new_name, 1024, L"%.*ls~WRD0001.tmp", folder, path);
    swprintf(old_name, 1024, L"%.*ls~WRL0002.tmp", folder, path);
    if (!write_new(new_name))
        return 1;
    if (!MoveFileExW(path, old_name, 0))
        return 2;
    if (!MoveFileExW(new_name, path, 0))
        return 3;
    return DeleteFileW(old_name) ? 0 : 4;
}

static LRESULT CALLBACK on_message(HWND window, UINT message, WPARAM w, LPARAM l) {
    if (message == WM_TIMER && GetFileAttributesW(L"C:\\fileprobe.end") != INVALID_FILE_ATTRIBUTES)
        DestroyWindow(window);
    if (message == WM_DESTROY)
        PostQuitMessage(0);
    return DefWindowProcW(window, message, w, l);
}

static void note_saved(int number, int step) {
    fprintf(log_file, "saved %d %d %lu\n", number, step, step ? GetLastError() : ERROR_SUCCESS);
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv) {
    bool saves = argc > 1 && wcscmp(argv[1], L"--save") == 0;
    MSG message;
    WNDCLASSW class = {
        .lpfnWndProc = on_message, .hInstance = GetModuleHandleW(NULL), .lpszClassName = CLASS_NAME};
    log_file = fopen("C:\\fileprobe.log", "ab");
    if (!log_file || !RegisterClassW(&class))
        return 1;
    fprintf(log_file, "start %d\n", argc - 1 - saves);
    for (int i = 1 + saves; i < argc; i++) {
        fprintf(log_file, "argument %d %lu", i - saves, take(i - saves, argv[i]));
        note_text(argv[i]);
        if (saves)
            note_saved(i - saves, save(argv[i]));
    }
    fprintf(log_file, "open\n");
    fclose(log_file);
    HWND window = CreateWindowExW(0, CLASS_NAME, L"File Probe", WS_OVERLAPPEDWINDOW | WS_VISIBLE, 20, 20, 200,
                                  100, NULL, NULL, class.hInstance, NULL);
    if (!window)
        return 1;
    SetTimer(window, 1, 50, NULL);
    while (GetMessageW(&message, NULL, 0, 0) > 0)
        DispatchMessageW(&message);
    return 0;
}
