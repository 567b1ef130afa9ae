// SPDX-License-Identifier: Apache-2.0
// ShellExecuteEx without any dialogs. Holds a handle to each of the last processes it started, so that their
// ids are not given away while windows are still asked for. Owned by the publishing instance of the guest
// agent; used from its loop.
#include "guest-agent/win32/launcher.h"

#include "guest-agent/arguments.h"
#include "guest-agent/win32/wide.h"
#include "rail/mem.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <shellapi.h>

#define STARTED_MAX        256
#define ELEVATION_REQUIRED 740   // newer than XP
#define COMMAND_LINE_MAX   32000 // characters that CreateProcess takes, with some room for the program

typedef struct Started {
    HANDLE handle;
    uint32_t process;
    uint64_t app;
} Started;

struct Launcher {
    Started started[STARTED_MAX]; // a ring
    size_t next;
};

Launcher *launcher_new(void) {
    return mem_new(sizeof(Launcher));
}

void launcher_free(Launcher *launcher) {
    if (!launcher)
        return;
    for (size_t i = 0; i < STARTED_MAX; i++)
        if (launcher->started[i].handle)
            CloseHandle(launcher->started[i].handle);
    free(launcher);
}

static void remember(Launcher *launcher, HANDLE handle, uint32_t process, uint64_t app) {
    Started *started = &launcher->started[launcher->next++ % STARTED_MAX];
    if (started->handle)
        CloseHandle(started->handle);
    *started = (Started){.handle = handle, .process = process, .app = app};
}

static LaunchStatus status_of(DWORD error) {
    switch (error) {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_BAD_PATHNAME:
    case ERROR_INVALID_DRIVE:
        return LAUNCH_NOT_FOUND;
    case ERROR_ACCESS_DENIED:
    case ERROR_CANCELLED:
    case ELEVATION_REQUIRED:
        return LAUNCH_DENIED;
    default:
        return LAUNCH_FAILED;
    }
}

void launcher_launch(Launcher *launcher, const App *app, char *const *arguments, size_t count,
                     LaunchResultBody *ret_result) {
    char *line = arguments_join(app->arguments, arguments, count);
    wchar_t *target = wide_from_utf8(app->target), *parameters = wide_from_utf8(line);
    wchar_t *directory = wide_from_utf8(app->directory);
    if (wcslen(parameters) > COMMAND_LINE_MAX) {
        ret_result->status = LAUNCH_BAD_ARGUMENTS;
        ret_result->error = ERROR_FILENAME_EXCED_RANGE;
    } else {
        SHELLEXECUTEINFOW info = {.cbSize = sizeof info,
                                  .fMask =
                                      SEE_MASK_NOCLOSEPROCESS | SEE_MASK_FLAG_NO_UI | SEE_MASK_FLAG_DDEWAIT,
                                  .lpFile = target,
                                  .lpParameters = *parameters ? parameters : NULL,
                                  .lpDirectory = *directory ? directory : NULL,
                                  .nShow = app->show ? app->show : SW_SHOWNORMAL};
        BOOL done = ShellExecuteExW(&info);
        ret_result->error = done ? ERROR_SUCCESS : GetLastError();
        ret_result->status = done ? LAUNCH_OK : status_of(ret_result->error);
        if (done && info.hProcess) {
            ret_result->process = GetProcessId(info.hProcess);
            remember(launcher, info.hProcess, ret_result->process, app->id);
        }
    }
    free(directory);
    free(parameters);
    free(target);
    free(line);
}

uint64_t launcher_app_of(const Launcher *launcher, uint32_t process) {
    for (size_t i = 0; process && i < STARTED_MAX; i++)
        if (launcher->started[i].process == process)
            return launcher->started[i].app;
    return 0;
}
