// SPDX-License-Identifier: Apache-2.0
// Asks the user by a notification of the desktop whether something of a guest's may be opened. Where the
// desktop has no notifications with buttons nothing is shown: `railhead requests` asks, too.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>

typedef enum OpenAnswer { OPEN_ANSWER_ONCE, OPEN_ANSWER_ALWAYS, OPEN_ANSWER_NO } OpenAnswer;
bool open_answer_from_string(const char *text, OpenAnswer *ret_answer); // "allow", "always", "deny"

typedef struct OpenQuestion OpenQuestion;
typedef void (*OpenQuestionOnAnswer)(OpenAnswer answer, gpointer user); // once at most

// shown: what is to be opened, as a label. site: for "always", NULL: that is not offered.
OpenQuestion *open_question_new(const char *guest, const char *shown, const char *site,
                                OpenQuestionOnAnswer on_answer, gpointer user);
void open_question_free(OpenQuestion *question); // takes the notification back
