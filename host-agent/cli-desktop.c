// SPDX-License-Identifier: Apache-2.0
// Asks the agent for the desktop of a guest, and prints how it went. Process: railhead.
#include "host-agent/cli-desktop.h"

#include <stdio.h>
#include "host-agent/agent-client.h"
#include "host-agent/agent-error.h"
#include "host-agent/output.h"

static void add_environment(GVariantBuilder *options, const char *name, const char *key) {
    const char *value = g_getenv(name);
    if (value && *value && g_utf8_validate(value, -1, NULL))
        g_variant_builder_add(options, "{sv}", key, g_variant_new_string(value));
}

static GVariant *options_of(const CommandLine *line) {
    GVariantBuilder options;
    g_variant_builder_init(&options, G_VARIANT_TYPE_VARDICT);
    g_variant_builder_add(&options, "{sv}", "fullscreen", g_variant_new_boolean(line->fullscreen));
    g_variant_builder_add(&options, "{sv}", "all-monitors", g_variant_new_boolean(line->all_monitors));
    add_environment(&options, "DISPLAY", "display");
    add_environment(&options, "XAUTHORITY", "xauthority");
    return g_variant_builder_end(&options);
}

static void print_answer(GVariant *answer, bool json) {
    g_autofree char *text = json ? output_json(answer) : NULL;
    if (json)
        fputs(text, stdout);
    else
        printf("%s  %s  %u ms\n", output_text(answer, "guest"), output_text(answer, "state"),
               output_number(answer, "milliseconds"));
}

int cli_desktop(const CommandLine *line) {
    const char *wish = line->show ? "show" : line->hide ? "hide" : "toggle";
    const char *guest = line->count ? line->arguments[0] : "";
    g_autoptr(GError) error = NULL;
    g_autoptr(GVariant) answer = NULL;
    if (!g_utf8_validate(guest, -1, NULL)) {
        fputs("railhead: the name of the guest is not UTF-8\n", stderr);
        return AGENT_ERROR_NO_GUEST;
    }
    g_autoptr(GVariant) parameters =
        g_variant_ref_sink(g_variant_new("(ss@a{sv})", guest, wish, options_of(line)));
    g_autoptr(GDBusConnection) bus = agent_client_connect(true, &error);
    if (bus)
        answer = agent_client_call(bus, "Desktop", parameters, &error);
    if (!answer) {
        fprintf(stderr, "railhead: %s\n", error->message);
        return error->domain == AGENT_ERROR ? error->code : AGENT_ERROR_FAILED;
    }
    g_autoptr(GVariant) value = g_variant_get_child_value(answer, 0);
    print_answer(value, line->json);
    return 0;
}
