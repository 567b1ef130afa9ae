// SPDX-License-Identifier: Apache-2.0
// Bodies of RAILPUB messages (PROTOCOL.md 3). Decoders take untrusted bytes: every count and length has its
// limit, and bytes left over are an error.
#include "rail/catalogue-message.h"

#include <string.h>

#include "rail/hash.h"
#include "rail/mem.h"
#include "rail/utf.h"

enum { SYNC_UNCHANGED = 1, SYNC_DELTA = 2 };
enum { APP_OF_WINDOWS = 1 };

// A STRING into a fixed field; what does not fit is cut at a character.
static void get_text(WireReader *reader, size_t max_bytes, char *to, size_t capacity) {
    char *text = wire_get_utf16(reader, max_bytes);
    memset(to, 0, capacity);
    if (!text)
        return;
    size_t size = strlen(text);
    if (size >= capacity) {
        size = capacity - 1;
        while (size && ((uint8_t)text[size] & 0xC0) == 0x80)
            size--;
    }
    memcpy(to, text, size);
    mem_free(text);
}

void hello_encode(WireWriter *writer, const HelloBody *hello) {
    wire_put_u16(writer, hello->version);
    wire_put_u16(writer, hello->oldest_version);
    wire_put_u32(writer, hello->features);
    wire_put_u64(writer, hello->catalogue);
    wire_put_u32(writer, hello->process);
    wire_put_u16(writer, hello->windows_major);
    wire_put_u16(writer, hello->windows_minor);
    wire_put_u16(writer, hello->windows_build);
    wire_put_u16(writer, hello->service_pack);
    wire_put_utf16(writer, hello->agent, 126);
}

bool hello_decode(const uint8_t *untrusted_body, size_t size, HelloBody *ret_hello) {
    WireReader reader;
    HelloBody hello = {0};
    wire_reader_init(&reader, untrusted_body, size);
    hello.version = wire_get_u16(&reader);
    hello.oldest_version = wire_get_u16(&reader);
    hello.features = wire_get_u32(&reader);
    hello.catalogue = wire_get_u64(&reader);
    hello.process = wire_get_u32(&reader);
    hello.windows_major = wire_get_u16(&reader);
    hello.windows_minor = wire_get_u16(&reader);
    hello.windows_build = wire_get_u16(&reader);
    hello.service_pack = wire_get_u16(&reader);
    get_text(&reader, 126, hello.agent, sizeof hello.agent);
    // A newer peer may have more to say than this version reads.
    bool good =
        !reader.failed && hello.version >= 1 && (wire_at_end(&reader) || hello.version > RAILPUB_VERSION);
    *ret_hello = good ? hello : (HelloBody){0};
    return good;
}

void sync_encode(WireWriter *writer, const SyncBody *sync) {
    wire_put_u32(writer, sync->generation);
    wire_put_u32(writer, sync->count);
    wire_put_u64(writer, sync->catalogue);
    wire_put_u8(writer, (uint8_t)((sync->unchanged ? SYNC_UNCHANGED : 0) | (sync->delta ? SYNC_DELTA : 0)));
}

bool sync_decode(const uint8_t *untrusted_body, size_t size, SyncBody *ret_sync) {
    WireReader reader;
    SyncBody sync = {0};
    wire_reader_init(&reader, untrusted_body, size);
    sync.generation = wire_get_u32(&reader);
    sync.count = wire_get_u32(&reader);
    sync.catalogue = wire_get_u64(&reader);
    uint8_t flags = wire_get_u8(&reader);
    sync.unchanged = flags & SYNC_UNCHANGED;
    sync.delta = flags & SYNC_DELTA;
    bool good = wire_at_end(&reader);
    *ret_sync = good ? sync : (SyncBody){0};
    return good;
}

void app_encode(WireWriter *writer, const App *app) {
    wire_put_u64(writer, app->id);
    wire_put_u64(writer, app->icon);
    wire_put_u8(writer, (uint8_t)app->kind);
    wire_put_u8(writer, app->show);
    wire_put_u16(writer, app->hotkey);
    wire_put_u8(writer, app->of_windows ? APP_OF_WINDOWS : 0);
    wire_put_utf16(writer, app->name, APP_NAME_BYTES);
    wire_put_utf16(writer, app->description, APP_NAME_BYTES);
    wire_put_utf16(writer, app->group, APP_PATH_BYTES);
    wire_put_utf16(writer, app->target, APP_PATH_BYTES);
    wire_put_utf16(writer, app->arguments, APP_ARGUMENTS_BYTES);
    wire_put_utf16(writer, app->directory, APP_PATH_BYTES);
    wire_put_utf16(writer, app->aumid, APP_PATH_BYTES);
}

static void get_string(WireReader *reader, size_t max_bytes, char **field) {
    char *text = wire_get_utf16(reader, max_bytes);
    app_set(field, text);
    mem_free(text);
}

App *app_decode(const uint8_t *untrusted_body, size_t size) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    App *app = app_new();
    app->id = wire_get_u64(&reader);
    app->icon = wire_get_u64(&reader);
    uint8_t kind = wire_get_u8(&reader);
    app->show = wire_get_u8(&reader);
    app->hotkey = wire_get_u16(&reader);
    app->of_windows = wire_get_u8(&reader) & APP_OF_WINDOWS;
    get_string(&reader, APP_NAME_BYTES, &app->name);
    get_string(&reader, APP_NAME_BYTES, &app->description);
    get_string(&reader, APP_PATH_BYTES, &app->group);
    get_string(&reader, APP_PATH_BYTES, &app->target);
    get_string(&reader, APP_ARGUMENTS_BYTES, &app->arguments);
    get_string(&reader, APP_PATH_BYTES, &app->directory);
    get_string(&reader, APP_PATH_BYTES, &app->aumid);
    app->kind = (AppKind)kind;
    if (wire_at_end(&reader) && app->id && kind <= APP_KIND_HANDLER)
        return app;
    app_free(app);
    return NULL;
}

static void put_verb(WireWriter *writer, const FileVerb *verb) {
    wire_put_u64(writer, verb->id);
    wire_put_u64(writer, verb->app);
    wire_put_u8(writer, verb->flags);
    wire_put_utf16(writer, verb->verb, FILE_VERB_TEXT_BYTES);
    wire_put_utf16(writer, verb->label, FILE_VERB_TEXT_BYTES);
    wire_put_utf16(writer, verb->class_name, FILE_VERB_TEXT_BYTES);
    wire_put_utf16(writer, verb->program_name, FILE_VERB_TEXT_BYTES);
}

static void get_verb(WireReader *reader, FileVerb *verb) {
    verb->id = wire_get_u64(reader);
    verb->app = wire_get_u64(reader);
    verb->flags = wire_get_u8(reader) & (FILE_VERB_DEFAULT | FILE_VERB_DDE);
    get_string(reader, FILE_VERB_TEXT_BYTES, &verb->verb);
    get_string(reader, FILE_VERB_TEXT_BYTES, &verb->label);
    get_string(reader, FILE_VERB_TEXT_BYTES, &verb->class_name);
    get_string(reader, FILE_VERB_TEXT_BYTES, &verb->program_name);
    if (!verb->id)
        reader->failed = true;
}

void file_type_encode(WireWriter *writer, const FileType *type) {
    wire_put_u64(writer, type->id);
    wire_put_u64(writer, type->icon);
    wire_put_u8(writer, (uint8_t)type->kind);
    wire_put_utf16(writer, type->name, FILE_TYPE_NAME_BYTES);
    wire_put_utf16(writer, type->content_type, FILE_TYPE_TEXT_BYTES);
    wire_put_utf16(writer, type->perceived_type, FILE_TYPE_TEXT_BYTES);
    wire_put_utf16(writer, type->description, FILE_TYPE_TEXT_BYTES);
    wire_put_u8(writer, type->n_verbs);
    for (size_t i = 0; i < type->n_verbs; i++)
        put_verb(writer, &type->verbs[i]);
}

FileType *file_type_decode(const uint8_t *untrusted_body, size_t size) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    FileType *type = file_type_new();
    type->id = wire_get_u64(&reader);
    type->icon = wire_get_u64(&reader);
    uint8_t kind = wire_get_u8(&reader);
    type->kind = (FileTypeKind)kind;
    get_string(&reader, FILE_TYPE_NAME_BYTES, &type->name);
    get_string(&reader, FILE_TYPE_TEXT_BYTES, &type->content_type);
    get_string(&reader, FILE_TYPE_TEXT_BYTES, &type->perceived_type);
    get_string(&reader, FILE_TYPE_TEXT_BYTES, &type->description);
    uint8_t n_verbs = wire_get_u8(&reader);
    while (!reader.failed && type->n_verbs < n_verbs && type->n_verbs < FILE_TYPE_VERBS_MAX)
        get_verb(&reader, file_type_add_verb(type));
    if (wire_at_end(&reader) && type->id && kind <= FILE_TYPE_SCHEME)
        return type;
    file_type_free(type);
    return NULL;
}

void id_encode(WireWriter *writer, uint64_t id) {
    wire_put_u64(writer, id);
}

bool id_decode(const uint8_t *untrusted_body, size_t size, uint64_t *ret_id) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    uint64_t id = wire_get_u64(&reader);
    bool good = wire_at_end(&reader);
    *ret_id = good ? id : 0;
    return good;
}

void icon_piece_encode(WireWriter *writer, const IconPiece *piece) {
    wire_put_u64(writer, piece->icon);
    wire_put_u32(writer, piece->total);
    wire_put_u32(writer, piece->offset);
    wire_put_u16(writer, piece->size);
    wire_put_bytes(writer, piece->bytes, piece->size);
}

bool icon_piece_decode(const uint8_t *untrusted_body, size_t size, IconPiece *ret_piece) {
    WireReader reader;
    IconPiece piece = {0};
    wire_reader_init(&reader, untrusted_body, size);
    piece.icon = wire_get_u64(&reader);
    piece.total = wire_get_u32(&reader);
    piece.offset = wire_get_u32(&reader);
    piece.size = wire_get_u16(&reader);
    piece.bytes = wire_get_bytes(&reader, piece.size);
    bool good = wire_at_end(&reader) && piece.total <= ICON_BYTES_MAX && piece.offset <= piece.total &&
                piece.size <= ICON_PIECE_MAX && piece.size <= piece.total - piece.offset;
    *ret_piece = good ? piece : (IconPiece){0};
    return good;
}

void icon_set_encode(WireWriter *writer, Raster *const *rasters, size_t count) {
    if (count > ICON_SIZES_MAX)
        count = ICON_SIZES_MAX;
    wire_put_u8(writer, (uint8_t)count);
    for (size_t i = 0; i < count; i++) {
        wire_put_u16(writer, rasters[i]->width);
        wire_put_u16(writer, rasters[i]->height);
        wire_put_bytes(writer, rasters[i]->bgra, (size_t)rasters[i]->width * rasters[i]->height * 4);
    }
}

size_t icon_set_decode(const uint8_t *untrusted_bytes, size_t size, Raster *ret_rasters[ICON_SIZES_MAX]) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_bytes, size);
    size_t count = wire_get_u8(&reader), done = 0;
    if (count > ICON_SIZES_MAX)
        reader.failed = true;
    while (!reader.failed && done < count) {
        uint32_t width = wire_get_u16(&reader), height = wire_get_u16(&reader);
        const uint8_t *bgra = wire_get_bytes(&reader, (size_t)width * height * 4);
        Raster *raster = bgra ? raster_new(width, height) : NULL;
        if (!raster) {
            reader.failed = true;
            break;
        }
        memcpy(raster->bgra, bgra, (size_t)width * height * 4);
        ret_rasters[done++] = raster;
    }
    if (wire_at_end(&reader))
        return done;
    while (done)
        raster_free(ret_rasters[--done]);
    return 0;
}

uint64_t icon_set_hash(const uint8_t *bytes, size_t size) {
    uint64_t hash = hash_bytes(HASH_START, bytes, size);
    return hash ? hash : 1;
}

void launch_encode(WireWriter *writer, const LaunchBody *launch) {
    wire_put_u32(writer, launch->request);
    wire_put_u64(writer, launch->app);
    wire_put_u64(writer, launch->type);
    wire_put_u64(writer, launch->verb);
    wire_put_u16(writer, launch->n_arguments);
    for (uint16_t i = 0; i < launch->n_arguments; i++)
        wire_put_utf16(writer, launch->arguments[i], LAUNCH_ARGUMENT_BYTES);
}

bool launch_decode(const uint8_t *untrusted_body, size_t size, LaunchBody *ret_launch) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    *ret_launch = (LaunchBody){0};
    ret_launch->request = wire_get_u32(&reader);
    ret_launch->app = wire_get_u64(&reader);
    ret_launch->type = wire_get_u64(&reader);
    ret_launch->verb = wire_get_u64(&reader);
    uint16_t count = wire_get_u16(&reader);
    if (count > LAUNCH_ARGUMENTS_MAX)
        reader.failed = true;
    while (!reader.failed && ret_launch->n_arguments < count) {
        char *argument = wire_get_utf16(&reader, LAUNCH_ARGUMENT_BYTES);
        if (argument)
            ret_launch->arguments[ret_launch->n_arguments++] = argument;
    }
    if (wire_at_end(&reader))
        return true;
    launch_clear(ret_launch);
    return false;
}

void launch_clear(LaunchBody *launch) {
    for (uint16_t i = 0; i < launch->n_arguments; i++)
        mem_free(launch->arguments[i]);
    *launch = (LaunchBody){0};
}

void launch_result_encode(WireWriter *writer, const LaunchResultBody *result) {
    wire_put_u32(writer, result->request);
    wire_put_u8(writer, (uint8_t)result->status);
    wire_put_u32(writer, result->error);
    wire_put_u32(writer, result->process);
}

bool launch_result_decode(const uint8_t *untrusted_body, size_t size, LaunchResultBody *ret_result) {
    WireReader reader;
    LaunchResultBody result = {0};
    wire_reader_init(&reader, untrusted_body, size);
    result.request = wire_get_u32(&reader);
    uint8_t status = wire_get_u8(&reader);
    result.error = wire_get_u32(&reader);
    result.process = wire_get_u32(&reader);
    result.status = status <= LAUNCH_NO_DRIVE ? (LaunchStatus)status : LAUNCH_FAILED;
    bool good = wire_at_end(&reader);
    *ret_result = good ? result : (LaunchResultBody){0};
    return good;
}

void window_app_encode(WireWriter *writer, const WindowAppBody *body) {
    wire_put_u32(writer, body->window);
    wire_put_u32(writer, body->process);
    wire_put_u64(writer, body->app);
}

bool window_app_decode(const uint8_t *untrusted_body, size_t size, WindowAppBody *ret_body) {
    WireReader reader;
    WindowAppBody body = {0};
    wire_reader_init(&reader, untrusted_body, size);
    body.window = wire_get_u32(&reader);
    body.process = wire_get_u32(&reader);
    body.app = wire_get_u64(&reader);
    bool good = wire_at_end(&reader) && body.window;
    *ret_body = good ? body : (WindowAppBody){0};
    return good;
}

void tracked_encode(WireWriter *writer, const TrackedWindow *tracked) {
    const GuestWindow *window = &tracked->window;
    wire_put_u32(writer, window->id);
    wire_put_u32(writer, tracked->xid);
    wire_put_u32(writer, window->owner);
    wire_put_u32(writer, window->style);
    wire_put_u32(writer, window->ex_style);
    wire_put_u8(writer, (uint8_t)window->show);
    wire_put_i32(writer, window->box.x);
    wire_put_i32(writer, window->box.y);
    wire_put_i32(writer, window->box.width);
    wire_put_i32(writer, window->box.height);
    wire_put_u32(writer, tracked->process);
    wire_put_utf16(writer, window->title, 520);
    wire_put_utf16(writer, tracked->class_name, 254);
    wire_put_utf16(writer, tracked->image, 520);
}

bool tracked_decode(const uint8_t *untrusted_body, size_t size, TrackedWindow *ret_tracked) {
    WireReader reader;
    GuestWindowDelta delta = {.fields = GUEST_WINDOW_ALL};
    memset(ret_tracked, 0, sizeof *ret_tracked);
    wire_reader_init(&reader, untrusted_body, size);
    guest_window_init(&ret_tracked->window, wire_get_u32(&reader));
    ret_tracked->xid = wire_get_u32(&reader);
    delta.to.owner = wire_get_u32(&reader);
    delta.to.style = wire_get_u32(&reader);
    delta.to.ex_style = wire_get_u32(&reader);
    delta.to.show = (GuestShow)wire_get_u8(&reader);
    delta.to.box.x = wire_get_i32(&reader);
    delta.to.box.y = wire_get_i32(&reader);
    delta.to.box.width = wire_get_i32(&reader);
    delta.to.box.height = wire_get_i32(&reader);
    ret_tracked->process = wire_get_u32(&reader);
    get_text(&reader, 520, delta.to.title, sizeof delta.to.title);
    get_text(&reader, 254, ret_tracked->class_name, sizeof ret_tracked->class_name);
    get_text(&reader, 520, ret_tracked->image, sizeof ret_tracked->image);
    if (!wire_at_end(&reader) || !ret_tracked->window.id) {
        memset(ret_tracked, 0, sizeof *ret_tracked);
        return false;
    }
    guest_window_apply(&ret_tracked->window, &delta);
    return true;
}

void u32_encode(WireWriter *writer, uint32_t value) {
    wire_put_u32(writer, value);
}

bool u32_decode(const uint8_t *untrusted_body, size_t size, uint32_t *ret_value) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    uint32_t value = wire_get_u32(&reader);
    bool good = wire_at_end(&reader);
    *ret_value = good ? value : 0;
    return good;
}

void log_encode(WireWriter *writer, const LogBody *log) {
    wire_put_u8(writer, log->level);
    wire_put_utf16(writer, log->text, 1000);
}

bool log_decode(const uint8_t *untrusted_body, size_t size, LogBody *ret_log) {
    WireReader reader;
    wire_reader_init(&reader, untrusted_body, size);
    memset(ret_log, 0, sizeof *ret_log);
    ret_log->level = wire_get_u8(&reader);
    get_text(&reader, 1000, ret_log->text, sizeof ret_log->text);
    bool good = wire_at_end(&reader) && ret_log->level <= 3;
    if (!good)
        memset(ret_log, 0, sizeof *ret_log);
    return good;
}
