// SPDX-License-Identifier: Apache-2.0
// An application that the guest publishes: a Start-menu entry.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define APP_NAME_BYTES      512  // of UTF-16 on the wire, each
#define APP_PATH_BYTES      1040 // target, working directory, group, AppUserModelID
#define APP_ARGUMENTS_BYTES 4096

typedef enum AppKind {
    APP_KIND_PROGRAM = 0,
    APP_KIND_DOCUMENT = 1, // the shortcut opens a document through its association
    APP_KIND_FOLDER = 2,
    APP_KIND_LINK = 3,    // URL
    APP_KIND_HANDLER = 4, // opens documents but stands in no menu
} AppKind;

typedef struct App {
    uint64_t id;   // stable: hash of known folder and relative path, app_id(); never 0
    uint64_t icon; // hash of the icon set, 0 for none
    AppKind kind;
    uint8_t show; // SW_ value of the shortcut: 1 normal, 3 maximised, 7 minimised
    uint16_t hotkey;
    bool of_windows; // its program ships with Windows
    char *name;      // valid UTF-8, never NULL, like all strings here; the untrusted text of the guest
    char *description;
    char *group; // folders below Programs, '/' between them, "" for the top
    char *target, *arguments, *directory;
    char *aumid;     // AppUserModelID
    unsigned shares; // further owners of the value
} App;

App *app_new(void); // all strings ""
void app_free(App *app);
App *app_copy(const App *app);
App *app_share(const App *app); // one owner more, who changes nothing; each calls app_free
void app_fit(App *app);         // cuts what is longer than the wire takes, as it would arrive
bool app_equal(const App *a, const App *b);
void app_set(char **field, const char *utf8); // replaces an owned string; NULL is ""
uint64_t app_hash(const App *app);            // over all fields

// FNV-1a 64 over the folder's tag, a separator and the path with ASCII letters folded to lower case; never 0.
uint64_t app_id(const char *folder_tag, const char *relative_path);
