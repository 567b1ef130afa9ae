// SPDX-License-Identifier: Apache-2.0
// Whether a guest may be connected to, with which password and certificate; and what was found out then.
#pragma once
#include <gio/gio.h>
#include "host-agent/profile.h"
#include "host-agent/secrets/credentials.h"
#include "rail/desk-event.h"

typedef struct GuestTrust GuestTrust;
// password: lent, NULL where none is needed. error: it may not be connected to, and what to do.
typedef void (*GuestTrustOnReady)(const char *password, const GError *error, gpointer user);

GuestTrust *guest_trust_new(Profile *profile); // outlived by the profile, whose certificate it sets
void guest_trust_free(GuestTrust *trust);
void guest_trust_ask_nobody(GuestTrust *trust, bool nobody); // who wants the guest asks for a password itself
// Answers once, perhaps before it returns; not after guest_trust_cancel().
void guest_trust_begin(GuestTrust *trust, GuestTrustOnReady on_ready, gpointer user);
void guest_trust_cancel(GuestTrust *trust);
void guest_trust_take(GuestTrust *trust,
                      const DeskEvent *event); // SECURITY and SESSION; others are not for it
char *guest_trust_explain(const GuestTrust *trust, const DeskEvent *ended); // with what to do; the caller's
Credentials *guest_trust_credentials(GuestTrust *trust);     // NULL: the guest has no user to log on
const char *guest_trust_protection(const GuestTrust *trust); // of the latest connection, "" before one
const char *guest_trust_agent(const GuestTrust *trust); // what the guest agent calls itself, "" before it did
char *guest_trust_notice(const GuestTrust *trust);      // what the user should know, or NULL; the caller's
