// SPDX-License-Identifier: Apache-2.0
// Reads a shortcut from its file, and asks the shell only for what is no path (a folder of the shell's own)
// and Windows Installer for what it advertises. Used by start-menu.c in the loop of the publishing instance.
// Never resolves a link: that would search, or ask the user. Never writes.
#include "guest-agent/win32/shortcut.h"

#include "guest-agent/link-file.h"
#include "guest-agent/win32/advertised.h"
#include "guest-agent/win32/program.h"
#include "rail/mem.h"

#define COBJMACROS
#include <windows.h>
#include <shlobj.h>

#include <stdlib.h>
#include <string.h>

static char *from_code_page(const uint8_t *bytes, size_t size) {
    int count = size ? MultiByteToWideChar(CP_ACP, 0, (const char *)bytes, (int)size, NULL, 0) : 0;
    wchar_t *wide = mem_new(((size_t)count + 1) * sizeof *wide);
    if (count)
        MultiByteToWideChar(CP_ACP, 0, (const char *)bytes, (int)size, wide, count);
    char *utf8 = wide_to_utf8(wide);
    free(wide);
    return utf8;
}

static bool read_file(const wchar_t *path, LinkFile *ret_link) {
    static uint8_t bytes[LINK_FILE_BYTES_MAX];
    DWORD size = 0;
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                              NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return false;
    BOOL got = ReadFile(file, bytes, sizeof bytes, &size, NULL);
    CloseHandle(file);
    return got && link_file_read(bytes, size, from_code_page, ret_link);
}

// What the shell makes of it: a path, or nothing for what is none.
static bool ask_shell(const wchar_t *path, wchar_t ret_target[WIDE_PATH]) {
    IShellLinkW *link = NULL;
    IPersistFile *file = NULL;
    bool good = SUCCEEDED(CoCreateInstance(&CLSID_ShellLink, NULL, CLSCTX_INPROC_SERVER, &IID_IShellLinkW,
                                           (void **)&link)) &&
                SUCCEEDED(IShellLinkW_QueryInterface(link, &IID_IPersistFile, (void **)&file)) &&
                SUCCEEDED(IPersistFile_Load(file, path, STGM_READ)) &&
                IShellLinkW_GetPath(link, ret_target, MAX_PATH, NULL, SLGP_RAWPATH) == S_OK && *ret_target;
    if (file)
        IPersistFile_Release(file);
    if (link)
        IShellLinkW_Release(link);
    return good;
}

static bool expand(wchar_t ret_path[WIDE_PATH], const char *utf8) {
    wchar_t *raw = wide_from_utf8(utf8);
    DWORD size = ExpandEnvironmentStringsW(raw, ret_path, WIDE_PATH);
    free(raw);
    return size > 1 && size <= WIDE_PATH;
}

static void set(char **field, const wchar_t *wide) {
    char *utf8 = wide_to_utf8(wide);
    app_set(field, utf8);
    free(utf8);
}

// What is not installed yet is installed when the shortcut itself is opened.
static bool find_target(const wchar_t *path, const LinkFile *link, Shortcut *shortcut,
                        wchar_t ret_target[WIDE_PATH]) {
    shortcut->advertised = *link->darwin && advertised_target(path, ret_target);
    if (shortcut->advertised)
        return true;
    if (*link->target)
        return expand(ret_target, link->target);
    wchar_t raw[WIDE_PATH] = L"";
    if (!*link->darwin && ask_shell(path, raw)) {
        DWORD size = ExpandEnvironmentStringsW(raw, ret_target, WIDE_PATH);
        return size > 1 && size <= WIDE_PATH;
    }
    if (!*link->darwin || wcslen(path) >= WIDE_PATH)
        return false;
    shortcut->advertised = true;
    wcscpy(ret_target, path);
    return true;
}

static void set_description(App *app, const char *text) {
    wchar_t *wide = wide_from_utf8(text), shown[APP_NAME_BYTES / sizeof(wchar_t)];
    if (wide_display(wide, shown, sizeof shown / sizeof *shown))
        set(&app->description, shown);
    free(wide);
}

static void fill(const LinkFile *link, const wchar_t *target, Shortcut *shortcut) {
    App *app = shortcut->app;
    wchar_t directory[WIDE_PATH], icon[WIDE_PATH];
    set(&app->target, target);
    app_set(&app->arguments, link->arguments);
    set_description(app, link->name);
    if (*link->directory && expand(directory, link->directory))
        set(&app->directory, directory);
    app_set(&app->aumid, link->aumid);
    app->show = link->show;
    app->hotkey = link->hotkey;
    bool has_icon =
        *link->icon && expand(icon, link->icon) && GetFileAttributesW(icon) != INVALID_FILE_ATTRIBUTES;
    shortcut->icon = _wcsdup(has_icon ? icon : target);
    shortcut->icon_index = has_icon ? link->icon_index : 0;
}

bool shortcut_read(const wchar_t *path, Shortcut *ret_shortcut) {
    LinkFile link;
    wchar_t target[WIDE_PATH];
    Shortcut shortcut = {0};
    if (!read_file(path, &link))
        return false;
    bool good = find_target(path, &link, &shortcut, target);
    if (good) {
        shortcut.app = app_new();
        fill(&link, target, &shortcut);
        *ret_shortcut = shortcut;
    }
    link_file_clear(&link);
    return good;
}

void shortcut_clear(Shortcut *shortcut) {
    app_free(shortcut->app);
    free(shortcut->icon);
    *shortcut = (Shortcut){0};
}

static bool is_program(const wchar_t *dot) {
    static const wchar_t *const extensions[] = {L".exe", L".com", L".bat", L".cmd",
                                                L".msc", L".cpl", L".lnk", L".scr"};
    for (size_t i = 0; dot && i < sizeof extensions / sizeof *extensions; i++)
        if (_wcsicmp(dot, extensions[i]) == 0)
            return true;
    return false;
}

bool shortcut_target(App *app) {
    wchar_t *path = wide_from_utf8(app->target);
    const wchar_t *slash = wcsrchr(path, L'\\'), *dot = wcsrchr(slash ? slash : path, L'.');
    bool is_remote = path[0] == L'\\' && path[1] == L'\\';
    DWORD attributes = is_remote ? FILE_ATTRIBUTE_NORMAL : GetFileAttributesW(path);
    app->kind = attributes & FILE_ATTRIBUTE_DIRECTORY ? APP_KIND_FOLDER
                : is_program(dot)                     ? APP_KIND_PROGRAM
                : dot && _wcsicmp(dot, L".url") == 0  ? APP_KIND_LINK
                                                      : APP_KIND_DOCUMENT;
    app->of_windows = program_is_part_of_windows(path);
    free(path);
    return attributes != INVALID_FILE_ATTRIBUTES;
}
