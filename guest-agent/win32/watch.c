// SPDX-License-Identifier: Apache-2.0
// A recursive ReadDirectoryChangesW. What changed is not asked: the owner (main's loop) looks at the whole
// folder again, and does so after arming, so that no change falls between two looks. (Wine watches only
// folders that were walked after that.)
#include "guest-agent/win32/watch.h"

#include "guest-agent/win32/wide.h"
#include "rail/mem.h"

#include <stdlib.h>

struct Watch {
    HANDLE folder;
    OVERLAPPED overlapped;
    bool pending;
    DWORD changes[4096]; // content unused
};

static bool arm(Watch *watch) {
    ResetEvent(watch->overlapped.hEvent);
    watch->pending = ReadDirectoryChangesW(watch->folder, watch->changes, sizeof watch->changes, TRUE,
                                           FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME |
                                               FILE_NOTIFY_CHANGE_LAST_WRITE,
                                           NULL, &watch->overlapped, NULL);
    return watch->pending;
}

Watch *watch_new(const wchar_t *folder) {
    HANDLE handle =
        CreateFileW(folder, FILE_LIST_DIRECTORY, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                    OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return NULL;
    Watch *watch = mem_new(sizeof *watch);
    watch->folder = handle;
    watch->overlapped.hEvent = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (!watch->overlapped.hEvent || !arm(watch)) {
        wide_log_error("a Start menu cannot be watched", GetLastError());
        watch_free(watch);
        return NULL;
    }
    return watch;
}

void watch_free(Watch *watch) {
    DWORD size;
    if (!watch)
        return;
    if (watch->pending && CancelIo(watch->folder))
        GetOverlappedResult(watch->folder, &watch->overlapped, &size, TRUE);
    CloseHandle(watch->folder);
    if (watch->overlapped.hEvent)
        CloseHandle(watch->overlapped.hEvent);
    free(watch);
}

HANDLE watch_event(const Watch *watch) {
    return watch->overlapped.hEvent;
}

bool watch_rearm(Watch *watch) {
    DWORD size;
    if (!GetOverlappedResult(watch->folder, &watch->overlapped, &size, FALSE) &&
        GetLastError() == ERROR_IO_INCOMPLETE)
        return true;
    watch->pending = false;
    return arm(watch);
}
