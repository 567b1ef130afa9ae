// SPDX-License-Identifier: Apache-2.0
// What a guest asks to have opened on the host: judged by the user's policy and rules, asked, opened.
#pragma once
#include <gio/gio.h>
#include <stdint.h>
#include "host-agent/guest-files.h"
#include "host-agent/open-question.h"

typedef struct GuestOpens GuestOpens;
typedef void (*GuestOpensSend)(uint16_t type, const uint8_t *body, size_t size, gpointer user);

GuestOpens *guest_opens_new(const char *guest, const GuestFiles *files, GuestOpensSend send, gpointer user);
void guest_opens_free(GuestOpens *opens);
void guest_opens_reload(GuestOpens *opens); // the profile has changed
void guest_opens_reset(GuestOpens *opens);  // the session is gone: nobody waits for an answer any more

void guest_opens_take(GuestOpens *opens, const uint8_t *untrusted_body, size_t size); // OPEN_REQUEST
void guest_opens_report(const GuestOpens *opens, GVariantBuilder *list);              // of a{sv}: what waits
bool guest_opens_answer(GuestOpens *opens, uint32_t id, OpenAnswer answer, GError **error);
