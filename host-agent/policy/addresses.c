// SPDX-License-Identifier: Apache-2.0
// The address is taken apart once, by GLib, after every byte that is not plain was escaped; what is opened is
// exactly the text that was judged. Used by the agent, and by the command for the rules.
#include "host-agent/policy/addresses.h"
#include <string.h>

#define PLAIN         "%:/?#[]@!$&'()*+,;=" // beside letters, digits and -._~
#define PATTERN_BYTES 253                   // of a domain's name

static const char *const policies[] = {"ask", "off", "on"};

const char *open_policy_to_string(OpenPolicy policy) {
    return policies[policy];
}

bool open_policy_from_string(const char *text, OpenPolicy *ret_policy) {
    for (OpenPolicy policy = OPEN_POLICY_ASK; policy <= OPEN_POLICY_ON; policy++)
        if (strcmp(text, policies[policy]) == 0) {
            *ret_policy = policy;
            return true;
        }
    return false;
}

// Rules

// Lower case and ASCII, without the dot of the root; NULL where it is no name of a host. An IPv6 address has
// its colons.
static char *domain_of(const char *untrusted_name) {
    g_autofree char *ascii =
        g_utf8_validate(untrusted_name, -1, NULL) ? g_hostname_to_ascii(untrusted_name) : NULL;
    g_autofree char *lower = ascii ? g_ascii_strdown(ascii, -1) : NULL;
    size_t size = lower ? strlen(lower) : 0;
    if (size && lower[size - 1] == '.')
        lower[--size] = '\0';
    if (!size || size > PATTERN_BYTES || lower[0] == '.' || strstr(lower, "..") ||
        strspn(lower, "abcdefghijklmnopqrstuvwxyz0123456789.-_:") != size)
        return NULL;
    return g_steal_pointer(&lower);
}

char *site_pattern(const char *untrusted_text) {
    bool below = g_str_has_prefix(untrusted_text, "*.");
    if (strcmp(untrusted_text, "*") == 0)
        return g_strdup("*");
    g_autofree char *domain = domain_of(untrusted_text + (below ? 2 : 0));
    return domain ? g_strconcat(below ? "*." : "", domain, NULL) : NULL;
}

SiteRule *site_rule_new(const char *pattern, bool in_guest) {
    char *clean = site_pattern(pattern);
    if (!clean)
        return NULL;
    SiteRule *rule = g_new0(SiteRule, 1);
    *rule = (SiteRule){clean, in_guest};
    return rule;
}

void site_rule_free(SiteRule *rule) {
    if (!rule)
        return;
    g_free(rule->pattern);
    g_free(rule);
}

static guint labels_of(const char *domain) {
    guint labels = 1;
    for (; *domain; domain++)
        labels += *domain == '.';
    return labels;
}

// How much of the host a pattern names; 0: it does not match. One that needs a label below it says more than
// one that does not.
static guint weight_of(const char *pattern, const char *host) {
    if (strcmp(pattern, "*") == 0)
        return 1;
    bool below = g_str_has_prefix(pattern, "*.");
    const char *domain = pattern + (below ? 2 : 0);
    size_t host_size = strlen(host), size = strlen(domain);
    if (!g_str_has_suffix(host, domain) || (host_size == size && below) ||
        (host_size > size && host[host_size - size - 1] != '.'))
        return 0;
    return 2 * labels_of(domain) + below;
}

AddressVerdict address_verdict(const Address *address, const GPtrArray *rules) {
    guint best = 0;
    AddressVerdict verdict = ADDRESS_NO_RULE;
    for (guint i = 0; address->host && i < rules->len; i++) {
        const SiteRule *rule = g_ptr_array_index(rules, i);
        guint weight = weight_of(rule->pattern, address->host);
        if (weight > best || (weight && weight == best && rule->in_guest)) {
            best = weight;
            verdict = rule->in_guest ? ADDRESS_GUEST : ADDRESS_HOST;
        }
    }
    return verdict;
}

OpenDecision address_decide(const Address *address, OpenPolicy policy, const GPtrArray *rules) {
    AddressVerdict verdict = address_verdict(address, rules);
    if (policy == OPEN_POLICY_OFF || verdict == ADDRESS_GUEST)
        return OPEN_DECISION_GUEST;
    return policy == OPEN_POLICY_ON || verdict == ADDRESS_HOST ? OPEN_DECISION_HOST : OPEN_DECISION_ASK;
}

// Addresses

static bool has_control(const char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7F)
            return true;
    return false;
}

static const char *take_web(Address *address, GUri *uri) {
    const char *host = g_uri_get_host(uri);
    if (g_uri_get_userinfo(uri))
        return "names a user";
    address->host = host && *host ? domain_of(host) : NULL;
    return address->host ? NULL : "names no host";
}

// Other headers could have the mail program attach a file of the host.
static const char *take_mail(GUri *uri) {
    static const char *const harmless[] = {"to", "cc", "bcc", "subject", "body", "in-reply-to", NULL};
    const char *query = g_uri_get_query(uri), *name;
    if (g_uri_get_host(uri))
        return "is no address of mail";
    g_autoptr(GHashTable) headers = g_uri_parse_params(query ? query : "", -1, "&", G_URI_PARAMS_NONE, NULL);
    GHashTableIter iter;
    if (!headers)
        return "is no address of mail";
    g_hash_table_iter_init(&iter, headers);
    while (g_hash_table_iter_next(&iter, (gpointer *)&name, NULL)) {
        g_autofree char *lower = g_ascii_strdown(name, -1);
        if (!g_strv_contains(harmless, lower))
            return "has headers that are not for a guest to set";
    }
    return NULL;
}

static const char *take_apart(Address *address) {
    g_autoptr(GUri) uri = g_uri_parse(address->text, G_URI_FLAGS_ENCODED_QUERY, NULL);
    const char *scheme = uri ? g_uri_get_scheme(uri) : NULL;
    if (!scheme)
        return "is no address";
    address->scheme = g_strdup(scheme);
    if (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0)
        return take_web(address, uri);
    return strcmp(scheme, "mailto") == 0 ? take_mail(uri) : "is neither http, https nor mailto";
}

Address *address_new(const char *untrusted_text, const char **ret_why) {
    if (strlen(untrusted_text) > ADDRESS_BYTES_MAX)
        *ret_why = "is too long";
    else if (!g_utf8_validate(untrusted_text, -1, NULL) || has_control(untrusted_text))
        *ret_why = "has control characters";
    else {
        Address *address = g_new0(Address, 1);
        address->text = g_uri_escape_string(untrusted_text, PLAIN, FALSE);
        *ret_why = take_apart(address);
        if (!*ret_why)
            return address;
        address_free(address);
    }
    return NULL;
}

void address_free(Address *address) {
    if (!address)
        return;
    g_free(address->text);
    g_free(address->scheme);
    g_free(address->host);
    g_free(address);
}
