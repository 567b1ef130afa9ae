// SPDX-License-Identifier: Apache-2.0
// railhead: the command. Words in, one D-Bus call, lines or JSON out, an exit code (AgentError). What went
// wrong is one line on stderr, and nothing is on stdout then. Holds no state.
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "host-agent/agent-client.h"
#include "host-agent/agent-error.h"
#include "host-agent/cli-answer.h"
#include "host-agent/cli-doctor.h"
#include "host-agent/cli-guests.h"
#include "host-agent/cli-kit.h"
#include "host-agent/cli-login.h"
#include "host-agent/cli-desktop.h"
#include "host-agent/cli-open.h"
#include "host-agent/cli-share.h"
#include "host-agent/command-line.h"
#include "host-agent/machine/folders.h"
#include "host-agent/output.h"
#include "host-agent/profile.h"

#define SHOWN "shown"

static const char help[] =
    "usage: railhead [--json]                      what runs\n"
    "       railhead apps [--all] [--json]         applications of all guests; --all: those not shown, too\n"
    "       railhead apps hide|show|reset APP      its launcher; reset: as it was published\n"
    "       railhead apps rename APP NAME | icon APP ICON\n"
    "       railhead run APP [FILE...]             APP: id, GUEST/ID, or name\n"
    "       railhead windows [--json]              guest windows on this desktop\n"
    "       railhead guest list [--json]\n"
    "       railhead guest add NAME [rdp://USER@HOST[:PORT]] [KEY=VALUE...]\n"
    "       railhead guest set NAME KEY=VALUE...   keys: railhead-profile(5); KEY= takes one out\n"
    "       railhead guest login NAME [--forget]   its password: asked for, or a line of stdin\n"
    "       railhead guest trust NAME [CERTIFICATE]  accept the other certificate that it showed\n"
    "       railhead guest kit xp DIR              what a Windows XP needs, into a folder\n"
    "       railhead guest remove NAME [--purge]   --purge: its documents too\n"
    "       railhead share list [--json] [--guest GUEST]\n"
    "       railhead share add NAME DIR [--read-only] [--guest GUEST]   the guest may have this folder\n"
    "       railhead share remove NAME [--guest GUEST]\n"
    "       railhead requests [--json]             what guests ask to open on this desktop\n"
    "       railhead requests allow|always|deny GUEST/NUMBER\n"
    "       railhead site list [--json] [--guest GUEST]\n"
    "       railhead site add DOMAIN host|guest [--guest GUEST]   which side opens its addresses\n"
    "       railhead site remove DOMAIN [--guest GUEST]\n"
    "       railhead open ADDRESS                  in the guest that a site names, or in your browser\n"
    "       railhead links [on|off]                whether links of this desktop go by these rules\n"
    "       railhead desktop [--show|--hide|--toggle] [--fullscreen] [--all-monitors] [GUEST]\n"
    "                                              the guest's whole desktop in one window\n"
    "       railhead stop [GUEST]                  end a guest, or all and the agent\n"
    "       railhead doctor [--json]               what is missing here, and what to do\n"
    "       railhead report [FILE]                 that and the logs, as a tar\n"
    "       railhead --help | --version\n"
    "exit codes: 0 done, 1 failed, 2 usage, 3 unknown application, 4 no guest or not reachable,\n"
    "            5 no display, 6 no window in time, 7 not supported in this version\n";

// What goes over D-Bus has to be valid UTF-8; names of guests and applications are.
static int no_such(const char *kind, const char *untrusted_name, AgentError code) {
    g_autofree char *name = g_utf8_make_valid(untrusted_name, -1);
    fprintf(stderr, "railhead: there is no %s \"%s\"\n", kind, name);
    return code;
}

// The guest, "" for any, and the application of a word like GUEST/APP; NULL where D-Bus could not carry it.
static const char *app_of_word(const char *word, char **ret_guest) {
    const char *slash = strchr(word, '/');
    *ret_guest = slash ? g_strndup(word, slash - word) : g_strdup("");
    return g_utf8_validate(word, -1, NULL) ? slash ? slash + 1 : word : NULL;
}

// The one value that a call answers with, or NULL.
static GVariant *call(const char *method, GVariant *parameters, GError **error) {
    g_autoptr(GVariant) answer = NULL;
    g_autoptr(GVariant) kept = parameters ? g_variant_ref_sink(parameters) : NULL;
    g_autoptr(GDBusConnection) bus = agent_client_connect(true, error);
    if (bus)
        answer = agent_client_call(bus, method, kept, error);
    return answer && g_variant_n_children(answer) ? g_variant_get_child_value(answer, 0) : NULL;
}

// The same, or NULL after a sentence; *ret_code is set then.
static GVariant *ask(const char *method, GVariant *parameters, int *ret_code) {
    g_autoptr(GError) error = NULL;
    GVariant *value = call(method, parameters, &error);
    *ret_code = error ? cli_fail(error) : 0;
    return value;
}

static void print_each(GVariant *list, void (*print)(GVariant *)) {
    for (gsize i = 0; i < g_variant_n_children(list); i++) {
        g_autoptr(GVariant) item = g_variant_get_child_value(list, i);
        print(item);
    }
}

static int list(const CommandLine *line, const char *method, void (*print)(GVariant *)) {
    int code;
    g_autoptr(GVariant) value = ask(method, NULL, &code);
    if (!value)
        return code;
    if (line->json)
        cli_print_json(value);
    else
        print_each(value, print);
    return 0;
}

static void print_any_app(GVariant *app) {
    const char *group = output_text(app, "group"), *visibility = output_text(app, "visibility");
    bool shown = strcmp(visibility, SHOWN) == 0;
    printf("%s/%s  %s%s%s%s%s%s\n", output_text(app, "guest"), output_text(app, "id"),
           output_text(app, "name"), *group ? "  (" : "", group, *group ? ")" : "",
           shown ? "" : "  not shown: ", shown ? "" : visibility);
}

static void print_shown_app(GVariant *app) {
    if (strcmp(output_text(app, "visibility"), SHOWN) == 0)
        print_any_app(app);
}

static void print_window(GVariant *window) {
    printf("0x%08x  guest %s 0x%x  %s  %s\n", output_number(window, "x_window"), output_text(window, "guest"),
           output_number(window, "guest_window"), output_text(window, "state"), output_text(window, "title"));
}

static void print_guest(GVariant *guest) {
    const char *failure = output_text(guest, "failure"), *problem = output_text(guest, "problem");
    const char *notice = output_text(guest, "notice");
    bool tracked = strcmp(output_text(guest, "windows_by"), "tracker") == 0;
    bool whole = strcmp(output_text(guest, "desktop"), "desktop") == 0;
    printf("%s  %s  %s  %u applications  %u windows%s%s%s%s%s%s%s%s\n", output_text(guest, "name"),
           output_text(guest, "kind"), output_text(guest, "state"), output_number(guest, "applications"),
           output_number(guest, "windows"), whole ? "  the whole desktop is shown" : "",
           tracked ? "  no RAIL server: windows by the guest agent's tracker" : "", *failure ? "  " : "",
           failure, *problem ? "  " : "", problem, *notice ? "  " : "", notice);
}

static int status(const CommandLine *line) {
    int code;
    g_autoptr(GVariant) value = ask("Status", NULL, &code);
    if (!value)
        return code;
    if (line->json) {
        cli_print_json(value);
        return 0;
    }
    g_autoptr(GVariant) guests = g_variant_lookup_value(value, "guests", G_VARIANT_TYPE("aa{sv}"));
    printf("agent %s, process %u\n", output_text(value, "version"), output_number(value, "pid"));
    if (!guests || g_variant_n_children(guests) == 0)
        puts("no guest yet: railhead guest add wine");
    else
        print_each(guests, print_guest);
    return 0;
}

// What the caller's desktop says, for the agent. The id of the launch belongs to this one and no child.
static GVariant *platform_data(void) {
    static const char *const names[][2] = {{"DESKTOP_STARTUP_ID", "desktop-startup-id"},
                                           {"XDG_ACTIVATION_TOKEN", "activation-token"},
                                           {"DISPLAY", "display"},
                                           {"XAUTHORITY", "xauthority"}};
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = g_getenv(names[i][0]);
        if (value && *value && g_utf8_validate(value, -1, NULL))
            g_variant_builder_add(&builder, "{sv}", names[i][1], g_variant_new_string(value));
    }
    g_variant_builder_add(&builder, "{sv}", "terminal", g_variant_new_boolean(isatty(STDERR_FILENO)));
    g_variant_builder_add(&builder, "{sv}", "asks-passwords",
                          g_variant_new_boolean(cli_login_has_terminal()));
    g_unsetenv("DESKTOP_STARTUP_ID");
    g_unsetenv("XDG_ACTIVATION_TOKEN");
    return g_variant_builder_end(&builder);
}

// An address stays as it was written: GIO would make callto:///NAME of callto:NAME.
static char *uri_of(const char *word) {
    g_autofree char *scheme = g_utf8_validate(word, -1, NULL) ? g_uri_parse_scheme(word) : NULL;
    if (scheme && strlen(scheme) > 1 && !g_file_test(word, G_FILE_TEST_EXISTS))
        return g_strdup(word);
    g_autoptr(GFile) file = g_file_new_for_path(word);
    return g_file_get_uri(file);
}

static char **uris_of(char *const *files) {
    GPtrArray *uris = g_ptr_array_new();
    for (; *files; files++)
        g_ptr_array_add(uris, uri_of(*files));
    g_ptr_array_add(uris, NULL);
    return (char **)g_ptr_array_free(uris, FALSE);
}

static int run(const CommandLine *line) {
    g_autofree char *guest = NULL;
    const char *app = app_of_word(line->arguments[0], &guest);
    if (!app)
        return no_such("application", line->arguments[0], AGENT_ERROR_UNKNOWN_APP);
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) uris = uris_of(line->arguments + 1);
    g_autoptr(GVariant) platform = g_variant_ref_sink(platform_data());
    g_autoptr(GVariant) answer =
        call("Run", g_variant_new("(ss^as@a{sv})", guest, app, uris, platform), &error);
    if (g_error_matches(error, AGENT_ERROR, AGENT_ERROR_NO_GUEST) && cli_login_has_terminal() &&
        cli_login_offer()) {
        g_clear_error(&error);
        answer = call("Run", g_variant_new("(ss^as@a{sv})", guest, app, uris, platform), &error);
    }
    if (answer && line->json)
        cli_print_json(answer);
    return error ? cli_fail(error) : 0;
}

static int stop(const CommandLine *line) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = folder_profiles();
    g_autoptr(GPtrArray) profiles = profile_load_all(folder);
    const char *name = line->count ? line->arguments[0] : "";
    g_autoptr(Profile) known = *name ? profile_load(folder, name, NULL) : NULL;
    if (line->count && !known)
        return no_such("guest", name, AGENT_ERROR_NO_GUEST);
    g_autoptr(GDBusConnection) bus = agent_client_connect(profiles->len > 0, &error);
    if (!bus)
        return error ? cli_fail(error) : 0;
    g_autoptr(GVariant) answer = agent_client_call(bus, "Stop", g_variant_new("(s)", name), &error);
    return answer ? 0 : cli_fail(error);
}

static int list_apps(const CommandLine *line) {
    return list(line, "Apps", line->all ? print_any_app : print_shown_app);
}

// What the user decides of a launcher; a second argument is the value.
static int choose(const CommandLine *line, const char *choice) {
    int code;
    const char *value = line->count > 1 ? line->arguments[1] : "";
    g_autofree char *guest = NULL;
    const char *app = app_of_word(line->arguments[0], &guest);
    if (!app)
        return no_such("application", line->arguments[0], AGENT_ERROR_UNKNOWN_APP);
    if (!g_utf8_validate(value, -1, NULL))
        return cli_wrong("the value is not UTF-8");
    g_autoptr(GVariant) none = ask("Choose", g_variant_new("(ssss)", guest, app, choice, value), &code);
    return code;
}

static int hide_app(const CommandLine *line) {
    return choose(line, "hide");
}

static int show_app(const CommandLine *line) {
    return choose(line, "show");
}

static int rename_app(const CommandLine *line) {
    return choose(line, "rename");
}

static int give_app_icon(const CommandLine *line) {
    return choose(line, "icon");
}

static int reset_app(const CommandLine *line) {
    return choose(line, "reset");
}

static int list_windows(const CommandLine *line) {
    return list(line, "Windows", print_window);
}

static int print_help(const CommandLine *line) {
    return fputs(help, stdout) < 0;
}

static int print_version(const CommandLine *line) {
    return puts("railhead " RAILHEAD_VERSION) < 0;
}

int main(int argc, char **argv) {
    static int (*const run_command[])(const CommandLine *line) = {
        [COMMAND_STATUS] = status,
        [COMMAND_APPS] = list_apps,
        [COMMAND_APPS_HIDE] = hide_app,
        [COMMAND_APPS_SHOW] = show_app,
        [COMMAND_APPS_RENAME] = rename_app,
        [COMMAND_APPS_ICON] = give_app_icon,
        [COMMAND_APPS_RESET] = reset_app,
        [COMMAND_RUN] = run,
        [COMMAND_WINDOWS] = list_windows,
        [COMMAND_GUEST_LIST] = cli_guest_list,
        [COMMAND_GUEST_ADD] = cli_guest_add,
        [COMMAND_GUEST_SET] = cli_guest_set,
        [COMMAND_GUEST_LOGIN] = cli_guest_login,
        [COMMAND_GUEST_TRUST] = cli_guest_trust,
        [COMMAND_GUEST_KIT] = cli_guest_kit,
        [COMMAND_GUEST_REMOVE] = cli_guest_remove,
        [COMMAND_SHARE_ADD] = cli_share_add,
        [COMMAND_SHARE_REMOVE] = cli_share_remove,
        [COMMAND_SHARE_LIST] = cli_share_list,
        [COMMAND_OPEN] = cli_open,
        [COMMAND_REQUESTS] = cli_requests,
        [COMMAND_REQUESTS_ALLOW] = cli_requests_allow,
        [COMMAND_REQUESTS_ALWAYS] = cli_requests_always,
        [COMMAND_REQUESTS_DENY] = cli_requests_deny,
        [COMMAND_SITE_LIST] = cli_site_list,
        [COMMAND_SITE_ADD] = cli_site_add,
        [COMMAND_SITE_REMOVE] = cli_site_remove,
        [COMMAND_LINKS] = cli_links,
        [COMMAND_DESKTOP] = cli_desktop,
        [COMMAND_STOP] = stop,
        [COMMAND_DOCTOR] = cli_doctor,
        [COMMAND_REPORT] = cli_report,
        [COMMAND_HELP] = print_help,
        [COMMAND_VERSION] = print_version};
    CommandLine line;
    g_autofree char *complaint = NULL;
    setlocale(LC_ALL, "");
    g_log_writer_default_set_use_stderr(TRUE); // stdout is for answers
    if (!command_line_read(argc, argv, &line, &complaint))
        return cli_wrong(complaint);
    int code = run_command[line.command](&line);
    g_free(line.arguments);
    if (fflush(stdout) != 0 && code == 0) {
        fprintf(stderr, "railhead: the answer cannot be written: %s\n", g_strerror(errno));
        return AGENT_ERROR_FAILED;
    }
    return code;
}
