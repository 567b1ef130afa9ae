// SPDX-License-Identifier: Apache-2.0
// What one guest publishes and what this desktop gets of it: the catalogue, its icons, the launchers.
#pragma once
#include <glib.h>
#include "host-agent/profile.h"
#include "rail/catalogue-message.h"
#include "rail/catalogue.h"
#include "rail/message.h"

typedef struct GuestCatalogue GuestCatalogue;

typedef struct GuestCatalogueCallbacks {
    void (*send)(uint16_t type, const uint8_t *body, size_t size, gpointer user); // to the guest agent
    void (*changed)(gpointer user);                                               // catalogue, icons or mute
} GuestCatalogueCallbacks;

GuestCatalogue *guest_catalogue_new(const Profile *profile, const GuestCatalogueCallbacks *callbacks,
                                    gpointer user);
void guest_catalogue_free(GuestCatalogue *catalogue);
const Catalogue *guest_catalogue_value(const GuestCatalogue *catalogue);
const char *guest_catalogue_problem(const GuestCatalogue *catalogue); // of launchers or caches, or NULL

void guest_catalogue_begin_connection(GuestCatalogue *catalogue); // what was asked for is forgotten
// Whether the guest agent is there, so that its catalogue is due.
void guest_catalogue_watch(GuestCatalogue *catalogue, bool is_due);
bool guest_catalogue_take(GuestCatalogue *catalogue, uint16_t type, const uint8_t *untrusted_body,
                          size_t size);                         // false: not its business
bool guest_catalogue_is_fresh(const GuestCatalogue *catalogue); // it is that of this connection
bool guest_catalogue_is_mute(const GuestCatalogue *catalogue);  // it was due, and did not come for long

size_t guest_catalogue_load_icons(GuestCatalogue *catalogue, const App *app,
                                  Raster *ret_rasters[ICON_SIZES_MAX]); // owned by the caller
const char *guest_catalogue_visibility(const GuestCatalogue *catalogue, const App *app);
bool guest_catalogue_choose(GuestCatalogue *catalogue, uint64_t app, const char *choice, const char *value,
                            GError **error);
bool guest_catalogue_remove_launchers(GuestCatalogue *catalogue, GError **error);
