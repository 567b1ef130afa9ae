// SPDX-License-Identifier: Apache-2.0
// Listens to the root window as a panel does, and prints each message of the Startup Notification Protocol as
// one line.
#include <X11/Xlib.h>
#include <stdio.h>
#include <string.h>

#define SENDERS   16
#define TEXT_SIZE 4096

typedef struct Sender {
    Window window;
    char text[TEXT_SIZE];
    size_t size;
} Sender;

static Sender senders[SENDERS];

static Sender *find(Window window) {
    for (size_t i = 0; i < SENDERS; i++)
        if (senders[i].window == window)
            return &senders[i];
    return NULL;
}

static void take(const XClientMessageEvent *message, int begins) {
    Sender *sender = find(begins ? None : message->window);
    if (!sender || sender->size + 20 > TEXT_SIZE)
        return;
    sender->window = message->window;
    memcpy(sender->text + sender->size, message->data.b, 20);
    sender->size += 20;
    if (memchr(message->data.b, 0, 20)) {
        puts(sender->text);
        fflush(stdout);
        memset(sender, 0, sizeof *sender);
    }
}

int main(void) {
    XEvent event;
    Display *display = XOpenDisplay(NULL);
    if (!display)
        return 77;
    Atom begin = XInternAtom(display, "_NET_STARTUP_INFO_BEGIN", False);
    Atom more = XInternAtom(display, "_NET_STARTUP_INFO", False);
    XSelectInput(display, DefaultRootWindow(display), PropertyChangeMask);
    XSync(display, False);
    puts("watching");
    fflush(stdout);
    for (;;) {
        XNextEvent(display, &event);
        if (event.type == ClientMessage && event.xclient.format == 8 &&
            (event.xclient.message_type == begin || event.xclient.message_type == more))
            take(&event.xclient, event.xclient.message_type == begin);
    }
}
