// SPDX-License-Identifier: Apache-2.0
// Paths of programs compared as Windows does: long form, without case. Stateless.
#include "guest-agent/win32/program.h"

#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <shlwapi.h>

static bool find(const wchar_t *name, wchar_t ret_path[WIDE_PATH]) {
    wchar_t found[WIDE_PATH];
    DWORD size = SearchPathW(NULL, name, L".exe", WIDE_PATH, found, NULL);
    if (size == 0 || size >= WIDE_PATH)
        return false;
    DWORD attributes = GetFileAttributesW(found);
    if (attributes == INVALID_FILE_ATTRIBUTES || attributes & FILE_ATTRIBUTE_DIRECTORY)
        return false;
    size = GetLongPathNameW(found, ret_path, WIDE_PATH);
    return size > 0 && size < WIDE_PATH;
}

static bool find_start(const wchar_t *command, size_t size, wchar_t ret_path[WIDE_PATH]) {
    wchar_t name[WIDE_PATH];
    if (size == 0 || size >= WIDE_PATH)
        return false;
    memcpy(name, command, size * sizeof *name);
    name[size] = 0;
    return find(name, ret_path);
}

bool program_of_command(const wchar_t *command, wchar_t ret_path[WIDE_PATH]) {
    while (*command == L' ' || *command == L'\t')
        command++;
    if (*command == L'"') {
        const wchar_t *end = wcschr(command + 1, L'"');
        return find_start(command + 1, end ? (size_t)(end - command - 1) : wcslen(command + 1), ret_path);
    }
    // Unquoted paths with spaces are common in old registries: each blank may be the end.
    for (size_t size = wcscspn(command, L" \t");; size += wcscspn(command + size, L" \t")) {
        if (find_start(command, size, ret_path))
            return true;
        if (!command[size])
            return false;
        size += wcsspn(command + size, L" \t");
    }
}

bool program_is_own(const wchar_t *path) {
    wchar_t own[WIDE_PATH], whole[WIDE_PATH];
    DWORD size = GetModuleFileNameW(NULL, own, WIDE_PATH);
    if (size == 0 || size >= WIDE_PATH)
        return false;
    size = GetLongPathNameW(own, whole, WIDE_PATH);
    return size > 0 && size < WIDE_PATH && _wcsicmp(path, whole) == 0;
}

bool program_is_part_of_windows(const wchar_t *path) {
    wchar_t folder[WIDE_PATH];
    UINT size = GetWindowsDirectoryW(folder, WIDE_PATH);
    return size > 0 && size < WIDE_PATH && _wcsnicmp(path, folder, size) == 0 && path[size] == L'\\';
}

const App *program_app(const Catalogue *catalogue, const char *utf8_path) {
    const App *found = NULL;
    for (size_t i = 0; i < catalogue->apps.count; i++) {
        const App *app = catalogue_app(catalogue, i);
        if (_stricmp(app->target, utf8_path) == 0 && (!found || (*found->arguments && !*app->arguments)))
            found = app;
    }
    return found;
}

const App *program_app_of_aumid(const Catalogue *catalogue, const char *utf8_aumid) {
    for (size_t i = 0; i < catalogue->apps.count; i++)
        if (_stricmp(catalogue_app(catalogue, i)->aumid, utf8_aumid) == 0)
            return catalogue_app(catalogue, i);
    return NULL;
}

char *program_name(const wchar_t *path) {
    wchar_t name[256];
    DWORD size = sizeof name / sizeof *name;
    if (SUCCEEDED(AssocQueryStringW(ASSOCF_INIT_BYEXENAME | ASSOCF_VERIFY, ASSOCSTR_FRIENDLYAPPNAME, path,
                                    NULL, name, &size)) &&
        *name)
        return wide_to_utf8(name);
    const wchar_t *slash = wcsrchr(path, L'\\'), *base = slash ? slash + 1 : path, *dot = wcsrchr(base, L'.');
    size_t length = dot && dot != base ? (size_t)(dot - base) : wcslen(base);
    if (length >= sizeof name / sizeof *name)
        length = sizeof name / sizeof *name - 1;
    memcpy(name, base, length * sizeof *name);
    name[length] = 0;
    return wide_to_utf8(name);
}
