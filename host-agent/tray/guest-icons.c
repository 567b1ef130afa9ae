// SPDX-License-Identifier: Apache-2.0
// A guest's notification icons: what it said of each, pushed to the desktop with a pause in between, and the
// desktop's clicks as the messages that an icon of its version expects. Owned by a Guest; main loop. The
// guest may be hostile: it has GUEST_ICONS_MAX icons, so many changes and so many balloons, and none of its
// text is markup.
#include "host-agent/tray/guest-icons.h"
#include <stdlib.h>
#include <string.h>
#include "host-agent/tray/dbus-menu.h"
#include "rail/utf.h"

#define PAUSE_MS         200 // between two pushes of the same icon
#define SIDE_MAX         48  // of what goes to the desktop
#define DOUBLE_CLICK_US  (500 * 1000)
#define BALLOONS         5 // within
#define BALLOONS_SPAN_US (10 * G_USEC_PER_SEC)
#define FALLBACK_ICON    "application-x-executable"
#define MENU_PATH        "/MenuBar"
#define KEY_OPEN         "open"
#define KEY_MENU         "menu"

typedef struct GuestIcon {
    GuestIcons *owner;
    uint32_t window, id, version;
    unsigned slot;
    char *tip; // a label
    Raster *raster;
    bool hidden, is_stale, is_dirty;
    StatusItem *item; // NULL: not shown
    DbusMenu *menu;   // NULL: the desktop asks for the guest's own
    gint64 clicked;   // the last left click, 0: it was a double one
    uint32_t balloon; // of the notifier, 0 for none
} GuestIcon;

struct GuestIcons {
    StatusHost *host;
    Notifier *notifier;
    char *guest;
    GuestIconsCalls calls;
    GPtrArray *icons; // GuestIcon, owned
    guint push;
    gint64 balloons[BALLOONS]; // times of the last ones
    unsigned next_balloon;
};

static void tell(const GuestIcon *icon, uint32_t message) {
    icon->owner->calls.message(icon->window, icon->id, message, icon->owner->calls.user);
}

static bool wants_notices(const GuestIcon *icon) {
    return icon->version >= GUEST_ICON_VERSION_XP;
}

static void tell_click(const GuestIcon *icon, bool is_second) {
    tell(icon, is_second ? GUEST_ICON_LEFT_DOUBLE : GUEST_ICON_LEFT_DOWN);
    tell(icon, GUEST_ICON_LEFT_UP);
    if (wants_notices(icon) && !is_second)
        tell(icon, GUEST_ICON_SELECT);
}

static void tell_context(const GuestIcon *icon) {
    tell(icon, GUEST_ICON_RIGHT_DOWN);
    tell(icon, GUEST_ICON_RIGHT_UP);
    if (wants_notices(icon))
        tell(icon, GUEST_ICON_CONTEXT_MENU);
}

// Messages may end the session, and the icons with it: hence the copies.
static void on_activate(int x, int y, gpointer user) {
    gint64 now = g_get_monotonic_time();
    GuestIcon icon = *(GuestIcon *)user;
    bool is_double = icon.clicked && now - icon.clicked < DOUBLE_CLICK_US;
    ((GuestIcon *)user)->clicked = is_double ? 0 : now;
    icon.owner->calls.point(x, y, icon.owner->calls.user);
    tell_click(&icon, is_double);
}

static void on_context(int x, int y, gpointer user) {
    GuestIcon icon = *(GuestIcon *)user;
    ((GuestIcon *)user)->clicked = 0;
    icon.owner->calls.point(x, y, icon.owner->calls.user);
    tell_context(&icon);
}

// Most desktops (Xfce, GNOME) show what an item has as its menu and never ask the item for one, as Plasma and
// LXQt do. There the guest's menu is an entry, and so is the double click, which they do not pass on.
static bool desktop_asks_for_menus(void) {
    const char *desktop = g_getenv("XDG_CURRENT_DESKTOP");
    g_auto(GStrv) names = g_strsplit(desktop ? desktop : "", ":", -1);
    return g_strv_contains((const char *const *)names, "KDE") ||
           g_strv_contains((const char *const *)names, "LXQt");
}

static void on_fill(const char *key, GPtrArray *items, gpointer user) {
    menu_add(items, MENU_ACTION, KEY_OPEN, "Open");
    menu_add(items, MENU_ACTION, KEY_MENU, "Menu");
}

static void on_chosen(const char *key, uint32_t x_time, gpointer user) {
    GuestIcon icon = *(GuestIcon *)user;
    icon.owner->calls.point_here(icon.owner->calls.user);
    if (g_str_equal(key, KEY_MENU)) {
        tell_context(&icon);
        return;
    }
    tell_click(&icon, false);
    tell_click(&icon, true);
}

static void on_connected(GDBusConnection *bus, gpointer user) {
    GuestIcon *icon = user;
    g_autoptr(GError) error = NULL;
    if (desktop_asks_for_menus())
        return;
    icon->menu = dbus_menu_new(bus, MENU_PATH,
                               &(MenuSource){.fill = on_fill, .chosen = on_chosen, .user = icon}, &error);
    if (!icon->menu)
        g_message("an icon has no menu: %s", error->message);
}

static void hide(GuestIcon *icon) {
    g_clear_pointer(&icon->menu, dbus_menu_free);
    g_clear_pointer(&icon->item, status_item_free);
}

static void icon_free(gpointer data) {
    GuestIcon *icon = data;
    if (icon->balloon)
        notifier_forget(icon->owner->notifier, icon->balloon);
    hide(icon);
    raster_free(icon->raster);
    g_free(icon->tip);
    g_free(icon);
}

static void show(GuestIcon *icon) {
    g_autofree char *id = g_strdup_printf("railhead-%s-%u", icon->owner->guest, icon->slot);
    StatusItemOptions options = {.id = id,
                                 .menu_path = desktop_asks_for_menus() ? NULL : MENU_PATH,
                                 .connected = on_connected,
                                 .calls = {on_activate, on_context, icon}};
    icon->item = status_item_new(icon->owner->host, &options);
}

static void push(GuestIcon *icon) {
    GuestIcons *icons = icon->owner;
    icon->is_dirty = false;
    if (icon->hidden) {
        hide(icon);
        return;
    }
    if (!icon->item)
        show(icon);
    status_item_set_icon(icon->item, icon->raster ? "" : FALLBACK_ICON, &icon->raster, icon->raster ? 1 : 0);
    status_item_set_text(icon->item, *icon->tip ? icon->tip : icons->guest,
                         *icon->tip ? icon->tip : icons->guest, *icon->tip ? icons->guest : "");
}

static gboolean on_push(gpointer user) {
    GuestIcons *icons = user;
    bool any = false;
    for (guint i = 0; i < icons->icons->len; i++) {
        GuestIcon *icon = g_ptr_array_index(icons->icons, i);
        any = any || icon->is_dirty;
        if (icon->is_dirty)
            push(icon);
    }
    if (any)
        return G_SOURCE_CONTINUE; // whoever changes again within the pause waits for its end
    icons->push = 0;
    return G_SOURCE_REMOVE;
}

static void touch(GuestIcon *icon) {
    GuestIcons *icons = icon->owner;
    icon->is_dirty = true;
    if (icons->push)
        return;
    push(icon);
    icons->push = g_timeout_add(PAUSE_MS, on_push, icons);
}

static GuestIcon *find(const GuestIcons *icons, uint32_t window, uint32_t id) {
    for (guint i = 0; i < icons->icons->len; i++) {
        GuestIcon *icon = g_ptr_array_index(icons->icons, i);
        if (icon->window == window && icon->id == id)
            return icon;
    }
    return NULL;
}

static unsigned free_slot(const GuestIcons *icons) {
    bool taken[GUEST_ICONS_MAX] = {false};
    unsigned slot = 0;
    for (guint i = 0; i < icons->icons->len; i++)
        taken[((GuestIcon *)g_ptr_array_index(icons->icons, i))->slot] = true;
    while (slot < GUEST_ICONS_MAX && taken[slot])
        slot++;
    return slot;
}

static GuestIcon *add(GuestIcons *icons, uint32_t window, uint32_t id) {
    unsigned slot = free_slot(icons);
    if (slot == GUEST_ICONS_MAX)
        return NULL;
    GuestIcon *icon = g_new0(GuestIcon, 1);
    icon->owner = icons;
    icon->window = window;
    icon->id = id;
    icon->slot = slot;
    icon->tip = g_strdup("");
    g_ptr_array_add(icons->icons, icon);
    return icon;
}

static char *label(const char *untrusted_text, size_t max_bytes) {
    char *made = utf8_label(untrusted_text, max_bytes), *copy = g_strdup(made);
    free(made);
    return copy;
}

static GuestIcon *find_balloon(const GuestIcons *icons, uint32_t number) {
    for (guint i = 0; i < icons->icons->len; i++) {
        GuestIcon *icon = g_ptr_array_index(icons->icons, i);
        if (icon->balloon == number)
            return icon;
    }
    return NULL;
}

static void on_balloon_shown(uint32_t number, gpointer user) {
    const GuestIcon *icon = find_balloon(user, number);
    if (icon && wants_notices(icon))
        tell(icon, GUEST_ICON_BALLOON_SHOW);
}

static void on_balloon_ended(uint32_t number, NotificationEnd end, gpointer user) {
    static const uint32_t messages[] = {[NOTIFICATION_CLICKED] = GUEST_ICON_BALLOON_CLICK,
                                        [NOTIFICATION_TIMED_OUT] = GUEST_ICON_BALLOON_TIMEOUT,
                                        [NOTIFICATION_CLOSED] = GUEST_ICON_BALLOON_HIDE};
    GuestIcon *icon = find_balloon(user, number);
    if (!icon)
        return;
    icon->balloon = 0;
    if (wants_notices(icon) && end != NOTIFICATION_FAILED)
        tell(icon, messages[end]);
}

static bool may_show_balloon(GuestIcons *icons) {
    gint64 now = g_get_monotonic_time(), *oldest = &icons->balloons[icons->next_balloon];
    if (*oldest && now - *oldest < BALLOONS_SPAN_US)
        return false;
    *oldest = now;
    icons->next_balloon = (icons->next_balloon + 1) % BALLOONS;
    return true;
}

static void take_balloon(GuestIcon *icon, const GuestIconDelta *delta) {
    GuestIcons *icons = icon->owner;
    g_autofree char *title = label(delta->balloon.title, GUEST_ICON_TITLE_MAX);
    g_autofree char *text = label(delta->balloon.text, GUEST_ICON_TEXT_MAX);
    if (!*text) {
        if (icon->balloon)
            notifier_close(icons->notifier, icon->balloon);
        return;
    }
    if (!may_show_balloon(icons))
        return;
    static const char *const names[] = {"railhead", "dialog-information", "dialog-warning", "dialog-error"};
    Notification what = {
        .application = icons->guest,
        .icon = names[delta->balloon.flags & GUEST_BALLOON_KIND],
        .title = *title ? title : icons->guest,
        .text = text,
        .urgency = NOTIFICATION_NORMAL,
        .timeout = (int32_t)CLAMP(delta->balloon.timeout, GUEST_ICON_TIMEOUT_MIN, GUEST_ICON_TIMEOUT_MAX)};
    uint32_t before = icon->balloon;
    icon->balloon = notifier_show(icons->notifier, &what, before, on_balloon_shown, on_balloon_ended, icons);
}

// Panels have no use for more pixels, and get them each time that an icon changes.
static Raster *copy_small(const Raster *raster) {
    uint32_t step = (MAX(raster->width, raster->height) + SIDE_MAX - 1) / SIDE_MAX;
    Raster *copy = raster_new((raster->width + step - 1) / step, (raster->height + step - 1) / step);
    for (uint32_t y = 0; y < copy->height; y++)
        for (uint32_t x = 0; x < copy->width; x++)
            memcpy(copy->bgra + 4 * ((size_t)y * copy->width + x),
                   raster->bgra + 4 * ((size_t)y * step * raster->width + x * step), 4);
    return copy;
}

static void take_icon(GuestIcons *icons, const DeskEvent *event) {
    const GuestIconDelta *delta = &event->as.notify.delta;
    GuestIcon *icon = find(icons, event->window, event->as.notify.id);
    if (!icon && event->as.notify.is_new)
        icon = add(icons, event->window, event->as.notify.id);
    if (!icon) // of an icon that nobody knows, or beyond the limit
        return;
    icon->is_stale = false;
    if (delta->fields & GUEST_ICON_VERSION)
        icon->version = delta->version;
    if (delta->fields & GUEST_ICON_HIDDEN)
        icon->hidden = delta->hidden;
    if (delta->fields & GUEST_ICON_TIP) {
        g_free(icon->tip);
        icon->tip = label(delta->tip, GUEST_ICON_TIP_MAX);
    }
    if (delta->fields & GUEST_ICON_RASTER) {
        raster_free(icon->raster);
        icon->raster = copy_small(delta->raster);
    }
    if (event->as.notify.is_new || delta->fields & ~GUEST_ICON_BALLOON)
        touch(icon);
    if (delta->fields & GUEST_ICON_BALLOON)
        take_balloon(icon, delta);
}

static void set_stale(GuestIcons *icons) {
    for (guint i = 0; i < icons->icons->len; i++)
        ((GuestIcon *)g_ptr_array_index(icons->icons, i))->is_stale = true;
}

static void drop_stale(GuestIcons *icons) {
    for (guint i = icons->icons->len; i-- > 0;)
        if (((GuestIcon *)g_ptr_array_index(icons->icons, i))->is_stale)
            g_ptr_array_remove_index(icons->icons, i);
}

void guest_icons_take_event(GuestIcons *icons, const DeskEvent *event) {
    GuestIcon *icon;
    switch (event->kind) {
    case DESK_EVENT_NOTIFY_ICON:
        take_icon(icons, event);
        break;
    case DESK_EVENT_NOTIFY_ICON_GONE:
        icon = find(icons, event->window, event->as.notify.id);
        if (icon)
            g_ptr_array_remove(icons->icons, icon);
        break;
    case DESK_EVENT_SYNC_BEGAN:
        set_stale(icons);
        break;
    case DESK_EVENT_SYNC_ENDED:
        drop_stale(icons);
        break;
    case DESK_EVENT_NOT_MONITORED:
        guest_icons_clear(icons);
        break;
    default:
        break;
    }
}

void guest_icons_clear(GuestIcons *icons) {
    g_ptr_array_set_size(icons->icons, 0);
}

size_t guest_icons_count(const GuestIcons *icons) {
    size_t count = 0;
    for (guint i = 0; i < icons->icons->len; i++)
        count += ((const GuestIcon *)g_ptr_array_index(icons->icons, i))->item != NULL;
    return count;
}

GuestIcons *guest_icons_new(StatusHost *host, Notifier *notifier, const char *guest,
                            const GuestIconsCalls *calls) {
    GuestIcons *icons = g_new0(GuestIcons, 1);
    icons->host = host;
    icons->notifier = notifier;
    icons->guest = g_strdup(guest);
    icons->calls = *calls;
    icons->icons = g_ptr_array_new_with_free_func(icon_free);
    return icons;
}

void guest_icons_free(GuestIcons *icons) {
    if (!icons)
        return;
    g_clear_handle_id(&icons->push, g_source_remove);
    g_ptr_array_unref(icons->icons);
    g_free(icons->guest);
    g_free(icons);
}
