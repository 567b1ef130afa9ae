// SPDX-License-Identifier: Apache-2.0
// Windows lets nobody make himself the default: there this program is registered beside the others
// (RegisteredApplications, for one user from Windows 8 on). In Wine the machine's classes that end in
// winebrowser.exe are given to this program; a browser that is installed later takes them as it always would.
// Used by the publishing instance, and by /open where none runs.
#include "guest-agent/win32/handlers.h"

#include "guest-agent/win32/program.h"
#include "guest-agent/win32/registry.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <shellapi.h>
#include <shlwapi.h>

#define KEY_MAX      400
#define CLASSES      L"Software\\Classes\\"
#define CLIENTS      L"Software\\Clients\\StartMenuInternet"
#define CAPABILITIES L"Software\\Railhead\\Capabilities"
#define PROG_ID      L"Railhead.Host"

static bool format(wchar_t ret_text[KEY_MAX], const wchar_t *pattern, const wchar_t *word) {
    int size = _snwprintf(ret_text, KEY_MAX - 1, pattern, word);
    ret_text[KEY_MAX - 1] = 0;
    return size > 0 && size < KEY_MAX - 1;
}

bool handlers_is_address(const wchar_t *target) {
    size_t size = wcsspn(target, L"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    return size > 1 && target[size] == L':';
}

// Registering

static void set_text(HKEY root, const wchar_t *key, const wchar_t *name, const wchar_t *text) {
    wchar_t *now = registry_text(root, key, name);
    bool differs = !now || wcscmp(now, text) != 0;
    HKEY opened;
    free(now);
    if (!differs ||
        RegCreateKeyExW(root, key, 0, NULL, 0, KEY_SET_VALUE, NULL, &opened, NULL) != ERROR_SUCCESS)
        return;
    RegSetValueExW(opened, name, 0, REG_SZ, (const BYTE *)text, (DWORD)((wcslen(text) + 1) * sizeof *text));
    RegCloseKey(opened);
}

static bool own_command(wchar_t ret_command[WIDE_PATH + 16]) {
    wchar_t path[WIDE_PATH];
    DWORD size = GetModuleFileNameW(NULL, path, WIDE_PATH);
    if (!size || size >= WIDE_PATH)
        return false;
    _snwprintf(ret_command, WIDE_PATH + 16, L"\"%ls\" /open \"%%1\"", path);
    return true;
}

static void replace_in_wine(const wchar_t *command) {
    static const wchar_t *const classes[] = {L"http",     L"https",   L"mailto", L"ftp",
                                             L"htmlfile", L"pdffile", L"xmlfile"};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        wchar_t key[KEY_MAX];
        wchar_t *now = format(key, CLASSES L"%ls\\shell\\open\\command", classes[i])
                           ? registry_text(HKEY_LOCAL_MACHINE, key, NULL)
                           : NULL;
        if (now && StrStrIW(now, L"\\winebrowser.exe"))
            set_text(HKEY_LOCAL_MACHINE, key, NULL, command);
        free(now);
    }
}

static void offer(const wchar_t *command) {
    static const wchar_t *const schemes[] = {L"http", L"https", L"mailto"};
    set_text(HKEY_CURRENT_USER, CLASSES PROG_ID, NULL, L"Program of the host");
    set_text(HKEY_CURRENT_USER, CLASSES PROG_ID, L"URL Protocol", L"");
    set_text(HKEY_CURRENT_USER, CLASSES PROG_ID L"\\shell\\open\\command", NULL, command);
    set_text(HKEY_CURRENT_USER, CAPABILITIES, L"ApplicationName", L"Program of the host");
    set_text(HKEY_CURRENT_USER, CAPABILITIES, L"ApplicationDescription",
             L"Opens addresses on the desktop that this Windows is shown on");
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        set_text(HKEY_CURRENT_USER, CAPABILITIES L"\\URLAssociations", schemes[i], PROG_ID);
    set_text(HKEY_CURRENT_USER, L"Software\\RegisteredApplications", L"Railhead", CAPABILITIES);
}

void handlers_register(void) {
    wchar_t command[WIDE_PATH + 16];
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
    if (!own_command(command))
        return;
    if (ntdll && GetProcAddress(ntdll, "wine_get_version"))
        replace_in_wine(command);
    else
        offer(command);
}

// The guest's own program

static bool is_of_others(const wchar_t *command) {
    wchar_t program[WIDE_PATH];
    return command && program_of_command(command, program) && !program_is_own(program) &&
           _wcsicmp(PathFindFileNameW(program), L"winebrowser.exe") != 0;
}

static bool execute(SHELLEXECUTEINFOW *info) {
    info->cbSize = sizeof *info;
    info->fMask |= SEE_MASK_FLAG_NO_UI | SEE_MASK_FLAG_DDEWAIT;
    info->nShow = SW_SHOWNORMAL;
    return ShellExecuteExW(info);
}

static bool open_by_class(HKEY root, const wchar_t *class_name, const wchar_t *target) {
    wchar_t key[KEY_MAX], command_key[KEY_MAX];
    HKEY class_key;
    if (!format(key, CLASSES L"%ls", class_name) ||
        !format(command_key, CLASSES L"%ls\\shell\\open\\command", class_name))
        return false;
    wchar_t *command = registry_text(root, command_key, NULL);
    bool good = is_of_others(command) && RegOpenKeyExW(root, key, 0, KEY_READ, &class_key) == ERROR_SUCCESS;
    free(command);
    if (!good)
        return false;
    SHELLEXECUTEINFOW info = {
        .fMask = SEE_MASK_CLASSKEY, .lpFile = target, .lpVerb = L"open", .hkeyClass = class_key};
    good = execute(&info);
    RegCloseKey(class_key);
    return good;
}

typedef struct Search {
    const wchar_t *target;
    bool done;
} Search;

static void on_client(const wchar_t *name, void *context) {
    Search *search = context;
    wchar_t key[KEY_MAX], program[WIDE_PATH], parameters[KEY_MAX * 12];
    wchar_t *command = !search->done && format(key, CLIENTS L"\\%ls\\shell\\open\\command", name)
                           ? registry_text(HKEY_LOCAL_MACHINE, key, NULL)
                           : NULL;
    if (is_of_others(command) && program_of_command(command, program) &&
        !wcspbrk(search->target, L"\" \t\\")) {
        SHELLEXECUTEINFOW info = {.lpFile = program, .lpParameters = parameters};
        int size = _snwprintf(parameters, sizeof parameters / sizeof *parameters, L"\"%ls\"", search->target);
        search->done = size > 0 && size < (int)(sizeof parameters / sizeof *parameters) && execute(&info);
    }
    free(command);
}

static bool open_address(const wchar_t *target) {
    wchar_t scheme[32];
    size_t size = wcscspn(target, L":");
    if (size >= sizeof scheme / sizeof *scheme)
        return false;
    memcpy(scheme, target, size * sizeof *scheme);
    scheme[size] = 0;
    if (open_by_class(HKEY_CURRENT_USER, scheme, target) || open_by_class(HKEY_LOCAL_MACHINE, scheme, target))
        return true;
    Search search = {.target = target};
    if (_wcsicmp(scheme, L"http") == 0 || _wcsicmp(scheme, L"https") == 0)
        registry_each_key(HKEY_LOCAL_MACHINE, CLIENTS, on_client, &search);
    return search.done;
}

bool handlers_open_in_guest(const wchar_t *target) {
    wchar_t key[KEY_MAX];
    if (handlers_is_address(target))
        return open_address(target);
    const wchar_t *extension = PathFindExtensionW(target);
    wchar_t *class_name = *extension && format(key, CLASSES L"%ls", extension)
                              ? registry_text(HKEY_CURRENT_USER, key, NULL)
                              : NULL;
    if (!class_name && *extension && format(key, CLASSES L"%ls", extension))
        class_name = registry_text(HKEY_LOCAL_MACHINE, key, NULL);
    bool done = class_name && (open_by_class(HKEY_CURRENT_USER, class_name, target) ||
                               open_by_class(HKEY_LOCAL_MACHINE, class_name, target));
    free(class_name);
    return done;
}
