// SPDX-License-Identifier: Apache-2.0
// The catalogue (diff, apply, hash) and the bodies of RAILPUB: each comes back as it went, and each prefix is
// refused.
#include "rail/window-message.h"
#include "rail/catalogue-message.h"
#include "rail/catalogue.h"
#include "rail/mem.h"
#include "rail/message.h"
#include "rail/open-request.h"
#include "tests/unit/test.h"
#include "tests/unit/values.h"

static void random_catalogue(Catalogue *catalogue) {
    catalogue_init(catalogue);
    for (uint32_t i = test_random_below(40); i > 0; i--)
        CHECK(catalogue_put(catalogue, values_app(1 + test_random_below(60))));
    for (uint32_t i = test_random_below(20); i > 0; i--)
        CHECK(catalogue_put_type(catalogue, values_file_type(1 + test_random_below(30))));
}

static void change_catalogue(Catalogue *catalogue) {
    for (uint32_t i = test_random_below(8); i > 0; i--) {
        uint32_t what = test_random_below(4);
        if (what == 0)
            catalogue_put(catalogue, values_app(1 + test_random_below(60)));
        else if (what == 1)
            catalogue_remove(catalogue, 1 + test_random_below(60));
        else if (what == 2)
            catalogue_put_type(catalogue, values_file_type(1 + test_random_below(30)));
        else
            catalogue_remove_type(catalogue, 1 + test_random_below(30));
    }
}

static void catalogue_apply_of_diff_is_the_other(void) {
    for (int i = 0; i < 300; i++) {
        Catalogue a, b;
        CatalogueDelta delta;
        random_catalogue(&a);
        catalogue_init(&b);
        catalogue_copy(&b, &a);
        CHECK(catalogue_equal(&a, &b));
        change_catalogue(&b);
        catalogue_diff(&a, &b, &delta);
        bool differs = !catalogue_equal(&a, &b);
        CHECK_EQUAL(differs, delta.apps.changed.count + delta.apps.n_removed + delta.types.changed.count +
                                     delta.types.n_removed >
                                 0);
        CHECK_EQUAL(differs, catalogue_hash(&a) != catalogue_hash(&b));
        CHECK_EQUAL(catalogue_apply(&a, &delta), differs);
        CHECK(catalogue_equal(&a, &b) && catalogue_hash(&a) == catalogue_hash(&b));
        catalogue_delta_clear(&delta);
        for (size_t k = 1; k < a.apps.count; k++)
            CHECK(catalogue_app(&a, k - 1)->id < catalogue_app(&a, k)->id &&
                  catalogue_find(&a, catalogue_app(&a, k)->id) == catalogue_app(&a, k));
        for (size_t k = 1; k < a.types.count; k++)
            CHECK(catalogue_type(&a, k - 1)->id < catalogue_type(&a, k)->id);
        catalogue_clear(&a);
        catalogue_clear(&b);
    }
}

static void catalogue_is_bounded(void) {
    Catalogue catalogue;
    catalogue_init(&catalogue);
    CHECK_EQUAL(catalogue_hash(&catalogue), 0);
    for (uint32_t i = 0; i < CATALOGUE_APPS_MAX + 10; i++) {
        App *app = app_new();
        app->id = 100000 - i;
        CHECK_EQUAL(catalogue_put(&catalogue, app), i < CATALOGUE_APPS_MAX);
    }
    CHECK_EQUAL(catalogue.apps.count, CATALOGUE_APPS_MAX);
    CHECK(!catalogue_remove(&catalogue, 7));
    catalogue_clear(&catalogue);
}

// A guest with longer texts and its host have the same hash.
static void what_is_put_survives_the_wire(void) {
    Catalogue catalogue;
    WireWriter writer;
    char longest[9000];
    catalogue_init(&catalogue);
    for (size_t i = 0; i < sizeof longest - 1; i++) // a surrogate pair where the limit is
        longest[i] = "x\xf0\x9f\x98\x80"[i % 5];
    longest[sizeof longest - 5] = 0;
    App *app = values_app(1);
    char **const fields[] = {&app->name,      &app->description, &app->group, &app->target,
                             &app->arguments, &app->directory,   &app->aumid};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        app_set(fields[i], longest + 5 * (i % 2));
    FileType *type = values_file_type(2);
    app_set(&type->description, longest);
    while (type->n_verbs < FILE_TYPE_VERBS_MAX) {
        FileVerb *verb = file_type_add_verb(type);
        verb->id = type->n_verbs;
        app_set(&verb->program_name, longest);
    }
    CHECK(catalogue_put(&catalogue, app) && catalogue_put_type(&catalogue, type));
    wire_writer_init(&writer);
    app_encode(&writer, catalogue_find(&catalogue, 1));
    App *arrived = app_decode(writer.data, writer.size);
    CHECK(arrived && app_equal(arrived, catalogue_find(&catalogue, 1)));
    app_free(arrived);
    wire_writer_clear(&writer);
    file_type_encode(&writer, catalogue_find_type(&catalogue, 2));
    FileType *type_arrived = file_type_decode(writer.data, writer.size);
    CHECK(type_arrived && file_type_equal(type_arrived, catalogue_find_type(&catalogue, 2)));
    file_type_free(type_arrived);
    wire_writer_clear(&writer);
    catalogue_clear(&catalogue);
}

static void copies_outlive_each_other(void) {
    Catalogue a, b;
    catalogue_init(&a);
    CHECK(catalogue_put(&a, values_app(1)) && catalogue_put_type(&a, values_file_type(2)));
    catalogue_copy(&b, &a);
    CHECK(catalogue_app(&a, 0) == catalogue_app(&b, 0));
    uint64_t hash = catalogue_hash(&a);
    catalogue_remove(&a, 1);
    catalogue_clear(&a);
    CHECK(catalogue_hash(&b) == hash);
    catalogue_clear(&b);
}

static void app_ids_and_hashes(void) {
    CHECK(app_id("user", "Games/Chess.lnk") == app_id("user", "games/CHESS.LNK"));
    CHECK(app_id("user", "Games/Chess.lnk") != app_id("common", "Games/Chess.lnk"));
    CHECK(app_id("user", "Games/Chess.lnk") != app_id("user", "Work/Chess.lnk"));
    CHECK(app_id("", "") != 0);
    App *a = values_app(1), *b = app_copy(a);
    CHECK(app_equal(a, b) && app_hash(a) == app_hash(b));
    app_set(&b->aumid, "another");
    CHECK(!app_equal(a, b) && app_hash(a) != app_hash(b));
    app_set(&b->name, NULL);
    CHECK_TEXT(b->name, "");
    app_free(a);
    app_free(b);
    app_free(NULL);
}

// decode(bytes, size) runs a decoder on a copy without a spare byte and clears what it gave.
static void refuses_prefixes(const WireWriter *whole, bool (*decode)(const uint8_t *bytes, size_t size)) {
    CHECK(!whole->failed && whole->size <= MESSAGE_BODY_MAX);
    for (size_t size = 0; size <= whole->size + 1; size++) {
        uint8_t *tight = malloc(size ? size : 1);
        memset(tight, 0, size ? size : 1);
        memcpy(tight, whole->data, size < whole->size ? size : whole->size);
        CHECK_EQUAL(decode(tight, size), size == whole->size);
        free(tight);
    }
}

static void survives_flips(const WireWriter *whole, bool (*decode)(const uint8_t *bytes, size_t size)) {
    for (int i = 0; i < 2000; i++) {
        uint8_t *tight = test_tight_copy(whole->data, whole->size);
        for (uint32_t n = 1 + test_random_below(3); n > 0; n--)
            tight[test_random_below((uint32_t)whole->size)] =
                (uint8_t)(test_random_below(2) ? 0xff : test_random());
        decode(tight, whole->size);
        free(tight);
    }
}

static void check_decoder(WireWriter *writer, bool (*decode)(const uint8_t *bytes, size_t size)) {
    refuses_prefixes(writer, decode);
    survives_flips(writer, decode);
    wire_writer_clear(writer);
}

static bool try_hello(const uint8_t *bytes, size_t size) {
    HelloBody hello;
    return hello_decode(bytes, size, &hello);
}
static bool try_sync(const uint8_t *bytes, size_t size) {
    SyncBody sync;
    return sync_decode(bytes, size, &sync);
}
static bool try_app(const uint8_t *bytes, size_t size) {
    App *app = app_decode(bytes, size);
    app_free(app);
    return app != NULL;
}
static bool try_id(const uint8_t *bytes, size_t size) {
    uint64_t id;
    return id_decode(bytes, size, &id);
}
static bool try_icon_piece(const uint8_t *bytes, size_t size) {
    IconPiece piece;
    return icon_piece_decode(bytes, size, &piece);
}
static bool try_icon_set(const uint8_t *bytes, size_t size) {
    Raster *rasters[ICON_SIZES_MAX] = {0};
    size_t count = icon_set_decode(bytes, size, rasters);
    for (size_t i = 0; i < count; i++)
        raster_free(rasters[i]);
    return count > 0;
}
static bool try_file_type(const uint8_t *bytes, size_t size) {
    FileType *type = file_type_decode(bytes, size);
    file_type_free(type);
    return type != NULL;
}
static bool try_launch(const uint8_t *bytes, size_t size) {
    LaunchBody launch;
    bool ok = launch_decode(bytes, size, &launch);
    launch_clear(&launch);
    return ok;
}
static bool try_launch_result(const uint8_t *bytes, size_t size) {
    LaunchResultBody result;
    return launch_result_decode(bytes, size, &result);
}
static bool try_desktop(const uint8_t *bytes, size_t size) {
    DesktopBody body;
    return desktop_decode(bytes, size, &body);
}
static bool try_desktop_result(const uint8_t *bytes, size_t size) {
    DesktopResultBody body;
    return desktop_result_decode(bytes, size, &body);
}
static bool try_tracked_order(const uint8_t *bytes, size_t size) {
    DeskEvent event;
    return tracked_order_decode(bytes, size, &event);
}
static bool try_window_command(const uint8_t *bytes, size_t size) {
    Intent intent;
    return window_command_decode(bytes, size, &intent);
}
static bool try_window_app(const uint8_t *bytes, size_t size) {
    WindowAppBody body;
    return window_app_decode(bytes, size, &body);
}
static bool try_tracked(const uint8_t *bytes, size_t size) {
    TrackedWindow tracked;
    return tracked_decode(bytes, size, &tracked);
}
static bool try_u32(const uint8_t *bytes, size_t size) {
    uint32_t value;
    return u32_decode(bytes, size, &value);
}
static bool try_log(const uint8_t *bytes, size_t size) {
    LogBody log;
    return log_decode(bytes, size, &log);
}

static bool try_open_request(const uint8_t *bytes, size_t size) {
    OpenRequestBody body;
    bool good = open_request_decode(bytes, size, &body);
    if (good)
        open_request_clear(&body);
    return good;
}
static bool try_open_result(const uint8_t *bytes, size_t size) {
    OpenResultBody body;
    return open_result_decode(bytes, size, &body);
}

static void hello_golden_bytes(void) {
    WireWriter writer;
    HelloBody back, hello = {1, 1, 7, 0x1122334455667788u, 42, 5, 1, 2600, 3, "rg 1"};
    wire_writer_init(&writer);
    hello_encode(&writer, &hello);
    CHECK_HEX(writer.data, writer.size,
              "0100 0100 07000000 8877665544332211 2a000000 0500 0100 280a 0300 0800 7200 6700 2000 3100");
    CHECK(hello_decode(writer.data, writer.size, &back));
    CHECK(back.catalogue == hello.catalogue && back.windows_build == 2600 && back.service_pack == 3);
    CHECK_TEXT(back.agent, "rg 1");
    check_decoder(&writer, try_hello);
}

static void sync_golden_bytes(void) {
    WireWriter writer;
    SyncBody back, sync = {9, 3, 0x0102030405060708u, false, true};
    wire_writer_init(&writer);
    sync_encode(&writer, &sync);
    CHECK_HEX(writer.data, writer.size, "09000000 03000000 0807060504030201 02");
    CHECK(sync_decode(writer.data, writer.size, &back));
    CHECK(back.generation == 9 && back.count == 3 && !back.unchanged && back.delta);
    check_decoder(&writer, try_sync);
}

static void file_types_come_back(void) {
    for (int i = 0; i < 300; i++) {
        FileType *type = values_file_type(1 + test_random());
        WireWriter writer;
        wire_writer_init(&writer);
        file_type_encode(&writer, type);
        FileType *back = file_type_decode(writer.data, writer.size);
        CHECK(back && file_type_equal(type, back) && file_type_hash(type) == file_type_hash(back));
        file_type_free(back);
        file_type_free(type);
        if (i == 0)
            check_decoder(&writer, try_file_type);
        wire_writer_clear(&writer);
    }
}

static void file_type_bytes(void) {
    FileType *type = file_type_new();
    type->id = 2;
    type->kind = FILE_TYPE_EXTENSION;
    app_set(&type->name, ".x");
    FileVerb *verb = file_type_add_verb(type);
    verb->id = 3;
    verb->app = 4;
    verb->flags = FILE_VERB_DEFAULT;
    app_set(&verb->verb, "a");
    WireWriter writer;
    wire_writer_init(&writer);
    file_type_encode(&writer, type);
    CHECK_HEX(writer.data, writer.size,
              "0200000000000000 0000000000000000 00 0400 2e00 7800 0000 0000 0000 01"
              "0300000000000000 0400000000000000 01 0200 6100 0000 0000 0000");
    writer.data[sizeof(uint64_t) * 2] = FILE_TYPE_SCHEME + 1;
    CHECK(!try_file_type(writer.data, writer.size));
    wire_writer_clear(&writer);
    file_type_free(type);
}

static char *text_of(size_t n) {
    char *text = mem_new(n + 1);
    memset(text, 'x', n);
    return text;
}

static void largest_file_type_fits_a_message(void) {
    char *name = text_of(FILE_TYPE_NAME_BYTES / 2), *text = text_of(FILE_TYPE_TEXT_BYTES / 2);
    char *verb_text = text_of(FILE_VERB_TEXT_BYTES / 2);
    FileType *type = file_type_new();
    app_set(&type->name, name);
    app_set(&type->content_type, text);
    app_set(&type->perceived_type, text);
    app_set(&type->description, text);
    for (FileVerb *verb; (verb = file_type_add_verb(type));) {
        app_set(&verb->verb, verb_text);
        app_set(&verb->label, verb_text);
        app_set(&verb->class_name, verb_text);
        app_set(&verb->program_name, verb_text);
    }
    WireWriter writer;
    wire_writer_init(&writer);
    file_type_encode(&writer, type);
    CHECK(!writer.failed && writer.size <= MESSAGE_BODY_MAX);
    wire_writer_clear(&writer);
    file_type_free(type);
    mem_free(name);
    mem_free(text);
    mem_free(verb_text);
}

static void apps_come_back(void) {
    for (int i = 0; i < 300; i++) {
        App *app = values_app(1 + test_random());
        WireWriter writer;
        wire_writer_init(&writer);
        app_encode(&writer, app);
        App *back = app_decode(writer.data, writer.size);
        CHECK(back && app_equal(app, back));
        app_free(back);
        app_free(app);
        if (i == 0)
            check_decoder(&writer, try_app);
        wire_writer_clear(&writer);
    }
}

static void icons_come_back(void) {
    for (int i = 0; i < 20; i++) {
        Raster *rasters[ICON_SIZES_MAX], *back[ICON_SIZES_MAX];
        size_t count = 1 + test_random_below(3);
        WireWriter writer;
        wire_writer_init(&writer);
        for (size_t k = 0; k < count; k++)
            rasters[k] = values_raster(12);
        icon_set_encode(&writer, rasters, count);
        CHECK_EQUAL(icon_set_decode(writer.data, writer.size, back), count);
        CHECK(icon_set_hash(writer.data, writer.size) != 0);
        for (size_t k = 0; k < count; k++) {
            CHECK(raster_equal(rasters[k], back[k]));
            raster_free(rasters[k]);
            raster_free(back[k]);
        }
        check_decoder(&writer, try_icon_set);
    }
    WireWriter writer;
    IconPiece back, piece = {5, 100, 40, 3, (const uint8_t *)"abc"};
    wire_writer_init(&writer);
    icon_piece_encode(&writer, &piece);
    CHECK_HEX(writer.data, writer.size, "0500000000000000 64000000 28000000 0300 616263");
    CHECK(icon_piece_decode(writer.data, writer.size, &back) && back.size == 3 && back.offset == 40);
    check_decoder(&writer, try_icon_piece);
}

static void launches_come_back(void) {
    WireWriter writer;
    LaunchBody back, launch = {3, 0x77, 0x88, 0x99, 2, {(char *)"a b\"", (char *)"\xd7\xa9"}};
    wire_writer_init(&writer);
    launch_encode(&writer, &launch);
    CHECK_HEX(writer.data, writer.size,
              "03000000 7700000000000000 8800000000000000 9900000000000000 0200 0800 6100 2000 6200 2200 "
              "0200 e905");
    CHECK(launch_decode(writer.data, writer.size, &back));
    CHECK(back.n_arguments == 2 && back.app == 0x77 && back.type == 0x88 && back.verb == 0x99);
    CHECK_TEXT(back.arguments[0], "a b\"");
    CHECK_TEXT(back.arguments[1], "\xd7\xa9");
    launch_clear(&back);
    check_decoder(&writer, try_launch);

    uint8_t many[2000] = {0};
    many[28] = LAUNCH_ARGUMENTS_MAX + 1;
    CHECK(!try_launch(many, 30 + 2 * (LAUNCH_ARGUMENTS_MAX + 1)));

    LaunchResultBody result = {3, LAUNCH_DENIED, 5, 0}, result_back;
    wire_writer_init(&writer);
    launch_result_encode(&writer, &result);
    CHECK_HEX(writer.data, writer.size, "03000000 03 05000000 00000000");
    CHECK(launch_result_decode(writer.data, writer.size, &result_back) &&
          result_back.status == LAUNCH_DENIED);
    check_decoder(&writer, try_launch_result);
}

static void small_bodies_come_back(void) {
    WireWriter writer;
    WindowAppBody body = {0x10020, 77, 0x1234}, body_back;
    wire_writer_init(&writer);
    window_app_encode(&writer, &body);
    CHECK_HEX(writer.data, writer.size, "20000100 4d000000 3412000000000000");
    CHECK(window_app_decode(writer.data, writer.size, &body_back) && body_back.app == 0x1234);
    check_decoder(&writer, try_window_app);
    wire_writer_init(&writer);
    id_encode(&writer, 0x99);
    check_decoder(&writer, try_id);
    wire_writer_init(&writer);
    u32_encode(&writer, 0x99);
    check_decoder(&writer, try_u32);
    LogBody log = {1, "text"}, log_back;
    wire_writer_init(&writer);
    log_encode(&writer, &log);
    CHECK_HEX(writer.data, writer.size, "01 0800 7400 6500 7800 7400");
    CHECK(log_decode(writer.data, writer.size, &log_back));
    CHECK_TEXT(log_back.text, "text");
    check_decoder(&writer, try_log);
}

static void open_requests_come_back(void) {
    WireWriter writer;
    OpenRequestBody body = {7, OPEN_ADDRESS, (char *)"mailto:a"}, back;
    OpenResultBody result = {7, OPEN_REFUSED}, result_back;
    wire_writer_init(&writer);
    open_request_encode(&writer, &body);
    CHECK_HEX(writer.data, writer.size, "07000000 00 1000 6d0061006900 6c0074006f00 3a00 6100");
    CHECK(open_request_decode(writer.data, writer.size, &back) && back.request == 7);
    CHECK_TEXT(back.target, "mailto:a");
    open_request_clear(&back);
    check_decoder(&writer, try_open_request);
    CHECK(!try_open_request((const uint8_t *)"\1\0\0\0\0\0\0", 7));    // empty
    CHECK(!try_open_request((const uint8_t *)"\1\0\0\0\2\2\0a\0", 9)); // of no kind
    CHECK(!try_open_result((const uint8_t *)"\1\0\0\0\3", 5));
    wire_writer_init(&writer);
    open_result_encode(&writer, &result);
    CHECK_HEX(writer.data, writer.size, "07000000 01");
    CHECK(open_result_decode(writer.data, writer.size, &result_back) && result_back.status == OPEN_REFUSED);
    check_decoder(&writer, try_open_result);
}

static void tracked_windows_come_back(void) {
    WireWriter writer;
    TrackedWindow tracked = {.xid = 0x400012, .process = 99}, back;
    guest_window_init(&tracked.window, 0x10030);
    tracked.window.owner = 0x10020;
    tracked.window.style = 0x14cf0000;
    tracked.window.ex_style = 0x100;
    tracked.window.show = GUEST_SHOW_NORMAL;
    tracked.window.box = (Box){-4, 5, 600, 400};
    guest_window_set_title(&tracked.window, "T");
    snprintf(tracked.class_name, sizeof tracked.class_name, "C");
    snprintf(tracked.image, sizeof tracked.image, "a.exe");
    wire_writer_init(&writer);
    tracked_encode(&writer, &tracked);
    CHECK_HEX(writer.data, writer.size,
              "30000100 12004000 20000100 0000cf14 00010000 05 fcffffff 05000000 58020000 90010000 63000000"
              "0200 5400 0200 4300 0a00 6100 2e00 6500 7800 6500");
    CHECK(tracked_decode(writer.data, writer.size, &back));
    CHECK(box_equal(back.window.box, tracked.window.box) && back.window.id == 0x10030 &&
          back.xid == 0x400012);
    CHECK_TEXT(back.image, "a.exe");
    check_decoder(&writer, try_tracked);
}

static void desktop_bodies_come_back(void) {
    WireWriter writer;
    DesktopBody wanted = {7, true}, wanted_back;
    wire_writer_init(&writer);
    desktop_encode(&writer, &wanted);
    CHECK_HEX(writer.data, writer.size, "07000000 01");
    CHECK(desktop_decode(writer.data, writer.size, &wanted_back) && wanted_back.request == 7 &&
          wanted_back.shell);
    check_decoder(&writer, try_desktop);
    CHECK(!try_desktop((const uint8_t[]){7, 0, 0, 0, 2}, 5));
    DesktopResultBody result = {7, DESKTOP_FAILED, 2}, result_back;
    wire_writer_init(&writer);
    desktop_result_encode(&writer, &result);
    CHECK_HEX(writer.data, writer.size, "07000000 01 02000000");
    CHECK(desktop_result_decode(writer.data, writer.size, &result_back) && result_back.request == 7 &&
          result_back.status == DESKTOP_FAILED && result_back.error == 2);
    check_decoder(&writer, try_desktop_result);
}

static void orders_come_back(void) {
    WireWriter writer;
    DeskEvent event;
    const uint32_t order[] = {0x10020, 0x10030};
    wire_writer_init(&writer);
    tracked_order_encode(&writer, 0x10030, order, 2);
    CHECK_HEX(writer.data, writer.size, "30000100 0200 20000100 30000100");
    CHECK(tracked_order_decode(writer.data, writer.size, &event));
    CHECK(event.kind == DESK_EVENT_STACKING && event.as.stacking.has_active && event.as.stacking.has_order);
    CHECK(event.as.stacking.active == 0x10030 && event.as.stacking.count == 2);
    CHECK_EQUAL(event.as.stacking.order[1], 0x10030);
    check_decoder(&writer, try_tracked_order);
    uint8_t many[6 + 4 * (DESK_STACK_MAX + 1)] = {[5] = 1}; // 256
    CHECK(!try_tracked_order(many, sizeof many));
}

static void check_command(const Intent *intent, const char *hex) {
    WireWriter writer;
    Intent back;
    wire_writer_init(&writer);
    CHECK(window_command_encode(&writer, intent));
    CHECK_HEX(writer.data, writer.size, hex);
    CHECK(window_command_decode(writer.data, writer.size, &back));
    CHECK(back.kind == intent->kind && back.window == intent->window);
    if (intent->kind == INTENT_MOVE)
        CHECK(box_equal(back.as.box, intent->as.box));
    if (intent->kind == INTENT_ACTIVATE)
        CHECK_EQUAL(back.as.enabled, intent->as.enabled);
    if (intent->kind == INTENT_SYSTEM_COMMAND)
        CHECK_EQUAL(back.as.command, intent->as.command);
    check_decoder(&writer, try_window_command);
}

static void commands_come_back(void) {
    Intent intent = {.kind = INTENT_ACTIVATE, .window = 0x10020, .as.enabled = true};
    check_command(&intent, "20000100 01 00000000 00000000 00000000 00000000 0000");
    intent.as.enabled = false;
    check_command(&intent, "20000100 00 00000000 00000000 00000000 00000000 0000");
    intent = (Intent){.kind = INTENT_MOVE, .window = 0x10020, .as.box = {-1, 2, 3, 4}};
    check_command(&intent, "20000100 02 ffffffff 02000000 03000000 04000000 0000");
    intent = (Intent){.kind = INTENT_SYSTEM_COMMAND, .window = 0x10020, .as.command = SYSTEM_COMMAND_CLOSE};
    check_command(&intent, "20000100 03 00000000 00000000 00000000 00000000 60f0");
    const uint8_t empty[23] = {1, 0, 0, 0, 2}; // a move to nothing
    CHECK(!try_window_command(empty, sizeof empty));
}

int main(void) {
    RUN(catalogue_apply_of_diff_is_the_other);
    RUN(catalogue_is_bounded);
    RUN(what_is_put_survives_the_wire);
    RUN(copies_outlive_each_other);
    RUN(app_ids_and_hashes);
    RUN(hello_golden_bytes);
    RUN(sync_golden_bytes);
    RUN(apps_come_back);
    RUN(file_types_come_back);
    RUN(file_type_bytes);
    RUN(largest_file_type_fits_a_message);
    RUN(icons_come_back);
    RUN(launches_come_back);
    RUN(small_bodies_come_back);
    RUN(open_requests_come_back);
    RUN(tracked_windows_come_back);
    RUN(desktop_bodies_come_back);
    RUN(orders_come_back);
    RUN(commands_come_back);
    return 0;
}
