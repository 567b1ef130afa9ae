// SPDX-License-Identifier: Apache-2.0
// The connection's limit while freerdp_connect() blocks this process' one loop: a guest that takes the
// connection and says nothing, as one that still boots behind a port forwarding, or an agent that has gone.
// A timer's signal handler looks; what it does is safe in one: poll() the link, write() to the descriptor of
// the library's abort event.
#include "host-agent/session/session.h"

#include <freerdp/event.h>
#include <poll.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>
#include <winpr/synch.h>

static volatile sig_atomic_t seconds_left, abort_fd, link_fd, gave_up;

static void on_alarm(int number) {
    int error = errno;
    uint64_t one = 1;
    struct pollfd link = {.fd = link_fd, .events = POLLRDHUP};
    bool gone = poll(&link, 1, 0) > 0 && link.revents & (POLLHUP | POLLRDHUP | POLLERR);
    if (seconds_left > 0)
        seconds_left--;
    if (gone || !seconds_left) {
        gave_up = 1;
        if (write(abort_fd, &one, sizeof one) < 0)
            seconds_left = 1; // again in a second
    }
    errno = error;
}

void connect_watch_begin(rdpContext *rdp, int link_descriptor, int seconds) {
    struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    struct itimerval each_second = {{1, 0}, {1, 0}};
    abort_fd = GetEventFileDescriptor(freerdp_abort_event(rdp));
    link_fd = link_descriptor;
    seconds_left = seconds;
    gave_up = 0;
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &each_second, NULL);
}

bool connect_watch_end(void) {
    struct itimerval never = {0};
    setitimer(ITIMER_REAL, &never, NULL);
    signal(SIGALRM, SIG_IGN);
    return gave_up;
}
