// SPDX-License-Identifier: Apache-2.0
// Why the connection ended, in words for the user, from the library's error codes and from what was asked.
// Pure.
#include "host-agent/session/session.h"

#include <freerdp/error.h>

typedef struct Reason {
    uint32_t error;
    SessionEnd code;
    const char *text;
} Reason;

static const Reason connect_reasons[] = {
    {FREERDP_ERROR_DNS_ERROR, SESSION_END_UNREACHABLE, "The guest's name could not be resolved."},
    {FREERDP_ERROR_DNS_NAME_NOT_FOUND, SESSION_END_UNREACHABLE, "The guest's name is not known."},
    {FREERDP_ERROR_CONNECT_FAILED, SESSION_END_UNREACHABLE, "The guest does not accept connections."},
    {FREERDP_ERROR_CONNECT_TRANSPORT_FAILED, SESSION_END_UNREACHABLE,
     "The guest does not accept connections, or closed this one at once."},
    {FREERDP_ERROR_CONNECT_CANCELLED, SESSION_END_REFUSED, "The connection was refused."},
    {FREERDP_ERROR_TLS_CONNECT_FAILED, SESSION_END_REFUSED,
     "No secure connection to the guest could be made (a Windows 7 without updates needs tls=1.0 in its "
     "profile)."},
    {FREERDP_ERROR_AUTHENTICATION_FAILED, SESSION_END_LOGON, "The guest refused the user name or password."},
    {FREERDP_ERROR_CONNECT_LOGON_FAILURE, SESSION_END_LOGON, "The guest refused the user name or password."},
    {FREERDP_ERROR_CONNECT_WRONG_PASSWORD, SESSION_END_LOGON, "The guest refused the password."},
    {FREERDP_ERROR_CONNECT_NO_OR_MISSING_CREDENTIALS, SESSION_END_LOGON,
     "The guest asks for a user name and password."},
    {FREERDP_ERROR_CONNECT_ACCESS_DENIED, SESSION_END_LOGON, "The guest denies access to this user."},
    {FREERDP_ERROR_CONNECT_ACCOUNT_DISABLED, SESSION_END_LOGON, "The guest's account is disabled."},
    {FREERDP_ERROR_CONNECT_ACCOUNT_LOCKED_OUT, SESSION_END_LOGON, "The guest's account is locked."},
    {FREERDP_ERROR_CONNECT_PASSWORD_EXPIRED, SESSION_END_LOGON,
     "The password of the guest's account has expired."},
};

static const Reason guest_reasons[] = {
    {ERRINFO_RPC_INITIATED_DISCONNECT, SESSION_END_TAKEN,
     "An administrator of the guest ended the connection."},
    {ERRINFO_RPC_INITIATED_LOGOFF, SESSION_END_GUEST, "The guest's session was logged off."},
    {ERRINFO_IDLE_TIMEOUT, SESSION_END_TAKEN, "The guest ended a session without activity."},
    {ERRINFO_LOGON_TIMEOUT, SESSION_END_TAKEN, "The guest ended the session at its time limit."},
    {ERRINFO_DISCONNECTED_BY_OTHER_CONNECTION, SESSION_END_TAKEN,
     "Another client took over the guest's session."},
    {ERRINFO_SERVER_DENIED_CONNECTION, SESSION_END_LOGON,
     "The guest denied the connection: its user name or password may be wrong."},
    {ERRINFO_SERVER_INSUFFICIENT_PRIVILEGES, SESSION_END_REFUSED,
     "The guest's user may not log on remotely."},
    {ERRINFO_RPC_INITIATED_DISCONNECT_BY_USER, SESSION_END_TAKEN, "The guest's session was disconnected."},
    {ERRINFO_LOGOFF_BY_USER, SESSION_END_GUEST, "The guest's session was logged off."},
};

static const Reason *find(const Reason *reasons, size_t count, uint32_t error) {
    for (size_t i = 0; i < count; i++)
        if (reasons[i].error == error)
            return &reasons[i];
    return NULL;
}

// Names what is allowed, and the key that a guest with nothing else needs.
static void say_no_security(const Session *session, char *ret_text, size_t size) {
    uint8_t allowed = session->connect.as.connect.security;
    g_snprintf(ret_text, size, "The guest offers no security that its profile allows (security=%s)%s",
               intent_security_to_string(allowed),
               allowed & INTENT_SECURITY_RDP ? "."
                                             : "; a Windows XP, and what has no TLS, needs security=rdp.");
}

void end_reason(Session *session, SessionEnd *ret_code, char *ret_text, size_t size) {
    uint32_t error = session->rdp ? freerdp_get_last_error(session->rdp) : 0;
    uint32_t info = session->rdp ? freerdp_error_info(session->rdp->instance) : 0;
    bool was_up = session->state >= SESSION_CONNECTED;
    if (!info &&
        error >> 16 == FREERDP_ERROR_ERRINFO_CLASS) // all that is left of one that came while connecting
        info = error & 0xFFFF;
    const Reason *reason = find(guest_reasons, G_N_ELEMENTS(guest_reasons), info);
    if (!reason && !was_up)
        reason = find(connect_reasons, G_N_ELEMENTS(connect_reasons), error);
    *ret_code = session->asked ? SESSION_END_ASKED : was_up ? SESSION_END_LOST : SESSION_END_UNREACHABLE;
    if (session->asked)
        g_strlcpy(ret_text, "Disconnected.", size);
    else if (session->agent_reason[0]) {
        *ret_code = session->agent_code ? session->agent_code : SESSION_END_REFUSED;
        g_strlcpy(ret_text, session->agent_reason, size);
    } else if (session->has_given_up && !was_up) {
        *ret_code = SESSION_END_UNREACHABLE;
        g_strlcpy(ret_text, "The guest took the connection and does not answer.", size);
    } else if (!was_up && error == FREERDP_ERROR_SECURITY_NEGO_CONNECT_FAILED) {
        *ret_code = SESSION_END_REFUSED;
        say_no_security(session, ret_text, size);
    } else if (reason) {
        *ret_code = reason->code;
        g_strlcpy(ret_text, reason->text, size);
    } else {
        g_snprintf(ret_text, size,
                   was_up ? "The connection to the guest broke (%s)." : "No connection to the guest (%s).",
                   error ? freerdp_get_last_error_name(error) : "closed by the guest");
    }
}
