// SPDX-License-Identifier: Apache-2.0
// com.canonical.dbusmenu: answers who asks for layouts and properties, tells what changed, takes the clicks.
// A submenu is filled when a host announces that it opens it (AboutToShow), or asks for its layout by its
// number; what nobody opened goes out without children. Owned by the StatusItem's owner; main loop.
#include "host-agent/tray/dbus-menu.h"
#include <string.h>

#define INTERFACE "com.canonical.dbusmenu"

static const char introspection[] =
    "<node><interface name='" INTERFACE "'>"
    "<property name='Version' type='u' access='read'/><property name='TextDirection' type='s' access='read'/>"
    "<property name='Status' type='s' access='read'/><property name='IconThemePath' type='as' access='read'/>"
    "<method name='GetLayout'><arg type='i' direction='in'/><arg type='i' direction='in'/>"
    "<arg type='as' direction='in'/><arg type='u' direction='out'/><arg type='(ia{sv}av)' direction='out'/>"
    "</method>"
    "<method name='GetGroupProperties'><arg type='ai' direction='in'/><arg type='as' direction='in'/>"
    "<arg type='a(ia{sv})' direction='out'/></method>"
    "<method name='GetProperty'><arg type='i' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='v' direction='out'/></method>"
    "<method name='Event'><arg type='i' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='v' direction='in'/><arg type='u' direction='in'/></method>"
    "<method name='EventGroup'><arg type='a(isvu)' direction='in'/><arg type='ai' direction='out'/></method>"
    "<method name='AboutToShow'><arg type='i' direction='in'/><arg type='b' direction='out'/></method>"
    "<method name='AboutToShowGroup'><arg type='ai' direction='in'/><arg type='ai' direction='out'/>"
    "<arg type='ai' direction='out'/></method>"
    "<signal name='ItemsPropertiesUpdated'><arg type='a(ia{sv})'/><arg type='a(ias)'/></signal>"
    "<signal name='LayoutUpdated'><arg type='u'/><arg type='i'/></signal>"
    "<signal name='ItemActivationRequested'><arg type='i'/><arg type='u'/></signal>"
    "</interface></node>";

struct DbusMenu {
    GDBusConnection *bus;
    char *path;
    guint object;
    uint32_t revision;
    MenuSource source;
    Menu *tree;
};

static bool is_wanted(const char *const *names, const char *name) {
    return !names || !names[0] || g_strv_contains(names, name);
}

// An underscore marks the key of a menu entry, two are one.
static char *without_mnemonics(const char *label) {
    g_auto(GStrv) parts = g_strsplit(label, "_", -1);
    return g_strjoinv("__", parts);
}

static void add_string(GVariantBuilder *builder, const char *const *names, const char *name,
                       const char *value) {
    if (is_wanted(names, name))
        g_variant_builder_add(builder, "{sv}", name, g_variant_new_string(value));
}

static void add_icon(DbusMenu *menu, GVariantBuilder *builder, const char *const *names, MenuItem *item) {
    if (item->icon_name)
        add_string(builder, names, "icon-name", item->icon_name);
    GBytes *icon = is_wanted(names, "icon-data") ? menu_icon(menu->tree, item) : NULL;
    if (icon)
        g_variant_builder_add(builder, "{sv}", "icon-data",
                              g_variant_new_from_bytes(G_VARIANT_TYPE_BYTESTRING, icon, TRUE));
}

// What differs from the defaults of the interface, and what may change at all, for its change to be told.
static GVariant *properties(DbusMenu *menu, MenuItem *item, const char *const *names) {
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE_VARDICT);
    if (item->kind == MENU_SEPARATOR) {
        add_string(&builder, names, "type", "separator");
        return g_variant_builder_end(&builder);
    }
    g_autofree char *label = without_mnemonics(item->label);
    if (item->id)
        add_string(&builder, names, "label", label);
    if (is_wanted(names, "enabled"))
        g_variant_builder_add(&builder, "{sv}", "enabled", g_variant_new_boolean(item->enabled));
    if (item->kind == MENU_FOLDER)
        add_string(&builder, names, "children-display", "submenu");
    if (item->kind == MENU_CHECK) {
        add_string(&builder, names, "toggle-type", "checkmark");
        if (is_wanted(names, "toggle-state"))
            g_variant_builder_add(&builder, "{sv}", "toggle-state", g_variant_new_int32(item->checked));
    }
    add_icon(menu, &builder, names, item);
    return g_variant_builder_end(&builder);
}

static GVariant *layout(DbusMenu *menu, MenuItem *item, int depth, const char *const *names) {
    GVariantBuilder children;
    g_variant_builder_init(&children, G_VARIANT_TYPE("av"));
    for (guint i = 0; depth != 0 && item->children && i < item->children->len; i++) {
        MenuItem *child = g_ptr_array_index(item->children, i);
        g_variant_builder_add(&children, "v", layout(menu, child, depth > 0 ? depth - 1 : -1, names));
    }
    return g_variant_new("(i@a{sv}av)", item->id, properties(menu, item, names), &children);
}

static void fail(GDBusMethodInvocation *invocation, int32_t id) {
    g_dbus_method_invocation_return_error(invocation, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS,
                                          "there is no entry %d", id);
}

static void get_layout(DbusMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation) {
    int32_t id, depth;
    g_autofree const char **names = NULL;
    g_variant_get(parameters, "(ii^a&s)", &id, &depth, &names);
    MenuItem *item = menu_find(menu->tree, id);
    if (!item) {
        fail(invocation, id);
        return;
    }
    if (depth != 0 && !item->is_filled)
        menu_open(menu->tree, item);
    g_dbus_method_invocation_return_value(
        invocation, g_variant_new("(u@(ia{sv}av))", menu->revision, layout(menu, item, depth, names)));
}

static void get_group(DbusMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation) {
    g_autoptr(GVariantIter) ids = NULL;
    g_autofree const char **names = NULL;
    GVariantBuilder builder;
    int32_t id;
    g_variant_get(parameters, "(ai^a&s)", &ids, &names);
    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(ia{sv})"));
    while (g_variant_iter_next(ids, "i", &id)) {
        MenuItem *item = menu_find(menu->tree, id);
        if (item)
            g_variant_builder_add(&builder, "(i@a{sv})", id, properties(menu, item, names));
    }
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(a(ia{sv}))", &builder));
}

static void get_property(DbusMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation) {
    int32_t id;
    const char *name;
    g_variant_get(parameters, "(i&s)", &id, &name);
    MenuItem *item = menu_find(menu->tree, id);
    const char *names[] = {name, NULL};
    g_autoptr(GVariant) all = item ? g_variant_ref_sink(properties(menu, item, names)) : NULL;
    g_autoptr(GVariant) value = all ? g_variant_lookup_value(all, name, NULL) : NULL;
    if (value)
        g_dbus_method_invocation_return_value(invocation, g_variant_new("(v)", value));
    else
        fail(invocation, id);
}

static void take_event(DbusMenu *menu, int32_t id, const char *event, uint32_t x_time) {
    if (strcmp(event, "clicked") == 0)
        menu_choose(menu->tree, id, x_time);
}

static void on_event(DbusMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation) {
    int32_t id;
    const char *event;
    uint32_t x_time;
    g_variant_get(parameters, "(i&s@vu)", &id, &event, NULL, &x_time);
    g_dbus_method_invocation_return_value(invocation, NULL); // before what the click does takes its time
    take_event(menu, id, event, x_time);
}

static void on_event_group(DbusMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation) {
    g_autoptr(GVariantIter) events = NULL;
    GVariantBuilder unknown;
    int32_t id;
    const char *event;
    uint32_t x_time;
    g_variant_get(parameters, "(a(isvu))", &events);
    g_variant_builder_init(&unknown, G_VARIANT_TYPE("ai"));
    while (g_variant_iter_next(events, "(i&s@vu)", &id, &event, NULL, &x_time)) {
        if (menu_find(menu->tree, id))
            take_event(menu, id, event, x_time);
        else
            g_variant_builder_add(&unknown, "i", id);
    }
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(ai)", &unknown));
}

static void about_to_show(DbusMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation) {
    int32_t id;
    g_variant_get(parameters, "(i)", &id);
    MenuItem *item = menu_find(menu->tree, id);
    if (item)
        g_dbus_method_invocation_return_value(invocation, g_variant_new("(b)", menu_open(menu->tree, item)));
    else
        fail(invocation, id);
}

static void about_to_show_group(DbusMenu *menu, GVariant *parameters, GDBusMethodInvocation *invocation) {
    g_autoptr(GVariantIter) ids = NULL;
    GVariantBuilder changed, unknown;
    int32_t id;
    g_variant_get(parameters, "(ai)", &ids);
    g_variant_builder_init(&changed, G_VARIANT_TYPE("ai"));
    g_variant_builder_init(&unknown, G_VARIANT_TYPE("ai"));
    while (g_variant_iter_next(ids, "i", &id)) {
        MenuItem *item = menu_find(menu->tree, id);
        if (!item)
            g_variant_builder_add(&unknown, "i", id);
        else if (menu_open(menu->tree, item))
            g_variant_builder_add(&changed, "i", id);
    }
    g_dbus_method_invocation_return_value(invocation, g_variant_new("(aiai)", &changed, &unknown));
}

static void on_method(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                      const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
                      gpointer user) {
    static const struct {
        const char *name;
        void (*answer)(DbusMenu *, GVariant *, GDBusMethodInvocation *);
    } methods[] = {{"GetLayout", get_layout},
                   {"GetGroupProperties", get_group},
                   {"GetProperty", get_property},
                   {"Event", on_event},
                   {"EventGroup", on_event_group},
                   {"AboutToShow", about_to_show},
                   {"AboutToShowGroup", about_to_show_group}};
    for (size_t i = 0; i < G_N_ELEMENTS(methods); i++)
        if (strcmp(method, methods[i].name) == 0)
            methods[i].answer(user, parameters, invocation);
}

static GVariant *on_get(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                        const char *name, GError **error, gpointer user) {
    if (strcmp(name, "Version") == 0)
        return g_variant_new_uint32(3);
    if (strcmp(name, "IconThemePath") == 0)
        return g_variant_new_strv(NULL, 0);
    return g_variant_new_string(strcmp(name, "Status") == 0 ? "normal" : "ltr");
}

static void emit(DbusMenu *menu, const char *signal, GVariant *parameters) {
    g_dbus_connection_emit_signal(menu->bus, NULL, menu->path, INTERFACE, signal, parameters, NULL);
}

static void on_changed(GPtrArray *parents, GPtrArray *items, gpointer user) {
    DbusMenu *menu = user;
    for (guint i = 0; i < parents->len; i++)
        emit(menu, "LayoutUpdated",
             g_variant_new("(ui)", ++menu->revision, ((MenuItem *)g_ptr_array_index(parents, i))->id));
    if (!items->len)
        return;
    GVariantBuilder updated;
    g_variant_builder_init(&updated, G_VARIANT_TYPE("a(ia{sv})"));
    for (guint i = 0; i < items->len; i++) {
        MenuItem *item = g_ptr_array_index(items, i);
        g_variant_builder_add(&updated, "(i@a{sv})", item->id, properties(menu, item, NULL));
    }
    emit(
        menu, "ItemsPropertiesUpdated",
        g_variant_new("(a(ia{sv})@a(ias))", &updated, g_variant_new_array(G_VARIANT_TYPE("(ias)"), NULL, 0)));
}

static void on_fill(const char *key, GPtrArray *items, gpointer user) {
    DbusMenu *menu = user;
    menu->source.fill(key, items, menu->source.user);
}

static GBytes *on_icon(const char *key, gpointer user) {
    DbusMenu *menu = user;
    return menu->source.icon ? menu->source.icon(key, menu->source.user) : NULL;
}

static void on_chosen(const char *key, uint32_t x_time, gpointer user) {
    DbusMenu *menu = user;
    menu->source.chosen(key, x_time, menu->source.user);
}

DbusMenu *dbus_menu_new(GDBusConnection *bus, const char *path, const MenuSource *source, GError **error) {
    static const GDBusInterfaceVTable table = {.method_call = on_method, .get_property = on_get};
    g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(introspection, error);
    if (!node)
        return NULL;
    DbusMenu *menu = g_new0(DbusMenu, 1);
    menu->source = *source;
    menu->revision = 1;
    menu->bus = g_object_ref(bus);
    menu->path = g_strdup(path);
    menu->tree = menu_new(&(MenuSource){on_fill, on_icon, on_chosen, on_changed, menu});
    menu->object =
        g_dbus_connection_register_object(bus, path, node->interfaces[0], &table, menu, NULL, error);
    if (menu->object)
        return menu;
    dbus_menu_free(menu);
    return NULL;
}

void dbus_menu_free(DbusMenu *menu) {
    if (!menu)
        return;
    if (menu->object)
        g_dbus_connection_unregister_object(menu->bus, menu->object);
    menu_free(menu->tree);
    g_object_unref(menu->bus);
    g_free(menu->path);
    g_free(menu);
}

void dbus_menu_refresh(DbusMenu *menu) {
    menu_refresh(menu->tree);
}
