// SPDX-License-Identifier: Apache-2.0
// The guest's word is taken apart by policy/addresses, or looked up by host-path; the rest is the user's
// policy, a gate that lets few through, and a question. Each request is answered once. A document is looked
// up anew when it is opened. Owned by a Guest; main loop of the agent.
#include "host-agent/guest-opens.h"
#include <stdlib.h>
#include "host-agent/agent-error.h"
#include "host-agent/host-program.h"
#include "host-agent/machine/folders.h"
#include "host-agent/policy/open-gate.h"
#include "host-agent/profile-opens.h"
#include "rail/message.h"
#include "rail/open-request.h"
#include "rail/utf.h"

#define SHOWN_BYTES 240

struct GuestOpens {
    char *guest;
    const GuestFiles *files;
    GuestOpensSend send;
    gpointer user;
    ProfileOpens profile;
    OpenGate gate;
    GHashTable *questions; // id -> Asked
    guint patience;
    bool is_muted; // the log has been told that the guest asks too often
};

typedef struct Asked {
    GuestOpens *opens;
    uint32_t id;
    OpenQuestion *question;
} Asked;

static int64_t now_ms(void) {
    return g_get_monotonic_time() / 1000;
}

static void free_asked(gpointer data) {
    Asked *asked = data;
    open_question_free(asked->question);
    g_free(asked);
}

static void load(GuestOpens *opens) {
    g_autofree char *profiles = folder_profiles();
    profile_opens_load(profiles, opens->guest, &opens->profile);
}

GuestOpens *guest_opens_new(const char *guest, const GuestFiles *files, GuestOpensSend send, gpointer user) {
    GuestOpens *opens = g_new0(GuestOpens, 1);
    opens->guest = g_strdup(guest);
    opens->files = files;
    opens->send = send;
    opens->user = user;
    opens->questions = g_hash_table_new_full(NULL, NULL, NULL, free_asked);
    open_gate_init(&opens->gate, now_ms());
    load(opens);
    return opens;
}

static void forget_all(GuestOpens *opens) {
    g_clear_handle_id(&opens->patience, g_source_remove);
    g_hash_table_remove_all(opens->questions);
    g_ptr_array_set_size(opens->gate.waiting, 0);
}

void guest_opens_free(GuestOpens *opens) {
    if (!opens)
        return;
    forget_all(opens);
    g_hash_table_unref(opens->questions);
    open_gate_clear(&opens->gate);
    profile_opens_clear(&opens->profile);
    g_free(opens->guest);
    g_free(opens);
}

void guest_opens_reload(GuestOpens *opens) {
    profile_opens_clear(&opens->profile);
    load(opens);
}

void guest_opens_reset(GuestOpens *opens) {
    forget_all(opens);
}

static void answer_guest(GuestOpens *opens, uint32_t request, OpenStatus status) {
    WireWriter writer;
    OpenResultBody body = {request, status};
    wire_writer_init(&writer);
    open_result_encode(&writer, &body);
    opens->send(MESSAGE_OPEN_RESULT, writer.data, writer.size, opens->user);
    wire_writer_clear(&writer);
}

static void refuse(GuestOpens *opens, uint32_t request, const char *shown, const char *why) {
    g_message("%s: \"%s\" is not opened: it %s", opens->guest, shown, why);
    answer_guest(opens, request, OPEN_REFUSED);
}

// Opening

static bool open_address(const char *target, GError **error) {
    const char *why;
    Address *address = address_new(target, &why);
    if (!address) {
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED, "it %s", why);
        return false;
    }
    bool opened = host_program_open_address(address->text, address->scheme, error);
    address_free(address);
    return opened;
}

static bool open_document(GuestOpens *opens, const char *target, GError **error) {
    g_autofree char *path = guest_files_locate(opens->files, target, error);
    return path && host_program_open_file(path, error);
}

static bool open_now(GuestOpens *opens, uint32_t request, const char *target, const char *shown,
                     bool is_document, GError **error) {
    g_autoptr(GError) why = NULL;
    bool opened = is_document ? open_document(opens, target, &why) : open_address(target, &why);
    if (opened)
        g_message("%s: \"%s\" is opened on the host", opens->guest, shown);
    else
        g_message("%s: \"%s\" is not opened: %s", opens->guest, shown, why->message);
    answer_guest(opens, request, opened ? OPEN_DONE : OPEN_REFUSED);
    if (why)
        g_propagate_error(error, g_steal_pointer(&why));
    return opened;
}

// Asking

static void drop(GuestOpens *opens, OpenWaiting *waiting) {
    g_hash_table_remove(opens->questions, GUINT_TO_POINTER(waiting->id));
    open_gate_drop(&opens->gate, waiting);
}

static void wait_for_stale(GuestOpens *opens);

static gboolean on_patience(gpointer data) {
    GuestOpens *opens = data;
    opens->patience = 0;
    wait_for_stale(opens);
    return G_SOURCE_REMOVE;
}

static void wait_for_stale(GuestOpens *opens) {
    int64_t left;
    OpenWaiting *stale;
    while ((stale = open_gate_stale(&opens->gate, now_ms(), &left))) {
        refuse(opens, stale->request, stale->shown, "was answered by nobody");
        drop(opens, stale);
    }
    g_clear_handle_id(&opens->patience, g_source_remove);
    if (left >= 0)
        opens->patience = g_timeout_add(MAX(left, 1), on_patience, opens);
}

static char *site_of(const char *target) {
    const char *why;
    Address *address = address_new(target, &why);
    char *site = address && address->host ? g_strdup(address->host) : NULL;
    address_free(address);
    return site;
}

static bool remember_site(GuestOpens *opens, const char *target, GError **error) {
    g_autofree char *profiles = folder_profiles(), *site = site_of(target);
    if (!site) {
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_USAGE, "only what has a domain can always be opened");
        return false;
    }
    bool added = profile_opens_add(profiles, opens->guest, site, false, error);
    guest_opens_reload(opens);
    return added;
}

bool guest_opens_answer(GuestOpens *opens, uint32_t id, OpenAnswer answer, GError **error) {
    OpenWaiting *waiting = open_gate_find(&opens->gate, id);
    bool good = true;
    if (!waiting) {
        g_set_error(error, AGENT_ERROR, AGENT_ERROR_FAILED,
                    "nothing of that number waits: railhead requests");
        return false;
    }
    if (answer == OPEN_ANSWER_ALWAYS && !remember_site(opens, waiting->target, error))
        return false;
    if (answer == OPEN_ANSWER_NO)
        refuse(opens, waiting->request, waiting->shown, "was refused by the user");
    else
        good =
            open_now(opens, waiting->request, waiting->target, waiting->shown, waiting->is_document, error);
    drop(opens, waiting);
    wait_for_stale(opens);
    return good;
}

static void on_answer(OpenAnswer answer, gpointer data) {
    Asked *asked = data;
    guest_opens_answer(asked->opens, asked->id, answer, NULL);
}

static void ask(GuestOpens *opens, const OpenRequestBody *body, const char *shown) {
    bool is_document = body->kind == OPEN_DOCUMENT;
    OpenWaiting *waiting =
        open_gate_wait(&opens->gate, body->request, body->target, shown, is_document, now_ms());
    if (!waiting) {
        refuse(opens, body->request, shown, "came while too many others wait for an answer");
        return;
    }
    g_autofree char *site = is_document ? NULL : site_of(body->target);
    Asked *asked = g_new0(Asked, 1);
    *asked = (Asked){.opens = opens, .id = waiting->id};
    g_hash_table_insert(opens->questions, GUINT_TO_POINTER(waiting->id), asked);
    asked->question = open_question_new(opens->guest, shown, site, on_answer, asked);
    g_message("%s: may \"%s\" be opened? (railhead requests)", opens->guest, shown);
    wait_for_stale(opens);
}

// Requests

static bool is_asked(const GuestOpens *opens, const char *target) {
    for (guint i = 0; i < opens->gate.waiting->len; i++)
        if (g_str_equal(((OpenWaiting *)g_ptr_array_index(opens->gate.waiting, i))->target, target))
            return true;
    return false;
}

static void decide(GuestOpens *opens, const OpenRequestBody *body, const char *shown, OpenDecision decision) {
    if (decision == OPEN_DECISION_GUEST) {
        answer_guest(opens, body->request, OPEN_IN_GUEST);
        return;
    }
    if (is_asked(opens, body->target) || !open_gate_pass(&opens->gate, now_ms())) {
        if (!opens->is_muted)
            g_message("%s: the guest asks too often; what is above a few requests is refused", opens->guest);
        opens->is_muted = true;
        answer_guest(opens, body->request, OPEN_REFUSED);
        return;
    }
    opens->is_muted = false;
    if (decision == OPEN_DECISION_ASK)
        ask(opens, body, shown);
    else
        open_now(opens, body->request, body->target, shown, body->kind == OPEN_DOCUMENT, NULL);
}

static void take_address(GuestOpens *opens, const OpenRequestBody *body) {
    const char *why = NULL;
    Address *address = address_new(body->target, &why);
    if (address) {
        char *shown = utf8_label(address->text, SHOWN_BYTES);
        decide(opens, body, shown, address_decide(address, opens->profile.links, opens->profile.rules));
        free(shown);
    } else {
        char *shown = utf8_label(body->target, SHOWN_BYTES);
        if (!opens->is_muted)
            g_message("%s: \"%s\" is not opened: it %s", opens->guest, shown, why);
        opens->is_muted = true;
        answer_guest(opens, body->request, OPEN_REFUSED);
        free(shown);
    }
    address_free(address);
}

static void take_document(GuestOpens *opens, const OpenRequestBody *body) {
    static const OpenDecision decisions[] = {[OPEN_POLICY_ASK] = OPEN_DECISION_ASK,
                                             [OPEN_POLICY_OFF] = OPEN_DECISION_GUEST,
                                             [OPEN_POLICY_ON] = OPEN_DECISION_HOST};
    char *shown = utf8_label(body->target, SHOWN_BYTES);
    decide(opens, body, shown, decisions[opens->profile.documents]);
    free(shown);
}

void guest_opens_take(GuestOpens *opens, const uint8_t *untrusted_body, size_t size) {
    OpenRequestBody body;
    if (!open_request_decode(untrusted_body, size, &body))
        return;
    if (body.kind == OPEN_DOCUMENT)
        take_document(opens, &body);
    else
        take_address(opens, &body);
    open_request_clear(&body);
}

void guest_opens_report(const GuestOpens *opens, GVariantBuilder *list) {
    for (guint i = 0; i < opens->gate.waiting->len; i++) {
        const OpenWaiting *waiting = g_ptr_array_index(opens->gate.waiting, i);
        g_variant_builder_open(list, G_VARIANT_TYPE_VARDICT);
        g_variant_builder_add(list, "{sv}", "guest", g_variant_new_string(opens->guest));
        g_variant_builder_add(list, "{sv}", "id", g_variant_new_uint32(waiting->id));
        g_variant_builder_add(list, "{sv}", "kind",
                              g_variant_new_string(waiting->is_document ? "document" : "address"));
        g_variant_builder_add(list, "{sv}", "target", g_variant_new_string(waiting->shown));
        g_variant_builder_close(list);
    }
}
