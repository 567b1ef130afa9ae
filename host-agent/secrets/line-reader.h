// SPDX-License-Identifier: Apache-2.0
// Lines that may hold a password, from a descriptor, into memory that is wiped.
#pragma once
#include <glib.h>
#include <stdbool.h>

#define LINE_READER_MAX 2048 // longer ones end it

typedef struct LineReader LineReader;
// text: the line without its end, lent and wiped after the call. NULL: there is no more (once, the last
// call). It may free the reader.
typedef void (*LineReaderOnLine)(char *text, gpointer user);

LineReader *line_reader_new(int fd, LineReaderOnLine on_line, gpointer user); // takes the descriptor over
void line_reader_free(LineReader *reader);
