// SPDX-License-Identifier: Apache-2.0
// A small JSON writer over GVariant, for what the agent answers. Pure.
#include "host-agent/output.h"

static void put_string(GString *out, const char *text) {
    g_string_append_c(out, '"');
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at == '"' || *at == '\\')
            g_string_append_printf(out, "\\%c", *at);
        else if (*at < 0x20 || *at == 0x7f)
            g_string_append_printf(out, "\\u%04x", *at);
        else
            g_string_append_c(out, *at);
    }
    g_string_append_c(out, '"');
}

static void put(GString *out, GVariant *value);

static void put_container(GString *out, GVariant *value) {
    bool is_object = g_variant_is_of_type(value, G_VARIANT_TYPE_DICTIONARY);
    g_string_append_c(out, is_object ? '{' : '[');
    for (gsize i = 0; i < g_variant_n_children(value); i++) {
        g_autoptr(GVariant) child = g_variant_get_child_value(value, i);
        if (i)
            g_string_append(out, ", ");
        if (is_object) {
            const char *key;
            g_autoptr(GVariant) inner = NULL;
            g_variant_get(child, "{&sv}", &key, &inner);
            put_string(out, key);
            g_string_append(out, ": ");
            put(out, inner);
        } else {
            put(out, child);
        }
    }
    g_string_append_c(out, is_object ? '}' : ']');
}

static void put(GString *out, GVariant *value) {
    switch (g_variant_classify(value)) {
    case G_VARIANT_CLASS_STRING:
        put_string(out, g_variant_get_string(value, NULL));
        break;
    case G_VARIANT_CLASS_BOOLEAN:
        g_string_append(out, g_variant_get_boolean(value) ? "true" : "false");
        break;
    case G_VARIANT_CLASS_UINT32:
        g_string_append_printf(out, "%u", g_variant_get_uint32(value));
        break;
    case G_VARIANT_CLASS_INT32:
        g_string_append_printf(out, "%d", g_variant_get_int32(value));
        break;
    default:
        put_container(out, value);
    }
}

char *output_json(GVariant *value) {
    GString *out = g_string_new(NULL);
    put(out, value);
    g_string_append_c(out, '\n');
    return g_string_free(out, FALSE);
}

const char *output_text(GVariant *dictionary, const char *key) {
    const char *text = "";
    g_variant_lookup(dictionary, key, "&s", &text);
    return text;
}

guint32 output_number(GVariant *dictionary, const char *key) {
    guint32 number = 0;
    g_variant_lookup(dictionary, key, "u", &number);
    return number;
}
