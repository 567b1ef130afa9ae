// SPDX-License-Identifier: Apache-2.0
// Which of the host's files a guest may have, and what they are called there. Pure but for looks at the file
// system.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>

#include "rail/share.h"

#define SHARES_ERROR (shares_error_quark())
typedef enum {
    SHARES_ERROR_NAME,    // a name that cannot be
    SHARES_ERROR_FOLDER,  // not a folder, or one that is not shared
    SHARES_ERROR_MISSING, // there is no such file
    SHARES_ERROR_REFUSED, // by the user's own policy
} SharesError;
GQuark shares_error_quark(void);

typedef struct SharedFolder {
    char *name, *path; // owned; path is absolute
    bool read_only;
} SharedFolder;

SharedFolder *shared_folder_new(const char *name, const char *path, bool read_only, GError **error);
void shared_folder_free(SharedFolder *folder);

typedef struct GuestFile {
    char *path;       // in the guest, \\tsclient\...; owned
    bool handed_over; // by itself: `share` has to be sent with the folder
    Share share;
    char *folder; // owned
} GuestFile;

// file: absolute path. Folders: of SharedFolder. The longest one that holds the file counts; a file outside
// all of them is handed over where the policy allows it, as is one that is too deep for Windows.
bool shares_find(const GPtrArray *folders, bool allows_documents, const char *file, GuestFile *ret_file,
                 GError **error);
void guest_file_clear(GuestFile *file);
