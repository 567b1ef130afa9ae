// SPDX-License-Identifier: Apache-2.0
// A hand-held agent for railhead-session: starts it with a link, sends CONNECT, prints each event, and at the
// end writes the surfaces as PPM files. For tests and for looking at what a server does.
//   session-drive SESSION-PROGRAM ADDRESS auto|gfx|legacy SECONDS [FOLDER [USER PASSWORD FINGERPRINT]]
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "host-agent/link/link.h"
#include "rail/catalogue-message.h"
#include "rail/message.h"

typedef struct Drive {
    GMainLoop *loop;
    Link *link;
    GHashTable *surfaces; // id -> Shown
    int end_code;
    bool launched;
    int damages;
} Drive;

typedef struct Shown {
    uint32_t window, width, height, stride;
    int fd;
} Shown;

static void shown_free(gpointer data) {
    close(((Shown *)data)->fd);
    g_free(data);
}

static void print_event(Drive *drive, const DeskEvent *event) {
    printf("%-14s window %08x", desk_event_kind_to_string(event->kind), event->window);
    const GuestWindow *window = &event->as.change.delta.to;
    switch (event->kind) {
    case DESK_EVENT_SESSION:
        printf(" %s code %u \"%s\"", session_state_to_string(event->as.session.state), event->as.session.code,
               event->as.session.text);
        if (event->as.session.state == SESSION_ENDED)
            drive->end_code = event->as.session.code;
        break;
    case DESK_EVENT_WINDOW:
        printf(" %s fields %03x show %d box %d,%d %dx%d style %08x ex %08x owner %x \"%s\"",
               event->as.change.is_new ? "new" : "old", event->as.change.delta.fields, window->show,
               window->box.x, window->box.y, window->box.width, window->box.height, window->style,
               window->ex_style, window->owner, window->title);
        break;
    case DESK_EVENT_WINDOW_ICON:
        printf(" %ux%u", event->as.icon.raster->width, event->as.icon.raster->height);
        break;
    case DESK_EVENT_STACKING:
        printf(" active %x count %u", event->as.stacking.active, event->as.stacking.count);
        break;
    case DESK_EVENT_SURFACE:
        printf(" surface %x %ux%u stride %u", event->as.surface.surface, event->as.surface.width,
               event->as.surface.height, event->as.surface.stride);
        break;
    case DESK_EVENT_DAMAGE: {
        Box box = box_list_bounds(&event->as.damage.boxes);
        printf(" surface %x boxes %u in %d,%d %dx%d", event->as.damage.surface, event->as.damage.boxes.count,
               box.x, box.y, box.width, box.height);
        break;
    }
    case DESK_EVENT_EXEC_RESULT:
        printf(" %s result %u raw %u", event->as.exec.program, event->as.exec.result, event->as.exec.raw);
        break;
    case DESK_EVENT_PUBLICATION:
        printf(" type %u size %u", event->as.publication.type, event->as.publication.size);
        break;
    default:
        break;
    }
    printf("\n");
    fflush(stdout);
}

static void send_key(Drive *drive, uint16_t code) {
    Intent intent;
    intent_init(&intent, INTENT_KEY);
    intent.as.key.code = code;
    for (int down = 1; down >= 0; down--) {
        intent.as.key.down = down;
        link_send_intent(drive->link, &intent);
    }
}

static void launch(Drive *drive, uint64_t app) {
    LaunchBody body = {.request = 1, .app = app};
    WireWriter writer;
    wire_writer_init(&writer);
    launch_encode(&writer, &body);
    Intent intent;
    intent_init(&intent, INTENT_PUBLICATION);
    intent.as.publication.type = MESSAGE_LAUNCH;
    intent.as.publication.size = writer.size;
    intent.as.publication.body = writer.data;
    drive->launched = link_send_intent(drive->link, &intent);
    printf("launch %s\n", drive->launched ? "sent" : "refused");
    wire_writer_clear(&writer);
}

// SESSION_DRIVE_LAUNCH names an application to start; once it has painted it gets the keys a, b, c.
static void react(Drive *drive, const DeskEvent *event) {
    const char *name = g_getenv("SESSION_DRIVE_LAUNCH");
    if (name && event->kind == DESK_EVENT_PUBLICATION && event->as.publication.type == MESSAGE_APP) {
        App *app = app_decode(event->as.publication.body, event->as.publication.size);
        printf("application \"%s\"\n", app ? app->name : "undecodable");
        if (app && g_str_equal(app->name, name) && !drive->launched)
            launch(drive, app->id);
        app_free(app);
    }
    if (event->kind == DESK_EVENT_DAMAGE && drive->launched && ++drive->damages == 6) {
        send_key(drive, 0x1E);
        send_key(drive, 0x30);
        send_key(drive, 0x2E);
    }
}

static void on_event(DeskEvent *event, int fd, gpointer user) {
    Drive *drive = user;
    print_event(drive, event);
    react(drive, event);
    if (event->kind != DESK_EVENT_SURFACE)
        return;
    Shown *shown = g_new0(Shown, 1);
    *shown = (Shown){event->window, event->as.surface.width, event->as.surface.height,
                     event->as.surface.stride, fd};
    g_hash_table_replace(drive->surfaces, GUINT_TO_POINTER(event->as.surface.surface), shown);
}

static void on_closed(const GError *error, gpointer user) {
    printf("link closed%s%s\n", error ? ": " : "", error ? error->message : "");
    g_main_loop_quit(((Drive *)user)->loop);
}

static gboolean on_time(gpointer user) {
    Intent intent;
    intent_init(&intent, INTENT_DISCONNECT);
    link_send_intent(((Drive *)user)->link, &intent);
    return G_SOURCE_REMOVE;
}

static void write_ppm(uint32_t id, const Shown *shown, const char *folder) {
    g_autofree char *path = g_strdup_printf("%s/surface-%x-window-%x.ppm", folder, id, shown->window);
    size_t size = (size_t)shown->stride * shown->height;
    const uint8_t *pixels = mmap(NULL, size, PROT_READ, MAP_SHARED, shown->fd, 0);
    FILE *file = fopen(path, "wb");
    if (pixels == MAP_FAILED || !file)
        return;
    fprintf(file, "P6\n%u %u\n255\n", shown->width, shown->height);
    for (uint32_t y = 0; y < shown->height; y++)
        for (uint32_t x = 0; x < shown->width; x++) {
            const uint8_t *at = pixels + (size_t)y * shown->stride + x * 4;
            uint8_t rgb[3] = {at[2], at[1], at[0]};
            fwrite(rgb, 1, 3, file);
        }
    fclose(file);
    munmap((void *)pixels, size);
}

static void send_connect(Drive *drive, int argc, char **argv) {
    Intent intent;
    intent_init(&intent, INTENT_CONNECT);
    g_strlcpy(intent.as.connect.address, argv[2], sizeof intent.as.connect.address);
    intent.as.connect.pixels = g_str_equal(argv[3], "legacy") ? INTENT_PIXELS_LEGACY : INTENT_PIXELS_GFX;
    intent.as.connect.width = 1024;
    intent.as.connect.height = 768;
    intent.as.connect.layout = 0x409;
    intent.as.connect.work_area = (Box){0, 0, 1024, 740};
    if (argc > 8) {
        g_strlcpy(intent.as.connect.user, argv[6], sizeof intent.as.connect.user);
        g_strlcpy(intent.as.connect.password, argv[7], sizeof intent.as.connect.password);
        g_strlcpy(intent.as.connect.fingerprint, argv[8], sizeof intent.as.connect.fingerprint);
    }
    link_send_intent(drive->link, &intent);
}

int main(int argc, char **argv) {
    int fds[2];
    if (argc < 5 || !link_pair(fds, NULL))
        return 2;
    pid_t child = fork();
    if (child == 0) {
        dup2(fds[1], 3);
        if (fds[1] == 3)
            fcntl(3, F_SETFD, 0);
        execl(argv[1], argv[1], (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    Drive drive = {.loop = g_main_loop_new(NULL, FALSE), .end_code = -1};
    drive.surfaces = g_hash_table_new_full(NULL, NULL, NULL, shown_free);
    drive.link = link_new_agent_end(fds[0], on_event, on_closed, &drive);
    send_connect(&drive, argc, argv);
    g_timeout_add_seconds(atoi(argv[4]), on_time, &drive);
    g_main_loop_run(drive.loop);
    GHashTableIter iter;
    gpointer id, shown;
    g_hash_table_iter_init(&iter, drive.surfaces);
    while (argc > 5 && g_hash_table_iter_next(&iter, &id, &shown))
        write_ppm(GPOINTER_TO_UINT(id), shown, argv[5]);
    int status = 0;
    waitpid(child, &status, 0);
    printf("session exit %d, end code %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
           drive.end_code);
    return drive.end_code;
}
