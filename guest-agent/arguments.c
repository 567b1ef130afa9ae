// SPDX-License-Identifier: Apache-2.0
// Quoting of arguments after the rules of CommandLineToArgvW: backslashes are doubled before a quote and
// nowhere else. Pure; used by the launcher of the guest agent. Never splits what a shortcut says: that text
// goes to the program as it is.
#include "guest-agent/arguments.h"

#include "rail/mem.h"

#include <string.h>

static bool needs_quotes(const char *argument) {
    return !*argument || strpbrk(argument, " \t\n\v\"") != NULL;
}

static char *put_repeated(char *at, char character, size_t count) {
    memset(at, character, count);
    return at + count;
}

static char *put_quoted(char *at, const char *argument) {
    *at++ = '"';
    for (;;) {
        size_t slashes = strspn(argument, "\\");
        argument += slashes;
        if (!*argument) {
            at = put_repeated(at, '\\', slashes * 2);
            break;
        }
        at = put_repeated(at, '\\', *argument == '"' ? slashes * 2 + 1 : slashes);
        *at++ = *argument++;
    }
    *at++ = '"';
    return at;
}

char *arguments_join(const char *shortcut_arguments, char *const *arguments, size_t count) {
    size_t own = strlen(shortcut_arguments), room = own + 1;
    for (size_t i = 0; i < count; i++)
        room += 2 * strlen(arguments[i]) + 3;
    char *line = mem_new(room), *at = line;
    memcpy(at, shortcut_arguments, own);
    at += own;
    for (size_t i = 0; i < count; i++) {
        if (at != line)
            *at++ = ' ';
        if (needs_quotes(arguments[i])) {
            at = put_quoted(at, arguments[i]);
        } else {
            size_t size = strlen(arguments[i]);
            memcpy(at, arguments[i], size);
            at += size;
        }
    }
    *at = 0;
    return line;
}
