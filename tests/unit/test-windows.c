// SPDX-License-Identifier: Apache-2.0
// Guest windows (diff and apply) and the desk: generations, coalescing, stacking.
#include "rail/desk.h"
#include "tests/unit/test.h"
#include "tests/unit/values.h"

static void window_apply_of_diff_is_the_other(void) {
    for (int i = 0; i < 3000; i++) {
        GuestWindow a, b;
        GuestWindowDelta delta;
        values_window(&a, 7);
        b = a;
        values_window_change(&b);
        if (i % 3 == 0)
            values_window(&b, 7);
        uint32_t fields = guest_window_diff(&a, &b, &delta);
        CHECK_EQUAL(fields, delta.fields);
        CHECK_EQUAL(fields == 0, guest_window_equal(&a, &b));
        CHECK_EQUAL(guest_window_apply(&a, &delta), fields);
        CHECK(guest_window_equal(&a, &b));
        CHECK_EQUAL(guest_window_apply(&a, &delta), 0);
    }
}

static void window_apply_clamps(void) {
    GuestWindow window;
    GuestWindowDelta delta = {.fields = UINT32_MAX};
    guest_window_init(&window, 7);
    delta.to.box = (Box){INT32_MIN, INT32_MAX, -5, INT32_MAX};
    delta.to.client = (Box){INT32_MAX, INT32_MIN, INT32_MAX, -1};
    delta.to.show = (GuestShow)99;
    delta.to.shape.count = UINT32_MAX;
    delta.to.visible.count = BOX_LIST_MAX;
    for (int i = 0; i < BOX_LIST_MAX; i++)
        delta.to.shape.boxes[i] = delta.to.visible.boxes[i] = (Box){INT32_MIN, -7, INT32_MAX, INT32_MIN};
    memset(delta.to.title, 'x', sizeof delta.to.title);
    guest_window_apply(&window, &delta);
    CHECK_EQUAL(window.id, 7);
    CHECK(box_is_sane(window.box));
    CHECK(box_is_sane(window.client));
    CHECK(window.shape.count <= BOX_LIST_MAX && window.visible.count <= BOX_LIST_MAX);
    for (uint32_t i = 0; i < window.shape.count; i++)
        CHECK(box_is_sane(window.shape.boxes[i]));
    for (uint32_t i = 0; i < window.visible.count; i++)
        CHECK(box_is_sane(window.visible.boxes[i]));
    CHECK(strnlen(window.title, sizeof window.title) < sizeof window.title);
    CHECK(guest_show_to_string(window.show));
    CHECK(window.show == GUEST_SHOW_HIDDEN || window.show == GUEST_SHOW_MINIMISED ||
          window.show == GUEST_SHOW_MAXIMISED || window.show == GUEST_SHOW_NORMAL);
}

static void window_titles_are_cut_at_a_character(void) {
    char title[2000] = "";
    for (int i = 0; i < 400; i++)
        strcat(title, "\xe2\x82\xac");
    GuestWindow window;
    guest_window_init(&window, 1);
    guest_window_set_title(&window, title);
    CHECK_EQUAL(strlen(window.title), GUEST_WINDOW_TITLE_MAX / 3 * 3);
    guest_window_set_title(&window, NULL);
    CHECK_TEXT(window.title, "");
}

static void say_window(Desk *desk, uint32_t id, bool is_new, uint32_t fields, int32_t x) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = id;
    event.as.change.is_new = is_new;
    guest_window_init(&event.as.change.delta.to, id);
    event.as.change.delta.fields = fields;
    event.as.change.delta.to.box = (Box){x, 5, 100, 50};
    event.as.change.delta.to.show = GUEST_SHOW_NORMAL;
    guest_window_set_title(&event.as.change.delta.to, "title");
    desk_apply(desk, &event);
    desk_event_clear(&event);
}

static void say(Desk *desk, DeskEventKind kind, uint32_t window) {
    DeskEvent event;
    desk_event_init(&event, kind);
    event.window = window;
    desk_apply(desk, &event);
    desk_event_clear(&event);
}

static void say_order(Desk *desk, uint32_t active, uint32_t count, const uint32_t *ids) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_STACKING);
    event.as.stacking.has_active = event.as.stacking.has_order = true;
    event.as.stacking.active = active;
    event.as.stacking.count = count;
    memcpy(event.as.stacking.order, ids, count * sizeof *ids);
    desk_apply(desk, &event);
    desk_event_clear(&event);
}

static int changes(Desk *desk, DeskChangeKind kind, uint32_t window, uint32_t *ret_fields) {
    DeskChange change;
    int count = 0;
    while (desk_next_change(desk, &change)) {
        if (change.kind != kind || change.window != window)
            continue;
        count++;
        if (ret_fields)
            *ret_fields = change.fields;
    }
    return count;
}

static void desk_shifts_all_windows(void) {
    Desk *desk = desk_new();
    DeskEvent event;
    uint32_t fields = 0;
    say_window(desk, 5, true, GUEST_WINDOW_ALL, 1);
    say_window(desk, 6, true, GUEST_WINDOW_ALL, 300);
    while (changes(desk, DESK_CHANGE_ADDED, 5, NULL))
        continue;
    desk_event_init(&event, DESK_EVENT_DISPLAY);
    event.as.display.dx = 1920;
    event.as.display.dy = -100;
    desk_apply(desk, &event);
    CHECK(box_equal(desk_window(desk, 5)->box, (Box){1921, -95, 100, 50}));
    CHECK(box_equal(desk_window(desk, 6)->box, (Box){2220, -95, 100, 50}));
    CHECK_EQUAL(changes(desk, DESK_CHANGE_CHANGED, 6, &fields), 1);
    CHECK(fields & GUEST_WINDOW_POSITION && !(fields & GUEST_WINDOW_SIZE));
    event.as.display.dx = INT32_MAX; // from a session that was taken over
    desk_apply(desk, &event);
    CHECK(box_is_sane(desk_window(desk, 5)->box));
    desk_free(desk);
}

static void desk_tells_of_a_window_once(void) {
    Desk *desk = desk_new();
    uint32_t fields = 0;
    say_window(desk, 5, true, GUEST_WINDOW_ALL, 1);
    say_window(desk, 5, false, GUEST_WINDOW_POSITION, 2);
    CHECK_EQUAL(changes(desk, DESK_CHANGE_ADDED, 5, NULL), 1);
    CHECK_EQUAL(desk_window(desk, 5)->box.x, 2);
    say_window(desk, 5, false, GUEST_WINDOW_POSITION, 3);
    say_window(desk, 5, false, GUEST_WINDOW_POSITION, 4);
    say_window(desk, 5, false, GUEST_WINDOW_OWNER, 4);
    CHECK_EQUAL(changes(desk, DESK_CHANGE_CHANGED, 5, &fields), 1);
    CHECK(fields & GUEST_WINDOW_POSITION);
    CHECK(!(fields & GUEST_WINDOW_TITLE));
    say_window(desk, 5, false, GUEST_WINDOW_POSITION, 4);
    CHECK_EQUAL(changes(desk, DESK_CHANGE_CHANGED, 5, NULL), 0);
    say(desk, DESK_EVENT_WINDOW_GONE, 5);
    CHECK_EQUAL(changes(desk, DESK_CHANGE_REMOVED, 5, NULL), 1);
    CHECK(!desk_window(desk, 5) && desk_count(desk) == 0);
    desk_free(desk);
}

static void desk_hides_what_was_never_seen(void) {
    Desk *desk = desk_new();
    DeskChange change;
    say_window(desk, 5, true, GUEST_WINDOW_ALL, 1);
    say(desk, DESK_EVENT_WINDOW_GONE, 5);
    while (desk_next_change(desk, &change))
        CHECK(change.window != 5);
    say_window(desk, 9, false, GUEST_WINDOW_POSITION, 1); // an order for a window that nobody knows
    say(desk, DESK_EVENT_WINDOW_GONE, 9);
    say_window(desk, 0, true, GUEST_WINDOW_ALL, 1);
    say_window(desk, UINT32_MAX, true, GUEST_WINDOW_ALL, 1);
    CHECK_EQUAL(desk_count(desk), 0);
    CHECK_EQUAL(changes(desk, DESK_CHANGE_ADDED, 9, NULL), 0);
    desk_free(desk);
}

static void desk_resync_drops_what_is_not_named(void) {
    Desk *desk = desk_new();
    say_window(desk, 5, true, GUEST_WINDOW_ALL, 1);
    say_window(desk, 6, true, GUEST_WINDOW_ALL, 1);
    CHECK_EQUAL(changes(desk, DESK_CHANGE_ADDED, 6, NULL), 1);
    say(desk, DESK_EVENT_SYNC_BEGAN, 0);
    say_window(desk, 6, true, GUEST_WINDOW_ALL, 1);
    CHECK(desk_window(desk, 5));
    say(desk, DESK_EVENT_SYNC_ENDED, 0);
    CHECK_EQUAL(changes(desk, DESK_CHANGE_REMOVED, 5, NULL), 1);
    CHECK(!desk_window(desk, 5) && desk_window(desk, 6));
    CHECK_EQUAL(desk_count(desk), 1);
    desk_free(desk);
}

static void desk_unmonitored_keeps_windows_for_the_next_sync(void) {
    Desk *desk = desk_new();
    say(desk, DESK_EVENT_SYNC_BEGAN, 0);
    say_window(desk, 5, true, GUEST_WINDOW_ALL, 1);
    say(desk, DESK_EVENT_SYNC_ENDED, 0);
    CHECK(desk_is_monitored(desk));
    changes(desk, DESK_CHANGE_ADDED, 5, NULL);
    say(desk, DESK_EVENT_NOT_MONITORED, 0);
    CHECK(!desk_is_monitored(desk));
    CHECK_EQUAL(changes(desk, DESK_CHANGE_REMOVED, 5, NULL), 0);
    CHECK(desk_window(desk, 5));
    say(desk, DESK_EVENT_SYNC_BEGAN, 0);
    CHECK(desk_is_monitored(desk));
    CHECK_EQUAL(changes(desk, DESK_CHANGE_MONITORED, 0, NULL), 1);
    say(desk, DESK_EVENT_SYNC_ENDED, 0);
    CHECK_EQUAL(changes(desk, DESK_CHANGE_REMOVED, 5, NULL), 1);
    desk_free(desk);
}

static void desk_stacking_holds_known_windows_only(void) {
    Desk *desk = desk_new();
    const uint32_t *ids, order[] = {9, 6, 0xfffffffe, 5};
    say_window(desk, 5, true, GUEST_WINDOW_ALL, 1);
    say_window(desk, 6, true, GUEST_WINDOW_ALL, 1);
    say_order(desk, 6, 4, order);
    CHECK_EQUAL(changes(desk, DESK_CHANGE_STACKING, 0, NULL), 1);
    CHECK_EQUAL(desk_stacking(desk, &ids), 2);
    CHECK(ids[0] == 6 && ids[1] == 5 && desk_active(desk) == 6);
    say(desk, DESK_EVENT_WINDOW_GONE, 6);
    CHECK_EQUAL(desk_stacking(desk, &ids), 1);
    CHECK_EQUAL(ids[0], 5);
    desk_free(desk);
}

static void desk_is_bounded(void) {
    Desk *desk = desk_new();
    for (uint32_t id = 1; id < 5000; id++)
        say_window(desk, id, true, GUEST_WINDOW_ALL, 1);
    CHECK(desk_count(desk) <= GUEST_WINDOWS_MAX);
    desk_free(desk);
}

// The changes, followed literally, keep a second copy that equals the desk.
static void desk_changes_tell_all(void) {
    Desk *desk = desk_new();
    bool known[41] = {0};
    int32_t x[41] = {0};
    for (int step = 0; step < 20000; step++) {
        uint32_t id = 1 + test_random_below(40);
        int kind = (int)test_random_below(12);
        if (kind < 3)
            say_window(desk, id, true, GUEST_WINDOW_ALL, test_random_between(0, 3));
        else if (kind < 8)
            say_window(desk, id, false, GUEST_WINDOW_POSITION, test_random_between(0, 3));
        else if (kind < 10)
            say(desk, DESK_EVENT_WINDOW_GONE, id);
        else if (test_random_below(30) == 0)
            say(desk, test_random_below(2) ? DESK_EVENT_SYNC_BEGAN : DESK_EVENT_SYNC_ENDED, 0);
        DeskChange change;
        if (test_random_below(10))
            continue;
        while (desk_next_change(desk, &change)) {
            if (change.kind == DESK_CHANGE_ADDED)
                CHECK(!known[change.window]);
            if (change.kind == DESK_CHANGE_CHANGED || change.kind == DESK_CHANGE_REMOVED)
                CHECK(known[change.window]);
            if (change.kind <= DESK_CHANGE_REMOVED) {
                const GuestWindow *window = desk_window(desk, change.window);
                known[change.window] = change.kind != DESK_CHANGE_REMOVED;
                if (window)
                    x[change.window] = window->box.x;
            }
        }
        for (uint32_t i = 1; i <= 40; i++) {
            CHECK_EQUAL(desk_window(desk, i) != NULL, known[i]);
            if (known[i])
                CHECK_EQUAL(desk_window(desk, i)->box.x, x[i]);
        }
    }
    desk_free(desk);
}

int main(void) {
    RUN(window_apply_of_diff_is_the_other);
    RUN(window_apply_clamps);
    RUN(window_titles_are_cut_at_a_character);
    RUN(desk_shifts_all_windows);
    RUN(desk_tells_of_a_window_once);
    RUN(desk_hides_what_was_never_seen);
    RUN(desk_resync_drops_what_is_not_named);
    RUN(desk_unmonitored_keeps_windows_for_the_next_sync);
    RUN(desk_stacking_holds_known_windows_only);
    RUN(desk_is_bounded);
    RUN(desk_changes_tell_all);
    return 0;
}
