#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Railhead's own icon in the tray, asked over D-Bus as a panel asks: it is there whenever a watcher is, tells the state, and its menu
has the applications in their folders, the windows, and what can be done with the guest. The guest is scripted.

usage: menu.py BUILD-DIR     Exit 77: a component is not here."""
import os
import sys
import time

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "../session")]
import bindings  # noqa: E402
bindings.need()
import bus  # noqa: E402
from desk import RAILHEAD, run, until  # noqa: E402
from desktop import check, with_session_bus  # noqa: E402

WINDOW = 0x20010
SCRIPT = f'''
window {WINDOW} box=150,120,400,300 title="Report_2 <b>&</b>"
look {WINDOW} colour=80c0f8
window 0x20020 box=500,120,400,300 title="Other"
app 00000000000000a1 name="Paint & _Draw" group="Office/Tools" icon=40a060
app 00000000000000a2 name="writer" group="Office"
app 00000000000000a3 name="Alone"
'''


def own(desk):
    return until(lambda: desk.watcher.item("railhead"), 20, "Railhead's item is registered")


def labels(entry):
    return [child.label for child in entry.children if child.label]


def appears(desk):
    desk.watcher = bus.Watcher()
    item = own(desk)
    everything = item.get_all()
    check(everything["ItemIsMenu"] and everything["Status"] == "Active", "it is a menu")
    until(lambda: item.get("ToolTip")[3] == "fake: ready", 20, "the tooltip tells the state")
    until(lambda: item.pixel(17, 17) == "ff2ea043", 20, "the dot of the icon is green")


def comes_back(desk):
    desk.watcher.close()
    desk.watcher = bus.Watcher()
    own(desk)
    check(len(desk.watcher.names) == 1, "one item, registered again with the next watcher")


def has_folders(desk):
    desk.shown(WINDOW)
    menu = own(desk).menu()
    check(labels(until(lambda: menu.look("Applications"), 10, "applications")) == ["Office", "Alone"], "folders first, then applications")
    office = menu.look("Applications", "Office")
    check(labels(office) == ["Tools", "writer"], f"a folder in a folder: {office.children}")
    tools = menu.look("Applications", "Office", "Tools")
    check(labels(tools) == ["Paint & __Draw"], "no letter of a guest's name is a key of the menu")
    icon = until(lambda: menu.properties(tools.children[0].id)[tools.children[0].id].get("icon-data"), 20, "an icon")
    check(bytes(icon).startswith(b"\x89PNG"), "the application has its icon, a PNG")
    check("icon-data" not in menu.properties(office.children[1].id)[office.children[1].id], "one without an icon has none")
    root = menu.look()
    desktop = next(child for child in root.children if child.label == "Show full desktop")
    check(desktop.properties["toggle-type"] == "checkmark" and desktop.properties["toggle-state"] == 0, "the desktop is a check item")
    for name, enabled in (("Connect", False), ("Stop", True), ("Settings", True), ("Quit", True)):
        entry = next(child for child in root.children if child.label == name)
        check(entry.properties["enabled"] == enabled, f"{name} can{'' if enabled else 'not'} be chosen")


def launches(desk):
    desk.fake.forget()
    own(desk).menu().click("Applications", "Office", "Tools", "Paint & __Draw")
    desk.fake.wait("launch", name="Paint & _Draw")


def raises(desk):
    menu = own(desk).menu()
    other = desk.shown(0x20020)
    desk.activate(desk.shown(WINDOW))
    check("Report__2 <b>&</b>" in labels(menu.look()), "a window's title is shown as it is")
    menu.click("Other")
    until(lambda: desk.home.output(["xdotool", "getactivewindow"]).strip() == str(other), 20, "the window is raised and active")


def follows(desk):
    """What is open changes by differences: one parent, and no more than that."""
    menu = own(desk).menu()
    menu.look("Applications", "Office")
    menu.look("Applications")
    menu.layouts.clear()
    desk.fake.send('window 0x20030 box=20,20,200,100 title="Third"', "look 0x20030 colour=208020")
    until(lambda: "Third" in labels(menu.layout(0, 1)), 20, "a new window comes into the menu by itself")
    until(lambda: set(menu.layouts) == {0}, 10, "and the root alone is another")
    menu.layouts.clear()
    office = next(child for child in menu.look("Applications").children if child.label == "Office")
    desk.fake.send('app 00000000000000b1 name="Brand new" group="Office"')
    until(lambda: "Brand new" in labels(menu.layout(office.id, 1)), 20, "a new application comes into its folder")
    until(lambda: set(menu.layouts) == {office.id}, 10, "and its folder alone is another")


def copes_with_many(desk):
    """Five hundred applications in one folder, twenty-five folders."""
    menu = own(desk).menu()
    desk.fake.send(*[f'app {0x1000 + n:016x} name="Program {n:03}" group="Many{n % 25 if n >= 500 else ""}" icon={n * 997:06x}'
                     for n in range(525)])
    until(lambda: any(a["name"] == "Program 524" for a in desk.home.json("apps")), 60, "all are published")
    until(lambda: menu.look("Applications", "Many") and all("icon-data" in of for of in menu.properties(
        *[child.id for child in menu.look("Applications", "Many").children]).values()), 60, "all icons are there")
    root = time.monotonic()
    check("Many" in labels(until(lambda: menu.look("Applications"), 10, "applications")), "the folder is there")
    opened = time.monotonic()
    many = menu.look("Applications", "Many")
    check(len(many.children) == 500 and labels(many)[499] == "Program 499", "500 in their order")
    answered = time.monotonic()
    properties = menu.properties(*[child.id for child in many.children[:40]])
    done = time.monotonic()
    check(len(properties) == 40, "properties of a page")
    check(done - root < 2, f"{opened - root:.3f} s for the list of folders, {answered - opened:.3f} s for 500, "
          f"{done - answered:.3f} s for icons of 40")
    menu.layouts.clear()
    desk.fake.send('app 0000000000000fff name="One more" group="Many7"')
    until(lambda: "One more" in labels(menu.look("Applications", "Many7")), 20, "one more in another folder")
    check(many.id not in menu.layouts, "does not touch the 500")


def survives_nonsense(desk):
    menu = own(desk).menu()
    for method, parameters in (("AboutToShow", "(i)"), ("GetProperty", "(is)")):
        try:
            menu.ask(method, bus.GLib.Variant(parameters, (987654,) if parameters == "(i)" else (987654, "label")))
            check(False, f"{method} of nothing is an error")
        except bus.GLib.Error:
            pass
    menu.ask("Event", bus.GLib.Variant("(isvu)", (987654, "clicked", bus.GLib.Variant("i", 0), 0)))
    changed, unknown = menu.ask("AboutToShowGroup", bus.GLib.Variant("(ai)", ([0, 987654],)))
    check(unknown == [987654], f"unknown entries are named {changed}")


def shows_shares(desk):
    menu = own(desk).menu()
    check(labels(menu.look("Shared folders")) == ["None: railhead share add NAME FOLDER"], "no share yet, and how to have one")
    done = desk.home.run([RAILHEAD, "share", "add", "docs", desk.home.env["HOME"]])
    check(done.returncode == 0, done.stderr)
    label = f"docs: {desk.home.env['HOME']}".replace("_", "__")  # no letter of it is a key of the menu
    until(lambda: labels(menu.look("Shared folders")) == [label], 10, "a share with its folder")


def two_guests(desk):
    done = desk.home.run([RAILHEAD, "guest", "add", "second", "kind=rdp", "address=127.0.0.1:1"])
    check(done.returncode == 0, done.stderr)
    desk.home.json("status")
    menu = own(desk).menu()
    until(lambda: labels(menu.look()) == ["fake (ready)", "second (off)", "Quit"], 20, "a submenu for each of two guests")
    check("Connect" in labels(menu.look("second (off)")), "with its own entries")
    menu.click("second (off)", "Connect")
    until(lambda: "127.0.0.1:1" in own(desk).get("ToolTip")[3] or "second: lost" in own(desk).get("ToolTip")[3] or
          "second: off (" in own(desk).get("ToolTip")[3], 60, "the tooltip says why it is not there")


def stops_and_quits(desk):
    menu = own(desk).menu()
    menu.click("fake (ready)", "Stop")
    desk.fake.wait("gone")
    until(lambda: menu.look("fake (off)"), 20, "it is off")
    menu.click("Quit")
    until(lambda: not desk.watcher.names, 20, "the item goes with the agent")


CHECKS = [appears, comes_back, has_folders, launches, raises, follows, copes_with_many, survives_nonsense, shows_shares, two_guests,
          stops_and_quits]

if __name__ == "__main__":
    with_session_bus()
    bus.start_loop()
    sys.exit(run(CHECKS, "win10", SCRIPT))
