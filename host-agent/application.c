// SPDX-License-Identifier: Apache-2.0
// Answers org.railhead.Agent1 for the guests that have profiles. A call that has to wait for a guest is a
// Request, looked at again whenever a guest changes. Owned by agent-main; main loop. Decides nothing about
// windows.
#include "host-agent/application.h"
#include <gio/gunixfdlist.h>
#include <stdlib.h>
#include <string.h>
#include "host-agent/agent-config.h"
#include "host-agent/agent-error.h"
#include "host-agent/agent-interface.h"
#include "host-agent/compositor/hotkey.h"
#include "host-agent/agent-tray.h"
#include "host-agent/compositor/startup.h"
#include "host-agent/desktop-request.h"
#include "host-agent/guest.h"
#include "host-agent/launch-notice.h"
#include "host-agent/machine/folders.h"
#include "host-agent/resolve.h"
#include "host-agent/report.h"
#include "host-agent/sleep-watch.h"

#define SEVERAL "several applications are called \"%s\": name one by its id (railhead apps)"

static const char ending[] = "the agent is being stopped: try again when it has ended";

typedef struct Request {
    Application *application;
    GDBusMethodInvocation *invocation;
    char *guest, *app, *startup_id; // app NULL: the list of applications; "": the guest's own for the file
    char **files;                   // URIs; NULL or empty: none
    LaunchNotice *notice;           // NULL: whoever asked sees the answer
    bool asks_passwords;            // the caller asks for them itself
    GHashTable *tried;              // guests started for this request
} Request;

typedef struct Stop { // answered when the last guest has ended
    Application *application;
    GDBusMethodInvocation *invocation; // NULL: the tray asked
    guint waits;
    bool is_last; // the agent ends after it
    char *removed;
    GError *error;
} Stop;

struct Application {
    GMainLoop *loop;
    bool is_ending;
    GDBusConnection *bus;
    guint object, name, look;
    GPtrArray *guests;
    Screen *screen;
    AgentTray *tray; // NULL until the bus is there
    SleepWatch *sleep;
    Hotkey *hotkey; // of the desktop, NULL: none
    GQueue requests;
};

static void request_free(Request *request) {
    launch_notice_end(request->notice, NULL);
    if (request->startup_id && request->application->screen) // whatever became of it, nobody waits any more
        screen_end_startup(request->application->screen, request->startup_id);
    g_hash_table_unref(request->tried);
    g_free(request->guest);
    g_free(request->app);
    g_free(request->startup_id);
    g_strfreev(request->files);
    g_free(request);
}

static void fail(GDBusMethodInvocation *invocation, AgentError code, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
static void fail(GDBusMethodInvocation *invocation, AgentError code, const char *format, ...) {
    va_list list;
    va_start(list, format);
    g_dbus_method_invocation_return_error_valist(invocation, AGENT_ERROR, code, format, list);
    va_end(list);
}

static void refuse(Request *request, const GError *error) {
    launch_notice_end(g_steal_pointer(&request->notice), error->message);
    g_dbus_method_invocation_return_gerror(request->invocation, error);
}

static void fail_request(Request *request, AgentError code, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void fail_request(Request *request, AgentError code, const char *format, ...) {
    va_list list;
    va_start(list, format);
    g_autoptr(GError) error = g_error_new_valist(AGENT_ERROR, code, format, list);
    va_end(list);
    refuse(request, error);
}

static Guest *find_guest(Application *application, const char *name) {
    for (guint i = 0; i < application->guests->len; i++) {
        Guest *guest = g_ptr_array_index(application->guests, i);
        if (strcmp(guest_profile(guest)->name, name) == 0)
            return guest;
    }
    return NULL;
}

static gboolean on_look(gpointer data);

static void on_guest_changed(Guest *guest, gpointer data) {
    Application *application = data;
    if (application->tray)
        agent_tray_changed(application->tray);
    if (!application->look)
        application->look = g_idle_add(on_look, application);
}

// A profile that was changed counts from the next start on.
static bool is_outdated(Guest *guest, const Profile *profile) {
    LifecycleState state = guest_state(guest);
    return (state == LIFECYCLE_OFF || state == LIFECYCLE_LOST) && !guest_session_pid(guest) &&
           !profile_equal(guest_profile(guest), profile);
}

static void give_tray(Application *application, Guest *guest) {
    guest_set_tray(guest, agent_tray_host(application->tray), agent_tray_notifier(application->tray));
    agent_tray_changed(application->tray);
}

static void load_guests(Application *application) {
    g_autofree char *folder = folder_profiles();
    g_autoptr(GPtrArray) profiles = profile_load_all(folder);
    for (guint i = application->guests->len; i-- > 0;) {
        const char *name = guest_profile(g_ptr_array_index(application->guests, i))->name;
        g_autofree char *file = g_strconcat(folder, "/", name, ".conf", NULL);
        if (g_file_test(file, G_FILE_TEST_EXISTS))
            continue;
        g_ptr_array_remove_index(application->guests, i);
        if (application->tray)
            agent_tray_changed(application->tray);
    }
    g_ptr_array_set_free_func(profiles, NULL);
    for (guint i = 0; i < profiles->len; i++) {
        Profile *profile = g_ptr_array_index(profiles, i);
        Guest *known = find_guest(application, profile->name);
        if (known && is_outdated(known, profile)) {
            g_ptr_array_remove(application->guests, known);
        } else if (known) {
            profile_free(profile);
            continue;
        }
        Guest *guest = guest_new(profile, on_guest_changed, application);
        guest_set_screen(guest, application->screen);
        g_ptr_array_add(application->guests, guest);
        if (application->tray)
            give_tray(application, guest);
    }
}

// Until a screen is open, the display of the latest caller counts.
static void take_environment(const Application *application, GVariant *platform_data) {
    const char *value;
    if (!application->screen && g_variant_lookup(platform_data, "display", "&s", &value)) {
        g_setenv("DISPLAY", value, TRUE);
        if (g_variant_lookup(platform_data, "xauthority", "&s", &value))
            g_setenv("XAUTHORITY", value, TRUE);
    }
}

// The guest that the user works with, else the one that a request without a name would mean.
static void on_hotkey(gpointer data) {
    Application *application = data;
    Guest *guest = NULL;
    for (guint i = 0; i < application->guests->len && !guest; i++) {
        Guest *candidate = g_ptr_array_index(application->guests, i);
        if (guest_compositor(candidate) && compositor_has_focus(guest_compositor(candidate)))
            guest = candidate;
    }
    if (!guest)
        guest = desktop_request_guest(application->guests, "", NULL);
    if (guest && !application->is_ending)
        desktop_request_toggle(guest);
}

static void set_hotkey(Application *application) {
    g_autofree char *combination = agent_config_desktop_hotkey();
    g_autoptr(GError) error = NULL;
    if (!combination)
        return;
    application->hotkey = hotkey_new(application->screen, combination, on_hotkey, application, &error);
    if (error)
        g_warning("the desktop has no hot key: %s", error->message);
}

static bool need_screen(Application *application, GError **error) {
    g_autoptr(GError) why = NULL;
    if (application->screen)
        return true;
    application->screen = screen_open(NULL, &why);
    if (!application->screen) {
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_NO_DISPLAY, "no window can be shown: %s", why->message);
        return false;
    }
    for (guint i = 0; i < application->guests->len; i++)
        guest_set_screen(g_ptr_array_index(application->guests, i), application->screen);
    if (application->tray)
        agent_tray_set_screen(application->tray, application->screen);
    set_hotkey(application);
    return true;
}

// Requests that wait

static void on_launched(const LaunchDone *done, const GError *error, gpointer data) {
    Request *request = data;
    if (error) {
        refuse(request, error);
    } else {
        Guest *guest = find_guest(request->application, request->guest);
        GVariant *answer = report_launched(guest, done);
        g_dbus_method_invocation_return_value(request->invocation, g_variant_new("(@a{sv})", answer));
    }
    request_free(request);
}

// Whether the guest has said all it will; starts it the first time.
static bool is_settled(Request *request, Guest *guest) {
    if (guest_is_fresh(guest))
        return true;
    if (g_hash_table_add(request->tried, g_strdup(guest_profile(guest)->name))) {
        guest_trust_ask_nobody(guest_trust(guest), request->asks_passwords || !request->app);
        guest_want(guest);
        return false;
    }
    return guest_is_at_rest(guest) || guest_is_mute(guest);
}

static bool look_at_apps(Request *request) {
    GPtrArray *guests = request->application->guests;
    bool settled = true, any = false;
    const char *failure = NULL;
    for (guint i = 0; i < guests->len; i++) {
        Guest *guest = g_ptr_array_index(guests, i);
        bool cached = guest_catalogue(guest)->apps.count > 0;
        settled = (cached || is_settled(request, guest)) && settled;
        any = any || cached || guest_is_fresh(guest);
        failure = guest_failure(guest) ? guest_failure(guest) : failure;
    }
    if (!settled)
        return false;
    if (guests->len > 0 && !any)
        fail(request->invocation, AGENT_ERROR_NO_GUEST, "%s", failure ? failure : "no guest can be reached");
    else
        g_dbus_method_invocation_return_value(request->invocation,
                                              g_variant_new("(@aa{sv})", report_apps(guests)));
    request_free(request);
    return true;
}

static void launch(Request *request, const Resolved *resolved) {
    guest_trust_ask_nobody(guest_trust(resolved->guest), request->asks_passwords);
    g_free(request->guest);
    request->guest = g_strdup(guest_profile(resolved->guest)->name);
    g_autoptr(GError) error = NULL;
    if (!request->files || !request->files[0]) {
        guest_launch(resolved->guest, resolved->app, request->startup_id, on_launched, request);
    } else if (!guest_open(resolved->guest, resolved->app, (const char *const *)request->files,
                           request->startup_id, on_launched, request, &error)) {
        on_launched(NULL, error, request);
    }
}

static ResolveResult resolve(const Request *request, Resolved *ret_resolved) {
    GPtrArray *guests = request->application->guests;
    bool by_file = !*request->app && request->files && request->files[0];
    return by_file ? resolve_opener(guests, request->guest, request->files[0], ret_resolved)
                   : resolve_app(guests, request->guest, request->app, ret_resolved);
}

static void fail_unknown(Request *request) {
    if (*request->app)
        fail_request(request, AGENT_ERROR_UNKNOWN_APP, "there is no application \"%s\" (see: railhead apps)",
                     request->app);
    else
        fail_request(request, AGENT_ERROR_UNKNOWN_APP, "the guest %s has no program for this",
                     request->guest);
}

static bool look_at_run(Request *request) {
    Resolved resolved;
    Application *application = request->application;
    ResolveResult result = resolve(request, &resolved);
    if (result == RESOLVE_FOUND) {
        launch(request, &resolved);
        return true;
    }
    bool settled = true;
    const char *failure = NULL;
    for (guint i = 0; result == RESOLVE_UNKNOWN && i < application->guests->len; i++) {
        Guest *guest = g_ptr_array_index(application->guests, i);
        if (*request->guest && strcmp(guest_profile(guest)->name, request->guest) != 0)
            continue;
        settled = is_settled(request, guest) && settled;
        failure = !guest_is_fresh(guest) && guest_failure(guest) ? guest_failure(guest) : failure;
    }
    if (!settled)
        return false;
    if (result == RESOLVE_AMBIGUOUS)
        fail_request(request, AGENT_ERROR_UNKNOWN_APP, SEVERAL, request->app);
    else if (failure)
        fail_request(request, AGENT_ERROR_NO_GUEST, "%s", failure);
    else
        fail_unknown(request);
    request_free(request);
    return true;
}

static gboolean on_look(gpointer data) {
    Application *application = data;
    application->look = 0;
    for (GList *at = application->requests.head, *next; at; at = next) {
        Request *request = at->data;
        next = at->next;
        if (request->app ? look_at_run(request) : look_at_apps(request))
            g_queue_delete_link(&application->requests, at);
    }
    return G_SOURCE_REMOVE;
}

static Request *add_request(Application *application, GDBusMethodInvocation *invocation, const char *guest,
                            const char *app, const char *startup_id, const char *const *files) {
    Request *request = g_new0(Request, 1);
    request->application = application;
    request->invocation = invocation;
    request->guest = g_strdup(guest);
    request->app = g_strdup(app);
    request->startup_id = g_strdup(startup_id);
    request->files = g_strdupv((char **)files);
    request->tried = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_queue_push_tail(&application->requests, request);
    if (!application->look)
        application->look = g_idle_add(on_look, application);
    return request;
}

static char *stage_of(gpointer data) {
    const Request *request = data;
    Guest *guest = find_guest(request->application, request->guest);
    for (guint i = 0; !guest && i < request->application->guests->len; i++)
        if (!guest_is_fresh(g_ptr_array_index(request->application->guests, i)))
            guest = g_ptr_array_index(request->application->guests, i);
    return guest ? guest_stage(guest) : NULL;
}

// Who has no terminal does not see what the command says.
static LaunchNotice *notice_for(Application *application, const char *guest, GVariant *platform_data,
                                Request *request) {
    gboolean terminal = FALSE;
    g_variant_lookup(platform_data, "terminal", "b", &terminal);
    return terminal ? NULL : launch_notice_new(application->bus, guest, stage_of, request);
}

// Methods

static bool may_run(Application *application, const char *guest, GError **error) {
    if (application->guests->len == 0)
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_NO_GUEST,
                    "there is no guest yet: railhead guest add wine");
    else if (*guest && !find_guest(application, guest))
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_NO_GUEST,
                    "there is no guest %s (see: railhead guest list)", guest);
    else if (application->is_ending)
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED, "%s", ending);
    else
        return need_screen(application, error);
    return false;
}

static void on_run(Application *application, GVariant *parameters, GDBusMethodInvocation *invocation) {
    const char *guest, *app, *startup_id = NULL;
    g_autofree const char **files = NULL;
    g_autoptr(GVariant) platform_data = NULL;
    g_autoptr(GError) error = NULL;
    g_variant_get(parameters, "(&s&s^a&s@a{sv})", &guest, &app, &files, &platform_data);
    if (!g_variant_lookup(platform_data, "desktop-startup-id", "&s", &startup_id))
        g_variant_lookup(platform_data, "activation-token", "&s", &startup_id);
    take_environment(application, platform_data);
    if (may_run(application, guest, &error)) {
        Request *request = add_request(application, invocation, guest, app, startup_id, files);
        gboolean asks = FALSE;
        g_variant_lookup(platform_data, "asks-passwords", "b", &asks);
        request->asks_passwords = asks;
        request->notice = notice_for(application, guest, platform_data, request);
        return;
    }
    launch_notice_end(notice_for(application, guest, platform_data, NULL), error->message);
    g_dbus_method_invocation_return_gerror(invocation, error);
    if (startup_id && need_screen(application, NULL))
        screen_end_startup(application->screen, startup_id);
}

static void on_flushed(GObject *bus, GAsyncResult *result, gpointer loop) {
    g_dbus_connection_flush_finish(G_DBUS_CONNECTION(bus), result, NULL);
    g_main_loop_quit(loop);
}

static void release_name(Application *application) {
    if (application->name)
        g_bus_unown_name(application->name);
    application->name = 0;
}

static void finish_stop(Stop *stop) {
    Application *application = stop->application;
    Guest *removed = stop->removed ? find_guest(application, stop->removed) : NULL;
    if (removed && !stop->error)
        guest_remove_launchers(removed, &stop->error);
    if (stop->is_last)
        release_name(application);
    if (!stop->invocation)
        g_message("%s", stop->error ? stop->error->message : "stopped from the tray");
    else if (stop->error)
        fail(stop->invocation, AGENT_ERROR_FAILED, "%s", stop->error->message);
    else
        g_dbus_method_invocation_return_value(stop->invocation, NULL);
    if (stop->is_last)
        g_dbus_connection_flush(application->bus, NULL, on_flushed, application->loop);
    g_clear_error(&stop->error);
    g_free(stop->removed);
    g_free(stop);
}

static void on_guest_stopped(const GError *error, gpointer data) {
    Stop *stop = data;
    if (error && !stop->error)
        stop->error = g_error_copy(error);
    if (--stop->waits == 0)
        finish_stop(stop);
}

// name "": all guests, and then the agent.
static void on_stop(Application *application, const char *name, bool removes,
                    GDBusMethodInvocation *invocation) {
    if (*name && !find_guest(application, name)) {
        fail(invocation, AGENT_ERROR_NO_GUEST, "there is no guest %s", name);
        return;
    }
    Stop *stop = g_new0(Stop, 1);
    *stop = (Stop){.application = application, .invocation = invocation, .is_last = !*name, .waits = 1};
    stop->removed = removes ? g_strdup(name) : NULL;
    application->is_ending = application->is_ending || stop->is_last;
    for (guint i = 0; i < application->guests->len; i++) {
        Guest *guest = g_ptr_array_index(application->guests, i);
        if (*name && strcmp(guest_profile(guest)->name, name) != 0)
            continue;
        stop->waits++;
        guest_stop(guest, on_guest_stopped, stop);
    }
    on_guest_stopped(NULL, stop);
}

// The tray

static void on_tray_launched(const LaunchDone *done, const GError *error, gpointer data) {
    Application *application = data;
    if (error)
        agent_tray_tell(application->tray, "The application does not start", error->message);
}

static void on_tray_run(Guest *guest, uint64_t app, gpointer data) {
    Application *application = data;
    g_autoptr(GError) error = NULL;
    if (need_screen(application, &error))
        guest_launch(guest, app, NULL, on_tray_launched, application);
    else
        on_tray_launched(NULL, error, application);
}

static void on_tray_quit(gpointer data) {
    on_stop(data, "", false, NULL);
}

static void on_tray_desktop(Guest *guest, gpointer data) {
    desktop_request_toggle(guest);
}

static bool shows_desktop(Guest *guest) {
    return guest_desktop_is_needed(guest_desktop(guest));
}

static void start_tray(Application *application) {
    AgentTrayCalls calls = {.run = on_tray_run,
                            .toggle_desktop = on_tray_desktop,
                            .shows_desktop = shows_desktop,
                            .quit = on_tray_quit,
                            .user = application};
    application->tray = agent_tray_new(application->bus, application->guests, &calls);
    for (guint i = 0; i < application->guests->len; i++)
        give_tray(application, g_ptr_array_index(application->guests, i));
}

static void on_choose(Application *application, GVariant *parameters, GDBusMethodInvocation *invocation) {
    const char *guest, *app, *choice, *value;
    g_autoptr(GError) error = NULL;
    Resolved resolved;
    g_variant_get(parameters, "(&s&s&s&s)", &guest, &app, &choice, &value);
    ResolveResult result = resolve_app(application->guests, guest, app, &resolved);
    if (result == RESOLVE_AMBIGUOUS)
        fail(invocation, AGENT_ERROR_UNKNOWN_APP, SEVERAL, app);
    else if (result == RESOLVE_UNKNOWN)
        fail(invocation, AGENT_ERROR_UNKNOWN_APP, "there is no application \"%s\" (see: railhead apps --all)",
             app);
    else if (guest_choose(resolved.guest, resolved.app, choice, value, &error))
        g_dbus_method_invocation_return_value(invocation, NULL);
    else
        g_dbus_method_invocation_return_gerror(invocation, error);
}

static void on_given(const GError *error, gpointer data) {
    GDBusMethodInvocation *invocation = data;
    if (error && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED))
        fail(invocation, AGENT_ERROR_FAILED, "%s", error->message);
    else
        g_dbus_method_invocation_return_value(invocation, g_variant_new("(s)", error ? error->message : ""));
}

// The credentials of a guest, or NULL after the answer.
static Credentials *credentials_of(Application *application, const char *name,
                                   GDBusMethodInvocation *invocation) {
    Guest *guest = find_guest(application, name);
    Credentials *credentials = guest ? guest_trust_credentials(guest_trust(guest)) : NULL;
    if (!guest)
        fail(invocation, AGENT_ERROR_NO_GUEST, "there is no guest %s", name);
    else if (!credentials)
        fail(invocation, AGENT_ERROR_USAGE, "the guest %s has no user to log on with", name);
    return credentials;
}

static void on_login(Application *application, GVariant *parameters, GDBusMethodInvocation *invocation) {
    const char *name;
    gint32 index;
    g_variant_get(parameters, "(&sh)", &name, &index);
    GUnixFDList *list = g_dbus_message_get_unix_fd_list(g_dbus_method_invocation_get_message(invocation));
    Credentials *credentials = credentials_of(application, name, invocation);
    int fd = credentials && list ? g_unix_fd_list_get(list, index, NULL) : -1;
    if (fd >= 0)
        credentials_read(credentials, fd, on_given, invocation);
    else if (credentials)
        fail(invocation, AGENT_ERROR_FAILED, "there is no descriptor to read the password from");
}

static void on_forget(Application *application, const char *name, GDBusMethodInvocation *invocation) {
    Credentials *credentials = credentials_of(application, name, invocation);
    if (!credentials)
        return;
    credentials_forget(credentials);
    g_dbus_method_invocation_return_value(invocation, NULL);
}

static void on_open_requests(Application *application, GDBusMethodInvocation *invocation) {
    GVariantBuilder list;
    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < application->guests->len; i++)
        guest_opens_report(guest_opens(g_ptr_array_index(application->guests, i)), &list);
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(aa{sv})", &list));
}

static void on_answer_open(Application *application, GVariant *parameters,
                           GDBusMethodInvocation *invocation) {
    const char *name, *word;
    guint32 id;
    OpenAnswer answer;
    g_autoptr(GError) error = NULL;
    g_variant_get(parameters, "(&su&s)", &name, &id, &word);
    Guest *guest = find_guest(application, name);
    if (!guest)
        fail(invocation, AGENT_ERROR_NO_GUEST, "there is no guest %s", name);
    else if (!open_answer_from_string(word, &answer))
        fail(invocation, AGENT_ERROR_USAGE, "\"%s\" is no answer: allow, always or deny", word);
    else if (guest_opens_answer(guest_opens(guest), id, answer, &error))
        g_dbus_method_invocation_return_value(invocation, NULL);
    else
        fail(invocation, AGENT_ERROR_FAILED, "%s", error->message);
}

static void on_desktop(Application *application, GVariant *parameters, GDBusMethodInvocation *invocation) {
    g_autoptr(GError) error = NULL;
    const char *name;
    g_autoptr(GVariant) options = g_variant_get_child_value(parameters, 2);
    g_variant_get_child(parameters, 0, "&s", &name);
    take_environment(application, options);
    Guest *guest =
        may_run(application, name, &error) ? desktop_request_guest(application->guests, name, &error) : NULL;
    if (guest)
        desktop_request(guest, parameters, invocation);
    else
        g_dbus_method_invocation_return_gerror(invocation, error);
}

static void on_method(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                      const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
                      gpointer data) {
    Application *application = data;
    const char *name = NULL;
    load_guests(application);
    if (strcmp(method, "Status") == 0) {
        GVariant *status = report_status(application->guests, application->screen != NULL);
        g_dbus_method_invocation_return_value(invocation, g_variant_new("(@a{sv})", status));
    } else if (strcmp(method, "Windows") == 0) {
        GVariant *windows = report_windows(application->guests);
        g_dbus_method_invocation_return_value(invocation, g_variant_new("(@aa{sv})", windows));
    } else if (strcmp(method, "Login") == 0) {
        on_login(application, parameters, invocation);
    } else if (strcmp(method, "Forget") == 0) {
        g_variant_get(parameters, "(&s)", &name);
        on_forget(application, name, invocation);
    } else if (strcmp(method, "Choose") == 0) {
        on_choose(application, parameters, invocation);
    } else if (strcmp(method, "OpenRequests") == 0) {
        on_open_requests(application, invocation);
    } else if (strcmp(method, "AnswerOpen") == 0) {
        on_answer_open(application, parameters, invocation);
    } else if (strcmp(method, "Desktop") == 0) {
        on_desktop(application, parameters, invocation);
    } else if (strcmp(method, "GuestsChanged") == 0) {
        for (guint i = 0; i < application->guests->len; i++)
            guest_reload_shares(g_ptr_array_index(application->guests, i));
        g_dbus_method_invocation_return_value(invocation, NULL);
    } else if (strcmp(method, "Stop") == 0 || strcmp(method, "Remove") == 0) {
        g_variant_get(parameters, "(&s)", &name);
        on_stop(application, name, strcmp(method, "Remove") == 0, invocation);
    } else if (strcmp(method, "Run") == 0) {
        on_run(application, parameters, invocation);
    } else if (application->is_ending) {
        fail(invocation, AGENT_ERROR_FAILED, "%s", ending);
    } else {
        need_screen(application, NULL);
        add_request(application, invocation, "", NULL, NULL, NULL);
    }
}

bool application_export(Application *application, GDBusConnection *bus, GError **error) {
    static const GDBusInterfaceVTable table = {.method_call = on_method};
    g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(agent_introspection, error);
    if (!node)
        return false;
    application->bus = g_object_ref(bus);
    application->object = g_dbus_connection_register_object(bus, AGENT_PATH, node->interfaces[0], &table,
                                                            application, NULL, error);
    if (application->object)
        start_tray(application);
    return application->object != 0;
}

void application_own_name(Application *application, GBusNameLostCallback on_lost) {
    application->name =
        g_bus_own_name_on_connection(application->bus, AGENT_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_DO_NOT_QUEUE,
                                     NULL, on_lost, application->loop, NULL);
}

static void on_sleep(bool asleep, gpointer data) {
    Application *application = data;
    for (guint i = 0; i < application->guests->len; i++)
        guest_sleep(g_ptr_array_index(application->guests, i), asleep);
}

void application_log_in(Application *application) {
    need_screen(application, NULL);
    for (guint i = 0; i < application->guests->len; i++) {
        Guest *guest = g_ptr_array_index(application->guests, i);
        if (guest_profile(guest)->starts_at_login)
            guest_want(guest);
    }
}

Application *application_new(GMainLoop *loop) {
    Application *application = g_new0(Application, 1);
    application->loop = loop;
    application->guests = g_ptr_array_new_with_free_func((GDestroyNotify)guest_free);
    g_queue_init(&application->requests);
    load_guests(application);
    application->sleep = sleep_watch_new(on_sleep, application);
    return application;
}

void application_free(Application *application) {
    if (!application)
        return;
    release_name(application);
    sleep_watch_free(application->sleep);
    if (application->object)
        g_dbus_connection_unregister_object(application->bus, application->object);
    g_ptr_array_set_size(application->guests, 0); // they need the tray to the end
    agent_tray_free(application->tray);
    g_ptr_array_unref(application->guests);
    g_clear_handle_id(&application->look, g_source_remove);
    g_queue_clear_full(&application->requests, (GDestroyNotify)request_free);
    hotkey_free(application->hotkey);
    if (application->screen)
        screen_close(application->screen);
    g_clear_object(&application->bus);
    g_free(application);
}
