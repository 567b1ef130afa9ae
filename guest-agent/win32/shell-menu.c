// SPDX-License-Identifier: Apache-2.0
// Reads the Start menus each time it is opened, so it is never older than what is installed, and starts
// programs the way the host's launches do. Owned by the shell, in its one thread.
#include "guest-agent/win32/shell-menu.h"

#include "guest-agent/win32/launcher.h"
#include "guest-agent/win32/start-menu.h"
#include "guest-agent/win32/wide.h"
#include "rail/mem.h"

#include <stdlib.h>
#include <string.h>

#define FOLDERS_MAX 256
#define FIRST_APP   1 // command of the catalogue's first application
#define LEAVE       60000

typedef struct Folder {
    const char *path; // of the catalogue's texts
    size_t length;
    HMENU menu;
} Folder;

struct ShellMenu {
    Icons *icons;
    StartMenu *start_menu;
    Launcher *launcher;
    Catalogue catalogue;
    Folder folders[FOLDERS_MAX];
    size_t n_folders;
};

ShellMenu *shell_menu_new(void) {
    ShellMenu *menu = mem_new(sizeof *menu);
    menu->icons = icons_new();
    menu->start_menu = start_menu_new();
    menu->launcher = launcher_new();
    catalogue_init(&menu->catalogue);
    return menu;
}

void shell_menu_free(ShellMenu *menu) {
    if (!menu)
        return;
    catalogue_clear(&menu->catalogue);
    launcher_free(menu->launcher);
    start_menu_free(menu->start_menu);
    icons_free(menu->icons);
    mem_free(menu);
}

static void add_text(HMENU menu, UINT flags, UINT_PTR id, const char *utf8, size_t length) {
    char *text = mem_new(length + 1);
    memcpy(text, utf8, length);
    wchar_t *wide = wide_from_utf8(text);
    AppendMenuW(menu, MF_STRING | flags, id, wide);
    free(wide);
    mem_free(text);
}

// The menu of a folder; it is made, in that of the folder above it, when there is none yet.
static HMENU folder_menu(ShellMenu *menu, HMENU top, const char *path, size_t length) {
    if (!length)
        return top;
    for (size_t i = 0; i < menu->n_folders; i++)
        if (menu->folders[i].length == length && memcmp(menu->folders[i].path, path, length) == 0)
            return menu->folders[i].menu;
    size_t above = length;
    while (above && path[above - 1] != '/')
        above--;
    HMENU parent = folder_menu(menu, top, path, above ? above - 1 : 0);
    if (menu->n_folders == FOLDERS_MAX)
        return parent;
    Folder *folder = &menu->folders[menu->n_folders++];
    *folder = (Folder){path, length, CreatePopupMenu()};
    add_text(parent, MF_POPUP, (UINT_PTR)folder->menu, path + above, length - above);
    return folder->menu;
}

static int by_name(const void *a, const void *b) {
    const App *const *first = a, *const *second = b;
    int order = strcmp((*first)->group, (*second)->group);
    return order ? order : strcmp((*first)->name, (*second)->name);
}

static const App **sorted(const Catalogue *catalogue) {
    const App **apps = mem_new_array(catalogue->apps.count + 1, sizeof *apps);
    for (size_t i = 0; i < catalogue->apps.count; i++)
        apps[i] = catalogue_app(catalogue, i);
    qsort(apps, catalogue->apps.count, sizeof *apps, by_name);
    return apps;
}

static HMENU build(ShellMenu *menu, const App **apps) {
    HMENU top = CreatePopupMenu();
    menu->n_folders = 0;
    for (size_t i = 0; i < menu->catalogue.apps.count && i + FIRST_APP < LEAVE; i++)
        add_text(folder_menu(menu, top, apps[i]->group, strlen(apps[i]->group)), 0, FIRST_APP + i,
                 apps[i]->name, strlen(apps[i]->name));
    if (menu->catalogue.apps.count)
        AppendMenuW(top, MF_SEPARATOR, 0, NULL);
    AppendMenuW(top, MF_STRING, LEAVE, L"Leave the desktop");
    return top;
}

bool shell_menu_track(ShellMenu *menu, HWND owner, LONG x, LONG y) {
    LaunchResultBody result = {0};
    Catalogue now;
    catalogue_init(&now);
    start_menu_read(menu->start_menu, menu->icons, &menu->catalogue, &now);
    catalogue_clear(&menu->catalogue);
    menu->catalogue = now;
    const App **apps = sorted(&menu->catalogue);
    HMENU top = build(menu, apps);
    SetForegroundWindow(owner); // or a click elsewhere would not close it
    UINT chosen =
        (UINT)TrackPopupMenu(top, TPM_RETURNCMD | TPM_BOTTOMALIGN | TPM_NONOTIFY, x, y, 0, owner, NULL);
    PostMessageW(owner, WM_NULL, 0, 0);
    DestroyMenu(top);
    if (chosen >= FIRST_APP && chosen < LEAVE)
        launcher_launch(menu->launcher, apps[chosen - FIRST_APP], NULL, NULL, 0, &result);
    if (result.status != LAUNCH_OK)
        wide_log_error("an application of the Start menu does not start", result.error);
    mem_free(apps);
    return chosen == LEAVE;
}
