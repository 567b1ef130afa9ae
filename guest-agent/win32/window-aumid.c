// SPDX-License-Identifier: Apache-2.0
// Asks a window's property store, which shell32 has since Windows 7: looked up at run time. Stateless; loop
// of the publishing instance. Windows of Store applications have their identity there while their process is
// the same for all of them.
#include "guest-agent/win32/window-aumid.h"

#include "guest-agent/win32/wide.h"

#define COBJMACROS
#include <objbase.h>
#include <propsys.h>

typedef HRESULT(WINAPI *StoreOfWindow)(HWND, REFIID, void **);

static const GUID property_store = {
    0x886D8EEB, 0x8CF2, 0x4446, {0x8D, 0x02, 0xCD, 0xBA, 0x1D, 0xBD, 0xCF, 0x99}}; // IID_IPropertyStore
static const PROPERTYKEY app_model_id = {
    {0x9F4C2855, 0x9F79, 0x4B39, {0xA8, 0xD0, 0xE1, 0xD4, 0x2D, 0xE1, 0xD5, 0xF3}}, 5};

static StoreOfWindow store_of_window(void) {
    static StoreOfWindow found;
    static bool tried;
    if (!tried) {
        HMODULE shell = GetModuleHandleW(L"shell32.dll");
        found = shell ? (StoreOfWindow)(void *)GetProcAddress(shell, "SHGetPropertyStoreForWindow") : NULL;
        tried = true;
    }
    return found;
}

char *window_aumid(HWND window) {
    StoreOfWindow ask = store_of_window();
    IPropertyStore *store = NULL;
    PROPVARIANT value = {.vt = VT_EMPTY};
    char *aumid = NULL;
    if (!ask || FAILED(ask(window, &property_store, (void **)&store)) || !store)
        return NULL;
    if (SUCCEEDED(IPropertyStore_GetValue(store, &app_model_id, &value))) {
        if (value.vt == VT_LPWSTR && value.pwszVal && *value.pwszVal)
            aumid = wide_to_utf8(value.pwszVal);
        PropVariantClear(&value);
    }
    IPropertyStore_Release(store);
    return aumid;
}
