// SPDX-License-Identifier: Apache-2.0
// One guest: does its RDP server answer, with which protection and certificate, and what the agent knows of
// it. No user name and no password is sent; the negotiation is given up before anybody is logged on. Process:
// railhead.
#include "host-agent/doctor.h"
#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <string.h>
#include "host-agent/machine/folders.h"
#include "host-agent/output.h"
#include "host-agent/policy/address.h"

#define ANSWER_TIMEOUT_S 8
#define NO_NEGOTIATION   0xFFFFFFFFu // the server is from before there was one

typedef struct Visit { // of one guest
    Findings *findings;
    const Profile *profile;
    GVariant *status;
} Visit;

static void say(const Visit *visit, const char *about, Verdict verdict, const char *remedy,
                const char *text) {
    g_autofree char *subject = g_strdup_printf("guest %s: %s", visit->profile->name, about);
    findings_add(visit->findings, subject, verdict, remedy, "%s", text);
}

static GSocketConnection *reach(const Visit *visit, GError **error) {
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_autoptr(GSocketConnectable) where = NULL;
    g_autofree char *host = NULL;
    guint port = 0;
    if (address_is_socket(visit->profile->address))
        where = G_SOCKET_CONNECTABLE(g_unix_socket_address_new(visit->profile->address));
    else if (address_split(visit->profile->address, &host, &port))
        where = g_network_address_new(host, (guint16)port);
    g_socket_client_set_timeout(client, ANSWER_TIMEOUT_S);
    g_socket_client_set_enable_proxy(client, FALSE);
    return g_socket_client_connect(client, where, NULL, error);
}

// X.224 Connection Request and Confirm (MS-RDPBCGR 2.2.1.1 and 2.2.1.2). *ret_choice is what the server
// chose; false: it refuses, or answers with something else.
static bool negotiate(GSocketConnection *connection, guint32 offer, guint32 *ret_choice, GError **error) {
    guint8 request[19] = {3, 0, 0, sizeof request, 14, 0xE0, 0, 0, 0, 0, 0, 1, 0, 8}, answer[19];
    gsize size = sizeof request, got = 0;
    if (!offer) { // as clients of that time
        request[3] = size = 11;
        request[4] = 6;
    }
    request[15] = (guint8)offer;
    GOutputStream *out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
    GInputStream *in = g_io_stream_get_input_stream(G_IO_STREAM(connection));
    if (!g_output_stream_write_all(out, request, size, NULL, NULL, error) ||
        !g_input_stream_read_all(in, answer, 11, &got, NULL, error))
        return false;
    if (got < 11 || answer[0] != 3 || answer[5] != 0xD0)
        return false;
    *ret_choice = NO_NEGOTIATION;
    if (answer[3] != sizeof answer)
        return true;
    if (!g_input_stream_read_all(in, answer + 11, 8, &got, NULL, error) || got < 8 || answer[11] != 2)
        return false;
    *ret_choice = answer[15] | answer[16] << 8 | answer[17] << 16 | (guint32)answer[18] << 24;
    return true;
}

static guint8 protection_of(guint32 choice) {
    return choice == NO_NEGOTIATION || choice == 0 ? INTENT_SECURITY_RDP
           : choice == 1                           ? INTENT_SECURITY_TLS
           : choice == 2                           ? INTENT_SECURITY_NLA
                                                   : 0;
}

static void judge_fingerprint(const Visit *visit, const char *fingerprint) {
    const char *known = visit->profile->certificate;
    g_autofree char *remedy = g_strdup_printf("if it was installed anew: railhead guest trust %s sha256:%s",
                                              visit->profile->name, fingerprint);
    g_autofree char *text =
        *known && strcmp(known, fingerprint) != 0
            ? g_strdup_printf("it shows sha256:%s, and sha256:%s is known", fingerprint, known)
            : g_strdup_printf("sha256:%s%s", fingerprint,
                              *known ? "" : ", which the first connection will keep");
    say(visit, "certificate", strstr(text, " is known") ? VERDICT_BAD : VERDICT_GOOD, remedy, text);
}

// The session's program looks: TLS of its own is more than this one should have.
static void check_certificate(const Visit *visit) {
    g_autofree char *program = program_find("railhead-session"), *text = NULL;
    const char *security = intent_security_to_string(profile_security(visit->profile));
    char *argv[] = {program,
                    "--probe",
                    visit->profile->address,
                    (char *)security,
                    visit->profile->old_tls ? "old-tls" : NULL,
                    NULL};
    if (!program ||
        !g_spawn_sync(NULL, argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &text, NULL, NULL, NULL))
        return;
    g_auto(GStrv) words = g_strsplit_set(text ? text : "", " \n", 3);
    if (words[0] && words[1] && strlen(words[1]) == 64)
        judge_fingerprint(visit, words[1]);
    else
        say(visit, "certificate", VERDICT_BAD, "a Windows 7 without updates: railhead guest set NAME tls=1.0",
            *text ? g_strchomp(text) : "it cannot be read");
}

static void judge_protection(const Visit *visit, guint8 protection) {
    guint8 allowed = profile_security(visit->profile);
    const char *name = intent_security_to_string(protection);
    g_autofree char *remedy =
        g_strdup_printf("railhead guest set %s security=%s", visit->profile->name, name);
    g_autofree char *text = NULL;
    if (!(protection & allowed)) {
        text = g_strdup_printf("it wants %s, and the profile allows %s", name,
                               intent_security_to_string(allowed));
        say(visit, "protection", VERDICT_BAD, remedy, text);
    } else if (protection == INTENT_SECURITY_RDP) {
        bool private = address_is_private(visit->profile->address);
        say(visit, "protection", private ? VERDICT_POOR : VERDICT_BAD,
            private ? "give it to no other computer; a newer Windows has better"
                    : "reach it by a socket, 127.0.0.1, or a network of this computer alone",
            private ? "Standard RDP security: nothing proves who the guest is"
                    : "Standard RDP security, over an address that others hear: it is not connected to");
    } else {
        say(visit, "protection", VERDICT_GOOD, "", name);
        if (!address_is_socket(visit->profile->address))
            check_certificate(visit);
    }
}

static void check_server(const Visit *visit) {
    guint8 allowed = profile_security(visit->profile);
    guint32 offer = (allowed & INTENT_SECURITY_TLS ? 1 : 0) | (allowed & INTENT_SECURITY_NLA ? 3 : 0),
            choice = 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketConnection) connection = reach(visit, &error);
    if (!connection) {
        say(visit, "address", VERDICT_BAD, "start the machine, and look at its firewall and the port",
            error->message);
        return;
    }
    say(visit, "address", VERDICT_GOOD, "", visit->profile->address);
    bool agreed = negotiate(connection, offer, &choice, &error);
    g_clear_object(&connection); // some servers take one at a time
    if (agreed)
        judge_protection(visit, protection_of(choice));
    else if (error)
        say(visit, "protection", VERDICT_BAD, "allow remote desktop connections in the guest",
            error->message);
    else
        say(visit, "protection", VERDICT_BAD, "see the key security in railhead-profile(5)",
            "what listens there is no RDP server, or refuses what the profile allows");
}

static void check_status(const Visit *visit) {
    const char *agent = output_text(visit->status, "agent"), *failure = output_text(visit->status, "failure");
    const char *wanted = "railhead-guest " RAILHEAD_VERSION;
    gboolean login = FALSE;
    g_autofree char *give = g_strdup_printf("railhead guest login %s", visit->profile->name);
    g_variant_lookup(visit->status, "login_needed", "b", &login);
    if (login)
        say(visit, "password", VERDICT_BAD, give, "none is known that the guest takes");
    if (!*agent)
        say(visit, "guest agent", VERDICT_GOOD, "", "not seen yet: the guest was not connected to");
    else
        say(visit, "guest agent", strcmp(agent, wanted) == 0 ? VERDICT_GOOD : VERDICT_POOR,
            "put the railhead-guest.exe of this version into the guest: railhead guest kit xp DIR", agent);
    if (strstr(failure, "allow"))
        say(visit, "allow list", VERDICT_BAD,
            "in the guest, as an administrator: railhead-guest.exe /install", failure);
    else if (*failure)
        say(visit, "last failure", VERDICT_BAD, "see railhead(1), and the logs: railhead report", failure);
}

void doctor_check_guest(Findings *findings, const Profile *profile, GVariant *status) {
    Visit visit = {findings, profile, status};
    bool connected = status && output_number(status, "session_pid") > 0;
    if (connected)
        say(&visit, "connection", VERDICT_GOOD, "", output_text(status, "state"));
    else if (profile->kind != PROFILE_EMBEDDED)
        check_server(&visit);
    else
        say(&visit, "kind", VERDICT_GOOD, "", "embedded");
    if (status)
        check_status(&visit);
}
