// SPDX-License-Identifier: Apache-2.0
// The guest's portable publisher against a host made of a MessageStream: snapshot, unchanged, delta,
// resynchronisation, a host that begins anew, launches, and the quoting of arguments. No process, no Windows.
#include "guest-agent/arguments.h"
#include "guest-agent/publisher.h"
#include "rail/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                                  \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

static Publisher *publisher;
static MessageStream *host;
static Catalogue installed, held, incoming;
static int n_counted[128]; // messages by type
static LaunchResultBody launched;
static OpenRequestBody asked;
static OpenResultBody opened;

static uint8_t *on_icon(void *context, uint64_t icon, size_t *ret_size) {
    *ret_size = 40000;
    return icon == 5 ? mem_new(40000) : NULL;
}

static void on_launch(void *context, const App *app, const FileVerb *verb, char *const *arguments,
                      size_t count, LaunchResultBody *ret_result) {
    ret_result->status = LAUNCH_OK;
    ret_result->error = verb ? (uint32_t)verb->id : 0;
    ret_result->process = (uint32_t)count;
}

static void on_opened(void *context, uint32_t request, OpenStatus status) {
    opened = (OpenResultBody){request, status};
}

static void take(const Message *message) {
    SyncBody sync;
    uint64_t id;
    App *app;
    FileType *type;
    n_counted[message->type & 127]++;
    if (message->type == MESSAGE_SYNC_BEGIN && sync_decode(message->body, message->size, &sync)) {
        catalogue_clear(&incoming);
        if (sync.delta)
            catalogue_copy(&incoming, &held);
    } else if (message->type == MESSAGE_APP && (app = app_decode(message->body, message->size))) {
        catalogue_put(&incoming, app);
    } else if (message->type == MESSAGE_APP_GONE && id_decode(message->body, message->size, &id)) {
        catalogue_remove(&incoming, id);
    } else if (message->type == MESSAGE_FILE_TYPE &&
               (type = file_type_decode(message->body, message->size))) {
        catalogue_put_type(&incoming, type);
    } else if (message->type == MESSAGE_FILE_TYPE_GONE && id_decode(message->body, message->size, &id)) {
        catalogue_remove_type(&incoming, id);
    } else if (message->type == MESSAGE_SYNC_END && sync_decode(message->body, message->size, &sync)) {
        if (!sync.unchanged) {
            catalogue_clear(&held);
            catalogue_copy(&held, &incoming);
        }
        CHECK(catalogue_hash(&held) == sync.catalogue);
    } else if (message->type == MESSAGE_OPEN_REQUEST) {
        open_request_clear(&asked);
        CHECK(open_request_decode(message->body, message->size, &asked));
    } else if (message->type == MESSAGE_LAUNCH_RESULT) {
        CHECK(launch_result_decode(message->body, message->size, &launched));
    }
}

// Carries bytes both ways until nobody has anything to say.
static void settle(void) {
    uint8_t *bytes;
    size_t size;
    Message message;
    for (bool busy = true; busy;) {
        busy = false;
        while (message_stream_take(host, &bytes, &size)) {
            publisher_receive(publisher, bytes, size);
            free(bytes);
            busy = true;
        }
        while (publisher_take(publisher, &bytes, &size)) {
            message_stream_push(host, bytes, size);
            free(bytes);
            busy = true;
        }
        while (message_stream_pull(host, &message)) {
            take(&message);
            busy = true;
        }
    }
    CHECK(!publisher_is_broken(publisher));
}

static void say(uint16_t type, WireWriter *writer) {
    CHECK(message_stream_queue(host, type, writer->data, writer->size));
    wire_writer_clear(writer);
}

static uint32_t host_features = 7;

static void say_hello(uint64_t hash) {
    HelloBody hello = {.version = 1, .oldest_version = 1, .features = host_features, .catalogue = hash};
    WireWriter writer;
    wire_writer_init(&writer);
    hello_encode(&writer, &hello);
    say(MESSAGE_HELLO, &writer);
}

static void install(uint64_t id, const char *name) {
    App *app = app_new();
    app->id = id;
    app->show = 1;
    app_set(&app->name, name);
    CHECK(catalogue_put(&installed, app));
}

static void publish(void) {
    publisher_set_catalogue(publisher, &installed);
    settle();
    CHECK(catalogue_equal(&held, &installed));
}

static void test_catalogue(void) {
    for (uint64_t id = 1; id <= CATALOGUE_APPS_MAX; id++)
        install(id, "An application");
    publisher_set_catalogue(publisher, &installed);
    publisher_connect(publisher);
    say_hello(0);
    settle();
    CHECK(catalogue_equal(&held, &installed) && n_counted[MESSAGE_APP] == CATALOGUE_APPS_MAX);
    CHECK(publisher_features(publisher) == 7);
    install(3, "Renamed");
    catalogue_remove(&installed, 4);
    publish();
    CHECK(n_counted[MESSAGE_APP] == CATALOGUE_APPS_MAX + 1 && n_counted[MESSAGE_APP_GONE] == 1);
}

static void install_type(const char *name, uint64_t app) {
    FileType *type = file_type_new();
    type->id = file_type_id(FILE_TYPE_EXTENSION, name);
    app_set(&type->name, name);
    FileVerb *verb = file_type_add_verb(type);
    verb->id = file_verb_id("Class", "open");
    verb->app = app;
    app_set(&verb->verb, "open");
    CHECK(catalogue_put_type(&installed, type));
}

static void test_types(void) {
    install_type(".one", 3);
    install_type(".two", 3);
    publish();
    CHECK(n_counted[MESSAGE_FILE_TYPE] == 2 && n_counted[MESSAGE_APP] == CATALOGUE_APPS_MAX + 1);
    CHECK(catalogue_remove_type(&installed, file_type_id(FILE_TYPE_EXTENSION, ".TWO")));
    publish();
    CHECK(n_counted[MESSAGE_FILE_TYPE_GONE] == 1 && held.types.count == 1);
}

static void test_new_beginnings(void) {
    WireWriter writer;
    wire_writer_init(&writer);
    int hellos = n_counted[MESSAGE_HELLO], apps = n_counted[MESSAGE_APP];
    message_stream_reset(host);
    say_hello(catalogue_hash(&held));
    settle();
    CHECK(n_counted[MESSAGE_HELLO] == hellos + 1 && n_counted[MESSAGE_APP] == apps);
    say(MESSAGE_RESYNC, &writer);
    settle();
    CHECK(n_counted[MESSAGE_APP] == apps + (int)installed.apps.count && catalogue_equal(&held, &installed));
}

static void test_icons(void) {
    WireWriter writer;
    wire_writer_init(&writer);
    id_encode(&writer, 5);
    say(MESSAGE_ICON_REQUEST, &writer);
    id_encode(&writer, 6);
    say(MESSAGE_ICON_REQUEST, &writer);
    settle();
    CHECK(n_counted[MESSAGE_ICON] == 3 + 1);
}

static void test_launch(void) {
    LaunchBody launch = {.request = 9, .app = 3, .n_arguments = 2, .arguments = {"a", "b"}};
    WireWriter writer;
    wire_writer_init(&writer);
    launch_encode(&writer, &launch);
    say(MESSAGE_LAUNCH, &writer);
    settle();
    CHECK(launched.request == 9 && launched.status == LAUNCH_OK && launched.process == 2);
    launch.type = file_type_id(FILE_TYPE_EXTENSION, ".one");
    launch.verb = file_verb_id("class", "Open");
    launch_encode(&writer, &launch);
    say(MESSAGE_LAUNCH, &writer);
    settle();
    CHECK(launched.status == LAUNCH_OK && launched.error == (uint32_t)launch.verb);
    launch.verb++;
    launch_encode(&writer, &launch);
    say(MESSAGE_LAUNCH, &writer);
    settle();
    CHECK(launched.status == LAUNCH_UNKNOWN_VERB);
    launch = (LaunchBody){.request = 10, .app = 4};
    launch_encode(&writer, &launch);
    say(MESSAGE_LAUNCH, &writer);
    settle();
    CHECK(launched.status == LAUNCH_UNKNOWN_APP);
    wire_put_u8(&writer, 1);
    say(MESSAGE_LAUNCH, &writer);
    settle();
    CHECK(n_counted[MESSAGE_RESYNC] == 1);
}

static void test_arguments(void) {
    static char *const arguments[] = {"plain", "two words", "", "a\"b", "C:\\dir x\\", "c\\\\\"d", "e\\f"};
    char *line = arguments_join("/own \"as is\"", arguments, 7);
    CHECK(
        strcmp(
            line,
            "/own \"as is\" plain \"two words\" \"\" \"a\\\"b\" \"C:\\dir x\\\\\" \"c\\\\\\\\\\\"d\" e\\f") ==
        0);
    free(line);
    line = arguments_join("", arguments, 1);
    CHECK(strcmp(line, "plain") == 0);
    free(line);
}

static void test_opening_on_the_host(void) {
    WireWriter writer;
    static char target[OPEN_TARGET_BYTES / 2 + 2];
    CHECK(!publisher_open(publisher, OPEN_ADDRESS, "http://a.org/")); // not agreed
    host_features = 7 | RAILPUB_OPEN;
    say_hello(0);
    settle();
    uint32_t request = publisher_open(publisher, OPEN_ADDRESS, "http://a.org/");
    settle();
    CHECK(request && asked.request == request && asked.kind == OPEN_ADDRESS);
    CHECK(strcmp(asked.target, "http://a.org/") == 0);
    OpenResultBody result = {request, OPEN_IN_GUEST};
    wire_writer_init(&writer);
    open_result_encode(&writer, &result);
    say(MESSAGE_OPEN_RESULT, &writer);
    settle();
    CHECK(opened.request == request && opened.status == OPEN_IN_GUEST);
    memset(target, 'x', sizeof target - 1);
    CHECK(!publisher_open(publisher, OPEN_ADDRESS, target)); // never a piece of it
    target[sizeof target - 2] = '\0';
    CHECK(publisher_open(publisher, OPEN_ADDRESS, target) == request + 1);
    settle();
    CHECK(strcmp(asked.target, target) == 0);
    open_request_clear(&asked);
}

int main(void) {
    PublisherSource source = {.icon = on_icon, .launch = on_launch, .opened = on_opened};
    HelloBody hello = {
        .version = 1, .oldest_version = 1, .features = 7 | RAILPUB_OPEN, .agent = "publisher-test"};
    host = message_stream_new();
    catalogue_init(&installed);
    catalogue_init(&held);
    catalogue_init(&incoming);
    publisher = publisher_new(&source, &hello);
    test_catalogue();
    test_types();
    test_new_beginnings();
    test_icons();
    test_launch();
    test_arguments();
    test_opening_on_the_host();
    publisher_free(publisher);
    message_stream_free(host);
    catalogue_clear(&installed);
    catalogue_clear(&held);
    catalogue_clear(&incoming);
    return 0;
}
