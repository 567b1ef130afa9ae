// SPDX-License-Identifier: Apache-2.0
// railhead-session: one RDP connection to one guest. Descriptor 3 is the link to the agent; the first intent,
// CONNECT, says where to; all that the guest does leaves as DeskEvents. It ends with the connection, or when
// the agent's end closes.
//   railhead-session [--record FILE | --version]     FILE gets u32 size and encoded event, again and again
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

static int open_record(int argc, char **argv) {
    if (argc != 3 || strcmp(argv[1], "--record") != 0)
        return -1;
    return open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

int main(int argc, char **argv) {
    if (argc == 2 && strcmp(argv[1], "--version") == 0) // the agent's trial of the view it gives
        return puts("railhead-session " RAILHEAD_VERSION) < 0;
    if (argc != 1 && (argc != 3 || strcmp(argv[1], "--record") != 0)) {
        fprintf(stderr, "usage: railhead-session [--record FILE], with the agent's link as descriptor 3\n");
        return 2;
    }
    sandbox_close_descriptors(LINK_DESCRIPTOR);
    if (fcntl(LINK_DESCRIPTOR, F_GETFD) < 0) {
        fprintf(stderr, "railhead-session: descriptor 3 is not open; the agent starts this program\n");
        return 2;
    }
    primitives_set_hints(PRIMITIVES_ONLY_CPU);
    winpr_InitializeSSL(WINPR_SSL_INIT_DEFAULT);
    WLog_SetLogLevel(WLog_GetRoot(), WLOG_WARN);
    Session session = {.record = open_record(argc, argv)};
    session.loop = g_main_loop_new(NULL, FALSE);
    session.link = link_new_session_end(LINK_DESCRIPTOR, on_intent, on_closed, &session);
    g_main_loop_run(session.loop);
    bool connected = session.connect.kind == INTENT_CONNECT && !session.ended && session_run(&session);
    link_free(session.link);
    g_main_loop_unref(session.loop);
    return connected || session.asked ? 0 : 1;
}
