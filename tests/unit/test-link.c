// SPDX-License-Identifier: Apache-2.0
// The link: order, descriptors, merging of damage behind a peer that does not read, broken peers.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include "host-agent/link/link.h"

typedef struct Seen {
    GString *kinds;
    Box damaged;
    guint damages, surfaces;
    bool closed;
    int error; // -1 none
} Seen;

static void on_event(DeskEvent *event, int fd, gpointer user) {
    Seen *seen = user;
    if (event->kind == DESK_EVENT_DAMAGE) {
        seen->damaged = box_union(seen->damaged, box_list_bounds(&event->as.damage.boxes));
        seen->damages++;
    } else if (event->kind == DESK_EVENT_SURFACE) {
        g_assert_cmpint(fd, >=, 0);
        close(fd);
        seen->surfaces++;
    } else {
        g_string_append_printf(seen->kinds, "%u ", event->window);
    }
}

static void on_intent(Intent *intent, gpointer user) {
    Seen *seen = user;
    g_string_append_printf(seen->kinds, "%u ", intent->window);
}

static void on_closed(const GError *error, gpointer user) {
    Seen *seen = user;
    seen->closed = true;
    seen->error = error ? error->code : -1;
}

static void settle(void) {
    while (g_main_context_iteration(NULL, FALSE))
        ;
}

static int sealed(size_t size, bool seal) {
    int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    g_assert_cmpint(ftruncate(fd, size), ==, 0);
    if (seal)
        g_assert_cmpint(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), ==, 0);
    return fd;
}

static DeskEvent gone(uint32_t window) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW_GONE);
    event.window = window;
    return event;
}

static DeskEvent surface(uint32_t width, uint32_t height) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_SURFACE);
    event.as.surface.surface = 7;
    event.as.surface.width = width;
    event.as.surface.height = height;
    event.as.surface.stride = width * 4;
    return event;
}

static void test_both_ways(void) {
    int fds[2];
    Seen agent = {.kinds = g_string_new("")}, session = {.kinds = g_string_new("")};
    g_assert_true(link_pair(fds, NULL));
    Link *a = link_new_agent_end(fds[0], on_event, on_closed, &agent);
    Link *s = link_new_session_end(fds[1], on_intent, on_closed, &session);
    for (uint32_t i = 1; i <= 3; i++) {
        DeskEvent event = gone(i);
        g_assert_true(link_send_event(s, &event, -1));
        Intent intent;
        intent_init(&intent, INTENT_ACTIVATE);
        intent.window = 10 + i;
        g_assert_true(link_send_intent(a, &intent));
    }
    int fd = sealed(40 * 30 * 4, true);
    DeskEvent pixels = surface(40, 30);
    g_assert_true(link_send_event(s, &pixels, fd));
    close(fd);
    settle();
    g_assert_cmpstr(agent.kinds->str, ==, "1 2 3 ");
    g_assert_cmpstr(session.kinds->str, ==, "11 12 13 ");
    g_assert_cmpuint(agent.surfaces, ==, 1);
    link_free(s);
    settle();
    g_assert_true(agent.closed);
    g_assert_cmpint(agent.error, ==, -1);
    DeskEvent late = gone(1);
    g_assert_false(link_send_event(a, &late, -1));
    link_free(a);
    g_string_free(agent.kinds, TRUE);
    g_string_free(session.kinds, TRUE);
}

static void test_damage_merges(void) {
    int fds[2];
    Seen agent = {.kinds = g_string_new("")};
    g_assert_true(link_pair(fds, NULL));
    Link *s = link_new_session_end(fds[1], on_intent, on_closed, &agent);
    for (int i = 0; i < 100000; i++) {
        DeskEvent event;
        desk_event_init(&event, DESK_EVENT_DAMAGE);
        event.as.damage.surface = 7;
        box_list_add(&event.as.damage.boxes, (Box){i % 1000, i % 700, 5, 5});
        g_assert_true(link_send_event(s, &event, -1));
    }
    DeskEvent last = gone(99);
    g_assert_true(link_send_event(s, &last, -1));
    Link *a = link_new_agent_end(fds[0], on_event, on_closed, &agent);
    settle();
    g_assert_cmpuint(agent.damages, <, 50000);
    g_assert_true(box_equal(agent.damaged, (Box){0, 0, 1004, 704}));
    g_assert_cmpstr(agent.kinds->str, ==, "99 ");
    link_free(a);
    link_free(s);
    g_string_free(agent.kinds, TRUE);
}

static void test_peer_that_never_reads(void) {
    int fds[2];
    Seen seen = {.kinds = g_string_new("")};
    g_assert_true(link_pair(fds, NULL));
    Link *s = link_new_session_end(fds[1], on_intent, on_closed, &seen);
    bool sent = true;
    for (int i = 0; i < 100000 && sent; i++) {
        DeskEvent event = gone(i + 1);
        sent = link_send_event(s, &event, -1);
    }
    g_assert_false(sent);
    g_assert_false(seen.closed);
    settle();
    g_assert_true(seen.closed);
    g_assert_cmpint(seen.error, ==, LINK_ERROR_FULL);
    link_free(s);
    close(fds[0]);
    g_string_free(seen.kinds, TRUE);
}

static void broken(gconstpointer how) {
    int fds[2];
    Seen agent = {.kinds = g_string_new("")};
    g_assert_true(link_pair(fds, NULL));
    Link *a = link_new_agent_end(fds[0], on_event, on_closed, &agent);
    Link *s = NULL;
    if (GPOINTER_TO_INT(how) == 0) {
        g_assert_cmpint(send(fds[1], "no value at all", 15, 0), ==, 15);
    } else {
        s = link_new_session_end(fds[1], on_intent, on_closed, &agent);
        int fd = GPOINTER_TO_INT(how) == 1 ? sealed(40 * 30 * 4, false) : sealed(40 * 30 * 4 - 1, true);
        DeskEvent pixels = surface(40, 30);
        g_assert_true(link_send_event(s, &pixels, fd));
        close(fd);
    }
    settle();
    g_assert_true(agent.closed);
    g_assert_cmpint(agent.error, ==, LINK_ERROR_FORMAT);
    g_assert_cmpuint(agent.surfaces, ==, 0);
    link_free(a);
    if (s)
        link_free(s);
    else
        close(fds[1]);
    g_string_free(agent.kinds, TRUE);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/link/both-ways", test_both_ways);
    g_test_add_func("/link/damage-merges", test_damage_merges);
    g_test_add_func("/link/peer-that-never-reads", test_peer_that_never_reads);
    g_test_add_data_func("/link/garbage", GINT_TO_POINTER(0), broken);
    g_test_add_data_func("/link/unsealed-surface", GINT_TO_POINTER(1), broken);
    g_test_add_data_func("/link/small-surface", GINT_TO_POINTER(2), broken);
    return g_test_run();
}
