// SPDX-License-Identifier: Apache-2.0
// railhead: the command. Words in, one D-Bus call, lines or JSON out, an exit code (AgentError). Holds no
// state.
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include "host-agent/agent-client.h"
#include "host-agent/agent-error.h"
#include "host-agent/machine/folders.h"
#include "host-agent/output.h"
#include "host-agent/profile.h"
#include "shortcuts/store.h"

static const char help[] =
    "usage: railhead [--json]                      what runs\n"
    "       railhead apps [--json]                 applications of all guests\n"
    "       railhead run APP [FILE...]             APP: id, GUEST/ID, or name\n"
    "       railhead windows [--json]              guest windows on this desktop\n"
    "       railhead guest list [--json]\n"
    "       railhead guest add NAME [KEY=VALUE...] keys: kind address user pixels size\n"
    "       railhead guest remove NAME\n"
    "       railhead stop [GUEST]                  end a guest, or all and the agent\n"
    "       railhead --help | --version\n"
    "exit codes: 0 done, 1 failed, 2 usage, 3 unknown application, 4 no guest or not reachable,\n"
    "            5 no display, 6 no window in time, 7 not supported in this version\n";

typedef struct Words {
    int count;
    char **word;
    bool json;
} Words;

static int fail(const GError *error) {
    fprintf(stderr, "railhead: %s\n", error->message);
    if (error->domain == PROFILE_ERROR &&
        (error->code == PROFILE_ERROR_NAME || error->code == PROFILE_ERROR_VALUE))
        return AGENT_ERROR_USAGE;
    return error->domain == AGENT_ERROR ? error->code : AGENT_ERROR_FAILED;
}

static int usage(void) {
    fputs(help, stderr);
    return AGENT_ERROR_USAGE;
}

static void print_json(GVariant *value) {
    g_autofree char *text = output_json(value);
    fputs(text, stdout);
}

// The one value that a call answers with, or NULL after a sentence; *ret_code is set then.
static GVariant *ask(const char *method, GVariant *parameters, int *ret_code) {
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = NULL;
    g_autoptr(GVariant) kept = parameters ? g_variant_ref_sink(parameters) : NULL;
    g_autoptr(GDBusConnection) bus = agent_client_connect(true, &error);
    if (bus)
        answer = agent_client_call(bus, method, kept, &error);
    *ret_code = answer ? 0 : fail(error);
    return answer && g_variant_n_children(answer) ? g_variant_get_child_value(answer, 0) : NULL;
}

static void print_each(GVariant *list, void (*print)(GVariant *)) {
    for (gsize i = 0; i < g_variant_n_children(list); i++) {
        g_autoptr(GVariant) item = g_variant_get_child_value(list, i);
        print(item);
    }
}

static int list(const Words *words, const char *method, void (*print)(GVariant *)) {
    int code;
    g_autoptr(GVariant) value = ask(method, NULL, &code);
    if (!value)
        return code;
    if (words->json)
        print_json(value);
    else
        print_each(value, print);
    return 0;
}

static void print_app(GVariant *app) {
    const char *group = output_text(app, "group");
    printf("%s/%s  %s%s%s%s\n", output_text(app, "guest"), output_text(app, "id"), output_text(app, "name"),
           *group ? "  (" : "", group, *group ? ")" : "");
}

static void print_window(GVariant *window) {
    printf("0x%08x  guest %s 0x%x  %s  %s\n", output_number(window, "x_window"), output_text(window, "guest"),
           output_number(window, "guest_window"), output_text(window, "state"), output_text(window, "title"));
}

static void print_guest(GVariant *guest) {
    const char *failure = output_text(guest, "failure");
    printf("%s  %s  %s  %u applications  %u windows%s%s\n", output_text(guest, "name"),
           output_text(guest, "kind"), output_text(guest, "state"), output_number(guest, "applications"),
           output_number(guest, "windows"), *failure ? "  " : "", failure);
}

static int status(const Words *words) {
    int code;
    g_autoptr(GVariant) value = ask("Status", NULL, &code);
    if (!value)
        return code;
    if (words->json) {
        print_json(value);
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

static GVariant *platform_data(void) {
    static const char *const names[][2] = {
        {"DESKTOP_STARTUP_ID", "desktop-startup-id"}, {"DISPLAY", "display"}, {"XAUTHORITY", "xauthority"}};
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        const char *value = g_getenv(names[i][0]);
        if (value && *value && g_utf8_validate(value, -1, NULL))
            g_variant_builder_add(&builder, "{sv}", names[i][1], g_variant_new_string(value));
    }
    return g_variant_builder_end(&builder);
}

static int run(const Words *words) {
    if (words->count < 2 || !g_utf8_validate(words->word[1], -1, NULL))
        return usage();
    const char *slash = strchr(words->word[1], '/'), *app = slash ? slash + 1 : words->word[1];
    g_autofree char *guest = slash ? g_strndup(words->word[1], slash - words->word[1]) : g_strdup("");
    if (words->count > 2) {
        fprintf(stderr, "railhead: opening host files comes with shares, which this version lacks\n");
        return AGENT_ERROR_UNSUPPORTED;
    }
    int code;
    const char *const no_files[] = {NULL};
    g_autoptr(GVariant) answer =
        ask("Run", g_variant_new("(ss^as@a{sv})", guest, app, no_files, platform_data()), &code);
    if (answer && words->json)
        print_json(answer);
    return code;
}

static int guest_add(const Words *words) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = folder_profiles();
    g_autoptr(Profile) profile = profile_new(words->word[2]);
    for (int i = 3; i < words->count; i++) {
        const char *value = strchr(words->word[i], '=');
        if (!value)
            return usage();
        g_autofree char *key = g_strndup(words->word[i], value - words->word[i]);
        if (!profile_set(profile, key, value + 1, &error))
            return fail(error);
    }
    return profile_save(profile, folder, &error) ? 0 : fail(error);
}

static int guest_remove(const Words *words) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = folder_profiles();
    g_autoptr(Profile) profile = profile_load(folder, words->word[2], NULL);
    int code = 0;
    if (profile) {
        g_autoptr(GVariant) none = ask("Remove", g_variant_new("(s)", words->word[2]), &code);
        if (code)
            return code;
    }
    return profile_remove(folder, words->word[2], &error) ? 0 : fail(error);
}

static int guest_list(const Words *words) {
    g_autofree char *folder = folder_profiles();
    g_autoptr(GPtrArray) profiles = profile_load_all(folder);
    GVariantBuilder list;
    g_variant_builder_init(&list, G_VARIANT_TYPE("aa{sv}"));
    for (guint i = 0; i < profiles->len; i++) {
        const Profile *profile = g_ptr_array_index(profiles, i);
        if (!words->json)
            printf("%s  %s  %s\n", profile->name, profile_kind_to_string(profile->kind), profile->address);
        g_variant_builder_open(&list, G_VARIANT_TYPE_VARDICT);
        g_variant_builder_add(&list, "{sv}", "name", g_variant_new_string(profile->name));
        g_variant_builder_add(&list, "{sv}", "kind",
                              g_variant_new_string(profile_kind_to_string(profile->kind)));
        g_variant_builder_add(&list, "{sv}", "address", g_variant_new_string(profile->address));
        g_variant_builder_add(&list, "{sv}", "pixels",
                              g_variant_new_string(profile_pixels_to_string(profile->pixels)));
        g_variant_builder_close(&list);
    }
    g_autoptr(GVariant) value = g_variant_ref_sink(g_variant_builder_end(&list));
    if (words->json)
        print_json(value);
    return 0;
}

static int guest(const Words *words) {
    const char *verb = words->count > 1 ? words->word[1] : "";
    if (strcmp(verb, "list") == 0 && words->count == 2)
        return guest_list(words);
    if (strcmp(verb, "add") == 0 && words->count >= 3)
        return guest_add(words);
    if (strcmp(verb, "remove") == 0 && words->count == 3)
        return guest_remove(words);
    return usage();
}

static int stop(const Words *words) {
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = folder_profiles();
    g_autoptr(GPtrArray) profiles = profile_load_all(folder);
    if (words->count > 2)
        return usage();
    g_autoptr(GDBusConnection) bus = agent_client_connect(profiles->len > 0, &error);
    if (!bus)
        return error ? fail(error) : 0;
    g_autoptr(GVariant) answer =
        agent_client_call(bus, "Stop", g_variant_new("(s)", words->count == 2 ? words->word[1] : ""), &error);
    return answer ? 0 : fail(error);
}

static int list_apps(const Words *words) {
    return list(words, "Apps", print_app);
}

static int list_windows(const Words *words) {
    return list(words, "Windows", print_window);
}

static int dispatch(const Words *words) {
    static const struct {
        const char *name;
        int (*run)(const Words *words);
    } verbs[] = {{"status", status},        {"apps", list_apps}, {"run", run},
                 {"windows", list_windows}, {"guest", guest},    {"stop", stop}};
    if (words->count == 0)
        return status(words);
    for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
        if (strcmp(words->word[0], verbs[i].name) == 0)
            return verbs[i].run(words);
    return usage();
}

int main(int argc, char **argv) {
    Words words = {.word = argv + 1};
    bool only_words = false;
    setlocale(LC_ALL, "");
    for (int i = 1; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "--help") == 0)
            return fputs(help, stdout) < 0;
        if (!only_words && strcmp(argv[i], "--version") == 0)
            return puts("railhead " RAILHEAD_VERSION) < 0;
        if (!only_words && strcmp(argv[i], "--") == 0)
            only_words = true;
        else if (!only_words && strcmp(argv[i], "--json") == 0)
            words.json = true;
        else if (!only_words && argv[i][0] == '-')
            return usage();
        else
            words.word[words.count++] = argv[i];
    }
    return dispatch(&words);
}
