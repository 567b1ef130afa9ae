// SPDX-License-Identifier: Apache-2.0
// A recursive ReadDirectoryChangesW, or RegNotifyChangeKeyValue. What changed is not asked: the owner (main's
// loop) looks at the whole again, and does so after arming, so that no change falls between two looks. (Wine
// watches only folders that were walked after that.) A key's notice ends with the thread that asked for it.
#include "guest-agent/win32/watch.h"

#include "guest-agent/win32/wide.h"
#include "rail/mem.h"

#include <stdlib.h>

struct Watch {
    HANDLE folder; // or
    HKEY key;
    OVERLAPPED overlapped;
    bool pending;
    DWORD changes[4096]; // content unused
};

static bool arm(Watch *watch) {
    ResetEvent(watch->overlapped.hEvent);
    if (watch->key)
        return RegNotifyChangeKeyValue(watch->key, TRUE, REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET,
                                       watch->overlapped.hEvent, TRUE) == ERROR_SUCCESS;
    watch->pending = ReadDirectoryChangesW(watch->folder, watch->changes, sizeof watch->changes, TRUE,
                                           FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME |
                                               FILE_NOTIFY_CHANGE_LAST_WRITE,
                                           NULL, &watch->overlapped, NULL);
    return watch->pending;
}

static Watch *armed(Watch *watch) {
    watch->overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (watch->overlapped.hEvent && arm(watch))
        return watch;
    wide_log_error("changes cannot be watched", GetLastError());
    watch_free(watch);
    return NULL;
}

Watch *watch_new(const wchar_t *folder) {
    HANDLE handle =
        CreateFileW(folder, FILE_LIST_DIRECTORY, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                    OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return NULL;
    Watch *watch = mem_new(sizeof *watch);
    watch->folder = handle;
    return armed(watch);
}

Watch *watch_new_key(HKEY root, const wchar_t *key) {
    HKEY opened;
    if (RegOpenKeyExW(root, key, 0, KEY_NOTIFY, &opened) != ERROR_SUCCESS)
        return NULL;
    Watch *watch = mem_new(sizeof *watch);
    watch->key = opened;
    return armed(watch);
}

void watch_free(Watch *watch) {
    DWORD size;
    if (!watch)
        return;
    if (watch->pending && CancelIo(watch->folder))
        GetOverlappedResult(watch->folder, &watch->overlapped, &size, TRUE);
    if (watch->folder)
        CloseHandle(watch->folder);
    if (watch->key)
        RegCloseKey(watch->key); // sets the event
    if (watch->overlapped.hEvent)
        CloseHandle(watch->overlapped.hEvent);
    free(watch);
}

HANDLE watch_event(const Watch *watch) {
    return watch->overlapped.hEvent;
}

bool watch_rearm(Watch *watch) {
    DWORD size;
    if (!watch->key && !GetOverlappedResult(watch->folder, &watch->overlapped, &size, FALSE) &&
        GetLastError() == ERROR_IO_INCOMPLETE)
        return true;
    watch->pending = false;
    return arm(watch);
}
