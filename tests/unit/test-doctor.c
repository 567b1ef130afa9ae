// SPDX-License-Identifier: Apache-2.0
// What the doctor makes of a version of FreeRDP, and that an archive is one that tar reads.
#include <glib.h>
#include <string.h>

#include "host-agent/doctor.h"
#include "host-agent/tar-file.h"

static char *judge(const char *version, Verdict *ret_verdict, guint *ret_count) {
    Findings *findings = findings_new();
    doctor_judge_freerdp(findings, version);
    g_autoptr(GVariant) report = g_variant_ref_sink(findings_report(findings));
    *ret_verdict = findings_count(findings, VERDICT_POOR) ? VERDICT_POOR : VERDICT_GOOD;
    *ret_count = (guint)g_variant_n_children(report);
    findings_free(findings);
    return g_variant_print(report, FALSE);
}

static void check(const char *version, Verdict wanted, guint count, const char *has, const char *lacks) {
    Verdict verdict;
    guint found;
    g_autofree char *text = judge(version, &verdict, &found);
    g_assert_cmpint(verdict, ==, wanted);
    g_assert_cmpuint(found, ==, count);
    if (has && !strstr(text, has))
        g_error("%s lacks %s: %s", version, has, text);
    if (lacks && strstr(text, lacks))
        g_error("%s has %s: %s", version, lacks, text);
}

static void test_freerdp(void) {
    check("3.10.3", VERDICT_POOR, 2, "CVE-2026-109952): refused before a password is sent", NULL);
    check("3.10.3", VERDICT_POOR, 2, "CVE-2026-40033", NULL);
    check("3.15.0", VERDICT_POOR, 1, "CVE-2026-22854", "RC4");
    check("3.26.0", VERDICT_POOR, 1, "CVE-2026-57158", "CVE-2026-40033");
    check("3.32.1", VERDICT_POOR, 1, "121953)", "CVE-2026-109952");
    check("3.32.2", VERDICT_GOOD, 1, "3.32.2", "CVE");
    check("4.0.0-dev", VERDICT_GOOD, 1, "4.0.0", "CVE");
    check("unknown", VERDICT_POOR, 2, "CVE-2026-22854", NULL);
}

static guint64 octal(const guint8 *digits) {
    return g_ascii_strtoull((const char *)digits, NULL, 8);
}

static void test_archive(void) {
    g_autoptr(GByteArray) archive = g_byte_array_new();
    g_autofree char *long_text = g_strnfill(512, 'x');
    tar_file_add(archive, "a/one", "first", 5);
    tar_file_add(archive, "a/whole", long_text, 512);
    tar_file_end(archive);
    g_assert_cmpuint(archive->len, ==, 512 * (2 + 2 + 2));
    for (int i = 0; i < 2; i++) {
        guint8 *header = archive->data + 1024 * i;
        guint64 sum = octal(header + 148), found = 0;
        g_assert_cmpstr((const char *)header, ==, i ? "a/whole" : "a/one");
        g_assert_cmpuint(octal(header + 124), ==, i ? 512 : 5);
        memset(header + 148, ' ', 8);
        for (int j = 0; j < 512; j++)
            found += header[j];
        g_assert_cmpuint(found, ==, sum);
    }
    g_assert_cmpmem(archive->data + 512, 6, "first", 6);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/doctor/freerdp", test_freerdp);
    g_test_add_func("/doctor/archive", test_archive);
    return g_test_run();
}
