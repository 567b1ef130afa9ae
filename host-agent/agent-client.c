// SPDX-License-Identifier: Apache-2.0
// Finds the agent on the session bus; else has the bus activate it, or, where no service file is installed,
// starts the railhead-agent beside this command and waits for its name. Process: railhead.
#include "host-agent/agent-client.h"
#include <unistd.h>
#include "host-agent/agent-error.h"
#include "host-agent/machine/folders.h"

#define APPEAR_TIMEOUT_S 10

typedef struct Wait {
    GMainLoop *loop;
    bool there;
} Wait;

static void on_appeared(GDBusConnection *bus, const char *name, const char *owner, gpointer data) {
    Wait *wait = data;
    wait->there = true;
    g_main_loop_quit(wait->loop);
}

static gboolean on_timeout(gpointer data) {
    g_main_loop_quit(((Wait *)data)->loop);
    return G_SOURCE_CONTINUE;
}

static void in_child(gpointer data) {
    setsid();
}

static bool ask_bus(GDBusConnection *bus, const char *method, GVariant *parameters, GError **error) {
    g_autoptr(GVariant) answer = g_dbus_connection_call_sync(
        bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method, parameters,
        NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, error);
    gboolean yes = TRUE;
    if (answer && g_variant_is_of_type(answer, G_VARIANT_TYPE("(b)")))
        g_variant_get(answer, "(b)", &yes);
    return answer && yes;
}

static bool spawn_agent(GDBusConnection *bus, GError **error) {
    g_autofree char *program = program_find("railhead-agent"), *folder = folder_state("agent");
    if (!program) {
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED, "railhead-agent is not installed");
        return false;
    }
    if (!folder_make(folder, error))
        return false;
    g_autofree char *log = g_build_filename(folder, "agent.log", NULL);
    g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(G_SUBPROCESS_FLAGS_STDERR_MERGE);
    g_subprocess_launcher_take_stdout_fd(launcher, folder_open_log(log));
    g_subprocess_launcher_set_child_setup(launcher, in_child, NULL, NULL);
    g_autoptr(GSubprocess) process = g_subprocess_launcher_spawn(launcher, error, program, NULL);
    if (!process)
        return false;
    Wait wait = {.loop = g_main_loop_new(NULL, FALSE)};
    guint timeout = g_timeout_add_seconds(APPEAR_TIMEOUT_S, on_timeout, &wait);
    guint watch = g_bus_watch_name_on_connection(bus, AGENT_BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                 on_appeared, NULL, &wait, NULL);
    g_main_loop_run(wait.loop);
    g_bus_unwatch_name(watch);
    g_source_remove(timeout);
    g_main_loop_unref(wait.loop);
    if (!wait.there)
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED, "the agent did not come up (see %s)", log);
    return wait.there;
}

GDBusConnection *agent_client_connect(bool start, GError **error) {
    g_autoptr(GError) why = NULL;
    agent_error_quark();
    g_autoptr(GDBusConnection) bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, &why);
    if (!bus) {
        g_set_error(
            error, AGENT_ERROR, AGENT_ERROR_FAILED,
            "there is no session bus, over which the agent is reached; it comes with a desktop session "
            "or with dbus-run-session (%s)",
            why->message);
        return NULL;
    }
    if (ask_bus(bus, "NameHasOwner", g_variant_new("(s)", AGENT_BUS_NAME), NULL))
        return g_steal_pointer(&bus);
    if (!start)
        return NULL;
    if (ask_bus(bus, "StartServiceByName", g_variant_new("(su)", AGENT_BUS_NAME, 0u), &why))
        return g_steal_pointer(&bus);
    return spawn_agent(bus, error) ? g_steal_pointer(&bus) : NULL;
}

GVariant *agent_client_call(GDBusConnection *bus, const char *method, GVariant *parameters, GError **error) {
    GVariant *answer =
        g_dbus_connection_call_sync(bus, AGENT_BUS_NAME, AGENT_PATH, AGENT_INTERFACE, method, parameters,
                                    NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT, NULL, error);
    if (!answer && error && *error)
        g_dbus_error_strip_remote_error(*error);
    return answer;
}
