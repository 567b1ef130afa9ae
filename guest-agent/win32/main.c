// SPDX-License-Identifier: Apache-2.0
// railhead-guest.exe: the program that the host starts in the guest's session. Without arguments it publishes
// the Start menu, launches, and tells which window is whose; with /track it is a window tracker alone; with
// /shell it is something else, the shell of a guest without one (shell.c); with /open it hands an address or
// a document to the first and ends, with /display it reads the embedded guest's monitors and ends; /install
// and its like are install.c's. One thread, one loop that waits for the channel, the Start-menu folders,
// window events and timers. A second instance for the same task ends at once. Never shows a window but as the
// shell, and never blocks on the host.
#include "guest-agent/publisher.h"
#include "guest-agent/win32/associations.h"
#include "guest-agent/win32/channel-wts.h"
#include "guest-agent/win32/desktop-shell.h"
#include "guest-agent/win32/display.h"
#include "guest-agent/win32/handlers.h"
#include "guest-agent/win32/host-opener.h"
#include "guest-agent/win32/icons.h"
#include "guest-agent/win32/install.h"
#include "guest-agent/win32/launcher.h"
#include "guest-agent/win32/menu-folder.h"
#include "guest-agent/win32/shell.h"
#include "guest-agent/win32/start-menu.h"
#include "guest-agent/win32/store-apps.h"
#include "guest-agent/win32/watch.h"
#include "guest-agent/win32/wide.h"
#include "guest-agent/win32/window-apps.h"
#include "guest-agent/win32/window-commands.h"
#include "guest-agent/win32/window-tracker.h"
#include "rail/mem.h"

#include <objbase.h>
#include <wtsapi32.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHANNEL_NAME    "RAILPUB"
#define SETTLE_MS       500   // quiet time after a change of the Start menu or an association
#define SETTLE_LIMIT_MS 10000 // a longer burst is published in between
#define REOPEN_MS       1000
#define SLOW_SCAN_MS    1000
#define TRACK_SCAN_MS   250
#define DRIVE_SCAN_MS   50 // while a launch waits for a drive
#define SHELL_LOOK_MS   20 // while the shell starts or ends

// Besides the Start menus: where associations stand.
static const struct WatchedKey {
    HKEY root;
    const wchar_t *key;
} watched_keys[] = {
    {HKEY_LOCAL_MACHINE, L"Software\\Classes"},
    {HKEY_CURRENT_USER, L"Software\\Classes"},
    {HKEY_CURRENT_USER, L"Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\FileExts"},
    {HKEY_LOCAL_MACHINE, L"Software\\RegisteredApplications"},
};
#define LAUNCHES_AWAITED 16 // their ends wake the loop at once
#define WATCHES          (MENU_COUNT + sizeof watched_keys / sizeof *watched_keys)

typedef struct Agent {
    bool is_tracker, windows_changed;
    Publisher *publisher;
    Channel *channel;
    Icons *icons;
    StartMenu *start_menu;
    Launcher *launcher;
    HostOpener *opener;
    WindowApps *window_apps;
    WindowTracker *tracker;
    Shell *shell; // NULL for a tracker
    Watch *watches[WATCHES];
    bool dirty, watch_lost, reopen_at_once;
    DWORD changed_at, dirty_since;
    DWORD opened_at, scanned_at, watched_at; // of the last try
    HWND session_window;
} Agent;

static Agent agent;

static bool is_past(DWORD since, DWORD period) {
    return GetTickCount() - since >= period;
}

static void read_catalogue(void) {
    Catalogue catalogue;
    DWORD began = GetTickCount();
    catalogue_init(&catalogue);
    icons_forget(agent.icons);
    start_menu_read(agent.start_menu, agent.icons, publisher_catalogue(agent.publisher), &catalogue);
    store_apps_read(&catalogue);
    associations_read(agent.icons, &catalogue);
    publisher_set_catalogue(agent.publisher, &catalogue);
    fprintf(stderr, "railhead-guest: %lu applications and %lu types read in %lu ms\n",
            (unsigned long)catalogue.apps.count, (unsigned long)catalogue.types.count,
            GetTickCount() - began);
    catalogue_clear(&catalogue);
    window_apps_learn(agent.window_apps);
    agent.windows_changed = true;
    agent.dirty = false;
}

static void mark_dirty(void) {
    agent.changed_at = GetTickCount();
    if (!agent.dirty)
        agent.dirty_since = agent.changed_at;
    agent.dirty = true;
}

static Watch *open_watch(size_t index) {
    wchar_t path[WIDE_PATH];
    if (index < MENU_COUNT)
        return menu_folder_path((MenuFolder)index, path) ? watch_new(path) : NULL;
    const struct WatchedKey *watched = &watched_keys[index - MENU_COUNT];
    return watch_new_key(watched->root, watched->key);
}

static void arm_watches(void) {
    agent.watch_lost = false;
    agent.watched_at = GetTickCount();
    for (size_t i = 0; i < WATCHES; i++) {
        if (agent.watches[i])
            continue;
        agent.watches[i] = open_watch(i);
        if (agent.watches[i])
            mark_dirty();
        else
            agent.watch_lost = true;
    }
}

static uint8_t *on_icon(void *context, uint64_t icon, size_t *ret_size) {
    return icons_get(agent.icons, icon, ret_size);
}

static void on_launch(void *context, const App *app, const FileVerb *verb, char *const *arguments,
                      size_t count, LaunchResultBody *ret_result) {
    launcher_launch(agent.launcher, app, verb, arguments, count, ret_result);
    agent.windows_changed = true;
}

static void on_launched(const LaunchResultBody *result, void *context) {
    publisher_launched(agent.publisher, result);
    agent.windows_changed = true;
}

static void on_track(void *context, uint32_t cookie) {
    window_tracker_track(agent.tracker, cookie);
}

static void on_log_off(void *context) {
    if (!ExitWindowsEx(EWX_LOGOFF, SHTDN_REASON_FLAG_PLANNED))
        publisher_log(agent.publisher, 1, "the session cannot be logged off");
}

static void on_desktop(void *context, const DesktopBody *wanted) {
    desktop_shell_ask(agent.shell, wanted);
}

static void on_command(void *context, const Intent *wanted) {
    window_command(wanted);
    agent.windows_changed = true;
}

static void on_agreed(void *context, uint32_t features) {
    if (agent.window_apps)
        window_apps_forget(agent.window_apps);
    agent.windows_changed = true;
}

static void CALLBACK on_window_event(HWINEVENTHOOK hook, DWORD event, HWND window, LONG object, LONG child,
                                     DWORD thread, DWORD time) {
    if (object == OBJID_WINDOW && child == CHILDID_SELF)
        agent.windows_changed = true;
}

static void on_opened(void *context, uint32_t request, OpenStatus status) {
    host_opener_answer(agent.opener, request, status);
}

static LRESULT CALLBACK on_session_message(HWND window, UINT message, WPARAM w, LPARAM l) {
    if (message == WM_WTSSESSION_CHANGE) {
        agent.opened_at = GetTickCount() - REOPEN_MS;
        agent.reopen_at_once = agent.channel != NULL; // it can be heard before the old channel's end
    }
    if (message == WM_COPYDATA && agent.opener)
        return host_opener_take(agent.opener, (const COPYDATASTRUCT *)l);
    return DefWindowProcW(window, message, w, l);
}

static HelloBody make_hello(void) {
    OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof version};
    GetVersionExW((OSVERSIONINFOW *)&version);
    HelloBody hello = {.version = RAILPUB_VERSION,
                       .oldest_version = RAILPUB_VERSION,
                       .features = RAILPUB_TRACK,
                       .process = GetCurrentProcessId(),
                       .windows_major = (uint16_t)version.dwMajorVersion,
                       .windows_minor = (uint16_t)version.dwMinorVersion,
                       .windows_build = (uint16_t)version.dwBuildNumber,
                       .service_pack = version.wServicePackMajor};
    if (!agent.is_tracker)
        hello.features |= RAILPUB_CATALOGUE | RAILPUB_LAUNCH | RAILPUB_WINDOW_APP | RAILPUB_LAUNCH_ENDED |
                          RAILPUB_LOG_OFF | RAILPUB_OPEN | RAILPUB_COMMAND | desktop_shell_features();
    snprintf(hello.agent, sizeof hello.agent, "railhead-guest %s", RAILHEAD_VERSION);
    return hello;
}

static void hook_windows(void) {
    SetWinEventHook(EVENT_SYSTEM_FOREGROUND, EVENT_SYSTEM_FOREGROUND, NULL, on_window_event, 0, 0,
                    WINEVENT_OUTOFCONTEXT | WINEVENT_SKIPOWNPROCESS);
    SetWinEventHook(EVENT_OBJECT_CREATE, EVENT_OBJECT_HIDE, NULL, on_window_event, 0, 0,
                    WINEVENT_OUTOFCONTEXT | WINEVENT_SKIPOWNPROCESS);
    SetWinEventHook(EVENT_OBJECT_STATECHANGE, EVENT_OBJECT_NAMECHANGE, NULL, on_window_event, 0, 0,
                    WINEVENT_OUTOFCONTEXT | WINEVENT_SKIPOWNPROCESS);
}

static void watch_session(void) {
    WNDCLASSW class = {.lpfnWndProc = on_session_message,
                       .hInstance = GetModuleHandleW(NULL),
                       .lpszClassName = HOST_OPENER_CLASS};
    RegisterClassW(&class);
    agent.session_window =
        CreateWindowExW(0, class.lpszClassName, agent.is_tracker ? L"tracker" : HOST_OPENER_TITLE, 0, 0, 0, 0,
                        0, HWND_MESSAGE, NULL, class.hInstance, NULL);
    if (agent.session_window)
        WTSRegisterSessionNotification(agent.session_window, NOTIFY_FOR_THIS_SESSION);
}

static void start(void) {
    PublisherSource source = {.icon = on_icon,
                              .launch = on_launch,
                              .track = on_track,
                              .desktop = agent.is_tracker ? NULL : on_desktop,
                              .command = agent.is_tracker ? NULL : on_command,
                              .log_off = on_log_off,
                              .agreed = on_agreed,
                              .opened = on_opened};
    HelloBody hello = make_hello();
    agent.icons = icons_new();
    agent.start_menu = start_menu_new();
    agent.launcher = launcher_new();
    agent.publisher = publisher_new(&source, &hello);
    agent.tracker = window_tracker_new(agent.publisher);
    watch_session();
    if (!agent.is_tracker) // who it tracks for sees new windows itself, and asks
        hook_windows();
    if (!agent.is_tracker) {
        agent.opener = host_opener_new(agent.publisher);
        handlers_register();
        agent.window_apps = window_apps_new(agent.publisher, agent.launcher);
        agent.shell = desktop_shell_new(agent.publisher);
        arm_watches();
        read_catalogue();
    }
    agent.opened_at = GetTickCount() - REOPEN_MS;
}

static void disconnect(void) {
    channel_close(agent.channel);
    agent.channel = NULL;
    agent.opened_at = GetTickCount() - (agent.reopen_at_once ? REOPEN_MS : 0);
    agent.reopen_at_once = false;
    window_tracker_reset(agent.tracker);
    if (agent.shell)
        desktop_shell_disconnected(agent.shell);
}

static void connect_when_due(void) {
    if (agent.channel || !is_past(agent.opened_at, REOPEN_MS))
        return;
    agent.opened_at = GetTickCount();
    agent.channel = channel_open(CHANNEL_NAME);
    if (!agent.channel)
        return;
    window_tracker_reset(agent.tracker);
    publisher_connect(agent.publisher);
}

static void receive(void) {
    const uint8_t *bytes;
    size_t size;
    do {
        if (!channel_read(agent.channel, &bytes, &size)) {
            disconnect();
            return;
        }
        if (size)
            publisher_receive(agent.publisher, bytes, size);
    } while (size);
}

static void transmit(void) {
    uint8_t *bytes;
    size_t size;
    while (agent.channel) {
        if (publisher_is_broken(agent.publisher) || !channel_write_done(agent.channel)) {
            disconnect();
            return;
        }
        if (!channel_may_write(agent.channel) || !publisher_take(agent.publisher, &bytes, &size))
            return;
        if (!channel_write(agent.channel, bytes, size)) {
            disconnect();
            return;
        }
    }
}

static void look_at_watches(void) {
    for (size_t i = 0; i < WATCHES; i++) {
        if (!agent.watches[i] || WaitForSingleObject(watch_event(agent.watches[i]), 0) != WAIT_OBJECT_0)
            continue;
        mark_dirty();
        if (!watch_rearm(agent.watches[i])) {
            watch_free(agent.watches[i]);
            agent.watches[i] = NULL;
            agent.watch_lost = true;
        }
    }
    if (agent.watch_lost && is_past(agent.watched_at, SLOW_SCAN_MS))
        arm_watches();
    if (agent.dirty && (is_past(agent.changed_at, SETTLE_MS) || is_past(agent.dirty_since, SETTLE_LIMIT_MS)))
        read_catalogue();
}

static void look_at_launched(void) {
    for (uint32_t process; (process = launcher_take_ended(agent.launcher));)
        publisher_launch_ended(agent.publisher, process);
}

static DWORD scan_period(void) {
    return window_tracker_is_active(agent.tracker) ? TRACK_SCAN_MS : SLOW_SCAN_MS;
}

static void look_at_windows(void) {
    if (!agent.channel || (!agent.windows_changed && !is_past(agent.scanned_at, scan_period())))
        return;
    agent.windows_changed = false;
    agent.scanned_at = GetTickCount();
    if (agent.window_apps)
        window_apps_scan(agent.window_apps);
    if (agent.is_tracker)
        display_keep_in_sight();
    window_tracker_scan(agent.tracker);
}

static DWORD until(DWORD since, DWORD period, DWORD at_most) {
    DWORD passed = GetTickCount() - since, left = passed >= period ? 0 : period - passed;
    return left < at_most ? left : at_most;
}

static DWORD time_to_wait(void) {
    DWORD wait = agent.channel ? until(agent.scanned_at, scan_period(), SLOW_SCAN_MS)
                               : until(agent.opened_at, REOPEN_MS, REOPEN_MS);
    if (agent.dirty)
        wait = until(agent.changed_at, SETTLE_MS, wait);
    if (launcher_is_waiting(agent.launcher) && wait > DRIVE_SCAN_MS)
        wait = DRIVE_SCAN_MS;
    return agent.shell && desktop_shell_is_pending(agent.shell) && wait > SHELL_LOOK_MS ? SHELL_LOOK_MS
                                                                                        : wait;
}

static bool dispatch_messages(void) {
    MSG message;
    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
        if (message.message == WM_QUIT)
            return false;
        DispatchMessageW(&message);
    }
    return true;
}

static void wait_for_something(void) {
    HANDLE handles[2 + WATCHES + LAUNCHES_AWAITED];
    DWORD count = 0;
    if (agent.channel) {
        handles[count++] = channel_read_event(agent.channel);
        if (!channel_may_write(agent.channel))
            handles[count++] = channel_write_event(agent.channel);
    }
    for (size_t i = 0; i < WATCHES; i++)
        if (agent.watches[i])
            handles[count++] = watch_event(agent.watches[i]);
    count += (DWORD)launcher_waits(agent.launcher, handles + count, LAUNCHES_AWAITED);
    MsgWaitForMultipleObjectsEx(count, handles, time_to_wait(), QS_ALLINPUT, MWMO_INPUTAVAILABLE);
}

static bool is_only_instance(const wchar_t *task) {
    wchar_t name[64];
    swprintf(name, 64, L"Local\\railhead-guest-%ls", task);
    HANDLE mutex = CreateMutexW(NULL, FALSE, name);
    return mutex && GetLastError() != ERROR_ALREADY_EXISTS;
}

static int open_target(const wchar_t *target) {
    CoInitializeEx(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE);
    return host_opener_hand_over(target);
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv) {
    int code;
    if (install_main(argc, argv, &code))
        return code;
    if (argc == 3 && _wcsicmp(argv[1], L"/display") == 0)
        return display_refresh((unsigned)_wtoi(argv[2])) ? EXIT_SUCCESS : EXIT_FAILURE;
    if (argc == 3 && _wcsicmp(argv[1], L"/open") == 0)
        return open_target(argv[2]);
    bool is_shell = argc == 2 && _wcsicmp(argv[1], L"/shell") == 0;
    agent.is_tracker = argc == 2 && _wcsicmp(argv[1], L"/track") == 0;
    if (argc > 2 || (argc == 2 && !agent.is_tracker && !is_shell)) {
        fputs("usage: railhead-guest [/track | /shell | /open TARGET | /display DPI | /install [/quiet] | "
              "/uninstall [/quiet] | /status]\n",
              stderr);
        return 2;
    }
    if (!is_only_instance(is_shell ? L"shell" : agent.is_tracker ? L"tracker" : L"publisher"))
        return 0;
    SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOOPENFILEERRORBOX);
    if (FAILED(CoInitializeEx(NULL, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE))) {
        wide_log_error("COM cannot be started", GetLastError());
        return 1;
    }
    if (is_shell)
        return shell_run();
    start();
    while (dispatch_messages()) {
        connect_when_due();
        if (agent.channel)
            receive();
        look_at_watches();
        look_at_launched();
        launcher_look(agent.launcher, on_launched, NULL);
        look_at_windows();
        if (agent.shell)
            desktop_shell_look(agent.shell);
        transmit();
        wait_for_something();
    }
    return 0;
}
