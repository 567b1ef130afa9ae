// SPDX-License-Identifier: Apache-2.0
// Which applications of a guest get a launcher when the user has said nothing: those that somebody installed
// to work with. Pure.
#pragma once
#include "rail/catalogue.h"

typedef enum CurateVerdict {
    CURATE_SHOW,
    CURATE_HANDLER, // opens documents, stands in no menu of the guest either
    CURATE_UNINSTALLER,
    CURATE_DOCUMENT, // read-me and help files
    CURATE_LINK,     // an address of the web
    CURATE_FOLDER,
    CURATE_WINDOWS,   // ships with Windows
    CURATE_DUPLICATE, // another entry starts the same
} CurateVerdict;

// windows_too: what ships with Windows is wanted, as in the embedded guest.
CurateVerdict curate_app(const Catalogue *catalogue, const App *app, bool windows_too);
const char *curate_to_string(CurateVerdict verdict); // "shown", "uninstaller", ...
