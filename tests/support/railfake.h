// SPDX-License-Identifier: Apache-2.0
// The scripted RAIL server: a make-believe desktop of windows that scripts change, told to whoever connects.
// Private to the railfake files.
#pragma once
#include "tests/support/railfake-peer.h"
#include "guest-agent/embedded/rdp-desktop.h"
#include "guest-agent/publisher.h"
#include "tests/support/railfake-gfx.h"
#include "tests/support/script.h"

enum {                             // what is done without being asked to by the script
    FAKE_MANNER_SYNC = 1 << 0,     // a client that is ready gets all that there is
    FAKE_MANNER_EXEC = 1 << 1,     // programs start
    FAKE_MANNER_MOVE = 1 << 2,     // windows go where the client wants them, and it is told so
    FAKE_MANNER_COMMAND = 1 << 3,  // close, minimise, maximise, restore
    FAKE_MANNER_ACTIVATE = 1 << 4, // the client's active window comes to the front
    FAKE_MANNER_APPID = 1 << 5,
    FAKE_MANNER_PUBLISH = 1 << 6, // a guest agent says hello once it has been started
    FAKE_MANNER_PAINT = 1 << 7,   // windows paint themselves when they come, move or change size
    FAKE_MANNER_DISPLAY = 1 << 8, // the desktop gets the monitors that the client says
    FAKE_MANNER_ALL = (1 << 9) - 1,
};

#define FAKE_MONITORS 8

typedef struct FakeWindow {
    GuestWindow window;
    Box restored;         // where it was before it was maximised or minimised
    GuestMargins borders; // like resize margins, and told nobody
    unsigned number;
    int64_t colour; // RGB, or -1: railprobe's pattern
    bool alpha;
    char *app_id, *image;
    uint32_t process;
    uint16_t surface; // RDPGFX, 0: none yet
    Box surface_box;
} FakeWindow;

typedef struct Fake {
    GMainLoop *loop;
    FILE *output;
    FakeOptions options;
    Script *script;
    FakePeer *peer;
    GSList *over;    // peers to be freed
    bool takes_over; // what a second client does to the first
    uint32_t manners;
    unsigned clients;

    GHashTable *windows; // id -> FakeWindow
    GArray *stack;       // uint32_t, front to back
    uint32_t active;
    unsigned numbers;
    Box work_areas[FAKE_MONITORS]; // as the client has told them, the last one last
    size_t n_work_areas;
    guint move_delay; // ms before a move of the client is carried out
    Box move_error;   // and what is added to it

    RdpDesktop *desktop;
    uint16_t surfaces;
    Publisher *publisher;
    MessageStream *heard; // the same bytes, to tell of them
    GByteArray *early;    // what the client said before the guest agent was there; NULL once it is
    Catalogue catalogue;
    bool is_tracked; // the guest agent tells of windows and does what the client wants of them
} Fake;

// railfake.c
void fake_record(Fake *fake, Record *record); // takes it
// railfake-desk.c
FakeWindow *fake_window(Fake *fake, uint32_t id);            // NULL: there is none
void fake_change(Fake *fake, const GuestWindowDelta *delta); // a window that is new when it is unknown
void fake_delete(Fake *fake, uint32_t id);
void fake_raise(Fake *fake, uint32_t id); // and makes it active; 0: none is
void fake_send_stacking(Fake *fake);
void fake_sync(Fake *fake);
void fake_place(Fake *fake, uint32_t id, Box box);
void fake_work_area(Fake *fake, Box area);               // the client has told one
void fake_show(Fake *fake, uint32_t id, GuestShow show); // with the geometry that goes with it
void fake_window_free(gpointer window);
bool fake_is_sizable(const FakeWindow *window);
// railfake-paint.c
void fake_paint_connected(Fake *fake); // a client that has no pixels yet
void fake_paint_window(Fake *fake, FakeWindow *window);
void fake_paint_area(Fake *fake, Box area); // of the legacy desktop
void fake_paint_gone(Fake *fake, FakeWindow *window);
void fake_paint_disconnected(Fake *fake);
void fake_pixels(const Fake *fake, const FakeWindow *window, Box box, uint8_t *pixels,
                 size_t stride); // window coordinates
// railfake-manners.c
void fake_on_rail(Fake *fake, const RailPdu *untrusted_pdu);
bool fake_manner(Fake *fake, const char *name, bool on);
// railfake-publication.c
void fake_publication_init(Fake *fake);
void fake_publication_reset(Fake *fake); // a client has come; no guest agent runs for it yet
void fake_publication_start(Fake *fake); // the guest agent of this connection
void fake_publication_receive(Fake *fake, const uint8_t *untrusted_bytes, size_t size);
void fake_publication_flush(Fake *fake);
void fake_publication_app(Fake *fake, uint64_t id, const char *name, const char *group,
                          const char *icon);         // icon: RRGGBB, or NULL
Raster *fake_raster(uint32_t side, uint32_t colour); // a square of one colour
void fake_publication_window(Fake *fake, uint32_t window, uint64_t app, uint32_t process);
void fake_publication_track(Fake *fake, uint32_t id); // the window is new, other or gone
void fake_publication_order(Fake *fake);
void fake_publication_clear(Fake *fake);
// railfake-commands.c, railfake-wire-commands.c
typedef struct FakeVerb {
    const char *verb;
    bool (*run)(Fake *fake, const Line *line); // false: the line makes no sense
    bool needs_client;
} FakeVerb;
extern const FakeVerb fake_wire_verbs[];
extern const size_t fake_n_wire_verbs;
uint32_t fake_id_of(const Line *line); // the word behind the verb
bool fake_command(Fake *fake, const Line *line, GError **error);
