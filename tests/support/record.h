// SPDX-License-Identifier: Apache-2.0
// What happened, as a name with fields in order: written as one line of JSON, and asked by scripts.
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include "rail/box.h"
#include "tests/support/line.h"

typedef struct Record Record;

Record *record_new(const char *event);
void record_free(Record *record);
void record_put(Record *record, const char *key, int64_t value);
void record_put_text(Record *record, const char *key, const char *value);
void record_put_box(Record *record, Box box); // x, y, width, height
const char *record_event(const Record *record);
const char *record_value(const Record *record, const char *key); // as text; NULL: no such field
// The event's name is the line's word at `index`, and each key=value of the line is a field of that value,
// but for the keys that the caller uses itself ("within").
bool record_matches(const Record *record, const Line *line, int index);
char *record_expand(const Record *record, const char *text); // $field becomes its value
void record_write(const Record *record, FILE *file);         // {"t": ms, "event": ..., ...}, flushed
