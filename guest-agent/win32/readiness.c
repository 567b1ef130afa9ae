// SPDX-License-Identifier: Apache-2.0
// Looks at version, edition, updates, policies and the user's password. Stateless; reads only. What came
// after XP is looked up at run time.
#include "guest-agent/win32/readiness.h"

#include "guest-agent/win32/wide.h"

#include <stdbool.h>
#include <windows.h>

#define POLICIES       L"SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"
#define WOW64_64KEY    0x0100
#define SUITE_PERSONAL 0x0200 // VER_SUITE_PERSONAL: a Home edition
#define NOT_A_SERVER   1      // VER_NT_WORKSTATION
#define VERSION(a, b)  ((a) << 8 | (b))
#define WINDOWS_XP     VERSION(5, 1)
#define WINDOWS_XP_64  VERSION(5, 2)
#define WINDOWS_VISTA  VERSION(6, 0)
#define WINDOWS_8      VERSION(6, 2)
#define WINDOWS_10     VERSION(10, 0)
#define NO_BLANK_LOGON 1327 // ERROR_ACCOUNT_RESTRICTION: the password is right, and is none

typedef struct Sentences {
    const char **items;
    size_t count;
} Sentences;

static void say(Sentences *sentences, const char *text) {
    if (sentences->count < READINESS_MAX)
        sentences->items[sentences->count++] = text;
}

// GetVersionEx tells a program without a manifest of 8.1 that this is an 8.
static OSVERSIONINFOEXW windows_version(void) {
    OSVERSIONINFOEXW version = {.dwOSVersionInfoSize = sizeof version};
    LONG(WINAPI * tell)
    (OSVERSIONINFOEXW *) = (void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "RtlGetVersion");
    if (!tell || tell(&version) != 0)
        GetVersionExW((OSVERSIONINFOW *)&version);
    return version;
}

static DWORD edition_of(const OSVERSIONINFOEXW *version) {
    DWORD edition = 0;
    BOOL(WINAPI * tell)
    (DWORD, DWORD, DWORD, DWORD, DWORD *) =
        (void *)GetProcAddress(GetModuleHandleW(L"kernel32.dll"), "GetProductInfo");
    if (tell)
        tell(version->dwMajorVersion, version->dwMinorVersion, 0, 0, &edition);
    return edition;
}

static bool is_one_of(DWORD edition, const DWORD *editions) {
    for (; *editions; editions++)
        if (*editions == edition)
            return true;
    return false;
}

// Up to 8.1 only these have RemoteApp; the numbers are PRODUCT_ULTIMATE, ENTERPRISE with their N and E
// editions, and ENTERPRISE_EVALUATION.
static bool edition_has_remote_app(const OSVERSIONINFOEXW *version, int number) {
    static const DWORD before_8[] = {0x01, 0x1C, 0x47, 0x04, 0x1B, 0x46, 0},
                       from_8[] = {0x04, 0x1B, 0x48, 0x54, 0};
    DWORD edition = edition_of(version);
    if (version->wProductType != NOT_A_SERVER || number >= WINDOWS_10 || edition == 0)
        return true;
    return is_one_of(edition, number >= WINDOWS_8 ? from_8 : before_8);
}

static bool is_in_system(const wchar_t *name) {
    wchar_t path[WIDE_PATH];
    UINT size = GetSystemDirectoryW(path, WIDE_PATH);
    return size && size < WIDE_PATH && wide_join(path, path, name) &&
           GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static void look_at_windows(Sentences *sentences) {
    OSVERSIONINFOEXW version = windows_version();
    int number = (int)VERSION(version.dwMajorVersion, version.dwMinorVersion);
    bool is_xp = number == WINDOWS_XP || number == WINDOWS_XP_64;
    if (version.wSuiteMask & SUITE_PERSONAL && version.wProductType == NOT_A_SERVER)
        say(sentences, "This is a Home edition of Windows, which nobody can connect to by Remote Desktop.");
    else if (number >= WINDOWS_VISTA && !edition_has_remote_app(&version, number))
        say(sentences,
            "This edition of Windows has no RemoteApp: its windows come as one desktop (Enterprise and "
            "Ultimate have it, from Windows 10 on Professional, too).");
    if (number == WINDOWS_XP && version.wServicePackMajor < 3)
        say(sentences, "This Windows XP lacks its Service Pack 3.");
    if (is_xp && !is_in_system(L"rdpinit.exe"))
        say(sentences,
            "This Windows XP lacks the update KB961742 (RemoteApp for Windows XP SP3): install it from "
            "where you have it, since Microsoft has it no longer.");
}

static bool policy_forbids(const wchar_t *name) {
    HKEY key;
    DWORD value = 0, size = sizeof value, type = 0;
    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, POLICIES, 0, KEY_READ | WOW64_64KEY, &key) != ERROR_SUCCESS)
        return false;
    LONG result = RegQueryValueExW(key, name, NULL, &type, (BYTE *)&value, &size);
    RegCloseKey(key);
    return result == ERROR_SUCCESS && type == REG_DWORD && value != 0;
}

// To be refused for it, or to be let in, shows that the password is empty.
static bool has_no_password(void) {
    wchar_t user[256];
    DWORD size = sizeof user / sizeof *user;
    HANDLE token = NULL;
    if (!GetUserNameW(user, &size))
        return false;
    BOOL in = LogonUserW(user, L".", L"", LOGON32_LOGON_NETWORK, LOGON32_PROVIDER_DEFAULT, &token);
    DWORD error = in ? ERROR_SUCCESS : GetLastError();
    if (in && token)
        CloseHandle(token);
    return in || error == NO_BLANK_LOGON;
}

size_t readiness_missing(const char *ret_sentences[READINESS_MAX + 1]) {
    Sentences sentences = {.items = ret_sentences};
    look_at_windows(&sentences);
    if (policy_forbids(L"fDenyTSConnections"))
        say(&sentences, "A policy of this Windows forbids Remote Desktop (fDenyTSConnections).");
    if (policy_forbids(L"fPromptForPassword"))
        say(&sentences,
            "A policy of this Windows asks for the password at each connection (fPromptForPassword).");
    if (has_no_password())
        say(&sentences,
            "Your account has no password, and Remote Desktop lets nobody in without one: set one.");
    ret_sentences[sentences.count] = NULL;
    return sentences.count;
}
