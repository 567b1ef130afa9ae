// SPDX-License-Identifier: Apache-2.0
// Asks msi.dll, which is loaded when the first such shortcut is met: most guests have none, and some have no
// Windows Installer. What a shortcut itself calls its target is the file of its icon. Loop of the publishing
// instance. Never installs or repairs anything.
#include "guest-agent/win32/advertised.h"

#include <windows.h>

#define CODE_CHARACTERS     39 // a GUID with its braces and a NUL
#define FEATURE_CHARACTERS  39
#define INSTALLED_HERE      3 // INSTALLSTATE_LOCAL
#define INSTALLED_AT_SOURCE 4

typedef struct Installer {
    UINT(WINAPI *target)(const wchar_t *, wchar_t *, wchar_t *, wchar_t *);  // MsiGetShortcutTargetW
    int(WINAPI *path)(const wchar_t *, const wchar_t *, wchar_t *, DWORD *); // MsiGetComponentPathW
} Installer;

static const Installer *installer(void) {
    static Installer loaded;
    static bool tried;
    if (!tried) {
        wchar_t path[WIDE_PATH];
        UINT size = GetSystemDirectoryW(path, WIDE_PATH);
        HMODULE module =
            size && size < WIDE_PATH && wide_join(path, path, L"msi.dll") ? LoadLibraryW(path) : NULL;
        tried = true;
        if (module) {
            loaded.target = (void *)GetProcAddress(module, "MsiGetShortcutTargetW");
            loaded.path = (void *)GetProcAddress(module, "MsiGetComponentPathW");
        }
    }
    return loaded.target && loaded.path ? &loaded : NULL;
}

bool advertised_target(const wchar_t *shortcut, wchar_t ret_target[WIDE_PATH]) {
    const Installer *msi = installer();
    wchar_t product[CODE_CHARACTERS] = L"", feature[FEATURE_CHARACTERS] = L"",
            component[CODE_CHARACTERS] = L"";
    DWORD size = WIDE_PATH;
    if (!msi || msi->target(shortcut, product, feature, component) != ERROR_SUCCESS || !*product ||
        !*component)
        return false;
    int state = msi->path(product, component, ret_target, &size);
    return (state == INSTALLED_HERE || state == INSTALLED_AT_SOURCE) && *ret_target && ret_target[1] == L':';
}
