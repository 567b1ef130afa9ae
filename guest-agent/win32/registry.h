// SPDX-License-Identifier: Apache-2.0
// Reading of the registry: whole, terminated strings, and walks over keys. Never writes.
#pragma once
#include <stdbool.h>
#include <wchar.h>
#include <windows.h>

// The value as text, owned by the caller; variables of a REG_EXPAND_SZ are replaced. NULL where there is
// none, or where it is no text. `name` NULL or "": the key's default value.
wchar_t *registry_text(HKEY root, const wchar_t *key, const wchar_t *name);
bool registry_has_key(HKEY root, const wchar_t *key);
bool registry_has_value(HKEY root, const wchar_t *key, const wchar_t *name);

// The class (ProgID) that has the verb: the user's, else the machine's; NULL where neither has it. To be
// closed with RegCloseKey.
HKEY registry_open_class(const wchar_t *class_name, const wchar_t *verb);

typedef void (*RegistryVisitor)(const wchar_t *name, void *context);
void registry_each_key(HKEY root, const wchar_t *key, RegistryVisitor visit, void *context);
void registry_each_value(HKEY root, const wchar_t *key, RegistryVisitor visit, void *context);
