// SPDX-License-Identifier: Apache-2.0
// Rules are in the profiles; what waits for the user's word is in the agent. A link that no rule names never
// starts the agent. Holds no state. Process: railhead.
#include "host-agent/cli-open.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "host-agent/agent-client.h"
#include "host-agent/agent-error.h"
#include "host-agent/cli-guest.h"
#include "host-agent/host-program.h"
#include "host-agent/links.h"
#include "host-agent/machine/folders.h"
#include "host-agent/output.h"
#include "host-agent/profile-opens.h"

static int fail_with(const GError *error) {
    return agent_error_tell(error->domain == AGENT_ERROR     ? (AgentError)error->code
                            : error->domain == PROFILE_ERROR ? AGENT_ERROR_USAGE
                                                             : AGENT_ERROR_FAILED,
                            error->message);
}

static int call(const char *method, GVariant *parameters, GVariant **ret_answer) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) kept = parameters ? g_variant_ref_sink(parameters) : NULL;
    g_autoptr(GDBusConnection) bus = agent_client_connect(true, &error);
    g_autoptr(GVariant) answer = bus ? agent_client_call(bus, method, kept, &error) : NULL;
    if (!answer)
        return fail_with(error);
    if (ret_answer)
        *ret_answer = g_steal_pointer(&answer);
    return 0;
}

// Links

static char *guest_for(const Address *address) {
    g_autofree char *profiles = folder_profiles();
    g_autoptr(GPtrArray) all = profile_load_all(profiles);
    char *guest = NULL;
    for (guint i = 0; i < all->len && !guest; i++) {
        const Profile *profile = g_ptr_array_index(all, i);
        ProfileOpens opens;
        profile_opens_load(profiles, profile->name, &opens);
        if (address_verdict(address, opens.rules) == ADDRESS_GUEST)
            guest = g_strdup(profile->name);
        profile_opens_clear(&opens);
    }
    return guest;
}

static int open_in_guest(const char *guest, const Address *address) {
    const char *const uris[] = {address->text, NULL};
    GVariantBuilder none;
    g_variant_builder_init(&none, G_VARIANT_TYPE_VARDICT);
    return call("Run", g_variant_new("(ss^asa{sv})", guest, "", uris, &none), NULL);
}

int cli_open(const CommandLine *line) {
    const char *why;
    g_autoptr(GError) error = NULL;
    Address *address = address_new(line->arguments[0], &why);
    if (!address) {
        g_autofree char *text = g_strdup_printf("that address is not opened: it %s", why);
        return agent_error_tell(AGENT_ERROR_USAGE, text);
    }
    g_autofree char *guest = guest_for(address);
    int code = 0;
    if (guest)
        code = open_in_guest(guest, address);
    else if (!host_program_open_address(address->text, address->scheme, &error))
        code = fail_with(error);
    address_free(address);
    return code;
}

int cli_links(const CommandLine *line) {
    g_autoptr(GError) error = NULL;
    const char *word = line->count ? line->arguments[0] : "";
    bool on = strcmp(word, "on") == 0;
    if (!line->count)
        return puts(links_are_on() ? "on" : "off") < 0;
    if (!on && strcmp(word, "off") != 0)
        return agent_error_tell(AGENT_ERROR_USAGE, "links: on or off");
    return (on ? links_turn_on(&error) : links_turn_off(&error)) ? 0 : fail_with(error);
}

// Rules

int cli_site_add(const CommandLine *line) {
    g_autoptr(GError) error = NULL;
    g_autofree char *profiles = folder_profiles();
    bool in_guest = strcmp(line->arguments[1], "guest") == 0;
    int code = 0;
    if (!in_guest && strcmp(line->arguments[1], "host") != 0)
        return agent_error_tell(AGENT_ERROR_USAGE, "site add: the side is host or guest");
    g_autofree char *guest = cli_guest_find(line, &code);
    if (!guest)
        return code;
    return profile_opens_add(profiles, guest, line->arguments[0], in_guest, &error) ? cli_guest_changed()
                                                                                    : fail_with(error);
}

int cli_site_remove(const CommandLine *line) {
    g_autoptr(GError) error = NULL;
    g_autofree char *profiles = folder_profiles();
    int code = 0;
    g_autofree char *guest = cli_guest_find(line, &code);
    if (!guest)
        return code;
    return profile_opens_remove(profiles, guest, line->arguments[0], &error) ? cli_guest_changed()
                                                                             : fail_with(error);
}

static void add_rule(GVariantBuilder *list, const char *guest, const SiteRule *rule) {
    g_variant_builder_open(list, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(list, "{sv}", "guest", g_variant_new_string(guest));
    g_variant_builder_add(list, "{sv}", "domain", g_variant_new_string(rule->pattern));
    g_variant_builder_add(list, "{sv}", "opens", g_variant_new_string(rule->in_guest ? "guest" : "host"));
    g_variant_builder_close(list);
}

static void list_rules(const CommandLine *line, GVariantBuilder *list) {
    g_autofree char *profiles = folder_profiles();
    g_autoptr(GPtrArray) all = profile_load_all(profiles);
    for (guint i = 0; i < all->len; i++) {
        const Profile *profile = g_ptr_array_index(all, i);
        ProfileOpens opens;
        profile_opens_load(profiles, profile->name, &opens);
        for (guint j = 0; cli_guest_is_wanted(line, profile) && j < opens.rules->len; j++) {
            const SiteRule *rule = g_ptr_array_index(opens.rules, j);
            add_rule(list, profile->name, rule);
            if (!line->json)
                printf("%s  %s  %s\n", profile->name, rule->pattern, rule->in_guest ? "guest" : "host");
        }
        profile_opens_clear(&opens);
    }
}

int cli_site_list(const CommandLine *line) {
    GVariantBuilder list;
    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    list_rules(line, &list);
    g_autoptr(GVariant) value = g_variant_ref_sink(g_variant_builder_end(&list));
    g_autofree char *text = line->json ? output_json(value) : NULL;
    if (text)
        fputs(text, stdout);
    return 0;
}

// What waits for the user's word

int cli_requests(const CommandLine *line) {
    g_autoptr(GVariant) answer = NULL;
    int code = call("OpenRequests", NULL, &answer);
    if (code)
        return code;
    g_autoptr(GVariant) list = g_variant_get_child_value(answer, 0);
    g_autofree char *text = line->json ? output_json(list) : NULL;
    if (text)
        fputs(text, stdout);
    for (gsize i = 0; !text && i < g_variant_n_children(list); i++) {
        g_autoptr(GVariant) item = g_variant_get_child_value(list, i);
        printf("%s/%u  %s\n", output_text(item, "guest"), output_number(item, "id"),
               output_text(item, "target"));
    }
    return 0;
}

static int answer_request(const CommandLine *line, const char *answer) {
    const char *word = line->arguments[0], *slash = strrchr(word, '/');
    char *end = NULL;
    guint64 id = slash ? g_ascii_strtoull(slash + 1, &end, 10) : 0;
    g_autofree char *guest = slash ? g_strndup(word, slash - word) : NULL;
    if (!id || *end || id > G_MAXUINT32 || !g_utf8_validate(word, -1, NULL))
        return agent_error_tell(AGENT_ERROR_USAGE, "which one? GUEST/NUMBER, as railhead requests has it");
    return call("AnswerOpen", g_variant_new("(sus)", guest, (guint32)id, answer), NULL);
}

int cli_requests_allow(const CommandLine *line) {
    return answer_request(line, "allow");
}

int cli_requests_always(const CommandLine *line) {
    return answer_request(line, "always");
}

int cli_requests_deny(const CommandLine *line) {
    return answer_request(line, "deny");
}
