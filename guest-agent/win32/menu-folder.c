// SPDX-License-Identifier: Apache-2.0
// Asks for the Start menus by number: their names on the disk are in the language of an XP. Stateless.
#include "guest-agent/win32/menu-folder.h"

#include <windows.h>
#include <shlobj.h>

bool menu_folder_path(MenuFolder folder, wchar_t ret_path[WIDE_PATH]) {
    int csidl = folder == MENU_COMMON ? CSIDL_COMMON_PROGRAMS : CSIDL_PROGRAMS;
    return SHGetFolderPathW(NULL, csidl | CSIDL_FLAG_CREATE, NULL, SHGFP_TYPE_CURRENT, ret_path) == S_OK;
}
