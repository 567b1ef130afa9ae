// SPDX-License-Identifier: Apache-2.0
// The queue of launches. A request is sent once: after a lost session those without an answer fail, those not
// sent stay. A started one is done when a window of its process, or an unclaimed one of its application, is
// painted or raised after it was sent. Owned by a Guest; pure but for the callbacks.
#include "host-agent/launches.h"
#include "host-agent/agent-error.h"

#define WINDOWS_KNOWN_MAX 4096

typedef struct Launch {
    uint32_t request, process;
    uint64_t app, type, verb, sent_at;
    char **arguments;
    LaunchState state;
    char *startup_id;
    uint32_t startup_window; // that has the id, 0: none yet
    LaunchOnDone on_done;
    gpointer user;
} Launch;

typedef struct Known {
    uint32_t process;
    uint64_t app, painted_at, shown_at; // counts of the clock below, 0: never; shown: painted or raised
    bool told, claimed;
} Known;

struct Launches {
    GQueue open; // of Launch, oldest first
    GHashTable *windows;
    uint32_t last_request;
    uint64_t clock; // counts events, so that before and after can be told
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

static uint32_t window_for(Launches *launches, const Launch *launch) {
    GHashTableIter iter;
    gpointer id, value;
    uint32_t best = 0;
    g_hash_table_iter_init(&iter, launches->windows);
    while (g_hash_table_iter_next(&iter, &id, &value)) {
        const Known *window = value;
        if (!window->told || window->claimed || !window->painted_at || window->shown_at < launch->sent_at)
            continue;
        if (launch->process && window->process == launch->process)
            return GPOINTER_TO_UINT(id);
        if (window->app == launch->app)
            best = GPOINTER_TO_UINT(id);
    }
    return best;
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

void launches_window_app(Launches *launches, const WindowAppBody *body) {
    Known *window = known(launches, body->window);
    if (!window)
        return;
    window->process = body->process;
    window->app = body->app;
    window->told = true;
    match(launches);
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
