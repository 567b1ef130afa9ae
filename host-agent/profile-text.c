// SPDX-License-Identifier: Apache-2.0
// Changes a line of a key file. GKeyFile would write the whole file anew, with blank lines of its own. Pure.
#include "host-agent/profile-text.h"
#include <glib.h>
#include <stdbool.h>
#include <string.h>

static bool is_group(const char *line, const char *group) {
    g_autofree char *bare = g_strstrip(g_strdup(line)), *wanted = g_strdup_printf("[%s]", group);
    return strcmp(bare, wanted) == 0;
}

static bool is_key(const char *line, const char *key) {
    const char *equals = strchr(line, '=');
    g_autofree char *name = equals ? g_strndup(line, equals - line) : NULL;
    return name && strcmp(g_strstrip(name), key) == 0;
}

static char *line_of(const char *key, const char *value) {
    g_autoptr(GKeyFile) file = g_key_file_new();
    g_key_file_set_string(file, "g", key, value);
    g_autofree char *written = g_key_file_get_value(file, "g", key, NULL);
    return g_strdup_printf("%s=%s", key, written);
}

static bool is_blank(const char *line) {
    return line[strspn(line, " \t\r")] == '\0';
}

// The group's keys without this one, and after which of its lines a new one would come.
static guint take_out(GPtrArray *lines, const char *group, const char *key, bool *ret_there, bool *ret_had) {
    bool inside = false;
    guint after = lines->len;
    *ret_there = *ret_had = false;
    for (guint i = 0; i < lines->len; i++) {
        const char *line = g_ptr_array_index(lines, i);
        if (line[strspn(line, " \t")] == '[') {
            inside = is_group(line, group);
            after = inside && !*ret_there ? i : after;
            *ret_there = *ret_there || inside;
        } else if (inside && is_key(line, key)) {
            g_ptr_array_remove_index(lines, i--);
            after = *ret_had ? after : i;
            *ret_had = true;
        } else if (inside && !*ret_had && !is_blank(line)) {
            after = i;
        }
    }
    return after;
}

char *profile_text_set(const char *text, const char *group, const char *key, const char *value) {
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) words = g_strsplit(text, "\n", -1);
    bool there, had;
    for (char **word = words; *word; word++)
        g_ptr_array_add(lines, g_strdup(*word));
    guint after = take_out(lines, group, key, &there, &had);
    if (value && !there) {
        after = 0;
        g_ptr_array_insert(lines, 0, g_strdup_printf("[%s]", group));
    }
    if (value)
        g_ptr_array_insert(lines, (int)after + 1, line_of(key, value));
    g_autoptr(GString) whole = g_string_new(NULL);
    for (guint i = 0; i < lines->len; i++)
        g_string_append_printf(whole, "%s%s", i ? "\n" : "", (const char *)g_ptr_array_index(lines, i));
    return g_string_free(g_steal_pointer(&whole), FALSE);
}
