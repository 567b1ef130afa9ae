// SPDX-License-Identifier: Apache-2.0
// The socket between railhead-agent and a railhead-session: one value per datagram on a SOCK_SEQPACKET pair,
// file descriptors beside a DESK_EVENT_SURFACE, one GSource. Sends never block: what the socket does not take
// waits in order, and damage that waits is merged per surface.
#pragma once
#include <gio/gio.h>
#include "rail/desk-event.h"
#include "rail/intent.h"

#define LINK_ERROR (link_error_quark())
typedef enum { LINK_ERROR_PEER, LINK_ERROR_FORMAT, LINK_ERROR_FULL } LinkError;
GQuark link_error_quark(void);

typedef struct Link Link;

// fd is -1 unless the event is a DESK_EVENT_SURFACE; the handler owns it then, and may take over what the
// event owns.
typedef void (*LinkOnEvent)(DeskEvent *event, int fd, gpointer user);
typedef void (*LinkOnIntent)(Intent *intent, gpointer user);
typedef void (*LinkOnClosed)(const GError *error,
                             gpointer user); // error NULL: the peer closed in order; called once

bool link_pair(int ret_fds[2],
               GError **error); // close-on-exec, non-blocking, buffers sized for the largest datagram

Link *link_new_agent_end(int fd, LinkOnEvent on_event, LinkOnClosed on_closed, gpointer user);     // owns fd
Link *link_new_session_end(int fd, LinkOnIntent on_intent, LinkOnClosed on_closed, gpointer user); // owns fd
void link_free(Link *link); // no more callbacks

bool link_send_event(Link *link, const DeskEvent *event,
                     int fd); // fd is duplicated by the kernel, the caller keeps it
// Whether fd can be handed on with this DESK_EVENT_SURFACE: a sealed file that is large enough for it.
bool link_surface_is_sound(const DeskEvent *untrusted_event, int fd);
bool link_send_intent(Link *link, const Intent *intent); // false: closed, or too much waits
