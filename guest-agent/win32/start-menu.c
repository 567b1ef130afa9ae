// SPDX-License-Identifier: Apache-2.0
// Reads shortcuts through IShellLink. Owned by the publishing instance of the guest agent; runs in its loop,
// at start and after a change. Walks with FindFirstFile, which also makes Wine watch the folders it meets.
// Never resolves a link (that would search, or ask the user) and never writes.
#include "guest-agent/win32/start-menu.h"

#include "guest-agent/win32/program.h"
#include "rail/mem.h"

#define COBJMACROS
#include <windows.h>
#include <shlobj.h>

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16

typedef struct Walk {
    Icons *icons;
    Catalogue *catalogue;
    const char *tag;
    size_t root; // characters of the folder Programs with its separator
    IShellLinkW *link;
    IPersistFile *file;
} Walk;

bool start_menu_path(StartMenuFolder folder, wchar_t ret_path[WIDE_PATH]) {
    int csidl = folder == START_MENU_COMMON ? CSIDL_COMMON_PROGRAMS : CSIDL_PROGRAMS;
    return SHGetFolderPathW(NULL, csidl | CSIDL_FLAG_CREATE, NULL, SHGFP_TYPE_CURRENT, ret_path) == S_OK;
}

static void set_field(char **field, const wchar_t *wide) {
    char *utf8 = wide_to_utf8(wide);
    app_set(field, utf8);
    free(utf8);
}

// ShowCommand and HotKey from the file's header (MS-SHLLINK 2.1): Wine's GetShowCmd forgets what it loaded.
static void read_header(const wchar_t *path, App *app) {
    uint8_t header[0x4C];
    DWORD size = 0;
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                              NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return;
    if (ReadFile(file, header, sizeof header, &size, NULL) && size == sizeof header) {
        uint8_t show = header[0x3C];
        app->show = show == SW_SHOWMAXIMIZED || show == SW_SHOWMINNOACTIVE ? show : SW_SHOWNORMAL;
        app->hotkey = (uint16_t)(header[0x40] | header[0x41] << 8);
    }
    CloseHandle(file);
}

static bool expand(wchar_t ret_path[WIDE_PATH], const wchar_t *raw) {
    DWORD size = ExpandEnvironmentStringsW(raw, ret_path, WIDE_PATH);
    return size > 1 && size <= WIDE_PATH;
}

static bool is_target(const wchar_t *path, AppKind *ret_kind) {
    const wchar_t *dot = wcsrchr(path, L'.');
    DWORD attributes = GetFileAttributesW(path);
    if (attributes == INVALID_FILE_ATTRIBUTES)
        return false;
    bool program = dot && (!_wcsicmp(dot, L".exe") || !_wcsicmp(dot, L".com") || !_wcsicmp(dot, L".bat") ||
                           !_wcsicmp(dot, L".cmd") || !_wcsicmp(dot, L".msc") || !_wcsicmp(dot, L".cpl"));
    *ret_kind = attributes & FILE_ATTRIBUTE_DIRECTORY ? APP_KIND_FOLDER
                : program                             ? APP_KIND_PROGRAM
                : dot && _wcsicmp(dot, L".url") == 0  ? APP_KIND_LINK
                                                      : APP_KIND_DOCUMENT;
    return true;
}

static uint64_t icon_of(Walk *walk, const wchar_t *target) {
    wchar_t raw[WIDE_PATH] = L"", path[WIDE_PATH];
    int index = 0;
    uint64_t icon = 0;
    if (IShellLinkW_GetIconLocation(walk->link, raw, MAX_PATH, &index) == S_OK && expand(path, raw))
        icon = icons_find(walk->icons, path, index);
    return icon ? icon : icons_find(walk->icons, target, 0);
}

static bool read_link(Walk *walk, const wchar_t *path, App *app) {
    wchar_t text[INFOTIPSIZE * 2] = L"", raw[WIDE_PATH] = L"", target[WIDE_PATH];
    if (FAILED(IPersistFile_Load(walk->file, path, STGM_READ)) ||
        FAILED(IShellLinkW_GetPath(walk->link, raw, MAX_PATH, NULL, SLGP_RAWPATH)) || !expand(target, raw))
        return false;
    if (FAILED(IShellLinkW_GetArguments(walk->link, text, INFOTIPSIZE)))
        text[0] = 0;
    if (!is_target(target, &app->kind))
        return false;
    app->of_windows = program_is_part_of_windows(target);
    set_field(&app->target, target);
    set_field(&app->arguments, text);
    text[0] = 0;
    if (SUCCEEDED(IShellLinkW_GetDescription(walk->link, text, INFOTIPSIZE)))
        set_field(&app->description, text);
    raw[0] = 0;
    wchar_t directory[WIDE_PATH];
    if (SUCCEEDED(IShellLinkW_GetWorkingDirectory(walk->link, raw, MAX_PATH)) && expand(directory, raw))
        set_field(&app->directory, directory);
    read_header(path, app);
    app->icon = icon_of(walk, target);
    return true;
}

static void set_identity(Walk *walk, const wchar_t *path, App *app) {
    char *relative = wide_to_utf8(path + walk->root);
    app->id = app_id(walk->tag, relative);
    relative[strlen(relative) - strlen(".lnk")] = 0;
    char *slash = strrchr(relative, '\\');
    app_set(&app->name, slash ? slash + 1 : relative);
    if (slash)
        *slash = 0;
    else
        *relative = 0;
    for (char *at = relative; *at; at++)
        if (*at == '\\')
            *at = '/';
    app_set(&app->group, relative);
    free(relative);
}

static void read_shortcut(Walk *walk, const wchar_t *path) {
    App *app = app_new();
    app->show = SW_SHOWNORMAL;
    set_identity(walk, path, app);
    if (read_link(walk, path, app))
        catalogue_put(walk->catalogue, app);
    else
        app_free(app);
}

static void walk_folder(Walk *walk, const wchar_t *folder, int depth) {
    wchar_t path[WIDE_PATH];
    WIN32_FIND_DATAW found;
    if (depth > DEPTH_MAX || !wide_join(path, folder, L"*"))
        return;
    HANDLE search = FindFirstFileW(path, &found);
    if (search == INVALID_HANDLE_VALUE)
        return;
    do {
        const wchar_t *name = found.cFileName, *dot = wcsrchr(name, L'.');
        if (wcscmp(name, L".") == 0 || wcscmp(name, L"..") == 0 || !wide_join(path, folder, name))
            continue;
        if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) {
            if (!(found.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT))
                walk_folder(walk, path, depth + 1);
        } else if (dot && dot != name && _wcsicmp(dot, L".lnk") == 0) {
            read_shortcut(walk, path);
        }
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

static bool open_link(Walk *walk) {
    if (FAILED(CoCreateInstance(&CLSID_ShellLink, NULL, CLSCTX_INPROC_SERVER, &IID_IShellLinkW,
                                (void **)&walk->link)))
        return false;
    if (SUCCEEDED(IShellLinkW_QueryInterface(walk->link, &IID_IPersistFile, (void **)&walk->file)))
        return true;
    IShellLinkW_Release(walk->link);
    return false;
}

void start_menu_read(Icons *icons, Catalogue *catalogue) {
    static const char *const tags[START_MENU_COUNT] = {"common", "user"};
    Walk walk = {.icons = icons, .catalogue = catalogue};
    if (!open_link(&walk)) {
        wide_log_error("shortcuts cannot be read", GetLastError());
        return;
    }
    for (int folder = 0; folder < START_MENU_COUNT; folder++) {
        wchar_t path[WIDE_PATH];
        if (!start_menu_path((StartMenuFolder)folder, path))
            continue;
        walk.tag = tags[folder];
        walk.root = wcslen(path) + 1;
        walk_folder(&walk, path, 0);
    }
    IPersistFile_Release(walk.file);
    IShellLinkW_Release(walk.link);
}
