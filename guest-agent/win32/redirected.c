// SPDX-License-Identifier: Apache-2.0
// Host files as Windows' redirector shows them. A letter is asked of the network (WNetAddConnection2), which
// forgets it with the session; where that knows nothing of \\tsclient, in Wine, of the drives themselves: the
// one whose root is the same folder. Used by the launcher, in the loop of the guest agent.
#include "guest-agent/win32/redirected.h"

#include "guest-agent/win32/wide.h"
#include "rail/mem.h"

#include <string.h>
#include <windows.h>

#define SERVER L"\\\\tsclient\\"

typedef DWORD(APIENTRY *GetConnection)(LPCWSTR local, LPWSTR ret_remote, LPDWORD size);
typedef DWORD(APIENTRY *AddConnection)(NETRESOURCEW *resource, LPCWSTR password, LPCWSTR user, DWORD flags);

static bool is_redirected(const wchar_t *path) {
    return _wcsnicmp(path, SERVER, wcslen(SERVER)) == 0 && path[wcslen(SERVER)];
}

static size_t root_length(const wchar_t *path) {
    const wchar_t *rest = wcschr(path + wcslen(SERVER), L'\\');
    return rest ? (size_t)(rest - path) : wcslen(path);
}

bool redirected_has_come(const wchar_t *path) {
    return !is_redirected(path) || GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES ||
           GetLastError() == ERROR_ACCESS_DENIED;
}

bool redirected_drive_has_come(const wchar_t *path) {
    wchar_t root[WIDE_PATH];
    size_t length = is_redirected(path) ? root_length(path) : 0;
    if (!length || length + 2 > WIDE_PATH)
        return true;
    memcpy(root, path, length * sizeof *root);
    wcscpy(root + length, L"\\");
    return redirected_has_come(root);
}

static bool identify(const wchar_t *folder, BY_HANDLE_FILE_INFORMATION *ret_info) {
    HANDLE handle = CreateFileW(folder, 0, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                                OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    bool known = handle != INVALID_HANDLE_VALUE && GetFileInformationByHandle(handle, ret_info) &&
                 (ret_info->nFileIndexLow || ret_info->nFileIndexHigh);
    if (handle != INVALID_HANDLE_VALUE)
        CloseHandle(handle);
    return known;
}

static bool is_same_folder(const wchar_t *a, const wchar_t *b) {
    BY_HANDLE_FILE_INFORMATION of_a, of_b;
    return identify(a, &of_a) && identify(b, &of_b) && of_a.nFileIndexLow == of_b.nFileIndexLow &&
           of_a.nFileIndexHigh == of_b.nFileIndexHigh &&
           of_a.dwVolumeSerialNumber == of_b.dwVolumeSerialNumber;
}

static bool is_connected(GetConnection get, const wchar_t *local, const wchar_t *remote) {
    wchar_t known[MAX_PATH];
    DWORD size = MAX_PATH;
    return get && get(local, known, &size) == NO_ERROR && _wcsicmp(known, remote) == 0;
}

static wchar_t find_letter(GetConnection get, const wchar_t *remote) {
    wchar_t local[] = L"A:", drive_root[] = L"A:\\", folder[MAX_PATH];
    wcscpy(folder, remote);
    wcscat(folder, L"\\");
    for (wchar_t letter = L'Z'; letter > L'C'; letter--) {
        local[0] = drive_root[0] = letter;
        UINT type = GetDriveTypeW(drive_root); // Wine does not list what came after its start
        bool is_slow = type == DRIVE_REMOVABLE || type == DRIVE_CDROM;
        if (is_connected(get, local, remote) || (!is_slow && is_same_folder(drive_root, folder)))
            return letter;
    }
    return 0;
}

static wchar_t add_letter(AddConnection connect, wchar_t *remote) {
    wchar_t local[] = L"A:";
    NETRESOURCEW resource = {.dwType = RESOURCETYPE_DISK, .lpLocalName = local, .lpRemoteName = remote};
    for (wchar_t letter = L'Z'; connect && letter > L'C'; letter--) {
        local[0] = letter;
        if (!(GetLogicalDrives() & 1u << (letter - L'A')) && connect(&resource, NULL, NULL, 0) == NO_ERROR)
            return letter;
    }
    return 0;
}

static wchar_t letter_of(wchar_t *remote) {
    HMODULE network = LoadLibraryW(L"mpr.dll");
    GetConnection get = network ? (GetConnection)(void *)GetProcAddress(network, "WNetGetConnectionW") : NULL;
    AddConnection connect =
        network ? (AddConnection)(void *)GetProcAddress(network, "WNetAddConnection2W") : NULL;
    wchar_t letter = find_letter(get, remote);
    if (!letter)
        letter = add_letter(connect, remote);
    if (network)
        FreeLibrary(network);
    return letter;
}

wchar_t *redirected_with_letter(const wchar_t *path) {
    wchar_t remote[64];
    size_t length = is_redirected(path) ? root_length(path) : 0;
    if (!length || length >= 64)
        return NULL;
    memcpy(remote, path, length * sizeof *remote);
    remote[length] = L'\0';
    wchar_t letter = letter_of(remote);
    if (!letter)
        return NULL;
    size_t rest = wcslen(path + length);
    wchar_t *result = mem_new_array(rest + 4, sizeof *result);
    result[0] = letter;
    result[1] = L':';
    wcscpy(result + 2, rest ? path + length : L"\\");
    return result;
}

bool redirected_needs_letter(const wchar_t *program) {
    static const wchar_t *const batches[] = {L".bat", L".cmd", L".com", L".pif"};
    const wchar_t *dot = wcsrchr(program, L'.');
    DWORD type;
    for (size_t i = 0; dot && i < sizeof batches / sizeof *batches; i++)
        if (_wcsicmp(dot, batches[i]) == 0)
            return true;
    return GetBinaryTypeW(program, &type) && (type == SCS_DOS_BINARY || type == SCS_WOW_BINARY);
}

// The name of the share that a drive's root is; in Wine found by looking at each.
static bool share_of_letter(const wchar_t *drive_root, wchar_t ret_remote[WIDE_PATH]) {
    wchar_t local[] = {drive_root[0], L':', L'\0'};
    HMODULE network = LoadLibraryW(L"mpr.dll");
    GetConnection get = network ? (GetConnection)(void *)GetProcAddress(network, "WNetGetConnectionW") : NULL;
    DWORD size = WIDE_PATH;
    bool found = get && get(local, ret_remote, &size) == NO_ERROR && is_redirected(ret_remote);
    if (network)
        FreeLibrary(network);
    WIN32_FIND_DATAW entry;
    HANDLE search = found ? INVALID_HANDLE_VALUE : FindFirstFileW(SERVER L"*", &entry);
    for (BOOL more = search != INVALID_HANDLE_VALUE; more && !found; more = FindNextFileW(search, &entry)) {
        wchar_t folder[WIDE_PATH];
        found = entry.cFileName[0] != L'.' && wide_join(ret_remote, L"\\\\tsclient", entry.cFileName) &&
                wide_join(folder, ret_remote, L"") && is_same_folder(drive_root, folder);
    }
    if (search != INVALID_HANDLE_VALUE)
        FindClose(search);
    return found;
}

wchar_t *redirected_to_host(const wchar_t *path) {
    wchar_t whole[WIDE_PATH], remote[WIDE_PATH], result[WIDE_PATH];
    DWORD size = GetFullPathNameW(path, WIDE_PATH, whole, NULL);
    if (size == 0 || size >= WIDE_PATH)
        return NULL;
    if (is_redirected(whole))
        return _wcsdup(whole);
    if (whole[1] != L':' || whole[2] != L'\\' || !whole[3])
        return NULL;
    wchar_t root[] = {whole[0], L':', L'\\', L'\0'};
    UINT type = GetDriveTypeW(root); // Wine looks anew for a drive that came after its start
    return type != DRIVE_UNKNOWN && share_of_letter(root, remote) && wide_join(result, remote, whole + 3)
               ? _wcsdup(result)
               : NULL;
}
