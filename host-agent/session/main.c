// SPDX-License-Identifier: Apache-2.0
// railhead-session: one RDP connection to one guest. Descriptor 3 is the link to the agent; the first intent,
// CONNECT, says where to; all that the guest does leaves as DeskEvents. It ends with the connection, or when
// the agent's end closes.
//   railhead-session [--files] [--record FILE] | --version | --probe ADDRESS SECURITY [old-tls]
//     FILE gets u32 size and encoded event, again and again; --files: descriptor 4 leads to railhead-files
#include "host-agent/session/session.h"

#include <fcntl.h>
#include <freerdp/primitives.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <winpr/ssl.h>
#include <winpr/wlog.h>

static void on_intent(Intent *intent, gpointer user) {
    Session *session = user;
    if (session->rdp) {
        commands_apply(session, intent);
    } else if (intent->kind == INTENT_CONNECT) {
        session->connect = *intent; // no owned memory in a CONNECT
        explicit_bzero(intent->as.connect.password, sizeof intent->as.connect.password);
        g_main_loop_quit(session->loop);
    } else if (intent->kind == INTENT_DISCONNECT) {
        session_quit(session);
    }
}

static void on_closed(const GError *error, gpointer user) {
    Session *session = user;
    if (error)
        g_printerr("railhead-session: link: %s\n", error->message);
    session->asked = true;
    session_quit(session);
}

static bool parse(int argc, char **argv, bool *ret_files, const char **ret_record) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--files") == 0)
            *ret_files = true;
        else if (strcmp(argv[i], "--record") == 0 && i + 1 < argc)
            *ret_record = argv[++i];
        else
            return false;
    }
    return true;
}

static void set_up_libraries(void) {
    primitives_set_hints(PRIMITIVES_ONLY_CPU);
    winpr_InitializeSSL(WINPR_SSL_INIT_DEFAULT);
    WLog_SetLogLevel(WLog_GetRoot(), WLOG_WARN);
}

// "tls FINGERPRINT" on stdout, or the reason why there is none; nobody is logged on.
static int probe(const char *address, const char *security, bool old_tls) {
    Session session = {.record = -1, .files = -1, .probes = true};
    sandbox_close_descriptors(STDERR_FILENO);
    set_up_libraries();
    intent_init(&session.connect, INTENT_CONNECT);
    g_strlcpy(session.connect.as.connect.address, address, INTENT_TEXT_MAX + 1);
    session.connect.as.connect.security =
        INTENT_SECURITY_NEGOTIATE & (strstr(security, "tls") ? ~0 : ~INTENT_SECURITY_TLS);
    session.connect.as.connect.old_tls = old_tls;
    session.connect.as.connect.width = 1024;
    session.connect.as.connect.height = 768;
    layout_init(&session.connect.as.connect.monitors, (Box){0, 0, 1024, 768});
    session_run(&session);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--version") == 0) // the agent's trial of the view it gives
        return printf("railhead-session " RAILHEAD_VERSION "\nFreeRDP %s\n", freerdp_get_version_string()) <
               0;
    if (argc >= 4 && strcmp(argv[1], "--probe") == 0)
        return probe(argv[2], argv[3], argc > 4);
    const char *record = NULL;
    bool has_files = false;
    if (!parse(argc, argv, &has_files, &record)) {
        fprintf(stderr,
                "usage: railhead-session [--files] [--record FILE], with the agent's link as descriptor 3\n");
        return 2;
    }
    sandbox_close_descriptors(has_files ? FILES_DESCRIPTOR : LINK_DESCRIPTOR);
    if (fcntl(LINK_DESCRIPTOR, F_GETFD) < 0) {
        fprintf(stderr, "railhead-session: descriptor 3 is not open; the agent starts this program\n");
        return 2;
    }
    set_up_libraries();
    Session session = {.record = -1, .files = has_files ? FILES_DESCRIPTOR : -1};
    if (record)
        session.record = open(record, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    session.loop = g_main_loop_new(NULL, FALSE);
    session.link = link_new_session_end(LINK_DESCRIPTOR, on_intent, on_closed, &session);
    g_main_loop_run(session.loop);
    bool connected = session.connect.kind == INTENT_CONNECT && !session.ended && session_run(&session);
    link_free(session.link);
    g_main_loop_unref(session.loop);
    return connected || session.asked ? 0 : 1;
}
