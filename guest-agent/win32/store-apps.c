// SPDX-License-Identifier: Apache-2.0
// Enumerates the shell's folder of applications, with interfaces that XP has (there the folder itself is
// missing), and starts by the activation manager of Windows 8. Publishing instance; its loop. Not tried on a
// real Windows: every step that fails leaves these applications out.
#include "guest-agent/win32/store-apps.h"

#include "guest-agent/win32/wide.h"
#include "rail/mem.h"

#define COBJMACROS
#include <windows.h>
#include <shlobj.h>
#include <shlwapi.h>

#include <stdlib.h>
#include <string.h>

#define FOLDER     "shell:AppsFolder\\"
#define OF_WINDOWS "_cw5n1h2txyewy!" // the publisher of Windows' own parts
#define APPS_MAX   1024
#define NO_OPTIONS 0 // AO_NONE

typedef struct ActivationManager ActivationManager;
typedef struct ActivationManagerVtbl { // IApplicationActivationManager, shobjidl_core.h
    HRESULT(WINAPI *QueryInterface)(ActivationManager *, REFIID, void **);
    ULONG(WINAPI *AddRef)(ActivationManager *);
    ULONG(WINAPI *Release)(ActivationManager *);
    HRESULT(WINAPI *ActivateApplication)(ActivationManager *, const wchar_t *, const wchar_t *, int, DWORD *);
} ActivationManagerVtbl;
struct ActivationManager {
    const ActivationManagerVtbl *lpVtbl;
};

static const GUID manager_class = {
    0x45BA127D, 0x10A8, 0x46EA, {0x8A, 0xB7, 0x56, 0xEA, 0x90, 0x78, 0x94, 0x3C}};
static const GUID manager_interface = {
    0x2E941141, 0x7F97, 0x4756, {0xBA, 0x1D, 0x9D, 0xEC, 0xDE, 0x89, 0x4A, 0x3D}};

static char *name_of(IShellFolder *folder, LPCITEMIDLIST item, SHGDNF kind) {
    STRRET name;
    wchar_t text[WIDE_PATH] = L"";
    if (FAILED(IShellFolder_GetDisplayNameOf(folder, item, kind, &name)) ||
        FAILED(StrRetToBufW(&name, item, text, WIDE_PATH)) || !*text)
        return NULL;
    return wide_to_utf8(text);
}

// Other entries of the folder are the Start menu's own, and are known from there.
static void add(Catalogue *catalogue, IShellFolder *folder, LPCITEMIDLIST item) {
    char *aumid = name_of(folder, item, SHGDN_INFOLDER | SHGDN_FORPARSING);
    char *name = aumid && strchr(aumid, '!') ? name_of(folder, item, SHGDN_NORMAL) : NULL;
    if (name) {
        size_t size = strlen(FOLDER) + strlen(aumid) + 1;
        App *app = app_new();
        char *target = mem_new(size);
        memcpy(target, FOLDER, strlen(FOLDER));
        memcpy(target + strlen(FOLDER), aumid, strlen(aumid));
        app->id = app_id("store", aumid);
        app->of_windows = strstr(aumid, OF_WINDOWS) != NULL;
        app_set(&app->name, name);
        app_set(&app->aumid, aumid);
        app_set(&app->target, target);
        free(target);
        catalogue_put(catalogue, app);
    }
    free(name);
    free(aumid);
}

static IShellFolder *open_folder(void) {
    IShellFolder *desktop = NULL, *folder = NULL;
    LPITEMIDLIST list = NULL;
    if (SUCCEEDED(SHParseDisplayName(L"shell:AppsFolder", NULL, &list, 0, NULL)) && list &&
        SUCCEEDED(SHGetDesktopFolder(&desktop))) {
        if (FAILED(IShellFolder_BindToObject(desktop, list, NULL, &IID_IShellFolder, (void **)&folder)))
            folder = NULL;
        IShellFolder_Release(desktop);
    }
    CoTaskMemFree(list);
    return folder;
}

void store_apps_read(Catalogue *catalogue) {
    IShellFolder *folder = open_folder();
    IEnumIDList *items = NULL;
    LPITEMIDLIST item = NULL;
    if (!folder)
        return;
    if (IShellFolder_EnumObjects(folder, NULL, SHCONTF_FOLDERS | SHCONTF_NONFOLDERS, &items) == S_OK &&
        items) {
        for (int i = 0; i < APPS_MAX && IEnumIDList_Next(items, 1, &item, NULL) == S_OK; i++) {
            add(catalogue, folder, item);
            CoTaskMemFree(item);
        }
        IEnumIDList_Release(items);
    }
    IShellFolder_Release(folder);
}

bool store_app_start(const App *app, LaunchResultBody *ret_result) {
    ActivationManager *manager = NULL;
    DWORD process = 0;
    if (strncmp(app->target, FOLDER, strlen(FOLDER)) != 0)
        return false;
    wchar_t *aumid = wide_from_utf8(app->aumid), *arguments = wide_from_utf8(app->arguments);
    HRESULT result =
        CoCreateInstance(&manager_class, NULL, CLSCTX_LOCAL_SERVER, &manager_interface, (void **)&manager);
    if (SUCCEEDED(result)) {
        result = manager->lpVtbl->ActivateApplication(manager, aumid, arguments, NO_OPTIONS, &process);
        manager->lpVtbl->Release(manager);
    }
    free(arguments);
    free(aumid);
    ret_result->status = SUCCEEDED(result) ? LAUNCH_OK : LAUNCH_FAILED;
    ret_result->error = SUCCEEDED(result) ? ERROR_SUCCESS : (uint32_t)result;
    ret_result->process = process;
    return true;
}
