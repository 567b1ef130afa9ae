// SPDX-License-Identifier: Apache-2.0
// Looks at what railhead needs, and bundles that with the logs. Secrets are in none of it: they are in no
// profile and no log, of profiles only the known keys are written, and of the environment only what says
// which desktop this is. Process: railhead.
#include "host-agent/cli-doctor.h"
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include "host-agent/agent-client.h"
#include "host-agent/agent-error.h"
#include "host-agent/cli-answer.h"
#include "host-agent/doctor.h"
#include "host-agent/machine/folders.h"
#include "host-agent/output.h"
#include "host-agent/profile-keys.h"
#include "host-agent/tar-file.h"

#define LOG_TAIL (256 * 1024)

// Of an agent that runs; it is not started for this.
static GVariant *agent_status(void) {
    g_autoptr(GDBusConnection) bus = agent_client_connect(false, NULL);
    g_autoptr(GVariant) answer = bus ? agent_client_call(bus, "Status", NULL, NULL) : NULL;
    return answer ? g_variant_get_child_value(answer, 0) : NULL;
}

static GVariant *status_of(GVariant *status, const char *name) {
    g_autoptr(GVariant) list =
        status ? g_variant_lookup_value(status, "guests", G_VARIANT_TYPE("aa{sv}")) : NULL;
    for (gsize i = 0; list && i < g_variant_n_children(list); i++) {
        GVariant *guest = g_variant_get_child_value(list, i);
        if (strcmp(output_text(guest, "name"), name) == 0)
            return guest;
        g_variant_unref(guest);
    }
    return NULL;
}

static void check_agent(Findings *findings, GVariant *status) {
    const char *version = status ? output_text(status, "version") : "";
    if (!status)
        findings_add(findings, "agent", VERDICT_GOOD, "", "does not run; it is started when it is needed");
    else if (strcmp(version, RAILHEAD_VERSION) == 0)
        findings_add(findings, "agent", VERDICT_GOOD, "", "runs, version %s", version);
    else
        findings_add(findings, "agent", VERDICT_POOR, "railhead stop", "runs in version %s, and this is %s",
                     version, RAILHEAD_VERSION);
}

static Findings *look(GVariant *status) {
    Findings *findings = findings_new();
    g_autofree char *folder = folder_profiles();
    g_autoptr(GPtrArray) profiles = profile_load_all(folder);
    doctor_check_programs(findings);
    doctor_check_desktop(findings);
    doctor_check_system(findings);
    check_agent(findings, status);
    for (guint i = 0; i < profiles->len; i++) {
        const Profile *profile = g_ptr_array_index(profiles, i);
        g_autoptr(GVariant) guest = status_of(status, profile->name);
        doctor_check_guest(findings, profile, guest);
    }
    if (profiles->len == 0)
        findings_add(findings, "guests", VERDICT_POOR, "railhead guest add wine", "there is none");
    return findings;
}

int cli_doctor(const CommandLine *line) {
    g_autoptr(GVariant) status = agent_status();
    Findings *findings = look(status);
    bool bad = findings_count(findings, VERDICT_BAD) > 0;
    if (line->json) {
        g_autoptr(GVariant) report = g_variant_ref_sink(findings_report(findings));
        cli_print_json(report);
    } else {
        findings_print(findings);
    }
    findings_free(findings);
    return bad ? AGENT_ERROR_FAILED : 0;
}

static void add_text(GByteArray *archive, const char *name, const char *text) {
    g_autofree char *path = g_strconcat("railhead-report/", name, NULL);
    if (strlen(path) < 100)
        tar_file_add(archive, path, text, strlen(text));
}

static void add_system(GByteArray *archive) {
    static const char *const variables[] = {"XDG_CURRENT_DESKTOP", "XDG_SESSION_TYPE", "LANG", "DISPLAY",
                                            "WAYLAND_DISPLAY"};
    g_autoptr(GString) text = g_string_new("railhead " RAILHEAD_VERSION "\n");
    g_autofree char *os = g_get_os_info(G_OS_INFO_KEY_PRETTY_NAME);
    struct utsname kernel;
    if (uname(&kernel) == 0)
        g_string_append_printf(text, "%s %s %s\n", kernel.sysname, kernel.release, kernel.machine);
    g_string_append_printf(text, "%s\n", os ? os : "?");
    for (size_t i = 0; i < G_N_ELEMENTS(variables); i++)
        g_string_append_printf(text, "%s=%s\n", variables[i],
                               g_getenv(variables[i]) ? g_getenv(variables[i]) : "");
    add_text(archive, "system.txt", text->str);
}

static void add_profiles(GByteArray *archive, GPtrArray *profiles) {
    for (guint i = 0; i < profiles->len; i++) {
        const Profile *profile = g_ptr_array_index(profiles, i);
        g_autoptr(GString) text = g_string_new("[guest]\n");
        g_autofree char *name = g_strdup_printf("%s/profile.conf", profile->name);
        const char *key;
        for (guint j = 0; (key = profile_key_at(j)); j++) {
            g_autofree char *value = profile_key_get(profile, key);
            if (value)
                g_string_append_printf(text, "%s=%s\n", key, value);
        }
        add_text(archive, name, text->str);
    }
}

static void add_logs(GByteArray *archive, const char *guest) {
    static const char *const logs[] = {"agent.log", "session.log", "files.log", "embedded.log", "wine.log"};
    g_autofree char *folder = folder_state(guest), *runtime = folder_runtime(guest);
    const char *const folders[] = {folder, runtime};
    for (size_t i = 0; i < G_N_ELEMENTS(logs) * 2; i++) {
        g_autofree char *path = g_build_filename(folders[i % 2], logs[i / 2], NULL), *text = NULL;
        g_autofree char *name = g_strdup_printf("%s/%s", guest, logs[i / 2]);
        gsize size = 0;
        if (!g_file_get_contents(path, &text, &size, NULL))
            continue;
        g_autofree char *valid =
            g_utf8_make_valid(text + (size > LOG_TAIL ? size - LOG_TAIL : 0), MIN(size, LOG_TAIL));
        add_text(archive, name, valid);
    }
}

static GByteArray *bundle(void) {
    GByteArray *archive = g_byte_array_new();
    g_autofree char *folder = folder_profiles();
    g_autoptr(GPtrArray) profiles = profile_load_all(folder);
    g_autoptr(GVariant) status = agent_status();
    Findings *findings = look(status);
    g_autoptr(GVariant) report = g_variant_ref_sink(findings_report(findings));
    g_autofree char *found = output_json(report), *state = status ? output_json(status) : g_strdup("{}\n");
    findings_free(findings);
    add_system(archive);
    add_text(archive, "doctor.json", found);
    add_text(archive, "status.json", state);
    add_profiles(archive, profiles);
    add_logs(archive, "agent");
    for (guint i = 0; i < profiles->len; i++)
        add_logs(archive, ((const Profile *)g_ptr_array_index(profiles, i))->name);
    tar_file_end(archive);
    return archive;
}

int cli_report(const CommandLine *line) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GDateTime) now = g_date_time_new_now_local();
    g_autofree char *name = g_date_time_format(now, "railhead-report-%Y%m%d-%H%M%S.tar");
    const char *path = line->count ? line->arguments[0] : name;
    g_autoptr(GByteArray) archive = bundle();
    if (!g_file_set_contents_full(path, (const char *)archive->data, archive->len,
                                  G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
        return cli_fail(error);
    printf("%s\nIt has the names of your guests, users and programs, and no password. Look before you send "
           "it.\n",
           path);
    return 0;
}
