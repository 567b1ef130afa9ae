// SPDX-License-Identifier: Apache-2.0
// A list. Process: railhead.
#include "host-agent/findings.h"
#include <stdio.h>

struct Findings {
    GPtrArray *list;
};

static void finding_free(gpointer data) {
    Finding *finding = data;
    g_free(finding->subject);
    g_free(finding->text);
    g_free(finding->remedy);
    g_free(finding);
}

Findings *findings_new(void) {
    Findings *findings = g_new0(Findings, 1);
    findings->list = g_ptr_array_new_with_free_func(finding_free);
    return findings;
}

void findings_free(Findings *findings) {
    g_ptr_array_unref(findings->list);
    g_free(findings);
}

void findings_add(Findings *findings, const char *subject, Verdict verdict, const char *remedy,
                  const char *format, ...) {
    va_list list;
    Finding *finding = g_new0(Finding, 1);
    va_start(list, format);
    finding->text = g_strdup_vprintf(format, list);
    va_end(list);
    finding->subject = g_strdup(subject);
    finding->verdict = verdict;
    finding->remedy = g_strdup(verdict == VERDICT_GOOD ? "" : remedy);
    g_ptr_array_add(findings->list, finding);
}

guint findings_count(const Findings *findings, Verdict verdict) {
    guint count = 0;
    for (guint i = 0; i < findings->list->len; i++)
        count += ((const Finding *)g_ptr_array_index(findings->list, i))->verdict == verdict;
    return count;
}

const char *verdict_to_string(Verdict verdict) {
    static const char *const names[] = {"good", "poor", "bad"};
    return names[verdict];
}

void findings_print(const Findings *findings) {
    for (guint i = 0; i < findings->list->len; i++) {
        const Finding *finding = g_ptr_array_index(findings->list, i);
        printf("%-4s  %s: %s\n", verdict_to_string(finding->verdict), finding->subject, finding->text);
        if (*finding->remedy)
            printf("      -> %s\n", finding->remedy);
    }
    printf("%u good, %u poor, %u bad\n", findings_count(findings, VERDICT_GOOD),
           findings_count(findings, VERDICT_POOR), findings_count(findings, VERDICT_BAD));
}

GVariant *findings_report(const Findings *findings) {
    GVariantBuilder list;
    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < findings->list->len; i++) {
        const Finding *finding = g_ptr_array_index(findings->list, i);
        g_variant_builder_open(&list, G_VARIANT_TYPE_VARDICT);
        g_variant_builder_add(&list, "{sv}", "subject", g_variant_new_string(finding->subject));
        g_variant_builder_add(&list, "{sv}", "verdict",
                              g_variant_new_string(verdict_to_string(finding->verdict)));
        g_variant_builder_add(&list, "{sv}", "text", g_variant_new_string(finding->text));
        g_variant_builder_add(&list, "{sv}", "remedy", g_variant_new_string(finding->remedy));
        g_variant_builder_close(&list);
    }
    return g_variant_builder_end(&list);
}
