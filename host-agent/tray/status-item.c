// SPDX-License-Identifier: Apache-2.0
// org.kde.StatusNotifierItem. The connection is the item's own: watchers know an item by its bus name and
// drop it when that goes, which is the only way to take one of several icons of a process away. Owned by the
// agent's tray and by GuestIcons; main loop. Escapes what hosts read as markup.
#include "host-agent/tray/status-item.h"
#include <string.h>
#include <unistd.h>

#define INTERFACE "org.kde.StatusNotifierItem"
#define PATH      "/StatusNotifierItem"
#define SIZES_MAX 4

static const char introspection[] =
    "<node><interface name='" INTERFACE "'>"
    "<property name='Category' type='s' access='read'/><property name='Id' type='s' access='read'/>"
    "<property name='Title' type='s' access='read'/><property name='Status' type='s' access='read'/>"
    "<property name='WindowId' type='i' access='read'/><property name='IconName' type='s' access='read'/>"
    "<property name='IconPixmap' type='a(iiay)' access='read'/>"
    "<property name='OverlayIconName' type='s' access='read'/>"
    "<property name='AttentionIconName' type='s' access='read'/>"
    "<property name='ToolTip' type='(sa(iiay)ss)' access='read'/>"
    "<property name='ItemIsMenu' type='b' access='read'/>%s"
    "<method name='ContextMenu'><arg type='i' direction='in'/><arg type='i' direction='in'/></method>"
    "<method name='Activate'><arg type='i' direction='in'/><arg type='i' direction='in'/></method>"
    "<method name='SecondaryActivate'><arg type='i' direction='in'/><arg type='i' direction='in'/></method>"
    "<method name='Scroll'><arg type='i' direction='in'/><arg type='s' direction='in'/></method>"
    "<signal name='NewTitle'/><signal name='NewIcon'/><signal name='NewAttentionIcon'/>"
    "<signal name='NewOverlayIcon'/><signal name='NewToolTip'/><signal name='NewStatus'><arg type='s'/>"
    "</signal></interface></node>";

struct StatusItem {
    StatusHost *host;
    GDBusConnection *bus; // NULL until it is connected
    GCancellable *cancellable;
    guint object, name_id;
    char *service, *id, *menu_path, *icon_name, *title, *tooltip_title, *tooltip_body;
    GVariant *pixmaps;
    bool needs_attention, is_menu;
    void (*connected)(GDBusConnection *bus, gpointer user);
    StatusItemCalls calls;
};

// ARGB in network byte order, which is the bytes of a raster backwards.
static GVariant *pixmap(const Raster *raster) {
    size_t size = (size_t)raster->width * raster->height * 4;
    uint8_t *argb = g_malloc(size);
    for (size_t i = 0; i < size; i += 4)
        for (size_t byte = 0; byte < 4; byte++)
            argb[i + byte] = raster->bgra[i + 3 - byte];
    GVariant *bytes = g_variant_new_from_data(G_VARIANT_TYPE_BYTESTRING, argb, size, TRUE, g_free, argb);
    return g_variant_new("(ii@ay)", raster->width, raster->height, bytes);
}

static GVariant *no_pixmaps(void) {
    return g_variant_new_array(G_VARIANT_TYPE("(iiay)"), NULL, 0);
}

// Hosts show both as markup.
static GVariant *tooltip(const StatusItem *item) {
    g_autofree char *title = g_markup_escape_text(item->tooltip_title, -1);
    g_autofree char *body = g_markup_escape_text(item->tooltip_body, -1);
    return g_variant_new("(s@a(iiay)ss)", "", no_pixmaps(), title, body);
}

static GVariant *on_get(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                        const char *name, GError **error, gpointer user) {
    const StatusItem *item = user;
    if (strcmp(name, "IconPixmap") == 0)
        return g_variant_ref(item->pixmaps);
    if (strcmp(name, "ToolTip") == 0)
        return tooltip(item);
    if (strcmp(name, "WindowId") == 0)
        return g_variant_new_int32(0);
    if (strcmp(name, "ItemIsMenu") == 0)
        return g_variant_new_boolean(item->is_menu);
    if (strcmp(name, "Menu") == 0)
        return g_variant_new_object_path(item->menu_path);
    if (strcmp(name, "Status") == 0)
        return g_variant_new_string(item->needs_attention ? "NeedsAttention" : "Active");
    if (strcmp(name, "IconName") == 0 || strcmp(name, "AttentionIconName") == 0)
        return g_variant_new_string(item->icon_name);
    if (strcmp(name, "Id") == 0)
        return g_variant_new_string(item->id);
    if (strcmp(name, "Title") == 0)
        return g_variant_new_string(item->title);
    return g_variant_new_string(strcmp(name, "Category") == 0 ? "ApplicationStatus" : "");
}

static void on_method(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                      const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
                      gpointer user) {
    StatusItem *item = user;
    StatusItemCalls calls = item->calls; // a click may end the item
    bool is_click = strcmp(method, "Activate") == 0, is_context = strcmp(method, "ContextMenu") == 0;
    int x = 0, y = 0;
    if (is_click || is_context)
        g_variant_get(parameters, "(ii)", &x, &y);
    g_dbus_method_invocation_return_value(invocation, NULL);
    if (is_click && calls.activate)
        calls.activate(x, y, calls.user);
    else if (is_context && calls.context)
        calls.context(x, y, calls.user);
}

static bool export(StatusItem *item) {
    static const GDBusInterfaceVTable table = {.method_call = on_method, .get_property = on_get};
    g_autofree char *xml = g_strdup_printf(
        introspection, item->menu_path ? "<property name='Menu' type='o' access='read'/>" : "");
    g_autoptr(GDBusNodeInfo) node = g_dbus_node_info_new_for_xml(xml, NULL);
    item->object = node ? g_dbus_connection_register_object(item->bus, PATH, node->interfaces[0], &table,
                                                            item, NULL, NULL)
                        : 0;
    return item->object != 0;
}

static void on_name(GDBusConnection *bus, const char *name, gpointer user) {
    StatusItem *item = user;
    status_host_add(item->host, item->service);
}

static void on_connected(GObject *source, GAsyncResult *result, gpointer user) {
    g_autoptr(GError) error = NULL;
    GDBusConnection *bus = g_dbus_connection_new_for_address_finish(result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return; // `user` is gone
    if (!bus) {
        g_message("an icon does not get into the tray: %s", error->message);
        return;
    }
    StatusItem *item = user;
    item->bus = bus;
    g_dbus_connection_set_exit_on_close(bus, FALSE);
    if (item->connected)
        item->connected(bus, item->calls.user);
    if (export(item))
        item->name_id = g_bus_own_name_on_connection(bus, item->service, G_BUS_NAME_OWNER_FLAGS_NONE, on_name,
                                                     NULL, item, NULL);
}

StatusItem *status_item_new(StatusHost *host, const StatusItemOptions *options) {
    static unsigned number;
    StatusItem *item = g_new0(StatusItem, 1);
    item->host = host;
    item->service = g_strdup_printf(INTERFACE "-%d-%u", (int)getpid(), ++number);
    item->id = g_strdup(options->id);
    item->menu_path = g_strdup(options->menu_path);
    item->is_menu = options->is_menu;
    item->connected = options->connected;
    item->calls = options->calls;
    item->icon_name = g_strdup("");
    item->title = g_strdup("");
    item->tooltip_title = g_strdup("");
    item->tooltip_body = g_strdup("");
    item->pixmaps = g_variant_ref_sink(no_pixmaps());
    item->cancellable = g_cancellable_new();
    g_autofree char *address = g_dbus_address_get_for_bus_sync(G_BUS_TYPE_SESSION, NULL, NULL);
    if (address)
        g_dbus_connection_new_for_address(address,
                                          G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                              G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                          NULL, item->cancellable, on_connected, item);
    return item;
}

void status_item_free(StatusItem *item) {
    if (!item)
        return;
    g_cancellable_cancel(item->cancellable);
    g_object_unref(item->cancellable);
    status_host_remove(item->host, item->service);
    if (item->name_id)
        g_bus_unown_name(item->name_id);
    if (item->object)
        g_dbus_connection_unregister_object(item->bus, item->object);
    if (item->bus)
        g_dbus_connection_close(item->bus, NULL, NULL, NULL);
    g_clear_object(&item->bus);
    g_variant_unref(item->pixmaps);
    g_free(item->service);
    g_free(item->id);
    g_free(item->menu_path);
    g_free(item->icon_name);
    g_free(item->title);
    g_free(item->tooltip_title);
    g_free(item->tooltip_body);
    g_free(item);
}

static void emit(StatusItem *item, const char *signal, GVariant *parameters) {
    if (item->bus)
        g_dbus_connection_emit_signal(item->bus, NULL, PATH, INTERFACE, signal, parameters, NULL);
    else if (parameters)
        g_variant_unref(g_variant_ref_sink(parameters));
}

void status_item_set_icon(StatusItem *item, const char *icon_name, Raster *const *rasters, size_t n_rasters) {
    GVariantBuilder builder;
    g_variant_builder_init(&builder, G_VARIANT_TYPE("a(iiay)"));
    for (size_t i = 0; i < MIN(n_rasters, SIZES_MAX); i++)
        g_variant_builder_add_value(&builder, pixmap(rasters[i]));
    g_autoptr(GVariant) pixmaps = g_variant_ref_sink(g_variant_builder_end(&builder));
    if (g_str_equal(item->icon_name, icon_name) && g_variant_equal(item->pixmaps, pixmaps))
        return;
    g_free(item->icon_name);
    item->icon_name = g_strdup(icon_name);
    g_variant_unref(item->pixmaps);
    item->pixmaps = g_steal_pointer(&pixmaps);
    emit(item, "NewIcon", NULL);
}

static bool replace(char **text, const char *with) {
    if (g_str_equal(*text, with))
        return false;
    g_free(*text);
    *text = g_strdup(with);
    return true;
}

void status_item_set_text(StatusItem *item, const char *title, const char *tooltip_title,
                          const char *tooltip_body) {
    if (replace(&item->title, title))
        emit(item, "NewTitle", NULL);
    bool other_title = replace(&item->tooltip_title, tooltip_title);
    if (replace(&item->tooltip_body, tooltip_body) || other_title)
        emit(item, "NewToolTip", NULL);
}

void status_item_set_attention(StatusItem *item, bool needs_attention) {
    if (item->needs_attention == needs_attention)
        return;
    item->needs_attention = needs_attention;
    emit(item, "NewStatus", g_variant_new("(s)", needs_attention ? "NeedsAttention" : "Active"));
}
