// SPDX-License-Identifier: Apache-2.0
// The words of the command: what is right is taken apart, what is wrong is named in one line, with the
// nearest right word where there is one.
#include "host-agent/command-line.h"
#include <string.h>

static bool read_text(const char *text, CommandLine *ret_line, char **ret_complaint) {
    static char **kept;
    g_autofree char *whole = g_strconcat("railhead ", text, NULL);
    g_strfreev(kept);
    kept = g_strsplit(whole, " ", -1);
    guint count = g_strv_length(kept);
    if (!*kept[count - 1])
        count--;
    return command_line_read((int)count, kept, ret_line, ret_complaint);
}

static void test_right(void) {
    static const struct {
        const char *text;
        Command command;
        guint count;
        bool json;
    } cases[] = {
        {"", COMMAND_STATUS, 0, false},
        {"--json", COMMAND_STATUS, 0, true},
        {"status", COMMAND_STATUS, 0, false},
        {"apps --json", COMMAND_APPS, 0, true},
        {"apps hide Pad", COMMAND_APPS_HIDE, 1, false},
        {"apps rename Pad Block", COMMAND_APPS_RENAME, 2, false},
        {"--json windows", COMMAND_WINDOWS, 0, true},
        {"run wine/Notepad", COMMAND_RUN, 1, false},
        {"run -- --json", COMMAND_RUN, 1, false},
        {"run Notepad a b --json", COMMAND_RUN, 3, true},
        {"guest list", COMMAND_GUEST_LIST, 0, false},
        {"guest add wine kind=embedded", COMMAND_GUEST_ADD, 2, false},
        {"guest remove wine", COMMAND_GUEST_REMOVE, 1, false},
        {"guest remove --purge wine", COMMAND_GUEST_REMOVE, 1, false},
        {"share list --json --guest wine", COMMAND_SHARE_LIST, 0, true},
        {"share add docs /x --read-only", COMMAND_SHARE_ADD, 2, false},
        {"share remove --guest wine docs", COMMAND_SHARE_REMOVE, 1, false},
        {"requests --json", COMMAND_REQUESTS, 0, true},
        {"requests allow wine/1", COMMAND_REQUESTS_ALLOW, 1, false},
        {"site add example.org guest --guest wine", COMMAND_SITE_ADD, 2, false},
        {"links on", COMMAND_LINKS, 1, false},
        {"open http://example.org", COMMAND_OPEN, 1, false},
        {"desktop", COMMAND_DESKTOP, 0, false},
        {"desktop --show --fullscreen wine", COMMAND_DESKTOP, 1, false},
        {"desktop --hide --json", COMMAND_DESKTOP, 0, true},
        {"stop", COMMAND_STOP, 0, false},
        {"stop wine", COMMAND_STOP, 1, false},
        {"bogus --help", COMMAND_HELP, 1, false},
        {"--version", COMMAND_VERSION, 0, false},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        CommandLine line = {0};
        g_autofree char *complaint = NULL;
        g_test_message("railhead %s", cases[i].text);
        g_assert_true(read_text(cases[i].text, &line, &complaint));
        g_assert_null(complaint);
        g_assert_cmpint(line.command, ==, cases[i].command);
        g_assert_cmpuint(line.count, ==, cases[i].count);
        g_assert_cmpint(line.json, ==, cases[i].json);
        g_assert_null(line.arguments[line.count]);
        g_free(line.arguments);
    }
}

static void test_wrong(void) {
    static const struct {
        const char *text, *named, *meant;
    } cases[] = {
        {"bogus", "\"bogus\"", "--help"},
        {"app", "\"app\"", "did you mean apps?"},
        {"wnidows", "\"wnidows\"", "did you mean windows?"},
        {"win", "\"win\"", "did you mean windows?"},
        {"STOP", "\"STOP\"", "did you mean stop?"},
        {"guest", "list, add or remove", "--help"},
        {"guest lst", "\"guest lst\"", "did you mean guest list?"},
        {"guest bogus", "\"guest bogus\"", "--help"},
        {"--jsn", "--jsn", "did you mean --json?"},
        {"apps -v", "-v", "--help"},
        {"apps x", "\"apps x\"", "--help"},
        {"apps hid Pad", "\"apps hid\"", "did you mean apps hide?"},
        {"apps rename Pad", "apps rename", "an application and a name"},
        {"windows --all", "--all", "windows has no option --all"},
        {"windows x", "\"x\"", "one word too many"},
        {"guest list x", "\"x\"", "one word too many"},
        {"guest remove a b", "\"b\"", "one word too many"},
        {"stop a b", "\"b\"", "one word too many"},
        {"stop --json", "--json", "stop has no option"},
        {"share", "list, add or remove", "--help"},
        {"share ad x /y", "\"share ad\"", "did you mean share add?"},
        {"share add x", "missing", "railhead share add NAME DIR"},
        {"share list --read-only", "--read-only", "share list has no option"},
        {"guest list --guest x", "--guest", "guest list has no option"},
        {"share list --guest", "--guest", "missing"},
        {"stop --purge", "--purge", "stop has no option"},
        {"desktop --show --hide", "exclude each other", "--help"},
        {"desktop --fulscreen", "--fulscreen", "did you mean --fullscreen?"},
        {"windows --show", "--show", "windows has no option"},
        {"guest add a --json", "--json", "guest add has no option"},
        {"run", "missing", "railhead run APP"},
        {"guest add", "missing", "railhead guest add NAME"},
        {"guest remove", "missing", "railhead guest remove NAME"},
        {"line\nbreak\x1b[2J", "\"line?break?[2J\"", "--help"},
        {"\xff\xfe", "there is no command", "--help"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        CommandLine line = {0};
        g_autofree char *complaint = NULL;
        g_test_message("railhead %s", cases[i].text);
        g_assert_false(read_text(cases[i].text, &line, &complaint));
        g_assert_null(line.arguments);
        g_assert_nonnull(strstr(complaint, cases[i].named));
        g_assert_nonnull(strstr(complaint, cases[i].meant));
        g_assert_null(strpbrk(complaint, "\n\x1b"));
        g_assert_true(g_utf8_validate(complaint, -1, NULL));
    }
}

static void test_nearest(void) {
    static const char *const words[] = {"apps", "windows", NULL};
    g_autofree char *longest = g_strnfill(5000, 'w');
    g_assert_cmpstr(command_line_nearest("appss", words), ==, "apps");
    g_assert_cmpstr(command_line_nearest("windowss", words), ==, "windows");
    g_assert_cmpstr(command_line_nearest("widnosw", words), ==, "windows");
    g_assert_null(command_line_nearest("", words));
    g_assert_null(command_line_nearest("a", words));
    g_assert_null(command_line_nearest("xyz", words));
    g_assert_null(command_line_nearest(longest, words));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/command-line/right", test_right);
    g_test_add_func("/command-line/wrong", test_wrong);
    g_test_add_func("/command-line/nearest", test_nearest);
    return g_test_run();
}
