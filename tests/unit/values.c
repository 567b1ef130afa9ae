// SPDX-License-Identifier: Apache-2.0
// The generators of values.h: used by the property tests of all wires.
#include "tests/unit/values.h"
#include "rail/mem.h"
#include "tests/unit/test.h"

Box values_box(void) {
    return (Box){test_random_between(-3000, 3000), test_random_between(-3000, 3000),
                 test_random_between(0, 3000), test_random_between(0, 3000)};
}

static void fill_boxes(BoxList *list, uint32_t max) {
    memset(list, 0, sizeof *list);
    uint32_t count = test_random_below(max + 1);
    for (uint32_t i = 0; i < count; i++)
        list->boxes[list->count++] =
            (Box){(int32_t)(i * 10), test_random_between(0, 500), 9, test_random_between(1, 400)};
}

static void fill_text(char *field, size_t max_bytes) {
    char *text = test_random_text(max_bytes);
    snprintf(field, max_bytes + 1, "%s", text);
    free(text);
}

static GuestShow some_show(void) {
    static const GuestShow shows[] = {GUEST_SHOW_HIDDEN, GUEST_SHOW_MINIMISED, GUEST_SHOW_MAXIMISED,
                                      GUEST_SHOW_NORMAL};
    return shows[test_random_below(4)];
}

static void change_field(GuestWindow *window, uint32_t field) {
    switch (field) {
    case GUEST_WINDOW_OWNER:
        window->owner = test_random_below(3) ? 2000 + test_random_below(50) : 0;
        break;
    case GUEST_WINDOW_STYLE:
        window->style = test_random();
        window->ex_style = test_random();
        break;
    case GUEST_WINDOW_SHOW:
        window->show = some_show();
        break;
    case GUEST_WINDOW_TITLE: {
        char *title = test_random_text(200);
        guest_window_set_title(window, title);
        free(title);
        break;
    }
    case GUEST_WINDOW_POSITION:
        window->box.x = test_random_between(-3000, 3000);
        window->box.y = test_random_between(-3000, 3000);
        break;
    case GUEST_WINDOW_SIZE:
        window->box.width = test_random_between(0, 3000);
        window->box.height = test_random_between(0, 3000);
        break;
    case GUEST_WINDOW_CLIENT:
        window->client = values_box();
        break;
    case GUEST_WINDOW_MARGINS:
        window->margins = (GuestMargins){(uint16_t)test_random_below(16), (uint16_t)test_random_below(16),
                                         (uint16_t)test_random_below(16), (uint16_t)test_random_below(16)};
        break;
    case GUEST_WINDOW_SHAPE:
        fill_boxes(&window->shape, 8);
        break;
    case GUEST_WINDOW_VISIBLE:
        fill_boxes(&window->visible, 8);
        break;
    case GUEST_WINDOW_TASKBAR:
        window->no_taskbar_button = test_random_below(2);
        break;
    }
}

void values_window_change(GuestWindow *window) {
    uint32_t fields = test_random() & test_random() & GUEST_WINDOW_ALL;
    for (uint32_t field = 1; field < GUEST_WINDOW_ALL; field <<= 1)
        if (fields & field)
            change_field(window, field);
}

void values_window(GuestWindow *ret_window, uint32_t id) {
    guest_window_init(ret_window, id);
    for (uint32_t field = 1; field < GUEST_WINDOW_ALL; field <<= 1)
        if (test_random_below(4))
            change_field(ret_window, field);
}

Raster *values_raster(uint32_t max_side) {
    Raster *raster = raster_new(1 + test_random_below(max_side), 1 + test_random_below(max_side));
    CHECK(raster);
    test_random_bytes(raster->bgra, (size_t)raster->width * raster->height * 4);
    return raster;
}

App *values_app(uint64_t id) {
    App *app = app_new();
    char **const fields[] = {&app->name,      &app->description, &app->group, &app->target,
                             &app->arguments, &app->directory,   &app->aumid};
    app->id = id;
    app->icon = test_random_below(3) ? test_random() + 1u : 0;
    app->kind = (AppKind)test_random_below(4);
    app->show = (uint8_t[]){1, 3, 7}[test_random_below(3)];
    app->hotkey = (uint16_t)test_random();
    app->of_windows = test_random_below(2);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        char *text = test_random_text(120);
        app_set(fields[i], text);
        free(text);
    }
    return app;
}

static void fill_string(char **field) {
    char *text = test_random_text(60);
    app_set(field, text);
    free(text);
}

FileType *values_file_type(uint64_t id) {
    FileType *type = file_type_new();
    type->id = id;
    type->icon = test_random_below(3) ? test_random() + 1u : 0;
    type->kind = (FileTypeKind)test_random_below(2);
    fill_string(&type->name);
    fill_string(&type->content_type);
    fill_string(&type->perceived_type);
    fill_string(&type->description);
    for (uint32_t i = test_random_below(FILE_TYPE_VERBS_MAX + 1); i > 0; i--) {
        FileVerb *verb = file_type_add_verb(type);
        verb->id = 1 + (uint64_t)test_random();
        verb->app = test_random_below(60);
        verb->flags = (uint8_t)test_random_below(4);
        fill_string(&verb->verb);
        fill_string(&verb->label);
        fill_string(&verb->class_name);
        fill_string(&verb->program_name);
    }
    return type;
}

static void fill_publication(uint16_t *type, uint16_t *size, uint8_t **body) {
    uint8_t bytes[600];
    test_random_bytes(bytes, sizeof bytes);
    *type = (uint16_t)test_random_below(60);
    *size = (uint16_t)test_random_below(sizeof bytes);
    *body = mem_copy(bytes, *size);
}

static void fill_window_event(DeskEvent *event) {
    GuestWindow before, after;
    switch (event->kind) {
    case DESK_EVENT_WINDOW:
        values_window(&before, event->window);
        after = before;
        values_window_change(&after);
        event->as.change.is_new = test_random_below(2);
        guest_window_diff(&before, &after, &event->as.change.delta);
        break;
    case DESK_EVENT_WINDOW_ICON:
        event->as.icon.big = test_random_below(2);
        event->as.icon.raster = values_raster(48);
        break;
    case DESK_EVENT_STACKING:
        event->as.stacking.has_active = test_random_below(2);
        event->as.stacking.active = event->as.stacking.has_active ? test_random() : 0;
        event->as.stacking.has_order = test_random_below(2);
        event->as.stacking.count = event->as.stacking.has_order ? test_random_below(DESK_STACK_MAX + 1) : 0;
        for (uint32_t i = 0; i < event->as.stacking.count; i++)
            event->as.stacking.order[i] = test_random();
        break;
    case DESK_EVENT_SURFACE:
        event->as.surface.surface = test_random();
        event->as.surface.width = 1 + test_random_below(4000);
        event->as.surface.height = 1 + test_random_below(4000);
        event->as.surface.stride = event->as.surface.width * 4;
        event->as.surface.alpha = test_random_below(2);
        event->as.surface.doubled = test_random_below(2);
        break;
    case DESK_EVENT_SURFACE_GONE:
        event->as.surface.surface = test_random();
        break;
    default:
        event->as.damage.surface = test_random();
        event->as.damage.frame = test_random();
        event->as.damage.buffer = (uint8_t)test_random_below(2);
        fill_boxes(&event->as.damage.boxes, BOX_LIST_MAX);
        break;
    }
}

static void fill_pointer(DeskEvent *event) {
    event->as.pointer.kind = (PointerKind)test_random_below(3);
    if (event->as.pointer.kind != POINTER_SHAPE)
        return;
    Raster *raster =
        raster_new(1 + test_random_below(POINTER_SIDE_MAX), 1 + test_random_below(POINTER_SIDE_MAX));
    test_random_bytes(raster->bgra, (size_t)raster->width * raster->height * 4);
    event->as.pointer.hot_x = (uint16_t)test_random_below(raster->width);
    event->as.pointer.hot_y = (uint16_t)test_random_below(raster->height);
    event->as.pointer.raster = raster;
}

void values_icon_delta(GuestIconDelta *ret_delta) {
    char *text = test_random_text(300);
    memset(ret_delta, 0, sizeof *ret_delta);
    ret_delta->fields = test_random_below(GUEST_ICON_ALL + 1);
    if (ret_delta->fields & GUEST_ICON_VERSION)
        ret_delta->version = test_random_below(6);
    if (ret_delta->fields & GUEST_ICON_HIDDEN)
        ret_delta->hidden = test_random_below(2);
    if (ret_delta->fields & GUEST_ICON_TIP)
        guest_icon_set_text(ret_delta->tip, 80, text);
    if (ret_delta->fields & GUEST_ICON_BALLOON) {
        ret_delta->balloon.timeout = test_random();
        ret_delta->balloon.flags = test_random();
        guest_icon_set_text(ret_delta->balloon.title, 60, text);
        guest_icon_set_text(ret_delta->balloon.text, 200, text);
    }
    if (ret_delta->fields & GUEST_ICON_RASTER)
        ret_delta->raster = values_raster(64);
    free(text);
}

void values_desk_event(DeskEvent *ret_event, DeskEventKind kind) {
    desk_event_init(ret_event, kind);
    if (kind == DESK_EVENT_WINDOW || kind == DESK_EVENT_WINDOW_GONE || kind == DESK_EVENT_WINDOW_ICON ||
        kind == DESK_EVENT_MOVE_SIZE || kind == DESK_EVENT_MIN_MAX || kind == DESK_EVENT_SURFACE)
        ret_event->window = 1 + test_random_below(1000);
    switch (kind) {
    case DESK_EVENT_SECURITY:
        ret_event->as.security.protocol = 1 << test_random_below(3);
        ret_event->as.security.verdict = (SecurityVerdict)test_random_below(SECURITY_VERDICT_OTHER + 1);
        memset(ret_event->as.security.fingerprint, "0f"[test_random_below(2)], 64);
        break;
    case DESK_EVENT_SESSION:
        ret_event->as.session.state = (SessionState)(1 + test_random_below(SESSION_ENDED));
        ret_event->as.session.code = test_random_below(6);
        fill_text(ret_event->as.session.text, DESK_TEXT_MAX);
        break;
    case DESK_EVENT_WINDOW:
    case DESK_EVENT_WINDOW_ICON:
    case DESK_EVENT_STACKING:
    case DESK_EVENT_SURFACE:
    case DESK_EVENT_SURFACE_GONE:
    case DESK_EVENT_DAMAGE:
        fill_window_event(ret_event);
        break;
    case DESK_EVENT_MOVE_SIZE:
        ret_event->as.move_size.start = test_random_below(2);
        ret_event->as.move_size.type = (uint16_t)test_random_between(1, 9);
        ret_event->as.move_size.x = (int16_t)test_random();
        ret_event->as.move_size.y = (int16_t)test_random();
        break;
    case DESK_EVENT_MIN_MAX:
        ret_event->as.min_max.max_width = (int16_t)test_random();
        ret_event->as.min_max.max_y = (int16_t)test_random();
        ret_event->as.min_max.max_track_height = (int16_t)test_random();
        break;
    case DESK_EVENT_EXEC_RESULT:
        ret_event->as.exec.result = (uint16_t)test_random_below(8);
        ret_event->as.exec.raw = test_random();
        fill_text(ret_event->as.exec.program, DESK_TEXT_MAX);
        break;
    case DESK_EVENT_POINTER:
        fill_pointer(ret_event);
        break;
    case DESK_EVENT_NOTIFY_ICON:
    case DESK_EVENT_NOTIFY_ICON_GONE:
        ret_event->as.notify.id = test_random();
        if (kind == DESK_EVENT_NOTIFY_ICON)
            values_icon_delta(&ret_event->as.notify.delta);
        break;
    case DESK_EVENT_DISPLAY:
        ret_event->as.display.follows = test_random_below(2);
        ret_event->as.display.dx = (int32_t)test_random();
        ret_event->as.display.dy = (int32_t)test_random();
        break;
    case DESK_EVENT_PUBLICATION:
        fill_publication(&ret_event->as.publication.type, &ret_event->as.publication.size,
                         &ret_event->as.publication.body);
        break;
    default:
        break;
    }
}

static void fill_layout(Layout *layout) {
    layout_init(layout, values_box());
    layout->count = 1 + test_random_below(LAYOUT_MONITORS_MAX);
    layout->dpi = 96 + test_random_below(200);
    for (uint32_t i = 0; i < layout->count; i++) {
        Box box = {test_random_between(-3000, 3000), test_random_between(-3000, 3000),
                   test_random_between(1, 4000), test_random_between(1, 4000)};
        layout->monitors[i] = (LayoutMonitor){box, box};
    }
}

static void fill_connect(Intent *intent) {
    fill_text(intent->as.connect.address, 200);
    fill_text(intent->as.connect.user, 100);
    fill_text(intent->as.connect.domain, 100);
    fill_text(intent->as.connect.password, INTENT_TEXT_MAX);
    fill_text(intent->as.connect.fingerprint, 64);
    intent->as.connect.pixels = (IntentPixels)test_random_below(3);
    intent->as.connect.security = 1 + test_random_below(INTENT_SECURITY_ALL);
    intent->as.connect.old_tls = test_random_below(2);
    intent->as.connect.depth = test_random_below(33);
    intent->as.connect.width = 200 + test_random_below(4000);
    intent->as.connect.height = 200 + test_random_below(4000);
    intent->as.connect.layout = 0x409;
    fill_layout(&intent->as.connect.monitors);
    intent->as.connect.catalogue = (uint64_t)test_random() << 32 | test_random();
}

void values_intent(Intent *ret_intent, IntentKind kind) {
    intent_init(ret_intent, kind);
    if (kind == INTENT_ACTIVATE || kind == INTENT_MOVE || kind == INTENT_SYSTEM_COMMAND)
        ret_intent->window = test_random();
    switch (kind) {
    case INTENT_CONNECT:
        fill_connect(ret_intent);
        break;
    case INTENT_ACTIVATE:
        ret_intent->as.enabled = test_random_below(2);
        break;
    case INTENT_MOVE:
    case INTENT_REFRESH:
        ret_intent->as.box = values_box();
        break;
    case INTENT_MONITORS:
        fill_layout(&ret_intent->as.monitors);
        break;
    case INTENT_SYSTEM_COMMAND:
        ret_intent->as.command = SYSTEM_COMMAND_CLOSE;
        break;
    case INTENT_KEY:
        ret_intent->as.key.repeat = test_random_below(2); // a Unicode unit has none
        // fall through
    case INTENT_UNICODE:
        ret_intent->as.key.code = (uint16_t)test_random_below(0x200);
        ret_intent->as.key.down = test_random_below(2);
        break;
    case INTENT_POINTER:
        ret_intent->as.pointer.flags = (uint16_t)test_random();
        ret_intent->as.pointer.extended = test_random_below(2);
        ret_intent->as.pointer.x = test_random_between(-100, 5000);
        ret_intent->as.pointer.y = test_random_between(-100, 5000);
        break;
    case INTENT_LOCKS:
        ret_intent->as.locks = (uint8_t)test_random_below(16);
        break;
    case INTENT_FRAME_DONE:
        ret_intent->as.done.surface = test_random();
        ret_intent->as.done.frame = test_random();
        break;
    case INTENT_NOTIFY:
        ret_intent->as.notify.icon = test_random();
        ret_intent->as.notify.message = test_random();
        break;
    case INTENT_PUBLICATION:
        fill_publication(&ret_intent->as.publication.type, &ret_intent->as.publication.size,
                         &ret_intent->as.publication.body);
        break;
    default:
        break;
    }
}
