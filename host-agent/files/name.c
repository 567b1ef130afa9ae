// SPDX-License-Identifier: Apache-2.0
// Comparing without regard to case, in the locale C.UTF-8 whatever the user's is.
#include "host-agent/files/name.h"

#include <limits.h>
#include <locale.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "rail/mem.h"
#include "rail/utf.h"
#include "rail/windows-name.h"

static locale_t locale;

void name_init(void) {
    if (!locale)
        locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static wint_t fold(unsigned code) {
    return locale ? towlower_l(code, locale) : towlower(code);
}

// Of valid UTF-8.
static unsigned next(const char **at) {
    const unsigned char *bytes = (const unsigned char *)*at;
    unsigned size = bytes[0] < 0x80 ? 1 : bytes[0] < 0xE0 ? 2 : bytes[0] < 0xF0 ? 3 : 4;
    unsigned code = size == 1 ? bytes[0] : bytes[0] & (0x7F >> size);
    for (unsigned i = 1; i < size; i++)
        code = code << 6 | (bytes[i] & 0x3F);
    *at += size;
    return code;
}

bool name_equals(const char *a, const char *b) {
    if (!utf8_is_valid(a, strlen(a)) || !utf8_is_valid(b, strlen(b)))
        return strcmp(a, b) == 0;
    while (*a && *b)
        if (fold(next(&a)) != fold(next(&b)))
            return false;
    return !*a && !*b;
}

static bool is_star(char c) {
    return c == '*' || c == '<';
}

static bool matches_one(unsigned wanted, unsigned code) {
    return wanted == '?' || wanted == '>' || fold(wanted == '"' ? '.' : wanted) == fold(code);
}

bool name_matches(const char *name, const char *pattern) {
    const char *star = NULL, *retry = NULL;
    if (strcmp(pattern, "*.*") == 0)
        return true;
    while (*name) {
        const char *name_at = name, *pattern_at = pattern;
        if (is_star(*pattern)) {
            star = ++pattern;
            retry = name;
        } else if (*pattern && matches_one(next(&pattern_at), next(&name_at))) {
            name = name_at;
            pattern = pattern_at;
        } else if (star) {
            next(&retry);
            name = retry;
            pattern = star;
        } else {
            return false;
        }
    }
    while (is_star(*pattern) || *pattern == '>' || *pattern == '"')
        pattern++;
    return !*pattern;
}

char *name_path_from_windows(const char *path) {
    size_t length = strlen(path), at = 0;
    if (length >= PATH_MAX)
        return NULL;
    char *result = mem_new(length + 1);
    while (*path) {
        size_t size = strcspn(path, "\\");
        char component[NAME_MAX + 1];
        if (size > NAME_MAX) {
            mem_free(result);
            return NULL;
        }
        memcpy(component, path, size);
        component[size] = '\0';
        if (size && windows_name_problem(component)) {
            mem_free(result);
            return NULL;
        }
        if (size && at)
            result[at++] = '/';
        memcpy(result + at, component, size);
        at += size;
        path += size + (path[size] == '\\');
    }
    return result;
}
