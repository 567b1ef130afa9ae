// SPDX-License-Identifier: Apache-2.0
// A window belongs to the application whose launch made its process, or an ancestor of it, or else that has
// its AppUserModelID, or whose target is its program. Owned by the publishing instance of the guest agent;
// scans when main's loop hears of a new window, and now and then. Each window is told once, and again when
// its application becomes known. Never opens a process for more than a look at its path.
#include "guest-agent/win32/window-apps.h"

#include "guest-agent/win32/process.h"
#include "guest-agent/win32/program.h"
#include "guest-agent/win32/wide.h"
#include "guest-agent/win32/window-aumid.h"
#include "rail/mem.h"

#include <stdlib.h>
#include <string.h>

#define WINDOWS_MAX   4096
#define ANCESTORS_MAX 8

typedef struct Told {
    HWND window;
    uint32_t process;
    uint64_t app;
    bool seen; // in the scan under way
} Told;

struct WindowApps {
    Publisher *publisher;
    const Launcher *launcher;
    Told *told;
    size_t count;
    bool catalogue_changed; // an unknown window may have become known
    ProcessList *processes; // of the scan under way, made when first needed
};

static uint64_t app_by_image(const Catalogue *catalogue, uint32_t process) {
    char image[WIDE_PATH * 3];
    if (!process_image(process, image, sizeof image))
        return 0;
    const App *found = program_app(catalogue, image);
    return found ? found->id : 0;
}

static uint64_t app_by_aumid(const Catalogue *catalogue, HWND window) {
    char *aumid = window_aumid(window);
    const App *found = aumid ? program_app_of_aumid(catalogue, aumid) : NULL;
    free(aumid);
    return found ? found->id : 0;
}

static uint64_t app_of(WindowApps *apps, HWND window, uint32_t process) {
    uint64_t app = launcher_app_of(apps->launcher, process);
    uint32_t ancestor = process;
    if (!app && !apps->processes)
        apps->processes = process_list_new();
    for (int i = 0; !app && ancestor && i < ANCESTORS_MAX; i++) {
        ancestor = process_list_parent(apps->processes, ancestor);
        app = launcher_app_of(apps->launcher, ancestor);
    }
    if (!app)
        app = app_by_aumid(publisher_catalogue(apps->publisher), window);
    return app ? app : app_by_image(publisher_catalogue(apps->publisher), process);
}

static Told *find(WindowApps *apps, HWND window, uint32_t process) {
    for (size_t i = 0; i < apps->count; i++)
        if (apps->told[i].window == window && apps->told[i].process == process)
            return &apps->told[i];
    return NULL;
}

static void tell(WindowApps *apps, const Told *told) {
    WindowAppBody body = {
        .window = (uint32_t)(ULONG_PTR)told->window, .process = told->process, .app = told->app};
    publisher_window_app(apps->publisher, &body);
}

static BOOL CALLBACK on_window(HWND window, LPARAM parameter) {
    WindowApps *apps = (WindowApps *)parameter;
    DWORD process = 0;
    GetWindowThreadProcessId(window, &process);
    if (process == 0 || process == GetCurrentProcessId())
        return TRUE;
    Told *told = find(apps, window, process);
    if (!told) {
        if (apps->count == WINDOWS_MAX)
            return TRUE;
        told = &apps->told[apps->count++];
        *told = (Told){.window = window, .process = process, .app = app_of(apps, window, process)};
        tell(apps, told);
    }
    told->seen = true;
    return TRUE;
}

// A process can show its window before ShellExecuteEx has returned, and a shortcut can come after its
// program.
static void learn(WindowApps *apps) {
    for (size_t i = 0; i < apps->count; i++) {
        Told *told = &apps->told[i];
        uint64_t app = told->app                 ? told->app
                       : apps->catalogue_changed ? app_of(apps, told->window, told->process)
                                                 : launcher_app_of(apps->launcher, told->process);
        if (app != told->app) {
            told->app = app;
            tell(apps, told);
        }
    }
    apps->catalogue_changed = false;
}

static void drop_unseen(WindowApps *apps) {
    size_t kept = 0;
    for (size_t i = 0; i < apps->count; i++)
        if (apps->told[i].seen)
            apps->told[kept++] = apps->told[i];
    apps->count = kept;
}

WindowApps *window_apps_new(Publisher *publisher, const Launcher *launcher) {
    WindowApps *apps = mem_new(sizeof *apps);
    apps->publisher = publisher;
    apps->launcher = launcher;
    apps->told = mem_new_array(WINDOWS_MAX, sizeof *apps->told);
    return apps;
}

void window_apps_free(WindowApps *apps) {
    if (!apps)
        return;
    free(apps->told);
    free(apps);
}

void window_apps_forget(WindowApps *apps) {
    apps->count = 0;
}

void window_apps_learn(WindowApps *apps) {
    apps->catalogue_changed = true;
}

void window_apps_scan(WindowApps *apps) {
    if (!(publisher_features(apps->publisher) & RAILPUB_WINDOW_APP))
        return;
    for (size_t i = 0; i < apps->count; i++)
        apps->told[i].seen = false;
    EnumWindows(on_window, (LPARAM)apps);
    drop_unseen(apps);
    learn(apps);
    process_list_free(apps->processes);
    apps->processes = NULL;
}
