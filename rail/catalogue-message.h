// SPDX-License-Identifier: Apache-2.0
// The bodies of RAILPUB messages (PROTOCOL.md 3). encode writes a body, decode reads one and refuses what
// breaks a limit or leaves bytes over that its version does not define. Decoders return false and leave *ret
// cleared.
#pragma once
#include "rail/app.h"
#include "rail/file-type.h"
#include "rail/guest-window.h"
#include "rail/raster.h"
#include "rail/wire.h"

#define RAILPUB_VERSION       1
#define LAUNCH_ARGUMENTS_MAX  64
#define LAUNCH_ARGUMENT_BYTES 8192 // UTF-16, each; all of them together fit one message
#define ICON_SIZES_MAX        8
#define ICON_BYTES_MAX        (600 * 1024) // one icon set
#define ICON_PIECE_MAX        15360

typedef enum RailpubFeatures {
    RAILPUB_CATALOGUE = 1 << 0, // publishes / wants applications
    RAILPUB_LAUNCH = 1 << 1,
    RAILPUB_WINDOW_APP = 1 << 2, // tells which application a window belongs to
    RAILPUB_TRACK = 1 << 3,      // window tracker
    RAILPUB_LAUNCH_ENDED = 1 << 4,
    RAILPUB_LOG_OFF = 1 << 5,
    RAILPUB_OPEN = 1 << 6,     // hands addresses and documents to the host
    RAILPUB_SHELL = 1 << 8,    // starts and ends the guest's shell
    RAILPUB_IN_PLACE = 1 << 9, // the server shows the desktop while that runs: no new connection
    RAILPUB_COMMAND = 1 << 10, // does WINDOW_COMMANDs
} RailpubFeatures;

typedef struct HelloBody {
    uint16_t version, oldest_version;
    uint32_t features;
    uint64_t catalogue; // guest: hash of what it publishes; host: hash of what it holds
    uint32_t process;   // process id of the sender
    uint16_t windows_major, windows_minor, windows_build, service_pack; // guest only, else 0
    char agent[64];                                                     // "railhead-guest 0.1"
} HelloBody;
void hello_encode(WireWriter *writer, const HelloBody *hello);
bool hello_decode(const uint8_t *untrusted_body, size_t size, HelloBody *ret_hello);

typedef struct SyncBody { // SYNC_BEGIN, SYNC_END, CATALOGUE_ACK
    uint32_t generation;
    uint32_t count;     // applications and file types in the snapshot; 0 with `unchanged`
    uint64_t catalogue; // hash after the update
    bool unchanged;     // SYNC_END alone: the host's hash is right
    bool delta;         // SYNC_BEGIN: keep what is not named
} SyncBody;
void sync_encode(WireWriter *writer, const SyncBody *sync);
bool sync_decode(const uint8_t *untrusted_body, size_t size, SyncBody *ret_sync);

void app_encode(WireWriter *writer, const App *app);
App *app_decode(const uint8_t *untrusted_body, size_t size); // NULL on error

void file_type_encode(WireWriter *writer, const FileType *type);
FileType *file_type_decode(const uint8_t *untrusted_body, size_t size); // NULL on error

void id_encode(WireWriter *writer, uint64_t id); // APP_GONE, FILE_TYPE_GONE, ICON_REQUEST
bool id_decode(const uint8_t *untrusted_body, size_t size, uint64_t *ret_id);

// An icon set travels as one byte string (count u8, then for each picture u16 width, u16 height, BGRA rows)
// in pieces.
typedef struct IconPiece {
    uint64_t icon;
    uint32_t total, offset; // bytes; total 0: the guest has no such icon
    uint16_t size;
    const uint8_t *bytes;
} IconPiece;
void icon_piece_encode(WireWriter *writer, const IconPiece *piece);
bool icon_piece_decode(const uint8_t *untrusted_body, size_t size, IconPiece *ret_piece);
void icon_set_encode(WireWriter *writer, Raster *const *rasters, size_t count);
// Returns the number of rasters (owned by the caller), 0 on error.
size_t icon_set_decode(const uint8_t *untrusted_bytes, size_t size, Raster *ret_rasters[ICON_SIZES_MAX]);
uint64_t icon_set_hash(const uint8_t *bytes, size_t size); // FNV-1a 64, never 0

typedef struct LaunchBody {
    uint32_t request;
    uint64_t app;
    uint64_t type, verb; // of the catalogue: the arguments are documents for this verb; 0: they go to `app`
    uint16_t n_arguments;
    char *arguments[LAUNCH_ARGUMENTS_MAX]; // owned UTF-8
} LaunchBody;
void launch_encode(WireWriter *writer, const LaunchBody *launch);
bool launch_decode(const uint8_t *untrusted_body, size_t size, LaunchBody *ret_launch);
void launch_clear(LaunchBody *launch);

typedef enum LaunchStatus {
    LAUNCH_OK = 0,
    LAUNCH_UNKNOWN_APP = 1,
    LAUNCH_NOT_FOUND = 2, // the target is not there
    LAUNCH_DENIED = 3,
    LAUNCH_FAILED = 4, // see error
    LAUNCH_BAD_ARGUMENTS = 5,
    LAUNCH_UNKNOWN_VERB = 6, // the file type or its verb is not published any more
    LAUNCH_NO_DRIVE = 7,     // a document's drive of the host did not come
    LAUNCH_LATER = 255,      // never on the wire: the answer will come
} LaunchStatus;
typedef struct LaunchResultBody {
    uint32_t request;
    LaunchStatus status;
    uint32_t error;   // Win32 error code
    uint32_t process; // 0 when Windows gave none (handed to a running process)
} LaunchResultBody;
void launch_result_encode(WireWriter *writer, const LaunchResultBody *result);
bool launch_result_decode(const uint8_t *untrusted_body, size_t size, LaunchResultBody *ret_result);

typedef struct WindowAppBody { // guest -> host: a top-level window came to be and belongs to an application
    uint32_t window;           // HWND
    uint32_t process;          // Windows process id
    uint64_t app;              // 0: none of the catalogue
} WindowAppBody;
void window_app_encode(WireWriter *writer, const WindowAppBody *body);
bool window_app_decode(const uint8_t *untrusted_body, size_t size, WindowAppBody *ret_body);

// Window tracker. TRACK asks for a scan now (body: u32 cookie) and turns tracking on; TRACKED for each window
// that changed, TRACKED_GONE (u32 window), TRACKED_END (u32 cookie) when the scan is through.
#define TRACKED_BALLOON "railhead_balloon" // the class of a balloon of Wine's tray
typedef struct TrackedWindow {
    GuestWindow window; // id, owner, style, show, title, box
    uint32_t xid;       // X window in Wine, else 0
    uint32_t process;
    char class_name[128], image[260]; // UTF-8; image: file name of the process' program
} TrackedWindow;
void tracked_encode(WireWriter *writer, const TrackedWindow *tracked);
bool tracked_decode(const uint8_t *untrusted_body, size_t size, TrackedWindow *ret_tracked);
void u32_encode(WireWriter *writer, uint32_t value); // TRACK, TRACKED_GONE, TRACKED_END, PING, PONG
bool u32_decode(const uint8_t *untrusted_body, size_t size, uint32_t *ret_value);

typedef struct LogBody {
    uint8_t level; // 0 error, 1 warning, 2 note, 3 detail
    char text[512];
} LogBody;
void log_encode(WireWriter *writer, const LogBody *log);
bool log_decode(const uint8_t *untrusted_body, size_t size, LogBody *ret_log);
