// SPDX-License-Identifier: Apache-2.0
// What breaks a rule is no name: nothing is escaped, so no two names become one.
#include "rail/windows-name.h"

#include <string.h>

#include "rail/utf.h"

#define BYTES_MAX 255 // of the host's file systems; at most as many units of UTF-16, which is Windows' limit

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

// CON, NUL, COM1 and so on are devices of DOS, whatever follows a dot.
static bool is_device(const char *name) {
    static const char *const devices[] = {"con", "prn", "aux", "nul", "com", "lpt"};
    size_t length = strcspn(name, ".");
    while (length && name[length - 1] == ' ')
        length--;
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
        bool numbered = i >= 4;
        if (length == (numbered ? 4u : 3u) && lower(name[0]) == devices[i][0] &&
            lower(name[1]) == devices[i][1] && lower(name[2]) == devices[i][2] &&
            (!numbered || (name[3] >= '1' && name[3] <= '9')))
            return true;
    }
    return false;
}

const char *windows_name_problem(const char *name) {
    size_t length = strlen(name);
    if (!length)
        return "is empty";
    if (length > BYTES_MAX)
        return "is too long";
    if (!utf8_is_valid(name, length))
        return "is not valid UTF-8";
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7F)
            return "has a control character";
    if (strpbrk(name, "<>:\"/\\|?*"))
        return "has one of the characters < > : \" / \\ | ? *, which Windows does not allow";
    if (name[length - 1] == '.' || name[length - 1] == ' ')
        return "ends with a dot or a blank, which Windows does not allow";
    return is_device(name) ? "is that of a device on Windows" : NULL;
}
