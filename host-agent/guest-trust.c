// SPDX-License-Identifier: Apache-2.0
// A guest's certificate is written into its profile when it is seen for the first time; another one is not
// taken, but noted in the state folder, where `railhead guest trust` finds it. Standard RDP security is for
// addresses that only this computer hears, looked at anew before each connection. Owned by a Guest; main loop
// of the agent.
#include "host-agent/guest-trust.h"
#include <glib/gstdio.h>
#include <string.h>
#include "host-agent/agent-error.h"
#include "host-agent/machine/folders.h"
#include "host-agent/policy/address.h"
#include "host-agent/refused-certificate.h"

struct GuestTrust {
    Profile *profile;
    Credentials *credentials;
    CredentialsAsk ask;
    GuestTrustOnReady on_ready;
    gpointer user;
    uint8_t protocol; // IntentSecurity of the latest connection, 0: none yet
    char agent[64];   // untrusted
    bool is_first;    // this run of the agent has seen its certificate for the first time
};

GuestTrust *guest_trust_new(Profile *profile) {
    GuestTrust *trust = g_new0(GuestTrust, 1);
    trust->profile = profile;
    if (profile_needs_password(profile))
        trust->credentials = credentials_new(profile->name, profile->user, profile->address);
    return trust;
}

void guest_trust_free(GuestTrust *trust) {
    if (!trust)
        return;
    credentials_free(trust->credentials);
    g_free(trust);
}

void guest_trust_ask_nobody(GuestTrust *trust, bool nobody) {
    trust->ask = nobody ? CREDENTIALS_ASK_NOBODY : CREDENTIALS_ASK_SCREEN;
}

static void on_password(const char *password, const GError *error, gpointer data) {
    GuestTrust *trust = data;
    trust->on_ready(password, error, trust->user);
}

static bool may_connect(const Profile *profile, GError **error) {
    if (profile->kind == PROFILE_EMBEDDED || !(profile_security(profile) & INTENT_SECURITY_RDP) ||
        address_is_private(profile->address))
        return true;
    g_set_error(
        error, AGENT_ERROR, AGENT_ERROR_NO_GUEST,
        "security=rdp does not prove who the guest is, and %s is not an address that only this computer "
        "hears (a socket, 127.0.0.1, a bridge without a network card or a host-only network)",
        profile->address);
    return false;
}

void guest_trust_begin(GuestTrust *trust, GuestTrustOnReady on_ready, gpointer user) {
    g_autoptr(GError) error = NULL;
    trust->on_ready = on_ready;
    trust->user = user;
    if (!may_connect(trust->profile, &error))
        on_ready(NULL, error, user);
    else if (trust->credentials)
        credentials_fetch(trust->credentials, trust->ask, on_password, trust);
    else
        on_ready(NULL, NULL, user);
}

void guest_trust_cancel(GuestTrust *trust) {
    if (trust->credentials)
        credentials_cancel(trust->credentials);
}

static void pin(GuestTrust *trust, const char *fingerprint) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = folder_profiles(),
                    *pair = g_strconcat("certificate=sha256:", fingerprint, NULL);
    char *pairs[] = {pair, NULL};
    g_message("%s: seen for the first time, with the certificate sha256:%s, which it has to show from now on",
              trust->profile->name, fingerprint);
    trust->is_first = true;
    if (!profile_set(trust->profile, "certificate", fingerprint, &error) ||
        !profile_edit(folder, trust->profile->name, pairs, &error))
        g_warning("%s: its certificate is not kept: %s", trust->profile->name, error->message);
}

static void take_security(GuestTrust *trust, const DeskEvent *event) {
    const char *fingerprint = event->as.security.fingerprint;
    trust->protocol = event->as.security.protocol;
    g_message("%s: protected by %s %s", trust->profile->name, intent_security_to_string(trust->protocol),
              fingerprint);
    if (event->as.security.verdict == SECURITY_VERDICT_FIRST && trust->profile->kind != PROFILE_EMBEDDED)
        pin(trust, fingerprint);
    else if (event->as.security.verdict == SECURITY_VERDICT_OTHER)
        refused_certificate_save(trust->profile->name, fingerprint);
    else if (event->as.security.verdict == SECURITY_VERDICT_KNOWN)
        refused_certificate_remove(trust->profile->name);
}

void guest_trust_take(GuestTrust *trust, const DeskEvent *event) {
    if (event->kind == DESK_EVENT_SECURITY)
        take_security(trust, event);
    if (event->kind == DESK_EVENT_SESSION && event->as.session.state == SESSION_PUBLISHED)
        g_strlcpy(trust->agent, event->as.session.text, sizeof trust->agent);
    if (event->kind != DESK_EVENT_SESSION || !trust->credentials)
        return;
    if (event->as.session.state == SESSION_CONNECTED)
        credentials_accepted(trust->credentials);
    else if (event->as.session.state == SESSION_ENDED && event->as.session.code == SESSION_END_LOGON)
        credentials_refused(trust->credentials);
}

char *guest_trust_explain(const GuestTrust *trust, const DeskEvent *ended) {
    const char *text = ended->as.session.text, *name = trust->profile->name;
    if (ended->as.session.code == SESSION_END_CERTIFICATE)
        return g_strdup_printf(
            "%s Nothing was sent to it. If it was installed anew, accept it: railhead guest "
            "trust %s",
            text, name);
    if (ended->as.session.code == SESSION_END_LOGON && trust->credentials)
        return g_strdup_printf("%s Give another password: railhead guest login %s", text, name);
    return g_strdup(text);
}

Credentials *guest_trust_credentials(GuestTrust *trust) {
    return trust->credentials;
}

const char *guest_trust_protection(const GuestTrust *trust) {
    return trust->protocol ? intent_security_to_string(trust->protocol) : "";
}

const char *guest_trust_agent(const GuestTrust *trust) {
    return trust->agent;
}

char *guest_trust_notice(const GuestTrust *trust) {
    const char *problem = trust->credentials ? credentials_problem(trust->credentials) : NULL;
    g_autofree char *first =
        trust->is_first ? g_strconcat("new certificate sha256:", trust->profile->certificate, NULL) : NULL;
    bool plain = trust->protocol == INTENT_SECURITY_RDP;
    const char *all[4] = {NULL};
    guint count = 0;
    if (plain)
        all[count++] = "Standard RDP security: nothing proves who the guest is";
    if (first)
        all[count++] = first;
    if (problem)
        all[count++] = problem;
    return count ? g_strjoinv("; ", (char **)all) : NULL;
}
