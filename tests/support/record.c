// SPDX-License-Identifier: Apache-2.0
// Events of a test program as lines of JSON. Times are milliseconds since the program's first record.
#include "tests/support/record.h"

#include <string.h>

typedef struct Field {
    char *key, *value;
    bool is_text;
} Field;

struct Record {
    char *event;
    int64_t time;
    GArray *fields;
};

static void clear_field(gpointer data) {
    g_free(((Field *)data)->key);
    g_free(((Field *)data)->value);
}

Record *record_new(const char *event) {
    static int64_t start;
    if (!start)
        start = g_get_monotonic_time();
    Record *record = g_new0(Record, 1);
    record->event = g_strdup(event);
    record->time = (g_get_monotonic_time() - start) / 1000;
    record->fields = g_array_new(FALSE, FALSE, sizeof(Field));
    g_array_set_clear_func(record->fields, clear_field);
    return record;
}

void record_free(Record *record) {
    if (!record)
        return;
    g_free(record->event);
    g_array_unref(record->fields);
    g_free(record);
}

void record_put(Record *record, const char *key, int64_t value) {
    Field field = {g_strdup(key), g_strdup_printf("%" G_GINT64_FORMAT, value), false};
    g_array_append_val(record->fields, field);
}

void record_put_text(Record *record, const char *key, const char *value) {
    Field field = {g_strdup(key), g_utf8_make_valid(value ? value : "", -1), true};
    g_array_append_val(record->fields, field);
}

void record_put_box(Record *record, Box box) {
    record_put(record, "x", box.x);
    record_put(record, "y", box.y);
    record_put(record, "width", box.width);
    record_put(record, "height", box.height);
}

const char *record_event(const Record *record) {
    return record->event;
}

const char *record_value(const Record *record, const char *key) {
    for (guint i = 0; i < record->fields->len; i++) {
        const Field *field = &g_array_index(record->fields, Field, i);
        if (strcmp(field->key, key) == 0)
            return field->value;
    }
    return NULL;
}

static bool field_is(const Record *record, const char *condition) {
    g_auto(GStrv) parts = g_strsplit(condition, "=", 2);
    const char *value = parts[1] ? record_value(record, parts[0]) : NULL;
    if (!parts[1] || strcmp(parts[0], "within") == 0)
        return true;
    return value && (strcmp(value, parts[1]) == 0 ||
                     (g_ascii_isdigit(parts[1][0]) && text_number(value) == text_number(parts[1])));
}

bool record_matches(const Record *record, const Line *line, int index) {
    if (strcmp(line_word(line, index), record->event) != 0)
        return false;
    for (int i = 0; i < line->count; i++)
        if (!field_is(record, line->words[i]))
            return false;
    return true;
}

char *record_expand(const Record *record, const char *text) {
    GString *out = g_string_new(NULL);
    while (*text) {
        size_t length = *text == '$' ? strspn(text + 1, "abcdefghijklmnopqrstuvwxyz-") : 0;
        g_autofree char *key = g_strndup(text + 1, length);
        const char *value = length ? record_value(record, key) : NULL;
        if (value)
            g_string_append(out, value);
        else
            g_string_append_c(out, *text);
        text += value ? length + 1 : 1;
    }
    return g_string_free(out, FALSE);
}

static void write_text(const char *text, FILE *file) {
    fputc('"', file);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            fputc('\\', file);
        if ((unsigned char)*text < 0x20)
            fprintf(file, "\\u%04x", (unsigned char)*text);
        else
            fputc(*text, file);
    }
    fputc('"', file);
}

void record_write(const Record *record, FILE *file) {
    fprintf(file, "{\"t\": %" G_GINT64_FORMAT ", \"event\": ", record->time);
    write_text(record->event, file);
    for (guint i = 0; i < record->fields->len; i++) {
        const Field *field = &g_array_index(record->fields, Field, i);
        fputs(", ", file);
        write_text(field->key, file);
        fputs(": ", file);
        if (field->is_text)
            write_text(field->value, file);
        else
            fputs(field->value, file);
    }
    fputs("}\n", file);
    fflush(file);
}
