// SPDX-License-Identifier: Apache-2.0
// Changes of the registry that can be taken back: each is written down before it is made.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>
#include <windows.h>

typedef struct Journal {
    HKEY root;          // of all keys, and of the journal's own
    const wchar_t *key; // below which the journal stands
} Journal;

// Sets a value, and makes the keys above it. A value that is as wanted is not touched. False with
// GetLastError.
bool journal_set_text(const Journal *journal, const wchar_t *key, const wchar_t *name, const wchar_t *text);
bool journal_set_number(const Journal *journal, const wchar_t *key, const wchar_t *name, DWORD number);

// Takes all changes back, the last first, and removes the journal. What somebody has changed since stays as
// it is, and so do keys that are no longer empty.
void journal_undo(const Journal *journal);
bool journal_exists(const Journal *journal);
