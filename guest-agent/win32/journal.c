// SPDX-License-Identifier: Apache-2.0
// The journal is a key with a numbered key for each change: what the value was, what it was set to, or that a
// key was made. On a 64-bit Windows all of it is the 64-bit part of the registry. Used by install.c alone.
#include "guest-agent/win32/journal.h"

#include "guest-agent/win32/wide.h"

#include <stdio.h>
#include <string.h>

#define WOW64_64KEY 0x0100 // no meaning on an XP of 32 bits
#define VALUE_MAX   2048   // bytes of a value; larger ones are not changed
#define ENTRIES_MAX 256

typedef struct Value {
    bool exists;
    DWORD type, size;
    BYTE data[VALUE_MAX];
} Value;

static HKEY open_key(HKEY root, const wchar_t *key, REGSAM access) {
    HKEY opened;
    LONG result = RegOpenKeyExW(root, key, 0, access | WOW64_64KEY, &opened);
    SetLastError((DWORD)result);
    return result == ERROR_SUCCESS ? opened : NULL;
}

static HKEY make_key(HKEY root, const wchar_t *key, bool *ret_is_new) {
    HKEY opened;
    DWORD disposition = 0;
    LONG result = RegCreateKeyExW(root, key, 0, NULL, 0, KEY_READ | KEY_WRITE | WOW64_64KEY, NULL, &opened,
                                  &disposition);
    SetLastError((DWORD)result);
    if (ret_is_new)
        *ret_is_new = disposition == REG_CREATED_NEW_KEY;
    return result == ERROR_SUCCESS ? opened : NULL;
}

static bool get(HKEY key, const wchar_t *name, Value *ret_value) {
    *ret_value = (Value){.size = VALUE_MAX};
    LONG result = RegQueryValueExW(key, name, NULL, &ret_value->type, ret_value->data, &ret_value->size);
    ret_value->exists = result == ERROR_SUCCESS;
    if (!ret_value->exists)
        ret_value->size = 0;
    SetLastError((DWORD)result);
    return result == ERROR_SUCCESS || result == ERROR_FILE_NOT_FOUND;
}

static bool put(HKEY key, const wchar_t *name, DWORD type, const void *data, DWORD size) {
    LONG result = RegSetValueExW(key, name, 0, type, data, size);
    SetLastError((DWORD)result);
    return result == ERROR_SUCCESS;
}

static bool put_text(HKEY key, const wchar_t *name, const wchar_t *text) {
    return put(key, name, REG_SZ, text, (DWORD)((wcslen(text) + 1) * sizeof *text));
}

static bool is_same(const Value *a, const Value *b) {
    return a->exists == b->exists && (!a->exists || (a->type == b->type && a->size == b->size &&
                                                     memcmp(a->data, b->data, a->size) == 0));
}

// Writing down

static HKEY new_entry(const Journal *journal) {
    wchar_t path[WIDE_PATH];
    for (int number = 0; number < ENTRIES_MAX; number++) {
        bool is_new;
        _snwprintf(path, WIDE_PATH, L"%ls\\%04d", journal->key, number);
        HKEY entry = make_key(journal->root, path, &is_new);
        if (!entry || is_new)
            return entry;
        RegCloseKey(entry);
    }
    SetLastError(ERROR_NO_MORE_ITEMS);
    return NULL;
}

static bool note_key(const Journal *journal, const wchar_t *key) {
    HKEY entry = new_entry(journal);
    bool good = entry && put_text(entry, L"Key", key);
    if (entry)
        RegCloseKey(entry);
    return good;
}

static bool note_value(const Journal *journal, const wchar_t *key, const wchar_t *name, const Value *before,
                       const Value *ours) {
    HKEY entry = new_entry(journal);
    bool good = entry && put_text(entry, L"Key", key) && put_text(entry, L"Name", name) &&
                put(entry, L"Ours", ours->type, ours->data, ours->size) &&
                (!before->exists || put(entry, L"Before", before->type, before->data, before->size));
    if (entry)
        RegCloseKey(entry);
    return good;
}

// Each key on the way that is not there.
static bool make_way(const Journal *journal, const wchar_t *key) {
    wchar_t part[WIDE_PATH];
    for (const wchar_t *end = key; end; end = wcschr(end + 1, L'\\')) {
        const wchar_t *stop = wcschr(end + 1, L'\\');
        size_t size = stop ? (size_t)(stop - key) : wcslen(key);
        if (size >= WIDE_PATH)
            return false;
        memcpy(part, key, size * sizeof *part);
        part[size] = 0;
        HKEY opened = open_key(journal->root, part, KEY_READ);
        if (!opened && (!note_key(journal, part) || !(opened = make_key(journal->root, part, NULL))))
            return false;
        RegCloseKey(opened);
        if (!stop)
            break;
    }
    return true;
}

static bool set(const Journal *journal, const wchar_t *key, const wchar_t *name, const Value *wanted) {
    Value before;
    if (!make_way(journal, key))
        return false;
    HKEY opened = open_key(journal->root, key, KEY_READ | KEY_WRITE);
    bool good = opened && get(opened, name, &before) &&
                (is_same(&before, wanted) || (note_value(journal, key, name, &before, wanted) &&
                                              put(opened, name, wanted->type, wanted->data, wanted->size)));
    if (opened)
        RegCloseKey(opened);
    return good;
}

bool journal_set_text(const Journal *journal, const wchar_t *key, const wchar_t *name, const wchar_t *text) {
    Value wanted = {.exists = true, .type = REG_SZ, .size = (DWORD)((wcslen(text) + 1) * sizeof *text)};
    if (wanted.size > VALUE_MAX)
        return false;
    memcpy(wanted.data, text, wanted.size);
    return set(journal, key, name, &wanted);
}

bool journal_set_number(const Journal *journal, const wchar_t *key, const wchar_t *name, DWORD number) {
    Value wanted = {.exists = true, .type = REG_DWORD, .size = sizeof number};
    memcpy(wanted.data, &number, sizeof number);
    return set(journal, key, name, &wanted);
}

// Taking back

static bool is_empty(HKEY key) {
    DWORD keys = 1, values = 1;
    return RegQueryInfoKeyW(key, NULL, NULL, NULL, &keys, NULL, NULL, &values, NULL, NULL, NULL, NULL) ==
               ERROR_SUCCESS &&
           keys == 0 && values == 0;
}

// RegDeleteKeyEx is not on XP, and RegDeleteKey does not know the part of 64 bits: a key is deleted from the
// one above it, which was opened there.
static void delete_key(HKEY root, const wchar_t *key) {
    wchar_t parent[WIDE_PATH];
    const wchar_t *name = wcsrchr(key, L'\\');
    if (!name || wcslen(key) >= WIDE_PATH)
        return;
    memcpy(parent, key, (size_t)(name - key) * sizeof *parent);
    parent[name - key] = 0;
    HKEY above = open_key(root, parent, KEY_READ | KEY_WRITE);
    if (!above)
        return;
    RegDeleteKeyW(above, name + 1);
    RegCloseKey(above);
}

static void undo_value(HKEY root, const wchar_t *key, const wchar_t *name, HKEY entry) {
    Value now, ours, before;
    HKEY opened = open_key(root, key, KEY_READ | KEY_WRITE);
    if (!opened)
        return;
    if (get(opened, name, &now) && get(entry, L"Ours", &ours) && get(entry, L"Before", &before) &&
        is_same(&now, &ours)) {
        if (before.exists)
            put(opened, name, before.type, before.data, before.size);
        else
            RegDeleteValueW(opened, name);
    }
    RegCloseKey(opened);
}

static void undo_key(HKEY root, const wchar_t *key) {
    HKEY opened = open_key(root, key, KEY_READ);
    if (!opened)
        return;
    bool empty = is_empty(opened);
    RegCloseKey(opened);
    if (empty)
        delete_key(root, key);
}

static void undo_entry(const Journal *journal, HKEY entry) {
    Value key, name;
    if (!get(entry, L"Key", &key) || !key.exists || key.type != REG_SZ || !get(entry, L"Name", &name))
        return;
    key.data[VALUE_MAX - 1] = key.data[VALUE_MAX - 2] = 0;
    name.data[VALUE_MAX - 1] = name.data[VALUE_MAX - 2] = 0;
    if (name.exists)
        undo_value(journal->root, (const wchar_t *)key.data, (const wchar_t *)name.data, entry);
    else
        undo_key(journal->root, (const wchar_t *)key.data);
}

void journal_undo(const Journal *journal) {
    wchar_t path[WIDE_PATH];
    for (int number = ENTRIES_MAX - 1; number >= 0; number--) {
        _snwprintf(path, WIDE_PATH, L"%ls\\%04d", journal->key, number);
        HKEY entry = open_key(journal->root, path, KEY_READ);
        if (!entry)
            continue;
        undo_entry(journal, entry);
        RegCloseKey(entry);
        delete_key(journal->root, path);
    }
    undo_key(journal->root, journal->key);
}

bool journal_exists(const Journal *journal) {
    HKEY opened = open_key(journal->root, journal->key, KEY_READ);
    if (opened)
        RegCloseKey(opened);
    return opened != NULL;
}
