// SPDX-License-Identifier: Apache-2.0
// What we wrote where: tells a launcher that the user deleted or edited from one that we have not written
// yet, also after a crash in the middle of writing.
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef struct Manifest Manifest;

typedef enum ManifestState {
    MANIFEST_NEW,     // not written by us so far: ours to write
    MANIFEST_OURS,    // as we wrote it
    MANIFEST_EDITED,  // somebody changed it since
    MANIFEST_DELETED, // somebody deleted it
} ManifestState;

Manifest *manifest_load(const char *file); // one that is missing or damaged knows nothing
void manifest_free(Manifest *manifest);
bool manifest_save(const Manifest *manifest, GError **error);

// content NULL: there is no such file.
ManifestState manifest_state(const Manifest *manifest, const char *path, GBytes *content);
GPtrArray *manifest_paths(const Manifest *manifest); // borrowed strings

void manifest_expect(Manifest *manifest, const char *path, GBytes *content); // about to be written
void manifest_settle(Manifest *manifest, const char *path, GBytes *content); // written; NULL: removed
