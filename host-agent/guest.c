// SPDX-License-Identifier: Apache-2.0
// Wires one guest: machine -> session -> link -> events to compositor, catalogue and launches; the answers
// back. When what happens is lifecycle.c's decision, which window a launch brought is launches.c's. Owned by
// the Application; main loop.
#include "host-agent/guest-private.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include "host-agent/agent-error.h"
#include "host-agent/connect-intent.h"
#include "host-agent/machine/folders.h"
#include "host-agent/open-with.h"
#include "rail/message.h"
#include "rail/rail-pdu.h"
#include "shortcuts/launcher.h"

typedef struct Stop {
    Guest *guest;
    GuestOnStopped on_stopped; // or NULL
    gpointer user;
} Stop;

static void handle(Guest *guest, LifecycleEvent event);
static void arm_timer(Guest *guest);

static int64_t now_ms(void) {
    return g_get_monotonic_time() / G_TIME_SPAN_MILLISECOND;
}

static void changed(Guest *guest) {
    guest->on_changed(guest, guest->user);
}

static void set_failure(Guest *guest, const char *text) {
    g_free(guest->failure);
    guest->failure = g_strdup(text);
    if (text)
        g_message("%s: %s", guest->profile->name, text);
}

static void send_publication(uint16_t type, const uint8_t *body, size_t size, gpointer data) {
    Guest *guest = data;
    Intent intent;
    if (!guest->session)
        return;
    intent_init(&intent, INTENT_PUBLICATION);
    intent.as.publication.type = type;
    intent.as.publication.size = size;
    intent.as.publication.body = (uint8_t *)body;
    session_process_send(guest->session, &intent);
}

static void on_catalogue_changed(gpointer data) {
    Guest *guest = data;
    if (guest_catalogue_is_mute(guest->catalogue))
        set_failure(guest, "the guest does not say which applications it has");
    changed(guest);
}

// Launches

static void on_machine_ready(Machine *machine, const GError *error, gpointer data) {
    Guest *guest = data;
    if (error)
        set_failure(guest, error->message);
    handle(guest, error ? LIFECYCLE_MACHINE_FAILED : LIFECYCLE_MACHINE_READY);
}

static void on_machine_stopped(const GError *error, gpointer data) {
    g_autofree Stop *stop = data;
    if (stop->guest->machine) // the guest lives
        handle(stop->guest, LIFECYCLE_STOPPED);
    if (stop->on_stopped)
        stop->on_stopped(error, stop->user);
}

static void stop_machine(Guest *guest) {
    Stop *stop = g_steal_pointer(&guest->stop);
    if (!stop) {
        stop = g_new0(Stop, 1);
        stop->guest = guest;
    }
    machine_stop(guest->machine, on_machine_stopped, stop);
}

static void send_launches(Guest *guest) {
    LaunchBody launch;
    launches_time_passed(guest->launches, now_ms());
    while (guest->session && launches_next(guest->launches, &launch)) {
        WireWriter writer;
        wire_writer_init(&writer);
        launch_encode(&writer, &launch);
        send_publication(MESSAGE_LAUNCH, writer.data, writer.size, guest);
        wire_writer_clear(&writer);
        launch_clear(&launch);
    }
}

// Session

static void forget_session(Guest *guest) {
    guest_trust_cancel(guest->trust);
    guest->asking = false;
    g_clear_pointer(&guest->session, session_process_free);
    guest_files_stop(guest->files);
    guest_opens_reset(guest->opens);
    if (guest->notification_icons)
        guest_icons_clear(guest->notification_icons);
    guest_catalogue_begin_connection(guest->catalogue);
    launches_session_lost(guest->launches);
    guest_desktop_lost(guest->desktop);
    guest->failure_is_told = false;
}

static void on_session_ended(const char *text, gpointer data) {
    Guest *guest = data;
    if (!guest->failure_is_told)
        set_failure(guest, text);
    forget_session(guest);
    handle(guest, LIFECYCLE_SESSION_ENDED);
}

static void on_session_silent(bool silent, gpointer data) {
    Guest *guest = data;
    set_failure(guest, silent ? "the guest does not answer" : NULL);
    handle(guest, silent ? LIFECYCLE_SILENT : LIFECYCLE_HEARD);
}

static void on_event(DeskEvent *event, int fd, gpointer data);

static void choose_size(Guest *guest) {
    Scale scale = connect_intent_scale(guest->profile, guest->screen);
    guest->scale = guest->compositor ? compositor_set_scale(guest->compositor, scale) : scale;
    connect_intent_size(guest->profile, guest->screen, guest->scale, &guest->width, &guest->height);
    profile_limit(guest->profile, &guest->width, &guest->height);
    machine_resize(guest->machine, guest->width, guest->height);
}

static bool open_session(Guest *guest, GError **error) {
    static const SessionCallbacks callbacks = {
        .event = on_event, .ended = on_session_ended, .silent = on_session_silent};
    g_autofree char *state = folder_state(guest->profile->name);
    g_autofree char *log = g_build_filename(state, "session.log", NULL);
    g_autofree char *files_log = g_build_filename(state, "files.log", NULL);
    MachineAddress address;
    machine_address(guest->machine, &address);
    const char *socket = address.address[0] == '/' ? address.address : NULL;
    guest->end = LIFECYCLE_END_BROKEN;
    if (!folder_make(state, error))
        return false;
    guest->session = session_process_new(socket, guest_files_start(guest->files, files_log), log, &callbacks,
                                         guest, error);
    return guest->session != NULL;
}

static void on_trusted(const char *password, const GError *error, gpointer data) {
    Guest *guest = data;
    g_autoptr(GError) why = NULL;
    guest->asking = false;
    if (error || !open_session(guest, &why)) {
        guest->end = LIFECYCLE_END_HELD; // another try would meet the same
        on_session_ended(error ? error->message : why->message, guest);
        return;
    }
    Intent intent;
    connect_intent_fill(
        &intent, guest->profile, guest->machine,
        &(ConnectDesktop){guest->screen, guest->compositor, guest->scale, guest->width, guest->height},
        catalogue_hash(guest_catalogue(guest)));
    if (password)
        g_strlcpy(intent.as.connect.password, password, INTENT_TEXT_MAX + 1);
    session_process_send(guest->session, &intent);
    intent_clear(&intent);
    guest->lifecycle.deadline = now_ms() + LIFECYCLE_CONNECT_MAX;
    arm_timer(guest);
}

static void start_session(Guest *guest) {
    choose_size(guest);
    forget_session(guest);
    guest->asking = true;
    guest_trust_begin(guest->trust, on_trusted, guest);
}

static bool has_windows(Guest *guest) {
    return guest_desktop_is_needed(guest->desktop) ||
           (guest->notification_icons && guest_icons_count(guest->notification_icons)) ||
           (guest->compositor && compositor_has_windows(guest->compositor));
}

static void fail_launches(Guest *guest, LaunchState state, const char *text) {
    g_autoptr(GError) error =
        g_error_new(AGENT_ERROR, AGENT_ERROR_NO_GUEST, "the guest %s %s%s%s", guest->profile->name, text,
                    guest->failure ? ": " : "", guest->failure ? guest->failure : "");
    launches_fail(guest->launches, state, error);
}

static void change_windows(Guest *guest, uint32_t actions) {
    if (actions & LIFECYCLE_DROP_WINDOWS)
        launches_forget_windows(guest->launches);
    if (!guest->compositor)
        return;
    if (actions & LIFECYCLE_DROP_WINDOWS)
        compositor_drop(guest->compositor);
    else if (actions & LIFECYCLE_GREY_WINDOWS && guest->lifecycle.silent)
        compositor_set_silent(guest->compositor, true);
    else if (actions & LIFECYCLE_GREY_WINDOWS)
        compositor_session_lost(guest->compositor);
    else if (actions & LIFECYCLE_SHOW_WINDOWS)
        compositor_set_silent(guest->compositor, false);
}

static void fail_what_is_lost(Guest *guest, uint32_t actions) {
    if (actions & LIFECYCLE_FAIL_SENT)
        fail_launches(guest, LAUNCH_STATE_SENT, "was lost while the program was being started");
    if (actions & LIFECYCLE_FAIL_LAUNCHES)
        fail_launches(guest, LAUNCH_STATE_QUEUED, "cannot be reached");
    if (actions & LIFECYCLE_FAIL_LAUNCHES)
        guest_desktop_give_up(guest->desktop, guest->failure);
    if (actions & (LIFECYCLE_FAIL_LAUNCHES | LIFECYCLE_DROP_WINDOWS))
        fail_launches(guest, LAUNCH_STATE_STARTED, "was lost before the program showed a window");
}

static uint32_t step(Guest *guest, LifecycleEvent event) {
    LifecycleState before = guest->lifecycle.state;
    LifecycleFacts facts = {.launches = launches_waiting(guest->launches),
                            .windows = has_windows(guest),
                            .local = guest->profile->kind == PROFILE_EMBEDDED,
                            .end = guest->end,
                            .linger = guest->profile->linger,
                            .linger_time = guest->profile->linger_time,
                            .random = g_random_int(),
                            .now = now_ms()};
    uint32_t actions = lifecycle_handle(&guest->lifecycle, event, &facts);
    if (guest->lifecycle.state != before)
        g_message("%s: %s -> %s (%s)", guest->profile->name, lifecycle_state_to_string(before),
                  lifecycle_state_to_string(guest->lifecycle.state), lifecycle_event_to_string(event));
    if (guest->lifecycle.state == LIFECYCLE_READY || guest->lifecycle.state == LIFECYCLE_OFF)
        guest->end = LIFECYCLE_END_BROKEN;
    return actions;
}

static void handle(Guest *guest, LifecycleEvent event) {
    LifecycleState before = guest->lifecycle.state;
    uint32_t actions = step(guest, event);
    bool has_changed = guest->lifecycle.state != before;
    fail_what_is_lost(guest, actions);
    if (actions & LIFECYCLE_END_SESSION)
        forget_session(guest);
    change_windows(guest, actions);
    if (has_changed)
        guest_catalogue_watch(guest->catalogue, guest->lifecycle.state == LIFECYCLE_READY);
    if (has_changed && (guest->lifecycle.state == LIFECYCLE_READY || before == LIFECYCLE_STOPPING))
        set_failure(guest, NULL);
    if (actions & LIFECYCLE_SEND_LAUNCHES)
        send_launches(guest);
    if (actions & LIFECYCLE_LOG_OFF)
        send_publication(MESSAGE_LOG_OFF, NULL, 0, guest);
    if (actions & LIFECYCLE_START_SESSION)
        start_session(guest);
    if (actions & LIFECYCLE_START_MACHINE)
        machine_start(guest->machine, on_machine_ready, guest);
    if (actions & LIFECYCLE_STOP_MACHINE)
        stop_machine(guest);
    arm_timer(guest);
    if (has_changed)
        changed(guest);
}

static gboolean on_timer(gpointer data) {
    Guest *guest = data;
    guest->timer = 0;
    launches_time_passed(guest->launches, now_ms());
    if (!guest->asking && guest->lifecycle.deadline && now_ms() >= guest->lifecycle.deadline)
        handle(guest, LIFECYCLE_TIME);
    else
        handle(guest, LIFECYCLE_LOOK);
    return G_SOURCE_REMOVE;
}

static void arm_timer(Guest *guest) {
    int64_t due = launches_deadline(guest->launches),
            lifecycle = guest->asking ? 0 : guest->lifecycle.deadline, now = now_ms();
    if (!due || (lifecycle && lifecycle < due))
        due = lifecycle;
    g_clear_handle_id(&guest->timer, g_source_remove);
    if (due)
        guest->timer = g_timeout_add(due > now ? (guint)(due - now) : 0, on_timer, guest);
}

// Events of the session

// A window of another program that has the id of one from before the connection was lost is another window.
static void on_window_app(Guest *guest, const uint8_t *untrusted_body, size_t size) {
    WindowAppBody body;
    if (!window_app_decode(untrusted_body, size, &body))
        return;
    if (!launches_window_app(guest->launches, &body)) {
        if (guest->compositor)
            compositor_renew(guest->compositor, body.window);
        launches_window_gone(guest->launches, body.window);
        launches_window_app(guest->launches, &body);
    }
    if (guest->compositor)
        compositor_identity_changed(guest->compositor, body.window);
}

static const char *no_drive_reason(const Guest *guest) {
    if (guest->profile->kind != PROFILE_EMBEDDED)
        return "its policy may forbid them";
    return g_access("/dev/fuse", R_OK | W_OK) == 0 ? "FUSE could not mount it, see embedded.log"
                                                   : "there is no /dev/fuse to mount one with";
}

static void on_launch_result(Guest *guest, const LaunchResultBody *result) {
    if (result->status != LAUNCH_NO_DRIVE) {
        launches_result(guest->launches, result);
        return;
    }
    g_autoptr(GError) error = g_error_new(
        AGENT_ERROR, AGENT_ERROR_FAILED,
        "the guest cannot read the file, since it has no drive of this machine: %s", no_drive_reason(guest));
    launches_fail_one(guest->launches, result->request, error);
}

static void on_message(Guest *guest, uint16_t type, const uint8_t *untrusted_body, size_t size) {
    LaunchResultBody result;
    uint32_t process;
    LogBody log;
    guest_desktop_take_message(guest->desktop, type, untrusted_body, size);
    if (guest_catalogue_take(guest->catalogue, type, untrusted_body, size))
        return;
    if (type == MESSAGE_WINDOW_APP)
        on_window_app(guest, untrusted_body, size);
    else if (type == MESSAGE_LAUNCH_RESULT && launch_result_decode(untrusted_body, size, &result))
        on_launch_result(guest, &result);
    else if (type == MESSAGE_LAUNCH_ENDED && u32_decode(untrusted_body, size, &process))
        launches_process_ended(guest->launches, process);
    else if (type == MESSAGE_OPEN_REQUEST)
        guest_opens_take(guest->opens, untrusted_body, size);
    else if (type == MESSAGE_LOG && log_decode(untrusted_body, size, &log))
        g_message("%s says: %s", guest->profile->name, log.text);
}

static LifecycleEnd end_of(uint32_t code) {
    switch (code) {
    case SESSION_END_ASKED:
        return LIFECYCLE_END_ASKED;
    case SESSION_END_REFUSED:
    case SESSION_END_LOGON:
    case SESSION_END_CERTIFICATE:
    case SESSION_END_TAKEN:
        return LIFECYCLE_END_HELD;
    case SESSION_END_GUEST:
        return LIFECYCLE_END_LOGGED_OFF;
    default:
        return LIFECYCLE_END_BROKEN;
    }
}

static void on_session_state(Guest *guest, const DeskEvent *event) {
    g_autofree char *text = NULL;
    g_message("%s: session %s %s", guest->profile->name, session_state_to_string(event->as.session.state),
              event->as.session.text);
    switch (event->as.session.state) {
    case SESSION_CONNECTED:
        handle(guest, LIFECYCLE_CONNECTED);
        break;
    case SESSION_PUBLISHED:
        handle(guest, LIFECYCLE_PUBLISHED);
        break;
    case SESSION_AGENT_LOST:
        handle(guest, LIFECYCLE_AGENT_LOST);
        break;
    case SESSION_ENDED:
        guest->end = end_of(event->as.session.code);
        guest->failure_is_told = true;
        text = guest_trust_explain(guest->trust, event);
        set_failure(guest, guest->end == LIFECYCLE_END_ASKED ? NULL : text);
        break;
    default:
        break;
    }
}

static void on_exec_result(Guest *guest, const DeskEvent *event) {
    const char *text = rail_exec_result_to_string(event->as.exec.result);
    if (event->as.exec.result == RAIL_EXEC_S_OK)
        return;
    g_warning("%s: the guest agent does not start: %s (0x%x)", guest->profile->name, text,
              event->as.exec.raw);
    set_failure(guest, text);
    changed(guest);
}

static gboolean on_look(gpointer data) {
    Guest *guest = data;
    guest->look = 0;
    handle(guest, LIFECYCLE_LOOK);
    return G_SOURCE_REMOVE;
}

static void look_soon(Guest *guest) {
    if (!guest->look)
        guest->look = g_idle_add(on_look, guest);
}

static gboolean on_reconnect(gpointer data) {
    Guest *guest = data;
    guest->reconnect = 0;
    if (guest->session)
        on_session_ended("the host has larger monitors", guest);
    return G_SOURCE_REMOVE;
}

// A guest that cannot be told of other monitors while it is connected is connected anew when they outgrow its
// desktop; a desktop that is too large hurts nobody.
static void on_display(Guest *guest, const DeskEvent *event) {
    uint32_t width, height;
    connect_intent_size(guest->profile, guest->screen, guest->scale, &width, &height);
    if (event->as.display.follows || (width <= guest->width && height <= guest->height))
        return;
    g_message("%s: the monitors have outgrown %ux%u", guest->profile->name, guest->width, guest->height);
    if (!guest->reconnect)
        guest->reconnect = g_idle_add(on_reconnect, guest);
}

static void on_event(DeskEvent *event, int fd, gpointer data) {
    Guest *guest = data;
    guest_trust_take(guest->trust, event);
    launches_time_passed(guest->launches, now_ms());
    if (event->kind == DESK_EVENT_EXEC_RESULT)
        on_exec_result(guest, event);
    if (event->kind == DESK_EVENT_SESSION)
        on_session_state(guest, event);
    if (event->kind == DESK_EVENT_PUBLICATION) {
        on_message(guest, event->as.publication.type, event->as.publication.body, event->as.publication.size);
        arm_timer(guest);
        return;
    }
    if (guest->notification_icons)
        guest_icons_take_event(guest->notification_icons, event);
    bool raised = event->kind == DESK_EVENT_STACKING && event->as.stacking.has_active;
    uint32_t active = raised ? event->as.stacking.active : 0;
    if (guest->compositor)
        compositor_take_event(guest->compositor, event, fd);
    else if (fd >= 0)
        close(fd);
    guest_desktop_take_event(guest->desktop, event,
                             guest->compositor && compositor_desktop_window(guest->compositor));
    if (raised)
        launches_activated(guest->launches, active);
    if (raised || event->kind == DESK_EVENT_WINDOW || event->kind == DESK_EVENT_WINDOW_GONE)
        look_soon(guest);
    if (event->kind == DESK_EVENT_DISPLAY)
        on_display(guest, event);
}

// Callbacks of the compositor

static void on_intent(const Intent *intent, gpointer data) {
    Guest *guest = data;
    Intent monitors = *intent;
    if (!guest->session)
        return;
    if (intent->kind != INTENT_MONITORS) {
        session_process_send(guest->session, intent);
        return;
    }
    if (guest->profile->width) // its desktop has the size that the user wants
        layout_clip(&monitors.as.monitors, (Box){0, 0, guest->width, guest->height});
    session_process_send(guest->session, &monitors);
}

static void forget_shown_icons(Guest *guest) {
    for (size_t i = 0; i < guest->n_shown_icons; i++)
        raster_free(guest->shown_icons[i]);
    guest->n_shown_icons = 0;
}

static bool on_identify(uint32_t window, WindowIdentity *ret_identity, gpointer data) {
    Guest *guest = data;
    uint64_t id;
    if (!launches_app_of(guest->launches, window, &id))
        return false;
    const App *app = id ? catalogue_find(guest_catalogue(guest), id) : NULL;
    const char *startup_id = launches_startup_id(guest->launches, window);
    forget_shown_icons(guest);
    if (app)
        guest->n_shown_icons = guest_catalogue_load_icons(guest->catalogue, app, guest->shown_icons);
    *ret_identity = (WindowIdentity){.wm_class = launcher_id(guest->profile->name, app ? id : 0),
                                     .name = app ? launcher_label(app) : g_strdup(guest->profile->name),
                                     .icons = guest->shown_icons,
                                     .n_icons = guest->n_shown_icons,
                                     .startup_id = g_strdup(startup_id)};
    return true;
}

static void on_painted(uint32_t window, gpointer data) {
    Guest *guest = data;
    launches_time_passed(guest->launches, now_ms());
    launches_painted(guest->launches, window);
    look_soon(guest);
    changed(guest);
}

static void on_gone(uint32_t window, gpointer data) {
    Guest *guest = data;
    launches_window_gone(guest->launches, window);
    look_soon(guest);
    changed(guest);
}

// Callbacks of the notification icons

static void on_icon_message(uint32_t window, uint32_t icon, uint32_t message, gpointer data) {
    Intent intent;
    intent_init(&intent, INTENT_NOTIFY);
    intent.window = window;
    intent.as.notify.icon = icon;
    intent.as.notify.message = message;
    on_intent(&intent, data);
}

static void on_icon_point(int x, int y, gpointer data) {
    Guest *guest = data;
    if (guest->compositor)
        compositor_point(guest->compositor, x, y);
}

static void on_leave_desktop(gpointer data) {
    guest_desktop_hide(((Guest *)data)->desktop, NULL, NULL);
}

static void on_desktop_look(const DesktopLook *look, gpointer data) {
    Guest *guest = data;
    if (guest->compositor)
        compositor_set_desktop_look(guest->compositor, look);
}

// Life of the object

Guest *guest_new(Profile *profile, GuestOnChanged on_changed, gpointer user) {
    static const GuestCatalogueCallbacks callbacks = {.send = send_publication,
                                                      .changed = on_catalogue_changed};
    static const GuestDesktopCallbacks desktop_callbacks = {send_publication, on_desktop_look,
                                                            on_catalogue_changed};
    Guest *guest = g_new0(Guest, 1);
    guest->profile = profile;
    guest->on_changed = on_changed;
    guest->user = user;
    guest->catalogue = guest_catalogue_new(profile, &callbacks, guest);
    guest->launches = launches_new();
    guest->trust = guest_trust_new(profile);
    guest->desktop = guest_desktop_new(profile->name, &desktop_callbacks, guest);
    guest->files = guest_files_new(profile->name);
    guest->opens = guest_opens_new(profile->name, guest->files, send_publication, guest);
    guest->machine = profile->kind == PROFILE_EMBEDDED
                         ? machine_new_embedded(profile->name)
                         : machine_new_remote(profile->address, profile->user, NULL);
    choose_size(guest);
    return guest;
}

void guest_free(Guest *guest) {
    if (!guest)
        return;
    g_clear_handle_id(&guest->reconnect, g_source_remove);
    session_process_free(guest->session);
    guest_set_screen(guest, NULL);
    g_clear_handle_id(&guest->timer, g_source_remove);
    g_clear_handle_id(&guest->look, g_source_remove);
    guest_icons_free(guest->notification_icons);
    g_clear_pointer(&guest->desktop, guest_desktop_free);
    launches_free(guest->launches);
    guest_opens_free(guest->opens);
    guest_files_free(guest->files);
    guest_catalogue_free(guest->catalogue);
    machine_free(g_steal_pointer(&guest->machine));
    forget_shown_icons(guest);
    guest_trust_free(guest->trust);
    profile_free(guest->profile);
    g_free(guest->failure);
    g_free(guest);
}

static void on_icon_point_here(gpointer data) {
    Guest *guest = data;
    if (guest->compositor)
        compositor_point_here(guest->compositor);
}

void guest_set_tray(Guest *guest, StatusHost *host, Notifier *notifier) {
    guest_icons_free(guest->notification_icons);
    guest->notification_icons =
        guest_icons_new(host, notifier, guest->profile->name,
                        &(GuestIconsCalls){on_icon_message, on_icon_point, on_icon_point_here, guest});
}

void guest_set_screen(Guest *guest, Screen *screen) {
    static const CompositorCallbacks callbacks = {.intent = on_intent,
                                                  .identify = on_identify,
                                                  .painted = on_painted,
                                                  .gone = on_gone,
                                                  .leave_desktop = on_leave_desktop};
    if (screen == guest->screen)
        return;
    g_clear_pointer(&guest->compositor, compositor_free);
    guest->screen = screen;
    if (!screen)
        return;
    guest->compositor = compositor_new(screen, guest->profile->name, &callbacks, guest);
    if (guest->profile->frame != PROFILE_NO_FRAME)
        compositor_set_frame(guest->compositor, guest->profile->frame);
    if (guest->lifecycle.state == LIFECYCLE_OFF)
        choose_size(guest);
    else if (guest->session) // it has announced its windows to nobody: connect anew
        on_session_ended(NULL, guest);
}

bool guest_choose(Guest *guest, uint64_t app, const char *choice, const char *value, GError **error) {
    if (!guest_catalogue_choose(guest->catalogue, app, choice, value, error))
        return false;
    changed(guest);
    return true;
}

void guest_want(Guest *guest) {
    handle(guest, LIFECYCLE_WANTED);
}

void guest_launch(Guest *guest, uint64_t app, const char *startup_id, LaunchOnDone on_done, gpointer user) {
    launches_add(guest->launches, app, startup_id, on_done, user);
    handle(guest, LIFECYCLE_WANTED);
}

bool guest_open(Guest *guest, uint64_t app, const char *const *uris, const char *startup_id,
                LaunchOnDone on_done, gpointer user, GError **error) {
    uint64_t type = 0, verb = 0;
    g_auto(GStrv) names = guest_files_name(guest->files, uris, error);
    if (!names)
        return false;
    open_with_verb(guest_catalogue(guest), app, names, &type, &verb);
    uint32_t request = launches_add(guest->launches, app, startup_id, on_done, user);
    launches_set_arguments(guest->launches, request, type, verb, names);
    handle(guest, LIFECYCLE_WANTED);
    return true;
}

void guest_reload_shares(Guest *guest) {
    guest_files_reload(guest->files);
    guest_opens_reload(guest->opens);
}

void guest_stop(Guest *guest, GuestOnStopped on_stopped, gpointer user) {
    guest->stop = g_new0(Stop, 1);
    *guest->stop = (Stop){guest, on_stopped, user};
    handle(guest, LIFECYCLE_STOP);
}

void guest_sleep(Guest *guest, bool asleep) {
    handle(guest, asleep ? LIFECYCLE_SLEEP : LIFECYCLE_WAKE);
    if (!asleep && guest->session)
        session_process_check(guest->session);
}

bool guest_remove_launchers(Guest *guest, GError **error) {
    return guest_catalogue_remove_launchers(guest->catalogue, error);
}
