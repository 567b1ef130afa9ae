// SPDX-License-Identifier: Apache-2.0
// Looks at processes by toolhelp and psapi. The newer QueryFullProcessImageName, which a 32-bit agent needs
// to see 64-bit programs, is looked up at run time, as XP has none. Stateless but for the list the caller
// owns.
#include "guest-agent/win32/process.h"

#include "guest-agent/win32/wide.h"
#include "rail/mem.h"

#include <windows.h>
#include <psapi.h>
#include <tlhelp32.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMITED_INFORMATION 0x1000 // PROCESS_QUERY_LIMITED_INFORMATION

typedef struct ProcessEntry {
    uint32_t process, parent;
} ProcessEntry;

struct ProcessList {
    ProcessEntry *entries;
    size_t count, capacity;
};

ProcessList *process_list_new(void) {
    ProcessList *list = mem_new(sizeof *list);
    PROCESSENTRY32W entry = {.dwSize = sizeof entry};
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (snapshot == INVALID_HANDLE_VALUE)
        return list;
    for (BOOL more = Process32FirstW(snapshot, &entry); more; more = Process32NextW(snapshot, &entry)) {
        if (list->count == list->capacity) {
            list->capacity = list->capacity ? list->capacity * 2 : 64;
            list->entries = mem_resize(list->entries, list->capacity, sizeof *list->entries);
        }
        list->entries[list->count++] =
            (ProcessEntry){.process = entry.th32ProcessID, .parent = entry.th32ParentProcessID};
    }
    CloseHandle(snapshot);
    return list;
}

void process_list_free(ProcessList *list) {
    if (!list)
        return;
    free(list->entries);
    free(list);
}

uint32_t process_list_parent(const ProcessList *list, uint32_t process) {
    for (size_t i = 0; list && i < list->count; i++)
        if (list->entries[i].process == process)
            return list->entries[i].parent;
    return 0;
}

typedef BOOL(WINAPI *QueryImage)(HANDLE, DWORD, LPWSTR, PDWORD);

static bool query_image(uint32_t process, wchar_t *ret_path) {
    QueryImage query = (QueryImage)(void (*)(void))GetProcAddress(GetModuleHandleW(L"kernel32.dll"),
                                                                  "QueryFullProcessImageNameW");
    DWORD size = WIDE_PATH;
    HANDLE handle = query ? OpenProcess(LIMITED_INFORMATION, FALSE, process) : NULL;
    bool got = handle && query(handle, 0, ret_path, &size);
    if (handle)
        CloseHandle(handle);
    return got;
}

static bool query_module(uint32_t process, wchar_t *ret_path) {
    HANDLE handle = OpenProcess(PROCESS_QUERY_INFORMATION | PROCESS_VM_READ, FALSE, process);
    bool got = handle && GetModuleFileNameExW(handle, NULL, ret_path, WIDE_PATH) > 0;
    if (handle)
        CloseHandle(handle);
    return got;
}

bool process_image(uint32_t process, char *ret_path, size_t size) {
    wchar_t path[WIDE_PATH];
    if (!query_image(process, path) && !query_module(process, path))
        return false;
    char *utf8 = wide_to_utf8(path);
    bool fits = strlen(utf8) < size;
    if (fits)
        strcpy(ret_path, utf8);
    free(utf8);
    return fits;
}
