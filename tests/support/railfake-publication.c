// SPDX-License-Identifier: Apache-2.0
// The make-believe guest agent: the project's own publisher over a catalogue that the script fills. A launch
// is recorded and succeeds; what windows it opens is the script's to say.
#include "tests/support/railfake.h"

#include <stdlib.h>

#include "rail/mem.h"

static void on_launch(void *context, const App *app, const FileVerb *verb, char *const *arguments,
                      size_t count, LaunchResultBody *ret_result) {
    Record *record = record_new("launch");
    char id[17];
    g_snprintf(id, sizeof id, "%016" G_GINT64_MODIFIER "x", app->id);
    record_put_text(record, "app", id);
    record_put_text(record, "name", app->name);
    for (size_t i = 0; i < count; i++) {
        g_autofree char *key = g_strdup_printf("argument-%zu", i);
        record_put_text(record, key, arguments[i]);
    }
    ret_result->status = LAUNCH_OK;
    ret_result->process = 4000;
    fake_record(context, record);
}

static GHashTable *icon_sets; // hash -> GBytes, of this process' one guest

static uint8_t *on_icon(void *context, uint64_t icon, size_t *ret_size) {
    GBytes *set = icon_sets ? g_hash_table_lookup(icon_sets, &icon) : NULL;
    return set ? mem_copy(g_bytes_get_data(set, ret_size), g_bytes_get_size(set)) : NULL;
}

static uint64_t make_icon(uint32_t colour) {
    WireWriter writer;
    Raster *raster = fake_raster(32, colour);
    wire_writer_init(&writer);
    icon_set_encode(&writer, &raster, 1);
    uint64_t icon = icon_set_hash(writer.data, writer.size);
    if (!icon_sets)
        icon_sets = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_bytes_unref);
    g_hash_table_replace(icon_sets, g_memdup2(&icon, sizeof icon), g_bytes_new(writer.data, writer.size));
    wire_writer_clear(&writer);
    raster_free(raster);
    return icon;
}

static void on_track(void *context, uint32_t cookie) {
    Fake *fake = context;
    GHashTableIter iter;
    gpointer key;
    fake->is_tracked = true;
    g_hash_table_iter_init(&iter, fake->windows);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        fake_publication_track(fake, GPOINTER_TO_UINT(key));
    fake_publication_order(fake);
    publisher_tracked_end(fake->publisher, cookie);
}

static void on_command(void *context, const Intent *wanted) {
    Record *record = record_new("window-command");
    bool is_move = wanted->kind == INTENT_MOVE, is_system = wanted->kind == INTENT_SYSTEM_COMMAND;
    record_put_text(record, "kind", intent_kind_to_string(wanted->kind));
    record_put(record, "window", wanted->window);
    record_put(record, "x", is_move ? wanted->as.box.x : 0);
    record_put(record, "y", is_move ? wanted->as.box.y : 0);
    record_put(record, "width", is_move ? wanted->as.box.width : 0);
    record_put(record, "height", is_move ? wanted->as.box.height : 0);
    record_put(record, "command", is_system ? wanted->as.command : 0);
    record_put(record, "enabled", !is_move && !is_system && wanted->as.enabled);
    fake_record(context, record);
}

// The shell of such a guest is there all the time.
static void on_desktop(void *context, const DesktopBody *wanted) {
    Fake *fake = context;
    DesktopResultBody result = {wanted->request, wanted->shell ? DESKTOP_DONE : DESKTOP_KEPT, 0};
    publisher_desktop_result(fake->publisher, &result);
}

void fake_publication_track(Fake *fake, uint32_t id) {
    const FakeWindow *window = fake_window(fake, id);
    TrackedWindow tracked = {.process = window ? window->process : 0, .class_name = "Fake"};
    if (!fake->is_tracked)
        return;
    if (window) {
        tracked.window = window->window;
        publisher_tracked(fake->publisher, &tracked);
    } else {
        publisher_tracked_gone(fake->publisher, id);
    }
    fake_publication_flush(fake);
}

void fake_publication_order(Fake *fake) {
    if (!fake->is_tracked)
        return;
    publisher_tracked_order(fake->publisher, fake->active, (const uint32_t *)(void *)fake->stack->data,
                            fake->stack->len);
    fake_publication_flush(fake);
}

void fake_publication_init(Fake *fake) {
    static PublisherSource source = {.icon = on_icon,
                                     .launch = on_launch,
                                     .track = on_track,
                                     .command = on_command,
                                     .desktop = on_desktop};
    HelloBody hello = {.version = RAILPUB_VERSION, .oldest_version = 1, .process = 4};
    hello.features = RAILPUB_CATALOGUE | RAILPUB_LAUNCH | RAILPUB_WINDOW_APP;
    if (fake->options.refuses_rail)
        hello.features |= RAILPUB_TRACK | RAILPUB_COMMAND | RAILPUB_SHELL;
    hello.windows_major = fake->options.persona->build == 2600 ? 5 : 6;
    hello.windows_minor = 1;
    hello.windows_build = (uint16_t)fake->options.persona->build;
    g_strlcpy(hello.agent, "railfake", sizeof hello.agent);
    source.context = fake;
    catalogue_init(&fake->catalogue);
    fake->heard = message_stream_new();
    fake->publisher = publisher_new(&source, &hello);
}

void fake_publication_flush(Fake *fake) {
    uint8_t *bytes;
    size_t size;
    while (fake->peer && publisher_take(fake->publisher, &bytes, &size)) {
        rdp_rail_publish(fake_peer_rail(fake->peer), bytes, size);
        free(bytes);
    }
}

static void tell(Fake *fake, const uint8_t *untrusted_bytes, size_t size) {
    Message message;
    message_stream_push(fake->heard, untrusted_bytes, size);
    while (message_stream_pull(fake->heard, &message)) {
        Record *record = record_new("message");
        record_put_text(record, "type", message_type_to_string(message.type));
        record_put(record, "number", message.type);
        record_put(record, "size", message.size);
        fake_record(fake, record);
    }
}

void fake_publication_reset(Fake *fake) {
    message_stream_reset(fake->heard);
    fake->is_tracked = false;
    g_clear_pointer(&fake->early, g_byte_array_unref);
    fake->early = g_byte_array_new();
}

// A channel keeps what arrives before somebody opens it.
void fake_publication_start(Fake *fake) {
    g_autoptr(GByteArray) early = g_steal_pointer(&fake->early);
    publisher_connect(fake->publisher);
    if (early)
        publisher_receive(fake->publisher, early->data, early->len);
    fake_publication_flush(fake);
}

void fake_publication_receive(Fake *fake, const uint8_t *untrusted_bytes, size_t size) {
    tell(fake, untrusted_bytes, size);
    if (fake->early) {
        g_byte_array_append(fake->early, untrusted_bytes, size);
        return;
    }
    publisher_receive(fake->publisher, untrusted_bytes, size);
    fake_publication_flush(fake);
}

void fake_publication_app(Fake *fake, uint64_t id, const char *name, const char *group, const char *icon) {
    App *app = app_new();
    app->id = id;
    app->icon = icon ? make_icon((uint32_t)g_ascii_strtoull(icon, NULL, 16)) : 0;
    app->show = 1;
    app_set(&app->name, name);
    app_set(&app->group, group);
    catalogue_put(&fake->catalogue, app);
    publisher_set_catalogue(fake->publisher, &fake->catalogue);
    fake_publication_flush(fake);
}

void fake_publication_window(Fake *fake, uint32_t window, uint64_t app, uint32_t process) {
    WindowAppBody body = {window, process, app};
    publisher_window_app(fake->publisher, &body);
    fake_publication_flush(fake);
}

void fake_publication_clear(Fake *fake) {
    publisher_free(fake->publisher);
    message_stream_free(fake->heard);
    g_clear_pointer(&fake->early, g_byte_array_unref);
    catalogue_clear(&fake->catalogue);
}
