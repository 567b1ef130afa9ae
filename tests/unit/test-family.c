// SPDX-License-Identifier: Apache-2.0
// Families of windows: owners, modal dialogs, order.
#include "rail/family.h"
#include "tests/unit/test.h"

#define FRAME (GUEST_STYLE_CAPTION | GUEST_STYLE_SYSMENU)

static void say(Desk *desk, uint32_t id, uint32_t owner, uint32_t style, GuestShow show) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_WINDOW);
    event.window = id;
    event.as.change.is_new = true;
    event.as.change.delta.fields = GUEST_WINDOW_ALL;
    GuestWindow *to = &event.as.change.delta.to;
    guest_window_init(to, id);
    to->owner = owner;
    to->style = style;
    to->show = show;
    to->box = (Box){(int32_t)id, 0, 100, 100};
    desk_apply(desk, &event);
}

static void say_order(Desk *desk, const uint32_t *ids, uint32_t n) {
    DeskEvent event;
    desk_event_init(&event, DESK_EVENT_STACKING);
    event.as.stacking.has_order = true;
    event.as.stacking.count = n;
    memcpy(event.as.stacking.order, ids, n * sizeof *ids);
    desk_apply(desk, &event);
}

// 1 owns the dialogs 2 and 3, 3 owns 4; 10 is another program.
static Desk *family(uint32_t style_of_1) {
    Desk *desk = desk_new();
    const uint32_t order[] = {10, 4, 3, 2, 1};
    say(desk, 1, 0, FRAME | style_of_1, GUEST_SHOW_NORMAL);
    say(desk, 2, 1, FRAME, GUEST_SHOW_NORMAL);
    say(desk, 3, 1, FRAME, GUEST_SHOW_HIDDEN);
    say(desk, 4, 3, FRAME, GUEST_SHOW_NORMAL);
    say(desk, 10, 0, FRAME, GUEST_SHOW_NORMAL);
    say_order(desk, order, 5);
    return desk;
}

static void owners_that_are_not_seen_are_passed(void) {
    Desk *desk = family(0);
    CHECK_EQUAL(family_root(desk, 4), 1);
    CHECK_EQUAL(family_root(desk, 10), 10);
    CHECK_EQUAL(family_root(desk, 99), 99);
    CHECK_EQUAL(family_owner(desk, desk_window(desk, 4))->id, 1);
    CHECK(!family_owner(desk, desk_window(desk, 1)));
    desk_free(desk);
}

static void circles_end(void) {
    Desk *desk = desk_new();
    say(desk, 5, 6, FRAME, GUEST_SHOW_NORMAL);
    say(desk, 6, 5, FRAME | GUEST_STYLE_DISABLED, GUEST_SHOW_HIDDEN);
    say(desk, 7, 7, FRAME, GUEST_SHOW_NORMAL);
    CHECK_EQUAL(family_root(desk, 5), 5);
    CHECK_EQUAL(family_root(desk, 7), 7);
    CHECK(!family_owner(desk, desk_window(desk, 5)));
    CHECK(!family_owner(desk, desk_window(desk, 7)));
    CHECK_EQUAL(family_enabled(desk, 6), 5);
    desk_free(desk);
}

static void a_disabled_owner_makes_its_dialogs_modal(void) {
    Desk *desk = family(0);
    CHECK(!family_is_modal(desk, desk_window(desk, 2)));
    CHECK_EQUAL(family_enabled(desk, 1), 1);
    desk_free(desk);
    desk = family(GUEST_STYLE_DISABLED);
    CHECK(family_is_modal(desk, desk_window(desk, 2)));
    CHECK_EQUAL(family_enabled(desk, 1), 4); // topmost
    say(desk, 4, 3, FRAME | GUEST_STYLE_DISABLED, GUEST_SHOW_NORMAL);
    CHECK_EQUAL(family_enabled(desk, 1), 2);
    say(desk, 2, 1, FRAME, GUEST_SHOW_HIDDEN);
    CHECK_EQUAL(family_enabled(desk, 1), 1);
    desk_free(desk);
}

static void members_are_in_the_guests_order(void) {
    Desk *desk = family(0);
    uint32_t ids[8];
    CHECK_EQUAL(family_members(desk, 1, ids, 8), 3);
    CHECK(ids[0] == 4 && ids[1] == 2 && ids[2] == 1);
    CHECK_EQUAL(family_members(desk, 1, ids, 2), 2);
    desk_free(desk);
}

static void only_other_families_cover(void) {
    Desk *desk = family(0);
    CHECK(family_is_covered(desk, 1, 50, 50)); // by 10
    CHECK(!family_is_covered(desk, 1, 5, 50)); // 2 and 4 are its own
    CHECK(!family_is_covered(desk, 10, 50, 50));
    say(desk, 10, 0, FRAME, GUEST_SHOW_MINIMISED);
    CHECK(!family_is_covered(desk, 1, 50, 50));
    desk_free(desk);
}

int main(void) {
    RUN(owners_that_are_not_seen_are_passed);
    RUN(circles_end);
    RUN(a_disabled_owner_makes_its_dialogs_modal);
    RUN(members_are_in_the_guests_order);
    RUN(only_other_families_cover);
    return 0;
}
