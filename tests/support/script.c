// SPDX-License-Identifier: Apache-2.0
// Runs a script in the main loop. A `wait` looks at the events from just behind the one that ended the wait
// before it, so that an event that came while other lines ran is not missed.
#include "tests/support/script.h"

#include <string.h>

#define PATIENCE_MS 30000

struct Script {
    ScriptCalls calls;
    void *user;
    GQueue lines;      // char *, still to run
    GPtrArray *events; // Record
    guint seen;        // events that waits have passed
    GPtrArray *rules;  // char *: what stood behind `on`
    bool is_waiting;
    Line waited;
    guint timer, idle;
    GHashTable *later; // source ids of `after`
};

typedef struct Later {
    Script *script;
    char *text;
    guint id;
} Later;

static void later_free(gpointer data) {
    Later *later = data;
    g_free(later->text);
    g_free(later);
}

Script *script_new(const ScriptCalls *calls, void *user) {
    Script *script = g_new0(Script, 1);
    script->calls = *calls;
    script->user = user;
    g_queue_init(&script->lines);
    script->events = g_ptr_array_new_with_free_func((GDestroyNotify)record_free);
    script->rules = g_ptr_array_new_with_free_func(g_free);
    script->later = g_hash_table_new(NULL, NULL);
    return script;
}

void script_free(Script *script) {
    if (!script)
        return;
    g_clear_handle_id(&script->timer, g_source_remove);
    g_clear_handle_id(&script->idle, g_source_remove);
    g_autoptr(GList) ids = g_hash_table_get_keys(script->later);
    for (GList *at = ids; at; at = at->next)
        g_source_remove(GPOINTER_TO_UINT(at->data));
    g_hash_table_unref(script->later);
    g_queue_clear_full(&script->lines, g_free);
    g_ptr_array_unref(script->events);
    g_ptr_array_unref(script->rules);
    line_clear(&script->waited);
    g_free(script);
}

static void complain(Script *script, const char *event, const char *line, const char *why) {
    Record *record = record_new(event);
    record_put_text(record, "line", line);
    record_put_text(record, "text", why);
    script->calls.record(script->user, record);
}

static gboolean on_idle(gpointer user);

static void go_on(Script *script) {
    if (!script->idle)
        script->idle = g_idle_add(on_idle, script);
}

static bool is_over(Script *script) {
    while (script->seen < script->events->len)
        if (record_matches(g_ptr_array_index(script->events, script->seen++), &script->waited, 1))
            return true;
    return false;
}

static void stop_waiting(Script *script) {
    script->is_waiting = false;
    g_clear_handle_id(&script->timer, g_source_remove);
    line_clear(&script->waited);
    go_on(script);
}

static gboolean on_patience_over(gpointer user) {
    Script *script = user;
    script->timer = 0;
    if (script->waited.count) {
        g_autofree char *text = g_strjoinv(" ", script->waited.words);
        complain(script, "late", text, "the script waited in vain and goes on");
    }
    stop_waiting(script);
    return G_SOURCE_REMOVE;
}

static void start_waiting(Script *script, guint milliseconds) {
    script->is_waiting = true;
    script->timer = g_timeout_add(milliseconds, on_patience_over, script);
}

static void run_now(Script *script, const char *text);

static gboolean on_later(gpointer user) {
    Later *later = user;
    g_hash_table_remove(later->script->later, GUINT_TO_POINTER(later->id));
    run_now(later->script, later->text);
    return G_SOURCE_REMOVE;
}

// The rest of a line behind its first `skip` words, quotes and all.
static const char *rest_of(const char *text, int skip) {
    while (skip--) {
        text += strspn(text, " \t");
        text += strcspn(text, " \t");
    }
    return text + strspn(text, " \t");
}

static void start_later(Script *script, const Line *line, const char *text) {
    Later *later = g_new0(Later, 1);
    later->script = script;
    later->text = g_strdup(rest_of(text, 2));
    later->id = g_timeout_add_full(G_PRIORITY_DEFAULT, (guint)text_number(line_word(line, 1)), on_later,
                                   later, later_free);
    g_hash_table_add(script->later, GUINT_TO_POINTER(later->id));
}

static void forget_rules(Script *script, const char *event) {
    for (guint i = script->rules->len; i-- > 0;) {
        const char *rule = g_ptr_array_index(script->rules, i);
        size_t length = strlen(event);
        if (!length || (strncmp(rule, event, length) == 0 && strchr(" \t", rule[length])))
            g_ptr_array_remove_index(script->rules, i);
    }
}

static bool run_own(Script *script, const Line *line, const char *text) {
    const char *verb = line_word(line, 0);
    if (strcmp(verb, "on") == 0)
        g_ptr_array_add(script->rules, g_strdup(rest_of(text, 1)));
    else if (strcmp(verb, "off") == 0)
        forget_rules(script, line_word(line, 1));
    else if (strcmp(verb, "after") == 0)
        start_later(script, line, text);
    else
        return false;
    return true;
}

static void run_now(Script *script, const char *text) {
    Line line;
    g_autoptr(GError) error = NULL;
    if (!line_parse(&line, text, &error) ||
        (line.count && !run_own(script, &line, text) && !script->calls.run(script->user, &line, &error)))
        complain(script, "error", text, error ? error->message : "not understood");
    line_clear(&line);
}

static void run_next(Script *script) {
    g_autofree char *text = g_queue_pop_head(&script->lines);
    Line line;
    if (line_parse(&line, text, NULL) && strcmp(line_word(&line, 0), "wait") == 0) {
        script->waited = line;
        if (is_over(script))
            line_clear(&script->waited);
        else
            start_waiting(script, (guint)line_number(&line, "within", PATIENCE_MS));
        return;
    }
    bool delays = strcmp(line_word(&line, 0), "delay") == 0;
    if (delays)
        start_waiting(script, (guint)text_number(line_word(&line, 1)));
    line_clear(&line);
    if (!delays)
        run_now(script, text);
}

static gboolean on_idle(gpointer user) {
    Script *script = user;
    if (!script->is_waiting && !g_queue_is_empty(&script->lines)) {
        run_next(script);
        return G_SOURCE_CONTINUE;
    }
    script->idle = 0;
    return G_SOURCE_REMOVE;
}

void script_feed(Script *script, const char *text) {
    g_queue_push_tail(&script->lines, g_strdup(text));
    go_on(script);
}

static void fire(Script *script, const Record *record, const char *rule) {
    const char *action = strstr(rule, " do ");
    g_autofree char *condition = action ? g_strndup(rule, (gsize)(action - rule)) : NULL;
    Line line;
    if (!action || !line_parse(&line, condition, NULL))
        return;
    if (record_matches(record, &line, 0)) {
        g_autofree char *text = record_expand(record, action + strlen(" do "));
        run_now(script, text);
    }
    line_clear(&line);
}

void script_event(Script *script, Record *record) {
    g_ptr_array_add(script->events, record);
    if (script->is_waiting && script->waited.count && is_over(script))
        stop_waiting(script);
    g_autoptr(GPtrArray) rules = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < script->rules->len; i++) // a rule may change the rules
        g_ptr_array_add(rules, g_strdup(g_ptr_array_index(script->rules, i)));
    for (guint i = 0; i < rules->len; i++)
        fire(script, record, g_ptr_array_index(rules, i));
}

bool script_is_idle(const Script *script) {
    return !script->is_waiting && g_queue_is_empty((GQueue *)&script->lines);
}
