// SPDX-License-Identifier: Apache-2.0
// Desk events and intents: what is encoded, decoded and encoded again is the same bytes; each prefix is
// refused.
#include "rail/desk-event.h"
#include "rail/intent.h"
#include "tests/unit/test.h"
#include "tests/unit/values.h"

static bool try_event(const uint8_t *bytes, size_t size) {
    DeskEvent event;
    uint8_t *tight = test_tight_copy(bytes, size);
    bool ok = desk_event_decode(tight, size, &event);
    free(tight);
    if (ok)
        desk_event_clear(&event);
    return ok;
}

static bool try_intent(const uint8_t *bytes, size_t size) {
    Intent intent;
    uint8_t *tight = test_tight_copy(bytes, size);
    bool ok = intent_decode(tight, size, &intent);
    free(tight);
    if (ok)
        intent_clear(&intent);
    return ok;
}

static void damage(WireWriter *writer, bool (*decode)(const uint8_t *bytes, size_t size)) {
    for (size_t size = 0; size < writer->size; size++)
        CHECK(!decode(writer->data, size));
    wire_put_u8(writer, 0);
    CHECK(!decode(writer->data, writer->size));
    for (int i = 0; i < 300; i++) {
        writer->data[test_random_below((uint32_t)writer->size)] = (uint8_t)test_random();
        decode(writer->data, writer->size - test_random_below(2));
    }
}

static void events_come_back(void) {
    for (int kind = DESK_EVENT_SESSION; kind <= DESK_EVENT_DISPLAY; kind++) {
        printf("  %s\n", desk_event_kind_to_string((DeskEventKind)kind));
        for (int i = 0; i < 60; i++) {
            DeskEvent event, back;
            WireWriter first, second;
            values_desk_event(&event, (DeskEventKind)kind);
            wire_writer_init(&first);
            wire_writer_init(&second);
            CHECK(desk_event_encode(&first, &event));
            CHECK(desk_event_decode(first.data, first.size, &back));
            CHECK_EQUAL(back.kind, kind);
            CHECK_EQUAL(back.window, event.window);
            CHECK(desk_event_encode(&second, &back));
            CHECK(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
            if (i < 3)
                damage(&first, try_event);
            desk_event_clear(&event);
            desk_event_clear(&back);
            wire_writer_clear(&first);
            wire_writer_clear(&second);
        }
    }
}

static void event_windows_keep_their_fields(void) {
    for (int i = 0; i < 300; i++) {
        DeskEvent event, back;
        GuestWindow window, copy;
        WireWriter writer;
        values_desk_event(&event, DESK_EVENT_WINDOW);
        wire_writer_init(&writer);
        CHECK(desk_event_encode(&writer, &event));
        CHECK(desk_event_decode(writer.data, writer.size, &back));
        guest_window_init(&window, event.window);
        copy = window;
        guest_window_apply(&window, &event.as.change.delta);
        guest_window_apply(&copy, &back.as.change.delta);
        CHECK(guest_window_equal(&window, &copy));
        CHECK_EQUAL(back.as.change.is_new, event.as.change.is_new);
        CHECK_EQUAL(back.as.change.delta.fields, event.as.change.delta.fields);
        wire_writer_clear(&writer);
        desk_event_clear(&event);
        desk_event_clear(&back);
    }
}

static void event_values_come_back(void) {
    DeskEvent event, back;
    WireWriter writer;
    values_desk_event(&event, DESK_EVENT_SURFACE);
    wire_writer_init(&writer);
    CHECK(desk_event_encode(&writer, &event) && desk_event_decode(writer.data, writer.size, &back));
    CHECK(back.as.surface.stride == event.as.surface.stride &&
          back.as.surface.alpha == event.as.surface.alpha);
    wire_writer_clear(&writer);
    values_desk_event(&event, DESK_EVENT_STACKING);
    wire_writer_init(&writer);
    CHECK(desk_event_encode(&writer, &event) && desk_event_decode(writer.data, writer.size, &back));
    CHECK_EQUAL(back.as.stacking.count, event.as.stacking.count);
    CHECK(memcmp(back.as.stacking.order, event.as.stacking.order, event.as.stacking.count * 4) == 0);
    wire_writer_clear(&writer);
}

static void intents_come_back(void) {
    for (int kind = INTENT_CONNECT; kind <= INTENT_NOTIFY; kind++) {
        printf("  %s\n", intent_kind_to_string((IntentKind)kind));
        for (int i = 0; i < 60; i++) {
            Intent intent, back;
            WireWriter first, second;
            values_intent(&intent, (IntentKind)kind);
            wire_writer_init(&first);
            wire_writer_init(&second);
            CHECK(intent_encode(&first, &intent));
            CHECK(intent_decode(first.data, first.size, &back));
            CHECK_EQUAL(back.kind, kind);
            CHECK_EQUAL(back.window, intent.window);
            if (kind == INTENT_CONNECT) {
                CHECK_TEXT(back.as.connect.password, intent.as.connect.password);
                CHECK_EQUAL(back.as.connect.security, intent.as.connect.security);
                CHECK_EQUAL(back.as.connect.catalogue, intent.as.connect.catalogue);
            }
            if (kind == INTENT_KEY)
                CHECK(back.as.key.code == intent.as.key.code && back.as.key.down == intent.as.key.down &&
                      back.as.key.repeat == intent.as.key.repeat);
            CHECK(intent_encode(&second, &back));
            CHECK(first.size == second.size && memcmp(first.data, second.data, first.size) == 0);
            if (i < 3)
                damage(&first, try_intent);
            intent_clear(&intent);
            intent_clear(&back);
            wire_writer_clear(&first);
            wire_writer_clear(&second);
        }
    }
}

static void try_security(uint8_t verdict, const char *fingerprint, bool good) {
    DeskEvent event, back;
    WireWriter writer;
    desk_event_init(&event, DESK_EVENT_SECURITY);
    event.as.security.verdict = (SecurityVerdict)verdict;
    strcpy(event.as.security.fingerprint, fingerprint);
    wire_writer_init(&writer);
    CHECK(desk_event_encode(&writer, &event));
    CHECK_EQUAL(desk_event_decode(writer.data, writer.size, &back), good);
    wire_writer_clear(&writer);
}

static void a_fingerprint_is_one(void) {
    char digits[66] = {0};
    memset(digits, 'a', 64);
    try_security(SECURITY_VERDICT_OTHER, digits, true);
    try_security(SECURITY_VERDICT_NONE, "", true);
    try_security(SECURITY_VERDICT_OTHER + 1, "", false);
    digits[64] = 'a';
    try_security(SECURITY_VERDICT_KNOWN, digits, false);
    digits[64] = '\0';
    digits[3] = 'A';
    try_security(SECURITY_VERDICT_KNOWN, digits, false);
    try_security(SECURITY_VERDICT_KNOWN, "\n[guest]", false);
}

static void a_cleared_intent_holds_no_password(void) {
    Intent intent;
    intent_init(&intent, INTENT_CONNECT);
    strcpy(intent.as.connect.password, "secret");
    intent_clear(&intent);
    CHECK(!memmem(&intent, sizeof intent, "secret", 6));
}

static void garbage_is_refused_or_harmless(void) {
    for (int i = 0; i < 20000; i++) {
        uint8_t bytes[300];
        size_t size = test_random_below(sizeof bytes);
        test_random_bytes(bytes, size);
        if (size)
            bytes[0] &= 15;
        try_event(bytes, size);
        try_intent(bytes, size);
    }
}

int main(void) {
    RUN(events_come_back);
    RUN(event_windows_keep_their_fields);
    RUN(event_values_come_back);
    RUN(intents_come_back);
    RUN(a_fingerprint_is_one);
    RUN(a_cleared_intent_holds_no_password);
    RUN(garbage_is_refused_or_harmless);
    return 0;
}
