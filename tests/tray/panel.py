#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A real panel: xfce4-panel shows Railhead's icon and those of a scripted guest, and its menus are used with mouse and keyboard.

usage: panel.py BUILD-DIR [SCREENSHOT-FOLDER]     Exit 77: a component is not here."""
import glob
import os
import shutil
import subprocess
import sys

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), "../session")]
from desk import run, until  # noqa: E402
from desktop import check, with_session_bus  # noqa: E402

OWNER, WINDOW = 0x10050, 0x20010
READY, ICON = (0x2e, 0xa0, 0x43), (0xf0, 0x20, 0xa0)
WIDTH, PANEL = 1600, 40
SCRIPT = f'''
window {WINDOW} box=150,320,400,300 title="Under_lined & more"
look {WINDOW} colour=80c0f8
app 00000000000000a1 name="Paint & _Draw" icon=f08000
app 00000000000000a2 name="Writer" group="Office" icon=2040f0
'''
SETTINGS = '''<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray"><property name="square-icons" type="bool" value="true"/></property>
  </property>
</channel>
'''


def daemon_of_settings():
    found = glob.glob("/usr/lib/*/xfce4/xfconf/xfconfd") + glob.glob("/usr/libexec/xfce4/xfconf/xfconfd")
    return found[0] if found else None


def missing():
    if not daemon_of_settings():
        return "xfconfd"
    return next((tool for tool in ("xfce4-panel", "convert", "xdotool") if not shutil.which(tool)), None)


def screen(desk):
    """The whole screen as rows of RGB."""
    return subprocess.run(["import", "-window", "root", "-depth", "8", "rgb:-"], env=desk.home.env, stdout=subprocess.PIPE,
                          check=True, timeout=60).stdout


def keep(desk, name):
    if len(sys.argv) > 2:
        desk.home.run(["import", "-window", "root", os.path.join(sys.argv[2], f"{name}.png")])


def places(desk, colour, left=0, top=0, width=WIDTH, height=PANEL):
    pixels, found = screen(desk), []
    for y in range(top, top + height):
        row = pixels[3 * WIDTH * y:3 * WIDTH * (y + 1)]
        at = row.find(bytes(colour), 3 * left)
        while 0 <= at < 3 * (left + width):
            if at % 3 == 0:
                found.append((at // 3, y))
            at = row.find(bytes(colour), at + 1)
    return found


def middle(found):
    return sum(x for x, _ in found) // len(found), sum(y for _, y in found) // len(found)


def in_panel(desk, colour):
    """Where the panel shows a good part of that colour, or None."""
    found = places(desk, colour)
    return middle(found) if len(found) > 12 else None


def menus(desk):
    """The panel's pop-up windows on the screen."""
    ids = desk.home.output(["xdotool", "search", "--onlyvisible", "--class", "panel|wrapper"]).split()
    return [xid for xid in ids if "Override Redirect State: yes" in desk.home.output(["xwininfo", "-id", xid]) and
            "IsViewable" in desk.home.output(["xwininfo", "-id", xid])]


def key(desk, *keys):
    desk.home.run(["xdotool", "key", "--delay", "60", *keys])


def starts(desk):
    folder = f"{desk.home.env['XDG_CONFIG_HOME']}/xfce4/xfconf/xfce-perchannel-xml"
    os.makedirs(folder)
    with open(f"{folder}/xfce4-panel.xml", "w", encoding="utf-8") as file:
        file.write(SETTINGS)
    desk.home.env["NO_AT_BRIDGE"] = "1"
    desk.home.spawn([daemon_of_settings()])
    desk.home.spawn(["xfce4-panel", "--disable-wm-check"])
    desk.own = until(lambda: in_panel(desk, READY), 60, "the panel shows Railhead's icon, with a green dot")
    check(desk.own[1] < PANEL, f"it is at {desk.own}")


def opens_menu(desk, button="1"):
    before = set(menus(desk))
    desk.home.run(["xdotool", "mousemove", str(desk.own[0]), str(desk.own[1]), "click", button])
    return until(lambda: set(menus(desk)) - before, 20, "a menu")


def launches(desk):
    """By the keyboard, in a submenu that is filled when it is opened."""
    opens_menu(desk)
    keep(desk, "menu")
    desk.fake.forget()
    key(desk, "Down", "Right")
    until(lambda: len(menus(desk)) >= 2, 20, "the submenu of the applications")
    until(lambda: places(desk, (0xf0, 0x80, 0x00), height=400), 20, "with an application's icon")
    keep(desk, "applications")
    key(desk, "End", "Return")
    desk.fake.wait("launch", name="Paint & _Draw")
    until(lambda: not menus(desk), 20, "the menu goes")


def shows_icon_of_guest(desk):
    desk.fake.run(f'notify {OWNER} 1 new version=3 tip="Guest & Co" colour={bytes(ICON).hex()} size=32')
    desk.icon = until(lambda: in_panel(desk, ICON), 20, "the guest's icon")
    keep(desk, "icon")
    desk.fake.forget()
    desk.home.run(["xdotool", "mousemove", str(desk.icon[0]), str(desk.icon[1]), "click", "1"])
    desk.fake.wait("notify-event", window=OWNER, icon=1, message=0x202)
    place = next(e for e in desk.fake.events("mouse"))
    check(abs(place["x"] - desk.icon[0]) < 32 and abs(place["y"] - desk.icon[1]) < 48, f"the guest's pointer is there: {place}")


def asks_for_its_menu(desk):
    """This panel shows an item's own menu at the other button, where the guest's is an entry."""
    desk.home.run(["xdotool", "click", "3"])
    until(lambda: menus(desk), 20, "the item's menu")
    desk.fake.forget()
    key(desk, "End", "Return")
    desk.fake.wait("notify-event", window=OWNER, icon=1, message=0x7B)
    place = next(e for e in desk.fake.events("mouse"))
    check(abs(place["x"] - desk.icon[0]) < 100 and abs(place["y"] - desk.icon[1]) < 100, f"and its place: {place}")


def its_menu_opens(desk):
    """The guest's own menu, a window of the guest, at the place of the click."""
    x, y = desk.icon
    desk.fake.send(f"window 0x30010 box={x},{y},120,90 style=0x80000000 ex=0x88", "look 0x30010 colour=a0b0c0", "paint 0x30010")
    xid = desk.shown(0x30010)
    check("Override Redirect State: yes" in desk.home.output(["xwininfo", "-id", str(xid)]), "it goes past the window manager")
    desk.until_pixel(xid, 60, 45, "a0b0c0")
    keep(desk, "guest-menu")
    desk.fake.send("delete 0x30010", f"notify-gone {OWNER} 1")
    until(lambda: not places(desk, ICON), 20, "an icon that is gone leaves the panel")


def stops(desk):
    opens_menu(desk, "3")
    key(desk, "End", "Return")
    until(lambda: not places(desk, READY), 30, "Quit takes the icon out of the panel")


if __name__ == "__main__":
    if missing():
        print(f"{missing()} is not here")
        sys.exit(77)
    with_session_bus()
    sys.exit(run([starts, launches, shows_icon_of_guest, asks_for_its_menu, its_menu_opens, stops], "win10", SCRIPT))
