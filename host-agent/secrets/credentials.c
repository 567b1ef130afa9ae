// SPDX-License-Identifier: Apache-2.0
// Passwords are kept by the desktop's secret service (libsecret), named by guest, user and address: a guest
// that moves elsewhere does not get what was meant for another host. Where there is no such service they are
// held in memory that is neither swapped nor dumped, until the agent ends. Never in arguments, environment,
// files or the log. A password that a guest refused is never sent twice, so no account is locked by us.
// Owned by a GuestTrust; main loop of the agent. Never waits.
#include "host-agent/secrets/credentials.h"

#include <libsecret/secret.h>
#include <string.h>

#include "host-agent/secrets/line-reader.h"
#include "host-agent/secrets/password-prompt.h"

#define REFUSED "The guest refused the last one."

struct Credentials {
    char *guest, *user, *address, *problem;
    SecretValue *held; // what is fetched next, without a look into the service
    bool is_new;       // held is not in the service
    bool was_refused, was_accepted, are_missing;
    CredentialsAsk ask;
    CredentialsOnReady on_ready;
    gpointer ready_user;
    GCancellable *lookup;
    PasswordPrompt *prompt;
    LineReader *reader;
    CredentialsOnGiven on_given;
    gpointer given_user;
    struct Keeping *keeping;
};

typedef struct Keeping { // by the service, which may take longer than we live
    Credentials *credentials;
    char *guest;
} Keeping;

static const SecretSchema schema = {"org.railhead.Guest",
                                    SECRET_SCHEMA_NONE,
                                    {{"guest", SECRET_SCHEMA_ATTRIBUTE_STRING},
                                     {"user", SECRET_SCHEMA_ATTRIBUTE_STRING},
                                     {"address", SECRET_SCHEMA_ATTRIBUTE_STRING},
                                     {NULL, 0}}};

Credentials *credentials_new(const char *guest, const char *user, const char *address) {
    Credentials *credentials = g_new0(Credentials, 1);
    credentials->guest = g_strdup(guest);
    credentials->user = g_strdup(user);
    credentials->address = g_strdup(address);
    return credentials;
}

static void hold(Credentials *credentials, SecretValue *value, bool is_new) {
    g_clear_pointer(&credentials->held, secret_value_unref);
    credentials->held = value;
    credentials->is_new = is_new;
}

static void hold_text(Credentials *credentials, const char *text) {
    hold(credentials, secret_value_new(text, strlen(text), "text/plain"), true);
    credentials->was_refused = credentials->was_accepted = false;
}

static void end_fetch(Credentials *credentials) {
    if (credentials->lookup)
        g_cancellable_cancel(credentials->lookup);
    g_clear_object(&credentials->lookup);
    g_clear_pointer(&credentials->prompt, password_prompt_free);
}

static void answer(Credentials *credentials, const GError *error) {
    CredentialsOnReady on_ready = credentials->on_ready;
    credentials->on_ready = NULL;
    credentials->are_missing = !credentials->held;
    if (on_ready)
        on_ready(credentials->held ? secret_value_get_text(credentials->held) : NULL, error,
                 credentials->ready_user);
}

static void fail(Credentials *credentials, const char *why) {
    g_autoptr(GError) error =
        g_error_new(G_IO_ERROR, G_IO_ERROR_FAILED, "it needs the password of %s: %s; railhead guest login %s",
                    credentials->user, why, credentials->guest);
    end_fetch(credentials);
    answer(credentials, error);
}

static void on_answer(const char *password, const GError *error, gpointer data) {
    Credentials *credentials = data;
    if (!password) {
        fail(credentials, error->message);
        return;
    }
    hold_text(credentials, password);
    end_fetch(credentials);
    answer(credentials, NULL);
}

static void ask(Credentials *credentials) {
    g_autofree char *text = g_strdup_printf("Password of %s for the guest %s (%s)", credentials->user,
                                            credentials->guest, credentials->address);
    bool has_screen = g_getenv("DISPLAY") || g_getenv("WAYLAND_DISPLAY");
    if (credentials->ask == CREDENTIALS_ASK_NOBODY || !has_screen)
        fail(credentials, credentials->was_refused ? "the guest refused the last one" : "none is known");
    else
        credentials->prompt =
            password_prompt_new(text, credentials->was_refused ? REFUSED : NULL, on_answer, credentials);
}

static void set_problem(Credentials *credentials, const GError *error) {
    g_free(credentials->problem);
    credentials->problem = error ? g_strdup_printf("passwords are not kept: %s", error->message) : NULL;
}

static void on_found(GObject *source, GAsyncResult *result, gpointer data) {
    g_autoptr(GError) error = NULL;
    SecretValue *value = secret_password_lookup_binary_finish(result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
        g_clear_pointer(&value, secret_value_unref);
        return;
    }
    Credentials *credentials = data;
    g_clear_object(&credentials->lookup);
    set_problem(credentials, error);
    if (error)
        g_message("%s: the secret service does not answer: %s", credentials->guest, error->message);
    g_debug("%s: the secret service has %s password", credentials->guest, value ? "a" : "no");
    if (value && secret_value_get_text(value)) {
        hold(credentials, value, false);
        answer(credentials, NULL);
        return;
    }
    g_clear_pointer(&value, secret_value_unref);
    ask(credentials);
}

void credentials_fetch(Credentials *credentials, CredentialsAsk whom, CredentialsOnReady on_ready,
                       gpointer user) {
    end_fetch(credentials);
    credentials->ask = whom;
    credentials->on_ready = on_ready;
    credentials->ready_user = user;
    if (credentials->held) {
        answer(credentials, NULL);
    } else if (credentials->was_refused) { // it is being forgotten
        ask(credentials);
    } else {
        credentials->lookup = g_cancellable_new();
        secret_password_lookup(&schema, credentials->lookup, on_found, credentials, "guest",
                               credentials->guest, "user", credentials->user, "address", credentials->address,
                               NULL);
    }
}

void credentials_cancel(Credentials *credentials) {
    end_fetch(credentials);
    credentials->on_ready = NULL;
}

static void tell_given(Credentials *credentials, const GError *error) {
    CredentialsOnGiven on_given = credentials->on_given;
    credentials->on_given = NULL;
    if (on_given)
        on_given(error, credentials->given_user);
}

static void on_kept(GObject *source, GAsyncResult *result, gpointer data) {
    g_autoptr(GError) error = NULL;
    Keeping *keeping = data;
    Credentials *credentials = keeping->credentials;
    if (!secret_password_store_finish(result, &error))
        g_message("%s: the password is not kept: %s", keeping->guest, error->message);
    g_free(keeping->guest);
    g_free(keeping);
    if (!credentials)
        return;
    credentials->keeping = NULL;
    set_problem(credentials, error);
    credentials->is_new = credentials->is_new || error;
    g_autoptr(GError) told =
        error ? g_error_new_literal(G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, credentials->problem) : NULL;
    if (!error && credentials->was_accepted)
        hold(credentials, NULL, false); // the service has it
    tell_given(credentials, told);
}

static void keep(Credentials *credentials) {
    g_autofree char *label = g_strdup_printf("railhead: %s on %s", credentials->user, credentials->guest);
    if (credentials->keeping)
        credentials->keeping->credentials = NULL;
    Keeping *keeping = g_new0(Keeping, 1);
    *keeping = (Keeping){credentials, g_strdup(credentials->guest)};
    credentials->keeping = keeping;
    credentials->is_new = false;
    secret_password_store_binary(&schema, SECRET_COLLECTION_DEFAULT, label, credentials->held, NULL, on_kept,
                                 keeping, "guest", credentials->guest, "user", credentials->user, "address",
                                 credentials->address, NULL);
}

void credentials_accepted(Credentials *credentials) {
    credentials->was_refused = credentials->are_missing = false;
    credentials->was_accepted = true;
    if (credentials->held && credentials->is_new && !credentials->problem)
        keep(credentials);
    else if (!credentials->is_new && !credentials->keeping)
        hold(credentials, NULL, false);
}

static void on_cleared(GObject *source, GAsyncResult *result, gpointer data) {
    g_autoptr(GError) error = NULL;
    g_autofree char *guest = data;
    secret_password_clear_finish(result, &error);
    if (error)
        g_message("%s: the password is not forgotten by the secret service: %s", guest, error->message);
}

void credentials_forget(Credentials *credentials) {
    hold(credentials, NULL, false);
    secret_password_clear(&schema, NULL, on_cleared, g_strdup(credentials->guest), "guest",
                          credentials->guest, "user", credentials->user, "address", credentials->address,
                          NULL);
}

void credentials_refused(Credentials *credentials) {
    bool was_kept = credentials->held && !credentials->is_new;
    if (!credentials->held)
        return;
    credentials->was_refused = credentials->are_missing = true;
    if (was_kept)
        credentials_forget(credentials);
    hold(credentials, NULL, false);
}

static void on_line(char *line, gpointer data) {
    Credentials *credentials = data;
    g_autoptr(GError) error = NULL;
    if (!line)
        error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_FAILED, "no password was given");
    else if (!g_utf8_validate(line, -1, NULL))
        error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the password is not UTF-8");
    else
        hold_text(credentials, line);
    g_clear_pointer(&credentials->reader, line_reader_free);
    if (!error) {
        end_fetch(credentials);
        keep(credentials); // by the user's own word, and so before the guest has seen it
        answer(credentials, NULL);
    } else {
        tell_given(credentials, error);
    }
}

void credentials_read(Credentials *credentials, int fd, CredentialsOnGiven on_given, gpointer user) {
    g_autoptr(GError) error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "another one was given");
    g_clear_pointer(&credentials->reader, line_reader_free);
    tell_given(credentials, error);
    credentials->on_given = on_given;
    credentials->given_user = user;
    credentials->reader = line_reader_new(fd, on_line, credentials);
}

void credentials_free(Credentials *credentials) {
    if (!credentials)
        return;
    g_autoptr(GError) error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_CANCELLED, "the guest is gone");
    credentials_cancel(credentials);
    g_clear_pointer(&credentials->reader, line_reader_free);
    tell_given(credentials, error);
    if (credentials->keeping)
        credentials->keeping->credentials = NULL;
    hold(credentials, NULL, false);
    g_free(credentials->guest);
    g_free(credentials->user);
    g_free(credentials->address);
    g_free(credentials->problem);
    g_free(credentials);
}

bool credentials_are_missing(const Credentials *credentials) {
    return credentials->are_missing;
}

const char *credentials_problem(const Credentials *credentials) {
    return credentials->problem;
}
