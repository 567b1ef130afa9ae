// SPDX-License-Identifier: Apache-2.0
// Plays a recording of railhead-session (--record) into the compositor, and tells each window that is there
// at its end as a line of JSON. A recording has no pixels: surfaces come back grey.
//   replay FILE
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "tests/support/record.h"
#include "tests/x11/bench.h"

#define GREY 0x80

static int make_pixels(const DeskEvent *event) {
    size_t size = (size_t)event->as.surface.stride * event->as.surface.height;
    int fd = memfd_create("replayed-surface", MFD_ALLOW_SEALING | MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0)
        return -1;
    void *pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (pixels != MAP_FAILED) {
        memset(pixels, GREY, size);
        munmap(pixels, size);
    }
    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW);
    return fd;
}

static void play(DeskEvent *event) {
    bool is_screen = event->kind != DESK_EVENT_SESSION && event->kind != DESK_EVENT_PUBLICATION;
    if (is_screen)
        bench_send(event, event->kind == DESK_EVENT_SURFACE ? make_pixels(event) : -1);
    else
        desk_event_clear(event);
}

// Events until the end of the file; what was cut off by a crash does not count. Returns how many.
static unsigned play_file(const uint8_t *bytes, size_t size) {
    WireReader reader;
    unsigned count = 0;
    wire_reader_init(&reader, bytes, size);
    while (wire_left(&reader)) {
        DeskEvent event;
        uint32_t length = wire_get_u32(&reader);
        const uint8_t *body = wire_get_bytes(&reader, length);
        if (!body || !desk_event_decode(body, length, &event))
            break;
        play(&event);
        while (g_main_context_iteration(NULL, FALSE)) {
        }
        count++;
    }
    return count;
}

static bool is_shown(const CompositorWindow *window) {
    return window->guest && window->guest->show != GUEST_SHOW_HIDDEN &&
           window->guest->show != GUEST_SHOW_MINIMISED;
}

static bool all_are_painted(void) {
    CompositorWindow window;
    for (size_t i = 0; compositor_window_at(bench.compositor, i, &window); i++)
        if (is_shown(&window) && !(window.mapped && window.painted))
            return false;
    return true;
}

static void tell(const CompositorWindow *window) {
    Record *record = record_new("window");
    record_put(record, "window", window->guest_window);
    record_put_text(record, "title", window->guest->title);
    record_put_text(record, "show", guest_show_to_string(window->guest->show));
    record_put_box(record, window->guest->box);
    record_put(record, "viewable", bench_is_viewable(window->guest_window));
    record_write(record, stdout);
    record_free(record);
}

int main(int argc, char **argv) {
    g_autofree char *bytes = NULL;
    gsize size = 0;
    CompositorWindow window;
    if (argc != 2 || !g_file_get_contents(argv[1], &bytes, &size, NULL))
        return 2;
    bench_open();
    unsigned count = play_file((const uint8_t *)bytes, size);
    bool painted = bench_wait(all_are_painted);
    for (size_t i = 0; compositor_window_at(bench.compositor, i, &window); i++)
        tell(&window);
    Record *record = record_new("played");
    record_put(record, "events", count);
    record_put(record, "painted", painted);
    record_write(record, stdout);
    record_free(record);
    compositor_free(bench.compositor);
    screen_close(bench.screen);
    return painted ? 0 : 1;
}
