// SPDX-License-Identifier: Apache-2.0
// The queue of launches. A request is sent once: after a lost session those without an answer fail, those not
// sent stay. A started one is done with the window of its process, or an unclaimed one of its application
// that an unknown process has shown since. What a process shows or raises that was there before counts only
// once nothing better is to come: the launched process has ended (it has handed over what it was asked),
// there never was one, or none of its windows came for a while. Owned by a Guest; pure but for the callbacks.
#include "host-agent/launches.h"
#include "host-agent/agent-error.h"

#define WINDOWS_KNOWN_MAX 4096

typedef struct Launch {
    uint32_t request, process;
    uint64_t app, type, verb, sent_at;
    char **arguments;
    LaunchState state;
    bool ended;               // the process it has started
    int64_t deadline, settle; // ms, 0: not set; settle: then an old window will do
    char *startup_id;
    uint32_t startup_window; // that has the id, 0: none yet
    LaunchOnDone on_done;
    gpointer user;
} Launch;

typedef struct Known {
    uint32_t process;
    uint64_t app;
    uint64_t told_at, painted_at, shown_at; // counts of the clock below, 0: never; shown: painted or raised
    bool told, claimed, doubted;            // doubted: told in a session that was lost
} Known;

struct Launches {
    GQueue open; // of Launch, oldest first
    GHashTable *windows;
    uint32_t last_request;
    uint64_t clock; // counts events, so that before and after can be told
    int64_t now;    // ms
};

Launches *launches_new(void) {
    Launches *launches = g_new0(Launches, 1);
    g_queue_init(&launches->open);
    launches->windows = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return launches;
}

static void finish(Launches *launches, GList *link, const LaunchDone *done, const GError *error) {
    Launch *launch = link->data;
    g_queue_delete_link(&launches->open, link);
    launch->on_done(done, error, launch->user);
    g_free(launch->startup_id);
    g_strfreev(launch->arguments);
    g_free(launch);
}

void launches_free(Launches *launches) {
    if (!launches)
        return;
    g_autoptr(GError) error = g_error_new_literal(AGENT_ERROR, AGENT_ERROR_FAILED, "the guest was removed");
    while (launches->open.head)
        finish(launches, launches->open.head, NULL, error);
    g_hash_table_unref(launches->windows);
    g_free(launches);
}

uint32_t launches_add(Launches *launches, uint64_t app, const char *startup_id, LaunchOnDone on_done,
                      gpointer user) {
    Launch *launch = g_new0(Launch, 1);
    launch->request = ++launches->last_request;
    launch->app = app;
    launch->startup_id = g_strdup(startup_id);
    launch->on_done = on_done;
    launch->user = user;
    g_queue_push_tail(&launches->open, launch);
    return launch->request;
}

static GList *find(Launches *launches, uint32_t request) {
    for (GList *at = launches->open.head; at; at = at->next)
        if (((Launch *)at->data)->request == request)
            return at;
    return NULL;
}

void launches_set_arguments(Launches *launches, uint32_t request, uint64_t type, uint64_t verb,
                            char *const *arguments) {
    GList *link = find(launches, request);
    if (!link)
        return;
    Launch *launch = link->data;
    g_strfreev(launch->arguments);
    launch->type = type;
    launch->verb = verb;
    launch->arguments = g_strdupv((char **)arguments);
}

bool launches_waiting(const Launches *launches) {
    return launches->open.head != NULL;
}

bool launches_next(Launches *launches, LaunchBody *ret_body) {
    for (GList *at = launches->open.head; at; at = at->next) {
        Launch *launch = at->data;
        if (launch->state != LAUNCH_STATE_QUEUED)
            continue;
        launch->state = LAUNCH_STATE_SENT;
        launch->sent_at = ++launches->clock;
        launch->deadline = launches->now + LAUNCH_TIME_MAX;
        *ret_body = (LaunchBody){
            .request = launch->request, .app = launch->app, .type = launch->type, .verb = launch->verb};
        for (char **argument = launch->arguments; argument && *argument; argument++)
            if (ret_body->n_arguments < LAUNCH_ARGUMENTS_MAX)
                ret_body->arguments[ret_body->n_arguments++] = g_strdup(*argument);
        return true;
    }
    return false;
}

void launches_fail(Launches *launches, LaunchState state, const GError *error) {
    for (GList *at = launches->open.head, *next; at; at = next) {
        next = at->next;
        if (((Launch *)at->data)->state == state)
            finish(launches, at, NULL, error);
    }
}

void launches_fail_one(Launches *launches, uint32_t request, const GError *error) {
    GList *link = find(launches, request);
    if (link)
        finish(launches, link, NULL, error);
}

static Known *known(Launches *launches, uint32_t window) {
    Known *entry = g_hash_table_lookup(launches->windows, GUINT_TO_POINTER(window));
    if (entry || g_hash_table_size(launches->windows) >= WINDOWS_KNOWN_MAX)
        return entry;
    entry = g_new0(Known, 1);
    g_hash_table_insert(launches->windows, GUINT_TO_POINTER(window), entry);
    return entry;
}

// Whether the process was known before the launch was sent, by any of its windows.
static bool is_older(const Launches *launches, uint32_t process, uint64_t sent_at) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, launches->windows);
    while (g_hash_table_iter_next(&iter, NULL, &value)) {
        const Known *window = value;
        if (window->told && window->process == process && window->told_at < sent_at)
            return true;
    }
    return false;
}

static bool is_of_another(const Launches *launches, const Launch *launch, uint32_t process) {
    for (const GList *at = launches->open.head; at; at = at->next)
        if (at->data != launch && process && ((const Launch *)at->data)->process == process)
            return true;
    return false;
}

typedef enum Fit { FIT_NONE, FIT_OLD, FIT_NEW, FIT_OWN } Fit;

static Fit fit_of(const Launches *launches, const Launch *launch, const Known *window) {
    if (!window->told || window->claimed || !window->painted_at || window->shown_at < launch->sent_at)
        return FIT_NONE;
    if (launch->process && window->process == launch->process)
        return FIT_OWN;
    if (window->app != launch->app || is_of_another(launches, launch, window->process))
        return FIT_NONE;
    bool is_new =
        window->painted_at >= launch->sent_at && !is_older(launches, window->process, launch->sent_at);
    return is_new ? FIT_NEW : FIT_OLD;
}

static uint32_t best_window(const Launches *launches, const Launch *launch, Fit *ret_fit) {
    GHashTableIter iter;
    gpointer id, value;
    uint32_t best = 0;
    *ret_fit = FIT_NONE;
    g_hash_table_iter_init(&iter, launches->windows);
    while (g_hash_table_iter_next(&iter, &id, &value)) {
        Fit fit = fit_of(launches, launch, value);
        if (fit <= *ret_fit)
            continue;
        *ret_fit = fit;
        best = GPOINTER_TO_UINT(id);
    }
    return best;
}

static uint32_t window_for(const Launches *launches, Launch *launch) {
    Fit fit;
    uint32_t window = best_window(launches, launch, &fit);
    bool hands_over =
        !launch->process || launch->ended || (launch->settle && launches->now >= launch->settle);
    if (fit == FIT_OLD && !hands_over) {
        if (!launch->settle)
            launch->settle = launches->now + LAUNCH_RAISE_WAIT;
        return 0;
    }
    return window;
}

static void match(Launches *launches) {
    for (GList *at = launches->open.head, *next; at; at = next) {
        Launch *launch = at->data;
        next = at->next;
        uint32_t window = launch->state == LAUNCH_STATE_STARTED ? window_for(launches, launch) : 0;
        if (!window)
            continue;
        Known *entry = known(launches, window);
        entry->claimed = entry->painted_at >= launch->sent_at;
        entry->shown_at = 0;
        finish(launches, at, &(LaunchDone){.window = window, .process = entry->process}, NULL);
    }
}

static int64_t sooner(int64_t a, int64_t b) {
    return !a || (b && b < a) ? b : a;
}

int64_t launches_deadline(const Launches *launches) {
    int64_t deadline = 0;
    for (const GList *at = launches->open.head; at; at = at->next) {
        const Launch *launch = at->data;
        deadline = sooner(deadline, launch->deadline);
        if (launch->settle > launches->now)
            deadline = sooner(deadline, launch->settle);
    }
    return deadline;
}

void launches_time_passed(Launches *launches, int64_t now) {
    launches->now = now;
    match(launches);
    for (GList *at = launches->open.head, *next; at; at = next) {
        const Launch *launch = at->data;
        next = at->next;
        if (!launch->deadline || now < launch->deadline)
            continue;
        g_autoptr(GError) error =
            g_error_new(AGENT_ERROR, AGENT_ERROR_TIMEOUT,
                        launch->ended ? "the program has ended, and showed no window within %d s"
                                      : "the guest showed no window of the application within %d s",
                        LAUNCH_TIME_MAX / 1000);
        finish(launches, at, NULL, error);
    }
}

static GError *error_of(const LaunchResultBody *result) {
    switch (result->status) {
    case LAUNCH_UNKNOWN_APP:
        return g_error_new(AGENT_ERROR, AGENT_ERROR_UNKNOWN_APP,
                           "the guest does not have this application any more");
    case LAUNCH_NOT_FOUND:
        return g_error_new(AGENT_ERROR, AGENT_ERROR_FAILED,
                           "the program behind the shortcut is not there in the guest");
    case LAUNCH_DENIED:
        return g_error_new(AGENT_ERROR, AGENT_ERROR_FAILED,
                           "the guest refused to start the program (access denied)");
    case LAUNCH_UNKNOWN_VERB:
        return g_error_new(AGENT_ERROR, AGENT_ERROR_FAILED,
                           "the guest does not open this type of document any more");
    case LAUNCH_BAD_ARGUMENTS:
        return g_error_new(AGENT_ERROR, AGENT_ERROR_FAILED, "the guest cannot pass on these arguments");
    default:
        return g_error_new(AGENT_ERROR, AGENT_ERROR_FAILED,
                           "the guest could not start the program (Windows error %u)", result->error);
    }
}

void launches_result(Launches *launches, const LaunchResultBody *result) {
    GList *link = find(launches, result->request);
    Launch *launch = link ? link->data : NULL;
    if (!launch || launch->state != LAUNCH_STATE_SENT)
        return;
    if (result->status != LAUNCH_OK) {
        g_autoptr(GError) error = error_of(result);
        finish(launches, link, NULL, error);
        return;
    }
    launch->state = LAUNCH_STATE_STARTED;
    launch->process = result->process;
    match(launches);
}

void launches_process_ended(Launches *launches, uint32_t process) {
    for (GList *at = launches->open.head; at; at = at->next)
        if (process && ((Launch *)at->data)->process == process)
            ((Launch *)at->data)->ended = true;
    match(launches);
}

bool launches_window_app(Launches *launches, const WindowAppBody *body) {
    Known *window = known(launches, body->window);
    if (!window)
        return true;
    if (window->doubted && (window->process != body->process || window->app != body->app))
        return false;
    if (!window->told)
        window->told_at = ++launches->clock;
    window->process = body->process;
    window->app = body->app;
    window->told = true;
    window->doubted = false;
    match(launches);
    return true;
}

void launches_painted(Launches *launches, uint32_t id) {
    Known *window = known(launches, id);
    if (!window)
        return;
    window->painted_at = window->shown_at = ++launches->clock;
    match(launches);
}

void launches_activated(Launches *launches, uint32_t id) {
    Known *window = g_hash_table_lookup(launches->windows, GUINT_TO_POINTER(id));
    if (!window || !window->painted_at)
        return;
    window->shown_at = ++launches->clock;
    window->claimed = false;
    match(launches);
}

void launches_window_gone(Launches *launches, uint32_t window) {
    for (GList *at = launches->open.head; at; at = at->next)
        if (((Launch *)at->data)->startup_window == window)
            ((Launch *)at->data)->startup_window = 0;
    g_hash_table_remove(launches->windows, GUINT_TO_POINTER(window));
}

void launches_session_lost(Launches *launches) {
    GHashTableIter iter;
    gpointer value;
    g_hash_table_iter_init(&iter, launches->windows);
    while (g_hash_table_iter_next(&iter, NULL, &value))
        ((Known *)value)->doubted = ((Known *)value)->told;
}

void launches_forget_windows(Launches *launches) {
    for (GList *at = launches->open.head; at; at = at->next)
        ((Launch *)at->data)->startup_window = 0;
    g_hash_table_remove_all(launches->windows);
}

bool launches_app_of(const Launches *launches, uint32_t window, uint64_t *ret_app) {
    const Known *entry = g_hash_table_lookup(launches->windows, GUINT_TO_POINTER(window));
    if (!entry || !entry->told)
        return false;
    *ret_app = entry->app;
    return true;
}

// The launch that a window which was never seen comes of: by its process, else by its application.
static Launch *startup_of(const Launches *launches, uint32_t window, const Known *entry) {
    Launch *best = NULL;
    for (GList *at = launches->open.head; at; at = at->next) {
        Launch *launch = at->data;
        if (launch->startup_window == window)
            return launch;
        if (!launch->startup_id || launch->startup_window || launch->state == LAUNCH_STATE_QUEUED ||
            entry->painted_at)
            continue;
        if (launch->process && launch->process == entry->process)
            return launch;
        if (!best && launch->app == entry->app)
            best = launch;
    }
    return best;
}

const char *launches_startup_id(Launches *launches, uint32_t window) {
    const Known *entry = g_hash_table_lookup(launches->windows, GUINT_TO_POINTER(window));
    Launch *launch = entry && entry->told ? startup_of(launches, window, entry) : NULL;
    if (!launch)
        return NULL;
    launch->startup_window = window;
    return launch->startup_id;
}
