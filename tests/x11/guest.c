// SPDX-License-Identifier: Apache-2.0
// A guest that answers: moves are echoed, system commands followed. It speaks from timeouts of the test's one
// main loop, so an answer never comes from inside the call that asked.
#include "tests/x11/guest.h"

#define NORMALS 8

typedef struct Normal { // where a window is restored to
    uint32_t id;
    Box box;
} Normal;

Guest guest;
static Normal normals[NORMALS];

static const GuestWindow *guest_window(uint32_t id) {
    CompositorWindow window;
    return bench_find(id, &window) ? window.guest : NULL;
}

static Normal *normal_of(uint32_t id) {
    for (size_t i = 0; i < NORMALS; i++)
        if (normals[i].id == id || !normals[i].id)
            return &normals[i];
    g_assert_not_reached();
}

void guest_say_show(uint32_t id, GuestShow show, Box box) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = id;
    event.as.change.delta.fields = GUEST_WINDOW_SHOW | GUEST_WINDOW_POSITION | GUEST_WINDOW_SIZE;
    event.as.change.delta.to.show = show;
    event.as.change.delta.to.box = box;
    bench_send(&event, -1);
}

static void follow_command(const GuestWindow *window, uint16_t command) {
    Normal *normal = normal_of(window->id);
    bool was_maximised = window->show == GUEST_SHOW_MAXIMISED;
    if (window->show == GUEST_SHOW_NORMAL)
        *normal = (Normal){window->id, window->box};
    if (command == SYSTEM_COMMAND_MINIMISE)
        bench_show(window->id, GUEST_SHOW_MINIMISED);
    else if (command == SYSTEM_COMMAND_MAXIMISE)
        guest_say_show(window->id, GUEST_SHOW_MAXIMISED,
                       box_is_empty(guest.work_area) ? window->box : guest.work_area);
    else if (command == SYSTEM_COMMAND_RESTORE && was_maximised)
        guest_say_show(window->id, GUEST_SHOW_NORMAL, normal->box);
    else if (command == SYSTEM_COMMAND_RESTORE)
        bench_show(window->id, GUEST_SHOW_NORMAL);
}

static gboolean on_answer(gpointer user) {
    const Intent *intent = user;
    const GuestWindow *window = guest_window(intent->window);
    if (window && intent->kind == INTENT_MOVE) {
        bench_box(intent->window, intent->as.box);
        if (guest.paints)
            bench_paint(intent->window, (uint32_t)intent->as.box.width, (uint32_t)intent->as.box.height);
    } else if (window)
        follow_command(window, intent->as.command);
    return G_SOURCE_REMOVE;
}

static void on_intent(const Intent *intent) {
    if (guest.answers && (intent->kind == INTENT_MOVE || intent->kind == INTENT_SYSTEM_COMMAND))
        g_timeout_add_full(G_PRIORITY_DEFAULT, guest.answer_ms, on_answer, g_memdup2(intent, sizeof *intent),
                           g_free);
    if (guest.on_intent)
        guest.on_intent(intent);
}

void guest_start(void) {
    bench.known = true;
    bench.on_intent = on_intent;
}

Box guest_box(uint32_t id) {
    const GuestWindow *window = guest_window(id);
    return window ? window->box : (Box){0};
}

GuestShow guest_show(uint32_t id) {
    const GuestWindow *window = guest_window(id);
    return window ? window->show : GUEST_SHOW_HIDDEN;
}
