// SPDX-License-Identifier: Apache-2.0
// Walks the Start menus and remembers of each shortcut when it was written, so that a change costs one look
// at each folder and the reading of what changed. Owned by the publishing instance of the guest agent; runs
// in its loop, at start and after a change. Walks with FindFirstFile, which also makes Wine watch the folders
// it meets. Never writes.
#include "guest-agent/win32/start-menu.h"

#include "guest-agent/win32/menu-folder.h"
#include "guest-agent/win32/shortcut.h"
#include "rail/mem.h"

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16
#define LINK      L".lnk"

typedef struct Known { // a shortcut that was read
    uint64_t id;       // of its application
    FILETIME written;
    DWORD size;
    wchar_t *icon;
    int icon_index;
} Known;

struct StartMenu {
    IdSet known; // of Known
};

typedef struct Walk {
    StartMenu *menu;
    Icons *icons;
    const Catalogue *before;
    Catalogue *catalogue;
    const char *tag;
    size_t root; // characters of the folder Programs with its separator
    IdSet met;   // of Known
} Walk;

typedef struct Folder {
    const wchar_t *path;
    const char *group;        // as people see it
    wchar_t names[WIDE_PATH]; // its desktop.ini, "" for none
    int depth;
} Folder;

static void free_known(void *item) {
    Known *known = item;
    free(known->icon);
    free(known);
}

static const IdSetClass known_class = {.free = free_known, .max = CATALOGUE_APPS_MAX};

StartMenu *start_menu_new(void) {
    StartMenu *menu = mem_new(sizeof *menu);
    id_set_init(&menu->known, &known_class);
    return menu;
}

void start_menu_free(StartMenu *menu) {
    if (!menu)
        return;
    id_set_clear(&menu->known);
    free(menu);
}

// Names that Windows shows: desktop.ini says which resource has them.

static char *shown_name(const Folder *folder, const wchar_t *section, const wchar_t *key,
                        const wchar_t *plain) {
    wchar_t text[WIDE_PATH] = L"", shown[APP_NAME_BYTES / sizeof(wchar_t)];
    if (*folder->names)
        GetPrivateProfileStringW(section, key, L"", text, WIDE_PATH, folder->names);
    bool good = *text && wide_display(text, shown, sizeof shown / sizeof *shown) && *shown;
    return wide_to_utf8(good ? shown : plain);
}

static void open_folder(Folder *folder) {
    if (!wide_join(folder->names, folder->path, L"desktop.ini") ||
        GetFileAttributesW(folder->names) == INVALID_FILE_ATTRIBUTES)
        folder->names[0] = 0;
}

static char *name_of(const Folder *folder, const wchar_t *file) {
    wchar_t plain[MAX_PATH];
    size_t length = wcslen(file) - wcslen(LINK);
    memcpy(plain, file, length * sizeof *plain);
    plain[length] = 0;
    return shown_name(folder, L"LocalizedFileNames", file, plain);
}

static char *group_below(const Folder *parent, const Folder *folder, const wchar_t *plain) {
    char *name = shown_name(folder, L".ShellClassInfo", L"LocalizedResourceName", plain);
    for (char *at = name; *at; at++)
        *at = *at == '/' ? ' ' : *at;
    size_t size = strlen(parent->group) + strlen(name) + 2;
    char *group = mem_new(size);
    snprintf(group, size, "%s%s%s", parent->group, *parent->group ? "/" : "", name);
    free(name);
    return group;
}

// Shortcuts

static uint64_t id_of(const Walk *walk, const wchar_t *path) {
    char *relative = wide_to_utf8(path + walk->root);
    uint64_t id = app_id(walk->tag, relative);
    free(relative);
    return id;
}

static App *unchanged(Walk *walk, uint64_t id, const WIN32_FIND_DATAW *found) {
    const Known *known = id_set_find(&walk->menu->known, id);
    const App *app = catalogue_find(walk->before, id);
    bool same = known && app && known->size == found->nFileSizeLow &&
                CompareFileTime(&known->written, &found->ftLastWriteTime) == 0;
    if (!same)
        return NULL;
    Known *still = mem_copy(known, sizeof *known);
    still->icon = _wcsdup(known->icon);
    id_set_put(&walk->met, still);
    return app_copy(app);
}

static App *read_anew(Walk *walk, uint64_t id, const wchar_t *path, const WIN32_FIND_DATAW *found) {
    Shortcut shortcut;
    if (!shortcut_read(path, &shortcut))
        return NULL;
    App *app = shortcut.app;
    app->id = id;
    shortcut.app = NULL;
    Known *known = mem_new(sizeof *known);
    *known = (Known){.id = id,
                     .written = found->ftLastWriteTime,
                     .size = shortcut.advertised ? ~found->nFileSizeLow : found->nFileSizeLow,
                     .icon = shortcut.icon,
                     .icon_index = shortcut.icon_index};
    shortcut.icon = NULL;
    shortcut_clear(&shortcut);
    id_set_put(&walk->met, known);
    return app;
}

static void read_shortcut(Walk *walk, const Folder *folder, const wchar_t *path,
                          const WIN32_FIND_DATAW *found) {
    uint64_t id = id_of(walk, path);
    App *app = unchanged(walk, id, found);
    if (!app)
        app = read_anew(walk, id, path, found);
    if (!app || !shortcut_target(app)) {
        app_free(app);
        return;
    }
    const Known *known = id_set_find(&walk->met, id);
    app->icon = known ? icons_find(walk->icons, known->icon, known->icon_index) : 0;
    app_set(&app->group, folder->group);
    free(app->name);
    app->name = name_of(folder, found->cFileName);
    catalogue_put(walk->catalogue, app);
}

// Folders

static void walk_folder(Walk *walk, Folder *folder);

static void walk_below(Walk *walk, const Folder *parent, const wchar_t *path, const wchar_t *name) {
    Folder folder = {.path = path, .depth = parent->depth + 1};
    open_folder(&folder);
    char *group = group_below(parent, &folder, name);
    folder.group = group;
    walk_folder(walk, &folder);
    free(group);
}

static void walk_folder(Walk *walk, Folder *folder) {
    wchar_t path[WIDE_PATH];
    WIN32_FIND_DATAW found;
    if (folder->depth > DEPTH_MAX || !wide_join(path, folder->path, L"*"))
        return;
    HANDLE search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        const wchar_t *name = found.cFileName, *dot = wcsrchr(name, L'.');
        if (wcscmp(name, L".") == 0 || wcscmp(name, L"..") == 0 || !wide_join(path, folder->path, name))
            continue;
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
            if (!(found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT))
                walk_below(walk, folder, path, name);
        } else if (dot && dot != name && _wcsicmp(dot, LINK) == 0) {
            read_shortcut(walk, folder, path, &found);
        }
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

void start_menu_read(StartMenu *menu, Icons *icons, const Catalogue *before, Catalogue *catalogue) {
    static const char *const tags[MENU_COUNT] = {"common", "user"};
    Walk walk = {.menu = menu, .icons = icons, .before = before, .catalogue = catalogue};
    id_set_init(&walk.met, &known_class);
    for (int number = 0; number < MENU_COUNT; number++) {
        wchar_t path[WIDE_PATH];
        if (!menu_folder_path((MenuFolder)number, path))
            continue;
        Folder folder = {.path = path, .group = ""};
        walk.tag = tags[number];
        walk.root = wcslen(path) + 1;
        open_folder(&folder);
        walk_folder(&walk, &folder);
    }
    id_set_clear(&menu->known);
    menu->known = walk.met;
}
