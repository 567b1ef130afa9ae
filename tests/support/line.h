// SPDX-License-Identifier: Apache-2.0
// One line of a test script: words as a shell splits them, `verb word... key=value...`, # starts a comment.
// Numbers are decimal or 0x; boxes are X,Y,WIDTH,HEIGHT.
#pragma once
#include <glib.h>
#include <stdbool.h>
#include "rail/box.h"

typedef struct Line {
    char **words; // NULL-terminated, keyed ones among them
    int count;
} Line;

bool line_parse(Line *line, const char *text, GError **error); // an empty line: true and no words
void line_clear(Line *line);
const char *line_word(const Line *line, int index);        // "" past the end; keyed words do not count
bool line_has(const Line *line, const char *word);         // a word without a key, anywhere
const char *line_value(const Line *line, const char *key); // NULL: not given
int64_t line_number(const Line *line, const char *key, int64_t fallback);
Box line_box(const Line *line, const char *key, Box fallback);
int64_t text_number(const char *text); // 0 for what is no number
// "X,Y,W,H;X,Y,W,H", or "none".
BoxList text_boxes(const char *text);
size_t text_numbers(const char *text, uint32_t *ret_numbers, size_t max); // "1,0x2"
GByteArray *text_bytes(const char *hex);                                  // blanks may stand between pairs
