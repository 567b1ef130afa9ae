// SPDX-License-Identifier: Apache-2.0
// The registry as the guest agent reads it, with what XP has. Values there are anybody's: a string may lack
// its end and a size may be odd.
#include "guest-agent/win32/registry.h"

#include "rail/mem.h"

#include <stdio.h>

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_CHARACTERS 256 // of a key; values may have longer names, which are passed over
#define CLASS_KEY_MAX       512
#define TEXT_BYTES_MAX      65536

static bool open_key(HKEY root, const wchar_t *key, HKEY *ret_opened) {
    return RegOpenKeyExW(root, key, 0, KEY_READ, ret_opened) == ERROR_SUCCESS;
}

static wchar_t *expanded(wchar_t *text) {
    DWORD size = ExpandEnvironmentStringsW(text, NULL, 0);
    wchar_t *result = mem_new_array(size + 1, sizeof *result);
    ExpandEnvironmentStringsW(text, result, size + 1);
    free(text);
    return result;
}

wchar_t *registry_text(HKEY root, const wchar_t *key, const wchar_t *name) {
    HKEY opened;
    DWORD type = 0, size = 0;
    wchar_t *text = NULL;
    if (!open_key(root, key, &opened))
        return NULL;
    if (RegQueryValueExW(opened, name, NULL, &type, NULL, &size) == ERROR_SUCCESS &&
        (type == REG_SZ || type == REG_EXPAND_SZ) && size <= TEXT_BYTES_MAX) {
        text = mem_new(size + 2 * sizeof *text);
        if (RegQueryValueExW(opened, name, NULL, &type, (BYTE *)text, &size) != ERROR_SUCCESS) {
            free(text);
            text = NULL;
        }
    }
    RegCloseKey(opened);
    return text && type == REG_EXPAND_SZ ? expanded(text) : text;
}

bool registry_has_key(HKEY root, const wchar_t *key) {
    HKEY opened;
    if (!open_key(root, key, &opened))
        return false;
    RegCloseKey(opened);
    return true;
}

bool registry_has_value(HKEY root, const wchar_t *key, const wchar_t *name) {
    HKEY opened;
    if (!open_key(root, key, &opened))
        return false;
    bool has = RegQueryValueExW(opened, name, NULL, NULL, NULL, NULL) == ERROR_SUCCESS;
    RegCloseKey(opened);
    return has;
}

HKEY registry_open_class(const wchar_t *class_name, const wchar_t *verb) {
    static const HKEY hives[] = {HKEY_CURRENT_USER, HKEY_LOCAL_MACHINE};
    wchar_t key[CLASS_KEY_MAX], command[CLASS_KEY_MAX];
    HKEY opened;
    int size = _snwprintf(key, CLASS_KEY_MAX, L"Software\\Classes\\%ls", class_name);
    int command_size = _snwprintf(command, CLASS_KEY_MAX, L"%ls\\shell\\%ls\\command", key, verb);
    if (size < 0 || size >= CLASS_KEY_MAX || command_size < 0 || command_size >= CLASS_KEY_MAX)
        return NULL;
    for (size_t i = 0; i < sizeof hives / sizeof *hives; i++)
        if (registry_has_key(hives[i], command) && open_key(hives[i], key, &opened))
            return opened;
    return NULL;
}

void registry_each_key(HKEY root, const wchar_t *key, RegistryVisitor visit, void *context) {
    HKEY opened;
    wchar_t name[NAME_MAX_CHARACTERS];
    if (!open_key(root, key, &opened))
        return;
    for (DWORD i = 0;; i++) {
        DWORD size = NAME_MAX_CHARACTERS;
        LONG result = RegEnumKeyExW(opened, i, name, &size, NULL, NULL, NULL, NULL);
        if (result == ERROR_SUCCESS)
            visit(name, context);
        else if (result != ERROR_MORE_DATA)
            break;
    }
    RegCloseKey(opened);
}

void registry_each_value(HKEY root, const wchar_t *key, RegistryVisitor visit, void *context) {
    HKEY opened;
    wchar_t name[NAME_MAX_CHARACTERS];
    if (!open_key(root, key, &opened))
        return;
    for (DWORD i = 0;; i++) {
        DWORD size = NAME_MAX_CHARACTERS;
        LONG result = RegEnumValueW(opened, i, name, &size, NULL, NULL, NULL, NULL);
        if (result == ERROR_SUCCESS)
            visit(name, context);
        else if (result != ERROR_MORE_DATA)
            break;
    }
    RegCloseKey(opened);
}
