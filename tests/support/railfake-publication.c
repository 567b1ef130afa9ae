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

void fake_publication_init(Fake *fake) {
    static PublisherSource source = {.icon = on_icon, .launch = on_launch};
    HelloBody hello = {.version = RAILPUB_VERSION, .oldest_version = 1, .process = 4};
    hello.features = RAILPUB_CATALOGUE | RAILPUB_LAUNCH | RAILPUB_WINDOW_APP;
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
