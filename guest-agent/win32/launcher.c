// SPDX-License-Identifier: Apache-2.0
// ShellExecuteEx without any dialogs. Holds a handle to each of the last processes it started, so that their
// ids are not given away while windows are still asked for. Owned by the publishing instance of the guest
// agent; used from its loop.
#include "guest-agent/win32/launcher.h"

#include "guest-agent/arguments.h"
#include "guest-agent/win32/redirected.h"
#include "guest-agent/win32/registry.h"
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
    bool awaited; // its end has not been told
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
    *started = (Started){.handle = handle, .process = process, .app = app, .awaited = true};
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

static void execute(Launcher *launcher, uint64_t app, SHELLEXECUTEINFOW *info, LaunchResultBody *ret_result) {
    info->cbSize = sizeof *info;
    info->fMask |= SEE_MASK_NOCLOSEPROCESS | SEE_MASK_FLAG_NO_UI | SEE_MASK_FLAG_DDEWAIT;
    BOOL done = ShellExecuteExW(info);
    ret_result->error = done ? ERROR_SUCCESS : GetLastError();
    ret_result->status = done ? LAUNCH_OK : status_of(ret_result->error);
    if (done && info->hProcess) {
        ret_result->process = GetProcessId(info->hProcess);
        remember(launcher, info->hProcess, ret_result->process, app);
    }
}

// The documents as the program can have them; owned by the caller, as are the strings.
static char **documents_for(const App *app, char *const *arguments, size_t count) {
    wchar_t *target = wide_from_utf8(app->target);
    char **result = mem_new_array(count + 1, sizeof *result);
    bool needs_letter = redirected_needs_letter(target);
    for (size_t i = 0; i < count; i++) {
        wchar_t *path = wide_from_utf8(arguments[i]);
        redirected_await(path);
        wchar_t *with_letter = needs_letter ? redirected_with_letter(path) : NULL;
        result[i] = wide_to_utf8(with_letter ? with_letter : path);
        free(with_letter);
        free(path);
    }
    free(target);
    return result;
}

static void run_program(Launcher *launcher, const App *app, char *const *arguments, size_t count,
                        LaunchResultBody *ret_result) {
    char **documents = documents_for(app, arguments, count);
    char *line = arguments_join(app->arguments, documents, count);
    for (size_t i = 0; i < count; i++)
        free(documents[i]);
    free(documents);
    wchar_t *target = wide_from_utf8(app->target), *parameters = wide_from_utf8(line);
    wchar_t *directory = wide_from_utf8(app->directory);
    SHELLEXECUTEINFOW info = {.lpFile = target,
                              .lpParameters = *parameters ? parameters : NULL,
                              .lpDirectory = *directory ? directory : NULL,
                              .nShow = app->show ? app->show : SW_SHOWNORMAL};
    if (wcslen(parameters) > COMMAND_LINE_MAX) {
        ret_result->status = LAUNCH_BAD_ARGUMENTS;
        ret_result->error = ERROR_FILENAME_EXCED_RANGE;
    } else {
        execute(launcher, app->id, &info, ret_result);
    }
    free(directory);
    free(parameters);
    free(target);
    free(line);
}

// The shell reads the class itself, since only it can do DDE and COM; it is given the key, for in Wine it
// would not find a class of the user.
static void do_verb(Launcher *launcher, const App *app, const FileVerb *verb, const char *document,
                    LaunchResultBody *ret_result) {
    wchar_t *file = wide_from_utf8(document), *name = wide_from_utf8(verb->verb);
    wchar_t *class_name = wide_from_utf8(verb->class_name);
    HKEY class_key = registry_open_class(class_name, name);
    redirected_await(file);
    SHELLEXECUTEINFOW info = {.fMask = SEE_MASK_CLASSKEY,
                              .lpFile = file,
                              .lpVerb = name,
                              .hkeyClass = class_key,
                              .nShow = SW_SHOWNORMAL};
    if (class_key) {
        execute(launcher, app->id, &info, ret_result);
        RegCloseKey(class_key);
    } else {
        ret_result->status = LAUNCH_UNKNOWN_VERB;
    }
    free(class_name);
    free(name);
    free(file);
}

void launcher_launch(Launcher *launcher, const App *app, const FileVerb *verb, char *const *arguments,
                     size_t count, LaunchResultBody *ret_result) {
    if (!verb) {
        run_program(launcher, app, arguments, count, ret_result);
        return;
    }
    ret_result->status = count ? LAUNCH_OK : LAUNCH_BAD_ARGUMENTS;
    for (size_t i = 0; i < count && ret_result->status == LAUNCH_OK; i++)
        do_verb(launcher, app, verb, arguments[i], ret_result);
}

static Started *latest(const Launcher *launcher, size_t back) {
    return (Started *)&launcher->started[(launcher->next + STARTED_MAX - 1 - back) % STARTED_MAX];
}

size_t launcher_waits(const Launcher *launcher, void **ret_handles, size_t most) {
    size_t count = 0;
    for (size_t i = 0; i < STARTED_MAX && count < most; i++)
        if (latest(launcher, i)->awaited)
            ret_handles[count++] = latest(launcher, i)->handle;
    return count;
}

uint32_t launcher_take_ended(Launcher *launcher) {
    for (size_t i = 0; i < STARTED_MAX; i++) {
        Started *started = latest(launcher, i);
        if (!started->awaited || WaitForSingleObject(started->handle, 0) != WAIT_OBJECT_0)
            continue;
        started->awaited = false;
        return started->process;
    }
    return 0;
}

uint64_t launcher_app_of(const Launcher *launcher, uint32_t process) {
    for (size_t i = 0; process && i < STARTED_MAX; i++)
        if (launcher->started[i].process == process)
            return launcher->started[i].app;
    return 0;
}
