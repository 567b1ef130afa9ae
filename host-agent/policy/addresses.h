// SPDX-License-Identifier: Apache-2.0
// Which side opens an address: the host's program or the guest's, in both directions by rules for domains.
// Pure.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>

#define ADDRESS_BYTES_MAX 4096

typedef enum OpenPolicy { OPEN_POLICY_ASK, OPEN_POLICY_OFF, OPEN_POLICY_ON } OpenPolicy;
const char *open_policy_to_string(OpenPolicy policy); // "ask", "off", "on"
bool open_policy_from_string(const char *text, OpenPolicy *ret_policy);

// A rule names a domain with all below it ("example.org"), those below alone ("*.example.org"), or every one
// ("*"). Of several that match the one with more labels counts; of two that are equal, that of the guest.
typedef struct SiteRule {
    char *pattern; // site_pattern(), owned
    bool in_guest;
} SiteRule;
SiteRule *site_rule_new(const char *pattern, bool in_guest); // NULL: no pattern
void site_rule_free(SiteRule *rule);
char *site_pattern(const char *untrusted_text); // as rules have it: lower case, ASCII; NULL: it is none

typedef enum AddressVerdict {
    ADDRESS_NO_RULE,
    ADDRESS_HOST,  // a rule names the host
    ADDRESS_GUEST, // a rule names the guest
} AddressVerdict;

typedef struct Address {
    char *text;   // owned; ASCII, nothing in it that a shell or a URI parser could take another way
    char *scheme; // owned: http, https or mailto
    char *host;   // owned, lower case; NULL for mailto
} Address;

// What the guest says, as an address that may be opened on the host: http and https with a host and without a
// user's name, and mailto. NULL: ret_why is a sentence's end, static.
Address *address_new(const char *untrusted_text, const char **ret_why);
void address_free(Address *address);

AddressVerdict address_verdict(const Address *address, const GPtrArray *rules); // of SiteRule

typedef enum OpenDecision { OPEN_DECISION_HOST, OPEN_DECISION_ASK, OPEN_DECISION_GUEST } OpenDecision;
// For an address that was opened in the guest. With the policy "off" all stays there.
OpenDecision address_decide(const Address *address, OpenPolicy policy, const GPtrArray *rules);
