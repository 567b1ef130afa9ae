// SPDX-License-Identifier: Apache-2.0
// railhead-shortcut.exe: makes or deletes one shortcut of a Start menu, for the embedded guest (Wine's own
// programs) and for tests. Ends with 0 when it is done, 1 with a line on stderr when Windows refused, 2 on
// wrong usage.
//   railhead-shortcut (common|user) "Folder\Sub" "Name" "C:\target.exe" [arguments [icon-path,index]]
//   railhead-shortcut (common|user) /delete "Folder\Sub" "Name"
#include "guest-agent/win32/menu-folder.h"

#define COBJMACROS
#include <windows.h>
#include <shlobj.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int refuse(const char *what, unsigned long error) {
    fprintf(stderr, "railhead-shortcut: %s: error 0x%lx\n", what, error);
    return 1;
}

static bool has_parent_steps(const wchar_t *folder) {
    return wcsstr(folder, L"..") != NULL || wcschr(folder, L':') != NULL;
}

static bool shortcut_folder(const wchar_t *menu, const wchar_t *folder, wchar_t *ret_path) {
    MenuFolder which = _wcsicmp(menu, L"common") == 0 ? MENU_COMMON : MENU_USER;
    return !has_parent_steps(folder) && menu_folder_path(which, ret_path) &&
           (!*folder || wide_join(ret_path, ret_path, folder));
}

static bool shortcut_path(const wchar_t *folder, const wchar_t *name, wchar_t *ret_path) {
    wchar_t file[WIDE_PATH];
    if (!*name || wcspbrk(name, L"\\/:") || wcslen(name) + 5 > WIDE_PATH)
        return false;
    wcscpy(file, name);
    wcscat(file, L".lnk");
    return wide_join(ret_path, folder, file);
}

static void set_icon(IShellLinkW *link, wchar_t *location) {
    wchar_t *comma = wcsrchr(location, L',');
    int index = comma ? _wtoi(comma + 1) : 0;
    if (comma)
        *comma = 0;
    IShellLinkW_SetIconLocation(link, location, index);
}

static void set_directory(IShellLinkW *link, const wchar_t *target) {
    wchar_t directory[WIDE_PATH];
    const wchar_t *slash = wcsrchr(target, L'\\');
    if (!slash || wcslen(target) >= WIDE_PATH)
        return;
    wcscpy(directory, target);
    directory[slash - target] = 0;
    IShellLinkW_SetWorkingDirectory(link, directory);
}

static int create(const wchar_t *path, int argc, wchar_t **argv) {
    IShellLinkW *link = NULL;
    IPersistFile *file = NULL;
    HRESULT result =
        CoCreateInstance(&CLSID_ShellLink, NULL, CLSCTX_INPROC_SERVER, &IID_IShellLinkW, (void **)&link);
    if (SUCCEEDED(result))
        result = IShellLinkW_QueryInterface(link, &IID_IPersistFile, (void **)&file);
    if (SUCCEEDED(result))
        result = IShellLinkW_SetPath(link, argv[0]);
    if (SUCCEEDED(result)) {
        set_directory(link, argv[0]);
        if (argc > 1)
            IShellLinkW_SetArguments(link, argv[1]);
        if (argc > 2)
            set_icon(link, argv[2]);
        result = IPersistFile_Save(file, path, TRUE);
    }
    if (file)
        IPersistFile_Release(file);
    if (link)
        IShellLinkW_Release(link);
    return FAILED(result) ? refuse("the shortcut cannot be written", (unsigned long)result) : 0;
}

static int usage(void) {
    fputs("usage: railhead-shortcut (common|user) FOLDER NAME TARGET [ARGUMENTS [ICON-PATH,INDEX]]\n"
          "       railhead-shortcut (common|user) /delete FOLDER NAME\n",
          stderr);
    return 2;
}

int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv) {
    wchar_t folder[WIDE_PATH], path[WIDE_PATH];
    if (argc < 5 || argc > 7 || (_wcsicmp(argv[1], L"common") != 0 && _wcsicmp(argv[1], L"user") != 0))
        return usage();
    bool remove = _wcsicmp(argv[2], L"/delete") == 0;
    int first = remove ? 3 : 2;
    CoInitializeEx(NULL, COINIT_APARTMENTTHREADED);
    if (!shortcut_folder(argv[1], argv[first], folder) || !shortcut_path(folder, argv[first + 1], path))
        return usage();
    if (remove) {
        if (!DeleteFileW(path))
            return refuse("the shortcut cannot be deleted", GetLastError());
        RemoveDirectoryW(folder); // where it is empty
        return 0;
    }
    int made = SHCreateDirectoryExW(NULL, folder, NULL);
    if (made != ERROR_SUCCESS && made != ERROR_ALREADY_EXISTS && made != ERROR_FILE_EXISTS)
        return refuse("the folder cannot be made", (unsigned long)made);
    return create(path, argc - 4, argv + 4);
}
