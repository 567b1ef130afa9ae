// SPDX-License-Identifier: Apache-2.0
// The password of one guest's user: looked up, asked for once, kept when the guest has taken it.
#pragma once
#include <gio/gio.h>
#include <stdbool.h>

typedef enum CredentialsAsk { CREDENTIALS_ASK_SCREEN, CREDENTIALS_ASK_NOBODY } CredentialsAsk;

typedef struct Credentials Credentials;
// password: lent; NULL: error says why there is none. Once for each credentials_fetch() that is not
// cancelled, perhaps before it returns.
typedef void (*CredentialsOnReady)(const char *password, const GError *error, gpointer user);
// error NULL: it is kept. G_IO_ERROR_NOT_SUPPORTED: only until this process ends.
typedef void (*CredentialsOnGiven)(const GError *error, gpointer user);

Credentials *credentials_new(const char *guest, const char *user, const char *address);
void credentials_free(Credentials *credentials);
void credentials_fetch(Credentials *credentials, CredentialsAsk ask, CredentialsOnReady on_ready,
                       gpointer user);
void credentials_cancel(Credentials *credentials); // a fetch that is under way
// From the user, over a descriptor that is taken over: one line. It counts for the fetch that waits, too.
void credentials_read(Credentials *credentials, int fd, CredentialsOnGiven on_given, gpointer user);
void credentials_accepted(Credentials *credentials);          // the guest took what was fetched last: keep it
void credentials_refused(Credentials *credentials);           // it did not: forget it, ask the next time
void credentials_forget(Credentials *credentials);            // at the user's word
bool credentials_are_missing(const Credentials *credentials); // somebody has to give them before a connection
const char *credentials_problem(const Credentials *credentials); // why they cannot be kept, or NULL
