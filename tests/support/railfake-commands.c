// SPDX-License-Identifier: Apache-2.0
// The verbs of railfake's scripts that change the make-believe desktop. RAILFAKE.md is their manual.
#include "tests/support/railfake.h"

#include <gio/gio.h>
#include <string.h>

uint32_t fake_id_of(const Line *line) {
    return (uint32_t)text_number(line_word(line, 1));
}

static GuestShow show_of(const char *word) {
    static const struct {
        const char *word;
        GuestShow show;
    } shows[] = {{"hidden", GUEST_SHOW_HIDDEN},
                 {"minimised", GUEST_SHOW_MINIMISED},
                 {"maximised", GUEST_SHOW_MAXIMISED},
                 {"normal", GUEST_SHOW_NORMAL}};
    for (size_t i = 0; i < G_N_ELEMENTS(shows); i++)
        if (strcmp(word, shows[i].word) == 0)
            return shows[i].show;
    return (GuestShow)text_number(word);
}

static void read_state(const Line *line, GuestWindowDelta *delta) {
    const char *value;
    GuestWindow *to = &delta->to;
    if ((value = line_value(line, "owner"))) {
        delta->fields |= GUEST_WINDOW_OWNER;
        to->owner = (uint32_t)text_number(value);
    }
    if ((value = line_value(line, "style"))) {
        delta->fields |= GUEST_WINDOW_STYLE;
        to->style = (uint32_t)text_number(value);
        to->ex_style = (uint32_t)line_number(line, "ex", 0);
    }
    if ((value = line_value(line, "show"))) {
        delta->fields |= GUEST_WINDOW_SHOW;
        to->show = show_of(value);
    }
    if ((value = line_value(line, "title"))) {
        delta->fields |= GUEST_WINDOW_TITLE;
        guest_window_set_title(to, value);
    }
    if ((value = line_value(line, "taskbar"))) {
        delta->fields |= GUEST_WINDOW_TASKBAR;
        to->no_taskbar_button = text_number(value) == 0;
    }
}

static GuestMargins read_edges(const Line *line, const char *key) {
    Box edges = line_box(line, key, (Box){0});
    return (GuestMargins){(uint16_t)edges.x, (uint16_t)edges.y, (uint16_t)edges.width,
                          (uint16_t)edges.height};
}

static void read_geometry(const Line *line, GuestWindowDelta *delta) {
    const char *value;
    GuestWindow *to = &delta->to;
    if (line_value(line, "box")) {
        delta->fields |= GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE;
        to->box = line_box(line, "box", (Box){0});
    }
    if (line_value(line, "client")) {
        delta->fields |= GUEST_WINDOW_CLIENT;
        to->client = line_box(line, "client", (Box){0});
    }
    if (line_value(line, "margins")) {
        delta->fields |= GUEST_WINDOW_MARGINS;
        to->margins = read_edges(line, "margins");
    }
    if ((value = line_value(line, "shape"))) {
        delta->fields |= GUEST_WINDOW_SHAPE;
        to->shape = text_boxes(value);
    }
    if ((value = line_value(line, "visible"))) {
        delta->fields |= GUEST_WINDOW_VISIBLE;
        to->visible = text_boxes(value);
    }
}

static bool run_window(Fake *fake, const Line *line) {
    GuestWindowDelta delta = {.to = {.id = fake_id_of(line)}};
    FakeWindow *known = fake_window(fake, delta.to.id);
    if (known) {
        delta.to = known->window;
        if (line_value(line, "ex") && !line_value(line, "style"))
            delta.fields |= GUEST_WINDOW_STYLE;
        delta.to.ex_style = (uint32_t)line_number(line, "ex", delta.to.ex_style);
    }
    read_state(line, &delta);
    read_geometry(line, &delta);
    if (delta.to.id == 0)
        return false;
    fake_change(fake, &delta);
    if (line_value(line, "borders"))
        fake_window(fake, delta.to.id)->borders = read_edges(line, "borders");
    return true;
}

// How a window looks, and what it says it is; nothing goes out but pixels.
static bool run_look(Fake *fake, const Line *line) {
    FakeWindow *window = fake_window(fake, fake_id_of(line));
    if (!window)
        return false;
    const char *colour = line_value(line, "colour");
    if (colour)
        window->colour = strcmp(colour, "pattern") == 0 ? -1 : g_ascii_strtoll(colour, NULL, 16);
    window->number = (unsigned)line_number(line, "number", window->number);
    if (line_value(line, "alpha"))
        window->alpha = line_number(line, "alpha", 0);
    if (line_value(line, "app-id")) {
        g_free(window->app_id);
        window->app_id = g_strdup(line_value(line, "app-id"));
    }
    if (line_value(line, "image")) {
        g_free(window->image);
        window->image = g_strdup(line_value(line, "image"));
    }
    window->process = (uint32_t)line_number(line, "process", window->process);
    return true;
}

static bool run_paint(Fake *fake, const Line *line) {
    FakeWindow *window = fake_window(fake, fake_id_of(line));
    if (line_value(line, "box"))
        fake_paint_area(fake, line_box(line, "box", (Box){0}));
    else if (window)
        fake_paint_window(fake, window);
    return window || line_value(line, "box");
}

static bool run_delete(Fake *fake, const Line *line) {
    fake_delete(fake, fake_id_of(line));
    return true;
}

static bool run_show(Fake *fake, const Line *line) {
    fake_show(fake, fake_id_of(line), show_of(line_word(line, 2)));
    return true;
}

static bool run_raise(Fake *fake, const Line *line) {
    fake_raise(fake, fake_id_of(line));
    return true;
}

// A move as the client means it: with the margins.
static bool run_place(Fake *fake, const Line *line) {
    const FakeWindow *window = fake_window(fake, fake_id_of(line));
    Box box = line_box(line, "outer", (Box){0});
    if (!window)
        return false;
    const GuestMargins *margins = &window->window.margins;
    fake_place(fake, fake_id_of(line),
               (Box){box.x + margins->left, box.y + margins->top, box.width - margins->left - margins->right,
                     box.height - margins->top - margins->bottom});
    return true;
}

static bool run_moves(Fake *fake, const Line *line) {
    fake->move_delay = (guint)line_number(line, "delay", 0);
    fake->move_error = line_box(line, "add", (Box){0});
    return true;
}

static bool run_manner(Fake *fake, const Line *line) {
    return fake_manner(fake, line_word(line, 1), strcmp(line_word(line, 2), "off") != 0);
}

static bool run_app(Fake *fake, const Line *line) {
    const char *name = line_value(line, "name"), *group = line_value(line, "group");
    uint64_t id = g_ascii_strtoull(line_word(line, 1), NULL, 16);
    if (!id || !name)
        return false;
    fake_publication_app(fake, id, name, group ? group : "", line_value(line, "icon"));
    return true;
}

static bool run_window_app(Fake *fake, const Line *line) {
    fake_publication_window(fake, fake_id_of(line), g_ascii_strtoull(line_word(line, 2), NULL, 16),
                            (uint32_t)line_number(line, "process", 4000));
    return true;
}

static bool run_agent(Fake *fake, const Line *line) {
    fake_publication_start(fake);
    return true;
}

// The desktop of the guest changes its size: deactivation and reactivation (MS-RDPBCGR 1.3.1.3).
static bool run_resize(Fake *fake, const Line *line) {
    rdpContext *context = fake_peer_context(fake->peer);
    UINT32 width = (UINT32)text_number(line_word(line, 1)), height = (UINT32)text_number(line_word(line, 2));
    return freerdp_settings_set_uint32(context->settings, FreeRDP_DesktopWidth, width) &&
           freerdp_settings_set_uint32(context->settings, FreeRDP_DesktopHeight, height) &&
           context->update->DesktopResize(context);
}

static bool run_disconnect(Fake *fake, const Line *line) {
    fake_peer_end(fake->peer, (uint32_t)line_number(line, "error", 0));
    return true;
}

static bool run_drop(Fake *fake, const Line *line) {
    fake_peer_drop(fake->peer);
    return true;
}

static bool run_note(Fake *fake, const Line *line) {
    Record *record = record_new("note");
    record_put_text(record, "text", line_word(line, 1));
    fake_record(fake, record);
    return true;
}

static bool run_exit(Fake *fake, const Line *line) {
    g_main_loop_quit(fake->loop);
    return true;
}

static const FakeVerb verbs[] = {
    {"window", run_window, false},
    {"look", run_look, false},
    {"paint", run_paint, false},
    {"delete", run_delete, false},
    {"show", run_show, false},
    {"raise", run_raise, false},
    {"place", run_place, false},
    {"moves", run_moves, false},
    {"manner", run_manner, false},
    {"app", run_app, false},
    {"note", run_note, false},
    {"exit", run_exit, false},
    {"window-app", run_window_app, true},
    {"agent", run_agent, true},
    {"resize", run_resize, true},
    {"disconnect", run_disconnect, true},
    {"drop", run_drop, true},
};

static const FakeVerb *find(const FakeVerb *table, size_t count, const char *verb) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(verb, table[i].verb) == 0)
            return &table[i];
    return NULL;
}

bool fake_command(Fake *fake, const Line *line, GError **error) {
    const FakeVerb *verb = find(verbs, G_N_ELEMENTS(verbs), line_word(line, 0));
    if (!verb)
        verb = find(fake_wire_verbs, fake_n_wire_verbs, line_word(line, 0));
    if (verb && verb->needs_client && !fake->peer)
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED, "%s needs a client", verb->verb);
    else if (verb && verb->run(fake, line))
        return !fake->peer || rdp_orders_flush(fake_peer_orders(fake->peer));
    return false;
}
