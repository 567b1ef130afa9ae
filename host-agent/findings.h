// SPDX-License-Identifier: Apache-2.0
// What `railhead doctor` found: one line for each thing that was looked at.
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef enum Verdict { VERDICT_GOOD, VERDICT_POOR, VERDICT_BAD } Verdict;

typedef struct Finding {
    char *subject; // "freerdp", "guest office: certificate"
    Verdict verdict;
    char *text, *remedy; // remedy "": nothing to do
} Finding;

typedef struct Findings Findings;

Findings *findings_new(void);
void findings_free(Findings *findings);
void findings_add(Findings *findings, const char *subject, Verdict verdict, const char *remedy,
                  const char *format, ...) G_GNUC_PRINTF(5, 6);
guint findings_count(const Findings *findings, Verdict verdict);
void findings_print(const Findings *findings);       // on stdout, for people
GVariant *findings_report(const Findings *findings); // aa{sv}, floating
const char *verdict_to_string(Verdict verdict);
