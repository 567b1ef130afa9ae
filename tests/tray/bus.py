# SPDX-License-Identifier: Apache-2.0
"""The other side of a tray on the session bus: a StatusNotifierWatcher, a notification daemon, and the questions that a panel asks
of an item and its menu. Their loop runs in a thread; waits are polls of a condition with a deadline (desktop.until)."""
import threading

import gi
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

ITEM, MENU = "org.kde.StatusNotifierItem", "com.canonical.dbusmenu"
WATCHER = "org.kde.StatusNotifierWatcher"
NOTIFICATIONS = "org.freedesktop.Notifications"
WATCHER_XML = f"""<node><interface name='{WATCHER}'>
<method name='RegisterStatusNotifierItem'><arg type='s' direction='in'/></method>
<method name='RegisterStatusNotifierHost'><arg type='s' direction='in'/></method>
<property name='RegisteredStatusNotifierItems' type='as' access='read'/>
<property name='IsStatusNotifierHostRegistered' type='b' access='read'/>
<property name='ProtocolVersion' type='i' access='read'/>
<signal name='StatusNotifierHostRegistered'/><signal name='StatusNotifierHostUnregistered'/></interface></node>"""
NOTIFICATIONS_XML = f"""<node><interface name='{NOTIFICATIONS}'>
<method name='GetCapabilities'><arg type='as' direction='out'/></method>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{{sv}}' direction='in'/>
<arg type='i' direction='in'/><arg type='u' direction='out'/></method>
<method name='CloseNotification'><arg type='u' direction='in'/></method>
<method name='GetServerInformation'><arg type='s' direction='out'/><arg type='s' direction='out'/><arg type='s' direction='out'/>
<arg type='s' direction='out'/></method></interface></node>"""


def start_loop():
    threading.Thread(target=GLib.MainLoop().run, daemon=True).start()


def connect():
    """A connection of its own, as each panel and daemon has."""
    address = Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION, None)
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    return Gio.DBusConnection.new_for_address_sync(address, flags, None, None)


def call(bus, name, path, interface, method, parameters=None, timeout=10000):
    return bus.call_sync(name, path, interface, method, parameters, None, Gio.DBusCallFlags.NO_AUTO_START, timeout, None).unpack()


class Service:
    """An object under a name, until close()."""

    def __init__(self, name, path, xml):
        self.bus = connect()
        node = Gio.DBusNodeInfo.new_for_xml(xml)
        self.path, self.interface = path, node.interfaces[0].name
        self.bus.register_object(path, node.interfaces[0], self._on_call, self._on_get, None)
        call(self.bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
             GLib.Variant("(su)", (name, 0)))

    def _on_call(self, _bus, sender, _path, _interface, method, parameters, invocation):
        answer = getattr(self, f"on_{method}")(sender, *parameters.unpack())
        invocation.return_value(answer)

    def _on_get(self, _bus, _sender, _path, _interface, name):
        return getattr(self, f"get_{name}")()

    def emit(self, signal, parameters=None):
        self.bus.emit_signal(None, self.path, self.interface, signal, parameters)
        self.bus.flush_sync(None)

    def close(self):
        self.bus.close_sync(None)


class Watcher(Service):
    """Items are what was registered and still has its name. `host` says whether there is a panel."""

    def __init__(self, host=True):
        self.names, self.host, self.watches = [], host, []
        super().__init__(WATCHER, "/StatusNotifierWatcher", WATCHER_XML)

    def on_RegisterStatusNotifierItem(self, _sender, service):
        self.names.append(service)
        self.watches.append(Gio.bus_watch_name_on_connection(self.bus, service, Gio.BusNameWatcherFlags.NONE, None,
                                                             lambda _bus, name: name in self.names and self.names.remove(name)))

    def on_RegisterStatusNotifierHost(self, _sender, _service):
        pass

    def get_RegisteredStatusNotifierItems(self):
        return GLib.Variant("as", self.names)

    def get_IsStatusNotifierHostRegistered(self):
        return GLib.Variant("b", self.host)

    def get_ProtocolVersion(self):
        return GLib.Variant("i", 0)

    def set_host(self, host):
        self.host = host
        self.emit("StatusNotifierHostRegistered" if host else "StatusNotifierHostUnregistered")

    def items(self):
        return [Item(self.bus, name) for name in list(self.names)]

    def item(self, item_id):
        """The item with this Id, or None."""
        return next((item for item in self.items() if item.get("Id") == item_id), None)


class Notifications(Service):
    """What was asked to be shown, in order: dicts with number, replaces, title, text, actions, timeout."""

    def __init__(self, capabilities=("body", "body-markup", "actions")):
        self.capabilities, self.shown, self.closed = list(capabilities), [], []
        super().__init__(NOTIFICATIONS, "/org/freedesktop/Notifications", NOTIFICATIONS_XML)

    def on_GetCapabilities(self, _sender):
        return GLib.Variant("(as)", (self.capabilities,))

    def on_GetServerInformation(self, _sender):
        return GLib.Variant("(ssss)", ("test", "test", "0", "1.2"))

    def on_Notify(self, _sender, application, replaces, icon, title, text, actions, hints, timeout):
        number = replaces or len(self.shown) + 1
        self.shown.append({"number": number, "replaces": replaces, "application": application, "icon": icon, "title": title,
                           "text": text, "actions": actions, "hints": hints, "timeout": timeout})
        return GLib.Variant("(u)", (number,))

    def on_CloseNotification(self, _sender, number):
        self.closed.append(number)
        self.end(number, 3)

    def end(self, number, reason):
        self.emit("NotificationClosed", GLib.Variant("(uu)", (number, reason)))

    def click(self, number):
        self.emit("ActionInvoked", GLib.Variant("(us)", (number, "default")))


class Item:
    """One item as a panel sees it."""

    def __init__(self, bus, name):
        self.bus, self.name = bus, name

    def get_all(self):
        return call(self.bus, self.name, "/StatusNotifierItem", "org.freedesktop.DBus.Properties", "GetAll",
                    GLib.Variant("(s)", (ITEM,)))[0]

    def get(self, key):
        try:
            return self.get_all().get(key)
        except GLib.Error:  # it has just gone
            return None

    def pixel(self, x, y):
        """Of the first picture, as AARRGGBB."""
        width, _height, argb = self.get("IconPixmap")[0]
        at = 4 * (y * width + x)
        return bytes(argb[at:at + 4]).hex()

    def click(self, x, y):
        call(self.bus, self.name, "/StatusNotifierItem", ITEM, "Activate", GLib.Variant("(ii)", (x, y)))

    def context(self, x, y):
        call(self.bus, self.name, "/StatusNotifierItem", ITEM, "ContextMenu", GLib.Variant("(ii)", (x, y)))

    def menu(self):
        return MenuOf(self.bus, self.name, self.get("Menu"))


class Entry:
    def __init__(self, layout):
        self.id, self.properties, children = layout
        self.children = [Entry(child) for child in children]
        self.label = self.properties.get("label", "")

    def __repr__(self):
        return f"{self.id}:{self.label}"


class MenuOf:
    """A dbusmenu; remembers the signals of it."""

    def __init__(self, bus, name, path):
        self.bus, self.name, self.path = bus, name, path
        self.layouts, self.updates = [], []
        self.subscription = bus.signal_subscribe(name, MENU, None, path, None, 0, self._on_signal)

    def _on_signal(self, _bus, _sender, _path, _interface, signal, parameters):
        if signal == "LayoutUpdated":
            self.layouts.append(parameters.unpack()[1])
        elif signal == "ItemsPropertiesUpdated":
            self.updates.append(parameters.unpack()[0])

    def ask(self, method, parameters):
        return call(self.bus, self.name, self.path, MENU, method, parameters)

    def layout(self, parent=0, depth=-1, names=()):
        return Entry(self.ask("GetLayout", GLib.Variant("(iias)", (parent, depth, list(names))))[1])

    def open(self, entry_id):
        return self.ask("AboutToShow", GLib.Variant("(i)", (entry_id,)))[0]

    def look(self, *labels):
        """The entry below these submenus, which are opened one after the other; None when there is none."""
        self.open(0)
        entry = self.layout(0, 1)
        for label in labels:
            entry = next((child for child in entry.children if child.label == label), None)
            if not entry:
                return None
            if entry.properties.get("children-display") == "submenu":
                self.open(entry.id)
                entry = self.layout(entry.id, 1)
        return entry

    def properties(self, *ids):
        return dict(self.ask("GetGroupProperties", GLib.Variant("(aias)", (list(ids), [])))[0])

    def click(self, *labels):
        entry = self.look(*labels)
        self.ask("Event", GLib.Variant("(isvu)", (entry.id, "clicked", GLib.Variant("i", 0), 0)))
