// SPDX-License-Identifier: Apache-2.0
// Lines of test scripts taken apart. Shared by the scripted server and the driver of sessions; pure.
#include "tests/support/line.h"

#include <stdlib.h>
#include <string.h>

bool line_parse(Line *line, const char *text, GError **error) {
    GError *problem = NULL;
    *line = (Line){0};
    if (g_shell_parse_argv(text, &line->count, &line->words, &problem))
        return true;
    bool empty = g_error_matches(problem, G_SHELL_ERROR, G_SHELL_ERROR_EMPTY_STRING);
    if (empty)
        g_error_free(problem);
    else
        g_propagate_error(error, problem);
    line->words = g_new0(char *, 1);
    return empty;
}

void line_clear(Line *line) {
    g_strfreev(line->words);
    *line = (Line){0};
}

static bool is_keyed(const char *word) {
    size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyz-_");
    return length && word[length] == '=';
}

const char *line_word(const Line *line, int index) {
    for (int i = 0; i < line->count; i++)
        if (!is_keyed(line->words[i]) && index-- == 0)
            return line->words[i];
    return "";
}

bool line_has(const Line *line, const char *word) {
    for (int i = 1; i < line->count; i++)
        if (strcmp(line->words[i], word) == 0)
            return true;
    return false;
}

const char *line_value(const Line *line, const char *key) {
    size_t length = strlen(key);
    for (int i = 0; i < line->count; i++)
        if (strncmp(line->words[i], key, length) == 0 && line->words[i][length] == '=')
            return line->words[i] + length + 1;
    return NULL;
}

int64_t text_number(const char *text) {
    return strtoll(text, NULL, 0);
}

int64_t line_number(const Line *line, const char *key, int64_t fallback) {
    const char *value = line_value(line, key);
    return value ? text_number(value) : fallback;
}

static Box text_box(const char *text) {
    Box box = {0};
    int32_t *parts[] = {&box.x, &box.y, &box.width, &box.height};
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        char *end;
        *parts[i] = (int32_t)strtoll(text, &end, 0);
        text = *end == ',' ? end + 1 : end;
    }
    return box;
}

Box line_box(const Line *line, const char *key, Box fallback) {
    const char *value = line_value(line, key);
    return value ? text_box(value) : fallback;
}

BoxList text_boxes(const char *text) {
    BoxList list = {0};
    g_auto(GStrv) parts = g_strsplit(text, ";", BOX_LIST_MAX);
    for (size_t i = 0; parts[i] && strcmp(text, "none") != 0; i++)
        list.boxes[list.count++] = text_box(parts[i]);
    return list;
}

size_t text_numbers(const char *text, uint32_t *ret_numbers, size_t max) {
    size_t count = 0;
    g_auto(GStrv) parts = g_strsplit(text, ",", -1);
    for (size_t i = 0; parts[i] && *parts[i] && count < max; i++)
        ret_numbers[count++] = (uint32_t)text_number(parts[i]);
    return count;
}

GByteArray *text_bytes(const char *hex) {
    GByteArray *bytes = g_byte_array_new();
    int high = -1;
    for (; *hex; hex++) {
        int digit = g_ascii_xdigit_value(*hex);
        if (digit < 0)
            continue;
        guint8 byte = (guint8)(high * 16 + digit);
        if (high >= 0)
            g_byte_array_append(bytes, &byte, 1);
        high = high >= 0 ? -1 : digit;
    }
    return bytes;
}
