// SPDX-License-Identifier: Apache-2.0
// ShellExecuteEx without any dialogs. Holds a handle to each of the last processes it started, so that their
// ids are not given away while windows are still asked for. Owned by the publishing instance of the guest
// agent; used from its loop.
#include "guest-agent/win32/launcher.h"

#include "guest-agent/arguments.h"
#include "guest-agent/win32/redirected.h"
#include "guest-agent/win32/registry.h"
#include "guest-agent/win32/store-apps.h"
#include "guest-agent/win32/wide.h"
#include "rail/mem.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <shellapi.h>

#define STARTED_MAX        256
#define ELEVATION_REQUIRED 740 // newer than XP
#define WAITING_MAX        16
#define PATIENCE_MS        10000 // for a drive of the host: Windows tells nobody that one has come
#define COMMAND_LINE_MAX   32000 // characters that CreateProcess takes, with some room for the program

typedef struct Started {
    HANDLE handle;
    uint32_t process;
    uint64_t app;
    bool awaited; // its end has not been told
} Started;

typedef struct Waiting { // all strings owned
    uint32_t request;
    DWORD since;
    App *app;                // NULL: free
    char *verb, *class_name; // NULL: the application is started
    char *arguments[LAUNCH_ARGUMENTS_MAX];
    size_t count;
} Waiting;

struct Launcher {
    Started started[STARTED_MAX]; // a ring
    size_t next;
    Waiting waiting[WAITING_MAX];
};

Launcher *launcher_new(void) {
    return mem_new(sizeof(Launcher));
}

static void waiting_clear(Waiting *waiting) {
    app_free(waiting->app);
    free(waiting->verb);
    free(waiting->class_name);
    for (size_t i = 0; i < waiting->count; i++)
        free(waiting->arguments[i]);
    *waiting = (Waiting){0};
}

void launcher_free(Launcher *launcher) {
    if (!launcher)
        return;
    for (size_t i = 0; i < STARTED_MAX; i++)
        if (launcher->started[i].handle)
            CloseHandle(launcher->started[i].handle);
    for (size_t i = 0; i < WAITING_MAX; i++)
        waiting_clear(&launcher->waiting[i]);
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
static void do_verb(Launcher *launcher, const App *app, const char *verb, const char *verbs_class,
                    const char *document, LaunchResultBody *ret_result) {
    wchar_t *file = wide_from_utf8(document), *name = wide_from_utf8(verb);
    wchar_t *class_name = wide_from_utf8(verbs_class);
    HKEY class_key = registry_open_class(class_name, name);
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

static void launch_now(Launcher *launcher, const App *app, const char *verb, const char *class_name,
                       char *const *arguments, size_t count, LaunchResultBody *ret_result) {
    if (!verb && store_app_start(app, ret_result))
        return;
    if (!verb) {
        run_program(launcher, app, arguments, count, ret_result);
        return;
    }
    ret_result->status = count ? LAUNCH_OK : LAUNCH_BAD_ARGUMENTS;
    for (size_t i = 0; i < count && ret_result->status == LAUNCH_OK; i++)
        do_verb(launcher, app, verb, class_name, arguments[i], ret_result);
}

static bool all_have_come(char *const *arguments, size_t count, bool (*has_come)(const wchar_t *path)) {
    bool all = true;
    for (size_t i = 0; i < count && all; i++) {
        wchar_t *path = wide_from_utf8(arguments[i]);
        all = has_come(path);
        free(path);
    }
    return all;
}

static Waiting *free_place(Launcher *launcher) {
    for (size_t i = 0; i < WAITING_MAX; i++)
        if (!launcher->waiting[i].app)
            return &launcher->waiting[i];
    return NULL;
}

void launcher_launch(Launcher *launcher, const App *app, const FileVerb *verb, char *const *arguments,
                     size_t count, LaunchResultBody *ret_result) {
    Waiting *waiting = all_have_come(arguments, count, redirected_has_come) ? NULL : free_place(launcher);
    if (!waiting) {
        launch_now(launcher, app, verb ? verb->verb : NULL, verb ? verb->class_name : NULL, arguments, count,
                   ret_result);
        return;
    }
    *waiting = (Waiting){
        .request = ret_result->request, .since = GetTickCount(), .app = app_copy(app), .count = count};
    waiting->verb = verb ? mem_string(verb->verb) : NULL;
    waiting->class_name = verb ? mem_string(verb->class_name) : NULL;
    for (size_t i = 0; i < count; i++)
        waiting->arguments[i] = mem_string(arguments[i]);
    ret_result->status = LAUNCH_LATER;
}

void launcher_look(Launcher *launcher, LauncherDone done, void *context) {
    for (size_t i = 0; i < WAITING_MAX; i++) {
        Waiting *waiting = &launcher->waiting[i];
        if (!waiting->app)
            continue;
        bool is_late = GetTickCount() - waiting->since >= PATIENCE_MS;
        LaunchResultBody result = {.request = waiting->request, .status = LAUNCH_NO_DRIVE};
        if (!is_late && !all_have_come(waiting->arguments, waiting->count, redirected_has_come))
            continue;
        if (!is_late || all_have_come(waiting->arguments, waiting->count, redirected_drive_has_come))
            launch_now(launcher, waiting->app, waiting->verb, waiting->class_name, waiting->arguments,
                       waiting->count, &result);
        waiting_clear(waiting);
        done(&result, context);
    }
}

bool launcher_is_waiting(const Launcher *launcher) {
    for (size_t i = 0; i < WAITING_MAX; i++)
        if (launcher->waiting[i].app)
            return true;
    return false;
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
