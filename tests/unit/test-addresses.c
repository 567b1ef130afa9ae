// SPDX-License-Identifier: Apache-2.0
// Which side opens an address, as a table; what is no address to open; how often a guest may ask.
#include "host-agent/policy/addresses.h"
#include "host-agent/policy/open-gate.h"
#include "tests/unit/test.h"

static GPtrArray *rules_of(const char *guest, const char *host) {
    GPtrArray *rules = g_ptr_array_new_with_free_func((GDestroyNotify)site_rule_free);
    for (int in_guest = 0; in_guest < 2; in_guest++) {
        g_auto(GStrv) patterns = g_strsplit(in_guest ? guest : host, " ", -1);
        for (char **pattern = patterns; *pattern; pattern++)
            if (**pattern)
                g_ptr_array_add(rules, site_rule_new(*pattern, in_guest));
    }
    return rules;
}

static const struct {
    const char *address, *guest, *host; // rules
    OpenDecision with[3];               // the policies ask, off, on
} decisions[] = {
#define HOST  OPEN_DECISION_HOST
#define ASK   OPEN_DECISION_ASK
#define GUEST OPEN_DECISION_GUEST
    {"http://a.org/", "", "", {ASK, GUEST, HOST}},
    {"https://a.org/", "", "a.org", {HOST, GUEST, HOST}},
    {"https://a.org/", "a.org", "", {GUEST, GUEST, GUEST}},
    {"https://A.ORG./x?y#z", "a.org", "", {GUEST, GUEST, GUEST}},
    {"http://www.a.org:8080/", "a.org", "", {GUEST, GUEST, GUEST}},
    {"http://ba.org/", "a.org", "", {ASK, GUEST, HOST}},
    {"http://a.org.evil.net/", "", "a.org", {ASK, GUEST, HOST}},
    {"http://a.org/", "*.a.org", "", {ASK, GUEST, HOST}},
    {"http://x.a.org/", "*.a.org", "", {GUEST, GUEST, GUEST}},
    {"http://x.a.org/", "a.org", "x.a.org", {HOST, GUEST, HOST}},
    {"http://y.a.org/", "a.org", "x.a.org", {GUEST, GUEST, GUEST}},
    {"http://a.org/", "a.org", "a.org", {GUEST, GUEST, GUEST}},
    {"http://a.org/", "*", "a.org", {HOST, GUEST, HOST}},
    {"http://b.org/", "*", "a.org", {GUEST, GUEST, GUEST}},
    {"http://b.org/", "a.org", "*", {HOST, GUEST, HOST}},
    {"http://b\xc3\xbc"
     "cher.org/",
     "b\xc3\xbc"
     "cher.org",
     "",
     {GUEST, GUEST, GUEST}},
    {"http://xn--bcher-kva.org/",
     "B\xc3\x9c"
     "CHER.org",
     "",
     {GUEST, GUEST, GUEST}},
    {"http://[::1]/", "::1", "", {GUEST, GUEST, GUEST}},
    {"http://10.0.0.7/", "", "10.0.0.7", {HOST, GUEST, HOST}},
    {"mailto:a@a.org", "a.org *", "", {ASK, GUEST, HOST}},
};

static void the_table_of_decisions(void) {
    for (size_t i = 0; i < G_N_ELEMENTS(decisions); i++) {
        const char *why = NULL;
        Address *address = address_new(decisions[i].address, &why);
        g_autoptr(GPtrArray) rules = rules_of(decisions[i].guest, decisions[i].host);
        if (!address)
            printf("%s %s\n", decisions[i].address, why);
        CHECK(address);
        for (OpenPolicy policy = OPEN_POLICY_ASK; policy <= OPEN_POLICY_ON; policy++) {
            if (address_decide(address, policy, rules) != decisions[i].with[policy])
                printf("%s with the policy %s\n", decisions[i].address, open_policy_to_string(policy));
            CHECK_EQUAL(address_decide(address, policy, rules), decisions[i].with[policy]);
        }
        address_free(address);
    }
}

static void what_is_opened_is_what_was_judged(void) {
    static const char *const same[][2] = {{"http://a.org/a b", "http://a.org/a%20b"},
                                          {"http://a.org/\"><script>'", "http://a.org/%22%3E%3Cscript%3E'"},
                                          {"http://a.org/\\\\b", "http://a.org/%5C%5Cb"},
                                          {"http://a.org/%41", "http://a.org/%41"},
                                          {"http://a.org/\xc3\xbc", "http://a.org/%C3%BC"},
                                          {"http://a.org/$(x)`y`;z", "http://a.org/$(x)%60y%60;z"},
                                          {"mailto:a@b?subject=x&Body=y%26attach=z", NULL}};
    for (size_t i = 0; i < G_N_ELEMENTS(same); i++) {
        const char *why;
        Address *address = address_new(same[i][0], &why);
        CHECK(address);
        CHECK_TEXT(address->text, same[i][1] ? same[i][1] : same[i][0]);
        address_free(address);
    }
}

static void what_is_refused(void) {
    static const char *const refused[] = {"",
                                          "a.org",
                                          "file:///etc/passwd",
                                          "javascript:alert(1)",
                                          "data:text/html,x",
                                          "ftp://a.org/",
                                          "callto:x",
                                          "HTTP:",
                                          "http:a.org",
                                          "http:///x",
                                          "http://",
                                          "http://u@a.org/",
                                          "http://u:p@a.org/",
                                          "http://a.org@evil.net/",
                                          "http://evil.net\\@a.org/",
                                          "http://a..org/",
                                          "http://.a.org/",
                                          "http://a org/",
                                          "http://a.org\n/",
                                          "http://a.org/\x7f",
                                          "http://a%00.org/",
                                          "http://a%2f.org/",
                                          "http://\xff.org/",
                                          "-x",
                                          "--new-window=http://a.org/",
                                          "mailto://a.org",
                                          "mailto:a@b?attach=/etc/passwd",
                                          "mailto:a@b?subject=x&ATTACHMENT=/x",
                                          "mailto:a@b?%61ttach=/x",
                                          "ms-msdt:/id"};
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        const char *why = NULL;
        Address *address = address_new(refused[i], &why);
        if (address)
            printf("taken: %s as %s at %s\n", refused[i], address->text, address->host);
        CHECK(!address && why);
    }
    g_autofree char *longest = g_strnfill(ADDRESS_BYTES_MAX, 'x'),
                    *long_one = g_strconcat("http://a.org/", longest, NULL);
    const char *why;
    CHECK(!address_new(long_one, &why));
}

static void patterns(void) {
    static const char *const none[] = {"",    ".",     "*.", "a..b", ".a",    "a/b", "http://a.org",
                                       "a b", "*.*.a", "a*", "\xff", "a.org/"};
    for (size_t i = 0; i < G_N_ELEMENTS(none); i++)
        CHECK(!site_rule_new(none[i], false));
    g_autofree char *pattern = site_pattern("*.EXAMPLE.org.");
    CHECK_TEXT(pattern, "*.example.org");
}

// A random host matches a domain exactly when its labels end with those of the domain.
static void matching_is_by_labels(void) {
    static const char *const labels[] = {"a", "b", "ab"};
    for (int i = 0; i < 5000; i++) {
        const char *name[8];
        int n_host = 1 + (int)test_random_below(4), n_domain = 1 + (int)test_random_below(4);
        g_autoptr(GString) host = g_string_new(NULL), domain = g_string_new(NULL);
        for (int j = 0; j < n_host + n_domain; j++) {
            name[j] = labels[test_random_below(3)];
            g_string_append_printf(j < n_host ? host : domain, "%s%s", j == 0 || j == n_host ? "" : ".",
                                   name[j]);
        }
        bool wanted = n_domain <= n_host;
        for (int j = 1; wanted && j <= n_domain; j++)
            wanted = strcmp(name[n_host - j], name[n_host + n_domain - j]) == 0;
        g_autofree char *text = g_strconcat("http://", host->str, "/", NULL);
        const char *why;
        Address *address = address_new(text, &why);
        g_autoptr(GPtrArray) rules = rules_of(domain->str, "");
        CHECK(address);
        CHECK_EQUAL(address_verdict(address, rules) == ADDRESS_GUEST, wanted);
        address_free(address);
    }
}

static void a_hundred_at_once(void) {
    OpenGate gate;
    open_gate_init(&gate, 1000);
    int passed = 0;
    for (int i = 0; i < 100; i++)
        passed += open_gate_pass(&gate, 1000);
    CHECK_EQUAL(passed, OPEN_GATE_BURST);
    for (int64_t now = 1000; now <= 1000 + 60000; now += 10)
        passed += open_gate_pass(&gate, now);
    CHECK_EQUAL(passed, OPEN_GATE_BURST + 60000 / OPEN_GATE_REST_MS);
    passed = 0;
    for (int i = 0; i < 100; i++)
        passed += open_gate_pass(&gate, 10000000);
    CHECK_EQUAL(passed, OPEN_GATE_BURST);
    open_gate_clear(&gate);
}

static void few_wait_and_not_for_ever(void) {
    OpenGate gate;
    int64_t left;
    open_gate_init(&gate, 0);
    CHECK(!open_gate_stale(&gate, 0, &left) && left == -1);
    for (uint32_t i = 0; i < OPEN_GATE_WAITING_MAX; i++)
        CHECK_EQUAL(open_gate_wait(&gate, i, "t", "s", false, i * 10)->id, i + 1);
    CHECK(!open_gate_wait(&gate, 99, "t", "s", false, 0));
    CHECK(!open_gate_stale(&gate, OPEN_GATE_PATIENCE_MS - 1, &left) && left == 1);
    OpenWaiting *stale = open_gate_stale(&gate, OPEN_GATE_PATIENCE_MS, &left);
    CHECK(stale && stale->id == 1);
    open_gate_drop(&gate, stale);
    CHECK(!open_gate_find(&gate, 1) && open_gate_find(&gate, 2)->request == 1);
    CHECK(!open_gate_stale(&gate, OPEN_GATE_PATIENCE_MS, &left) && left == 10);
    open_gate_clear(&gate);
}

int main(void) {
    RUN(the_table_of_decisions);
    RUN(what_is_opened_is_what_was_judged);
    RUN(what_is_refused);
    RUN(patterns);
    RUN(matching_is_by_labels);
    RUN(a_hundred_at_once);
    RUN(few_wait_and_not_for_ever);
    return 0;
}
