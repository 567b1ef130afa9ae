// SPDX-License-Identifier: Apache-2.0
// railhead-agent: one per user session, the owner of org.railhead.Agent. Starts the main loop and ends with
// it; a second agent says so and exits.
//   railhead-agent [--login | --version]
//     --login: the desktop starts it as the user logs in; guests whose profile has start=login start, too
#include <glib-unix.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "host-agent/agent-error.h"
#include "host-agent/application.h"
#include "host-agent/compositor/probe.h"
#include "host-agent/machine/folders.h"
#include "host-agent/profile.h"

static int exit_code = 0;

static void on_name_lost(GDBusConnection *bus, const char *name, gpointer loop) {
    fprintf(stderr, "railhead-agent: %s\n",
            bus ? "another agent is running in this session" : "the session bus cannot be reached");
    exit_code = AGENT_ERROR_FAILED;
    g_main_loop_quit(loop);
}

static gboolean on_signal(gpointer loop) {
    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}

// The words that `railhead doctor` reads.
static int check_display(void) {
    DisplayProbe probe;
    if (!display_probe(NULL, &probe))
        return AGENT_ERROR_NO_DISPLAY;
    const struct {
        const char *name;
        bool has;
    } traits[] = {{"shm", probe.shm},         {"shm-fds", probe.shm_fds},
                  {"randr", probe.randr},     {"sync", probe.sync},
                  {"xkb", probe.xkb},         {"input", probe.input},
                  {"fixes", probe.fixes},     {"argb", probe.argb},
                  {"manager", probe.manager}, {"composited", probe.composited}};
    for (size_t i = 0; i < G_N_ELEMENTS(traits); i++)
        if (traits[i].has)
            puts(traits[i].name);
    return 0;
}

// With none, there is nothing to do before somebody wants one.
static bool has_guests(void) {
    g_autofree char *folder = folder_profiles();
    g_autoptr(GPtrArray) profiles = profile_load_all(folder);
    return profiles->len > 0;
}

int main(int argc, char **argv) {
    setlocale(LC_ALL, "");
    signal(SIGPIPE, SIG_IGN);
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        puts("railhead-agent " RAILHEAD_VERSION);
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "--check-display") == 0)
        return check_display();
    bool at_login = argc == 2 && strcmp(argv[1], "--login") == 0;
    bool verbose = argc == 2 && strcmp(argv[1], "--verbose") == 0;
    if (at_login && !has_guests())
        return 0;
    if (verbose)
        g_setenv("G_MESSAGES_DEBUG", "all", TRUE); // of the session, too
    if (argc > 1 && !at_login && !verbose) {
        fprintf(stderr, "usage: railhead-agent [--login | --verbose | --version | --check-display]\n");
        return AGENT_ERROR_USAGE;
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &error);
    if (!bus) {
        fprintf(stderr, "railhead-agent: there is no session bus: %s\n", error->message);
        return AGENT_ERROR_FAILED;
    }
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    Application *application = application_new(loop);
    if (!application_export(application, bus, &error)) {
        fprintf(stderr, "railhead-agent: %s\n", error->message);
        return AGENT_ERROR_FAILED;
    }
    application_own_name(application, on_name_lost);
    if (at_login)
        application_log_in(application);
    g_unix_signal_add(SIGTERM, on_signal, loop);
    g_unix_signal_add(SIGINT, on_signal, loop);
    g_main_loop_run(loop);
    application_free(application);
    return exit_code;
}
