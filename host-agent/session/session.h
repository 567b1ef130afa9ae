// SPDX-License-Identifier: Apache-2.0
// One RDP connection to one guest: what its parts share. Private to this room.
#pragma once
#include "host-agent/link/link.h"
#include "rail/catalogue-message.h"
#include "rail/message.h"
#include "rail/rail-pdu.h" // before FreeRDP, which has macros of some of its names
#include <freerdp/freerdp.h>
#include <freerdp/client.h>
#include <freerdp/client/disp.h>
#include <freerdp/client/rdpgfx.h>
#include <freerdp/window.h>

#define DESKTOP_SURFACE  0xFFFFFFFFu
#define LINK_DESCRIPTOR  3
#define FILES_DESCRIPTOR 4

typedef struct Session Session;
typedef struct StaticChannel StaticChannel;
typedef struct Surfaces Surfaces;
typedef struct SharedPixels SharedPixels;
typedef struct IconCache IconCache;
typedef struct DeviceRelay DeviceRelay;
typedef struct Display Display;
typedef struct Tracked Tracked;

typedef struct SessionContext { // FreeRDP allocates it
    rdpClientContext client;
    Session *session;
} SessionContext;

struct Session {
    GMainLoop *loop;
    Link *link;
    int record; // -1, or a file that gets each event
    Intent connect;
    int32_t origin_x,
        origin_y; // on the guest's desktop, of what RAIL counts from: the primary monitor's corner
    rdpContext *rdp;
    SessionState state;
    bool asked, ended;
    bool probes;       // has still to say the certificate, or why there is none, on stdout, and to leave then
    bool without_salt; // plain MACs of Standard RDP Security
    bool without_monitors;                // that the server tells when it activates the connection
    bool has_given_up;                    // the guest did not answer in time
    char agent_reason[DESK_TEXT_MAX + 1]; // a better reason for the end than the library's
    SessionEnd agent_code;                // of that reason; 0: REFUSED

    StaticChannel *rail_channel, *publication_channel, *pixels_channel;
    bool shook_hands, executed, synchronised;
    guint exec_timer, ping_timer;
    MessageStream *stream;
    bool heard;
    unsigned unanswered;
    bool greeted, probing; // probing: a ping of answer_ping() is on its way
    gint64 heard_at;       // when the latest bytes came from the guest
    uint64_t bytes_in;
    bool rail_heard;  // something of the guest's RAIL server has come
    Tracked *tracked; // NULL: the guest agent has not said hello

    int files; // -1, or the socket to railhead-files
    StaticChannel *device_channel, *sound_channel;
    DeviceRelay *relay;

    Display *display;
    Surfaces *surfaces;
    SharedPixels *shared; // NULL: not tried with this guest
    IconCache *icons;
};

static inline Session *session_of(rdpContext *context) {
    return ((SessionContext *)context)->session;
}

void session_send(Session *session, const DeskEvent *event, int fd);
void session_set_state(Session *session, SessionState state, uint32_t code, const char *text);
bool session_run(Session *session); // connects, pumps, and says SESSION_ENDED
void session_quit(Session *session);

// settings.c
bool settings_apply(Session *session, rdpSettings *settings);
void settings_find_origin(Session *session); // once connected: does the guest know the monitors?
void settings_install_checks(freerdp *instance);
bool settings_lend_password(Session *session); // for the time of connecting
void settings_wipe_password(Session *session);
void settings_say_plain(Session *session); // connected: without TLS nothing was said yet
// connect-watch.c
void connect_watch_begin(rdpContext *rdp, int link_descriptor, int seconds);
bool connect_watch_end(void); // whether it gave up
// static-channel.c
typedef struct StaticChannelCalls {
    void (*opened)(Session *session);
    void (*chunk)(Session *session, const uint8_t *untrusted_bytes, size_t size, bool first, bool last);
} StaticChannelCalls;
// *ret_channel becomes NULL again when the library ends the channel.
bool static_channel_load(StaticChannel **ret_channel, Session *session, const char *name, uint32_t options,
                         StaticChannelCalls calls);
bool static_channel_write(StaticChannel *channel, const void *bytes, size_t size);
// rail-channel.c
bool rail_channel_load(Session *session);
bool rail_channel_send(Session *session, const RailPdu *pdu);
void rail_channel_layout(Session *session, const Layout *layout); // monitors and work areas
void rail_channel_synchronised(Session *session);
void rail_channel_exec(Session *session);
void rail_channel_exec_later(Session *session);
void rail_channel_give_up(Session *session); // the guest has no RAIL server
// publication.c
bool publication_load(Session *session);
void publication_send(Session *session, const Intent *intent);
void publication_clear(Session *session);
// tracked.c
bool tracked_take_hello(Session *session, const HelloBody *hello);   // true: its windows come by the tracker
bool tracked_take_message(Session *session, const Message *message); // true: it was of the tracker
void tracked_note_request(Session *session, const Intent *publication);
bool tracked_command(Session *session, const Intent *intent); // true: the guest has no RAIL to tell it on
void tracked_rail_is_late(Session *session);
void tracked_rail_is_heard(Session *session);
bool tracked_runs(const Session *session);
void tracked_clear(Session *session);
// device-relay.c
bool device_relay_load(Session *session, int fd);
void device_relay_free(Session *session);
// orders.c
void orders_install(Session *session);
void orders_clear(Session *session);
Box orders_with_margins(uint32_t window, Box box); // what WindowMove wants (MS-RDPERP 2.2.2.7.4)
Raster *orders_take_icon(Session *session, const ICON_INFO *info); // borrowed until the next icon; NULL
Raster *orders_cached_icon(Session *session, const CACHED_ICON_INFO *info); // borrowed; NULL
// notify-icons.c
void notify_icons_install(Session *session);
// display.c
void display_install(Session *session);
void display_start(Session *session, DispClientContext *channel);
void display_stop(Session *session);
void display_take(Session *session, const Layout *layout); // the host's monitors or work areas have changed
void display_confirmed(Session *session, const MONITOR_DEF *untrusted_monitors,
                       uint32_t count); // that the guest has from now on
void display_confirmed_by_sharer(Session *session, const Layout *untrusted_layout);
void display_tell_work_areas(Session *session);
void display_clear(Session *session);
// pointer.c
void pointer_install(Session *session);
// surfaces.c
bool surfaces_start(Session *session);
void surfaces_damage_desktop(Session *session, Box box); // as if it had just come
void surfaces_start_gfx(Session *session, RdpgfxClientContext *gfx);
void surfaces_stop_gfx(Session *session, RdpgfxClientContext *gfx);
void surfaces_free(Session *session);
// shared-pixels.c
bool shared_pixels_load(Session *session);
void shared_pixels_done(Session *session, const Intent *intent);
void shared_pixels_clear(Session *session);
// commands.c
void commands_apply(Session *session, Intent *intent);
// end-reason.c
void end_reason(Session *session, SessionEnd *ret_code, char *ret_text, size_t size);
// sandbox.c
void sandbox_close_descriptors(int keep);
void sandbox_enter(const char *private_folder);
