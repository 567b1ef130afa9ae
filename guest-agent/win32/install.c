// SPDX-License-Identifier: Apache-2.0
// Puts the program where it stays, lets Remote Desktop start it (and nothing else), opens the firewall for
// Remote Desktop, and takes all of that back. An administrator does it for the machine; anybody else for
// himself, which leaves the settings of the machine to an administrator. Runs by itself, not in the agent's
// loop. All settings go through a journal, so that what is taken back is what was there.
#include "guest-agent/win32/install.h"

#include "guest-agent/win32/journal.h"
#include "guest-agent/win32/readiness.h"
#include "guest-agent/win32/wide.h"

#include <windows.h>
#include <shlobj.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define ALIAS           L"railhead-guest" // the host starts ||railhead-guest
#define PROGRAM         L"railhead-guest.exe"
#define REPLACED        L"railhead-guest.old"
#define JOURNAL         L"SOFTWARE\\RailheadGuest"
#define TERMINAL_SERVER L"SYSTEM\\CurrentControlSet\\Control\\Terminal Server"
#define ALLOW_LIST      L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Terminal Server\\TSAppAllowList"
#define UNINSTALL       L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\Railhead guest"
#define RUN             L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"
#define FIREWALL        L"SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy"
#define NETSH_TIMEOUT   30000

enum { DONE = 0, FAILED = 1, INCOMPLETE = 3 };

typedef struct Setup {
    bool for_machine, quiet;
    Journal journal;
    wchar_t folder[WIDE_PATH], program[WIDE_PATH];
} Setup;

__attribute__((format(printf, 2, 3))) static void tell(const Setup *setup, const char *format, ...) {
    va_list arguments;
    if (setup->quiet)
        return;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
}

static bool find_places(Setup *setup) {
    int csidl = setup->for_machine ? CSIDL_PROGRAM_FILES : CSIDL_LOCAL_APPDATA;
    setup->journal =
        (Journal){.root = setup->for_machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER, .key = JOURNAL};
    return SHGetFolderPathW(NULL, csidl, NULL, SHGFP_TYPE_CURRENT, setup->folder) == S_OK &&
           wide_join(setup->folder, setup->folder, L"Railhead") &&
           wide_join(setup->program, setup->folder, PROGRAM);
}

// The program

static bool is_running_program(const Setup *setup) {
    wchar_t path[WIDE_PATH];
    DWORD size = GetModuleFileNameW(NULL, path, WIDE_PATH);
    return size && size < WIDE_PATH && _wcsicmp(path, setup->program) == 0;
}

// One that runs cannot be written over, but renamed.
static bool copy_program(const Setup *setup) {
    wchar_t self[WIDE_PATH], replaced[WIDE_PATH];
    DWORD size = GetModuleFileNameW(NULL, self, WIDE_PATH);
    if (is_running_program(setup))
        return true;
    if (!size || size >= WIDE_PATH || !wide_join(replaced, setup->folder, REPLACED))
        return false;
    if (!CreateDirectoryW(setup->folder, NULL) && GetLastError() != ERROR_ALREADY_EXISTS)
        return false;
    DeleteFileW(replaced);
    if (CopyFileW(self, setup->program, FALSE))
        return true;
    return MoveFileExW(setup->program, replaced, MOVEFILE_REPLACE_EXISTING) &&
           CopyFileW(self, setup->program, FALSE);
}

static void remove_file(const wchar_t *path) {
    if (!DeleteFileW(path) && GetLastError() != ERROR_FILE_NOT_FOUND &&
        GetLastError() != ERROR_PATH_NOT_FOUND)
        MoveFileExW(path, NULL, MOVEFILE_DELAY_UNTIL_REBOOT);
}

static void remove_program(const Setup *setup) {
    wchar_t replaced[WIDE_PATH];
    remove_file(setup->program);
    if (wide_join(replaced, setup->folder, REPLACED))
        remove_file(replaced);
    if (!RemoveDirectoryW(setup->folder) && GetLastError() == ERROR_DIR_NOT_EMPTY)
        MoveFileExW(setup->folder, NULL, MOVEFILE_DELAY_UNTIL_REBOOT);
}

// The firewall

static bool value_says(const wchar_t *key, const wchar_t *name, const wchar_t *word) {
    wchar_t text[1024] = L"";
    DWORD size = sizeof text - sizeof *text, type = 0;
    HKEY opened;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, key, 0, KEY_READ, &opened) != ERROR_SUCCESS)
        return false;
    LONG result = RegQueryValueExW(opened, name, NULL, &type, (BYTE *)text, &size);
    RegCloseKey(opened);
    return result == ERROR_SUCCESS && type == REG_SZ && wcsstr(text, word);
}

static bool is_newer_firewall(void) {
    return LOBYTE(LOWORD(GetVersion())) >= 6;
}

static bool firewall_is_open(void) {
    return value_says(FIREWALL L"\\FirewallRules", L"RemoteDesktop-UserMode-In-TCP", L"|Active=TRUE|") ||
           value_says(FIREWALL L"\\FirewallRules", L"RemoteDesktop-In-TCP", L"|Active=TRUE|") ||
           value_says(FIREWALL L"\\StandardProfile\\GloballyOpenPorts\\List", L"3389:TCP", L":Enabled:");
}

// By the number of its name, which is in the language of the Windows.
static bool set_firewall(bool open) {
    wchar_t line[WIDE_PATH * 2], netsh[WIDE_PATH];
    STARTUPINFOW start = {.cb = sizeof start, .dwFlags = STARTF_USESHOWWINDOW, .wShowWindow = SW_HIDE};
    PROCESS_INFORMATION process;
    DWORD code = 1;
    UINT size = GetSystemDirectoryW(netsh, WIDE_PATH);
    if (!size || size >= WIDE_PATH || !wide_join(netsh, netsh, L"netsh.exe"))
        return false;
    _snwprintf(line, sizeof line / sizeof *line,
               is_newer_firewall()
                   ? L"\"%ls\" advfirewall firewall set rule group=\"@FirewallAPI.dll,-28752\" new enable=%ls"
                   : L"\"%ls\" firewall set service remotedesktop %ls",
               netsh, is_newer_firewall() ? (open ? L"Yes" : L"No") : (open ? L"enable" : L"disable"));
    if (!CreateProcessW(netsh, line, NULL, NULL, FALSE, CREATE_NO_WINDOW, NULL, NULL, &start, &process))
        return false;
    if (WaitForSingleObject(process.hProcess, NETSH_TIMEOUT) == WAIT_OBJECT_0)
        GetExitCodeProcess(process.hProcess, &code);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return code == 0;
}

// It is noted first, so that one that was open before is never closed.
static bool open_firewall(const Setup *setup) {
    if (firewall_is_open())
        return true;
    return journal_set_number(&setup->journal, JOURNAL, L"Firewall", 1) && set_firewall(true);
}

static bool has_opened_firewall(const Setup *setup) {
    HKEY opened;
    if (RegOpenKeyExW(setup->journal.root, JOURNAL, 0, KEY_READ | 0x0100, &opened) != ERROR_SUCCESS)
        return false;
    bool has = RegQueryValueExW(opened, L"Firewall", NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
    RegCloseKey(opened);
    return has;
}

// The settings

// The list lets this one program be started, without arguments of the client; the policy that would let any
// be started is left alone.
static bool allow_program(const Setup *setup) {
    const wchar_t *key = ALLOW_LIST L"\\Applications\\" ALIAS;
    return journal_set_text(&setup->journal, key, L"Name", L"Railhead") &&
           journal_set_text(&setup->journal, key, L"Path", setup->program) &&
           journal_set_text(&setup->journal, key, L"VPath", setup->program) &&
           journal_set_text(&setup->journal, key, L"RequiredCommandLine", L"") &&
           journal_set_number(&setup->journal, key, L"CommandLineSetting", 0) &&
           journal_set_number(&setup->journal, key, L"ShowInTSWA", 0) &&
           journal_set_number(&setup->journal, TERMINAL_SERVER, L"fDenyTSConnections", 0);
}

static bool enlist(const Setup *setup) {
    wchar_t command[WIDE_PATH + 16];
    _snwprintf(command, sizeof command / sizeof *command, L"\"%ls\" /uninstall", setup->program);
    return journal_set_text(&setup->journal, UNINSTALL, L"DisplayName", L"Railhead guest agent") &&
           journal_set_text(&setup->journal, UNINSTALL, L"UninstallString", command) &&
           journal_set_number(&setup->journal, UNINSTALL, L"NoModify", 1) &&
           journal_set_number(&setup->journal, UNINSTALL, L"NoRepair", 1);
}

// A Windows without a RAIL server starts nothing for a client: there the agent has to come with the session.
// Where Remote Desktop starts it, too, the second one ends by itself.
static bool start_with_sessions(const Setup *setup) {
    wchar_t command[WIDE_PATH + 16];
    _snwprintf(command, sizeof command / sizeof *command, L"\"%ls\"", setup->program);
    return journal_set_text(&setup->journal, RUN, L"Railhead guest agent", command);
}

// What is asked for

static int tell_missing(const Setup *setup) {
    const char *missing[READINESS_MAX + 1];
    size_t count = readiness_missing(missing);
    for (size_t i = 0; i < count; i++)
        tell(setup, "%s", missing[i]);
    if (!setup->for_machine)
        tell(
            setup,
            "An administrator has to run railhead-guest /install once, so that Remote Desktop may start it.");
    return count || !setup->for_machine ? INCOMPLETE : DONE;
}

static int fail(const Setup *setup, const char *what) {
    DWORD error = GetLastError();
    tell(setup, "%s (error %lu).", what, error);
    return FAILED;
}

static int install(Setup *setup) {
    if (!copy_program(setup))
        return fail(setup, "The program cannot be copied to its place");
    if (!enlist(setup) || !start_with_sessions(setup) || (setup->for_machine && !allow_program(setup))) {
        int code = fail(setup, "A setting cannot be written; what was written is taken back");
        journal_undo(&setup->journal);
        remove_program(setup);
        return code;
    }
    tell(setup, "Railhead's guest agent is installed for %s.", setup->for_machine ? "this machine" : "you");
    if (setup->for_machine && !open_firewall(setup))
        tell(setup, "The firewall could not be opened for Remote Desktop: allow it there.");
    return tell_missing(setup);
}

static int uninstall(Setup *setup) {
    if (!journal_exists(&setup->journal)) {
        tell(setup, "Railhead's guest agent is not installed.");
        return FAILED;
    }
    if (has_opened_firewall(setup) && !set_firewall(false))
        tell(setup, "The firewall could not be closed for Remote Desktop again.");
    journal_undo(&setup->journal);
    remove_program(setup);
    tell(setup, "Railhead's guest agent is no longer installed.");
    return DONE;
}

// Who may not change the machine may still ask about it.
static int status(Setup *setup) {
    Setup machine = {.for_machine = true, .quiet = setup->quiet};
    if (!setup->for_machine && find_places(&machine) && journal_exists(&machine.journal))
        *setup = machine;
    bool installed =
        journal_exists(&setup->journal) && GetFileAttributesW(setup->program) != INVALID_FILE_ATTRIBUTES;
    if (!installed)
        tell(setup, "Railhead's guest agent is not installed.");
    else
        tell(setup, "Railhead's guest agent is installed for %s.",
             setup->for_machine ? "this machine" : "you");
    if (setup->for_machine && installed && !firewall_is_open())
        tell(setup, "The firewall may keep Remote Desktop out.");
    int code = tell_missing(setup);
    return installed ? code : FAILED;
}

bool install_main(int argc, wchar_t **argv, int *ret_code) {
    static const struct {
        const wchar_t *word;
        int (*run)(Setup *setup);
    } words[] = {{L"/install", install}, {L"/uninstall", uninstall}, {L"/status", status}};
    Setup setup = {.for_machine = IsUserAnAdmin(), .quiet = argc == 3 && _wcsicmp(argv[2], L"/quiet") == 0};
    if (argc < 2 || argc > 3 || (argc == 3 && !setup.quiet))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (_wcsicmp(argv[1], words[i].word) != 0)
            continue;
        *ret_code = find_places(&setup) ? words[i].run(&setup)
                                        : fail(&setup, "This Windows has no place for programs");
        return true;
    }
    return false;
}
