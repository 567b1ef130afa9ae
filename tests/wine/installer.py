#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A real installer runs inside the embedded guest: what it installs is on the host's desktop when it ends, as the desktop's own
tools see it, and the uninstaller takes all of it away. Once with our data folder in XDG_DATA_DIRS, once without.

usage: installer.py BUILD-DIR (exports|home)    Exit 77: a component is not here."""
import os
import re
import shutil
import subprocess
import sys
import time

from desktop import BUILD, RAILHEAD, Failed, Home, check, missing_tool, say, until, with_session_bus

PLACE = sys.argv[2]
TYPE = "application/x-extension-pworks"


def build_installer(home):
    setup = f"{home.data}/prefix/drive_c/probe-works-setup.exe"
    stub = "amd64-unicode" if home.architecture == "x86_64" else "x86-unicode"
    done = home.run(["makensis", "-V1", f"-XTarget {stub}", f"-DPROGRAM={BUILD}/guest-agent/win32/railprobe-{home.architecture}.exe", f"-DOUTPUT={setup}",
                     os.path.join(os.path.dirname(os.path.abspath(__file__)), "installer.nsi")])
    check(done.returncode == 0, f"the installer is made {done.stdout}{done.stderr}")


def data_folder(home):
    data = home.env["XDG_DATA_HOME"]
    return f"{data}/railhead/exports/share" if PLACE == "exports" else data


def ours(home):
    """All that Railhead has on the host besides its own folders."""
    found = set()
    for root in (data_folder(home), home.env["XDG_CONFIG_HOME"]):
        for folder, _, names in os.walk(root):
            found |= {os.path.join(folder, name) for name in names if name.startswith("io.railhead.")}
    return found


def host_program(home):
    """A text editor of the host that is the default of text/plain."""
    folder = f"{home.root}/share"
    os.makedirs(f"{folder}/applications")
    with open(f"{folder}/applications/host-editor.desktop", "w", encoding="utf-8") as file:
        file.write("[Desktop Entry]\nType=Application\nName=Host editor\nExec=true %f\nMimeType=text/plain;\n")
    home.run(["update-desktop-database", f"{folder}/applications"])
    dirs = f"{folder}:/usr/local/share:/usr/share"
    home.env["XDG_DATA_DIRS"] = dirs + (f":{data_folder(home)}" if PLACE == "exports" else "")


def launcher_named(home, name):
    folder = f"{data_folder(home)}/applications"
    for entry in os.listdir(folder) if os.path.isdir(folder) else []:
        with open(os.path.join(folder, entry), encoding="utf-8") as file:
            if entry.endswith(".desktop") and f"\nName={name}\n" in file.read():
                return os.path.join(folder, entry)
    return None


def default_of(home, mime_type):
    gio = re.search(r"^Default application for .*: (\S+)", home.output(["gio", "mime", mime_type]), re.M)
    return gio.group(1) if gio else None, home.output(["xdg-mime", "query", "default", mime_type]).strip()


def install(home):
    began = time.monotonic()
    home.wine("C:\\probe-works-setup.exe", "/S")
    ended = time.monotonic()
    say(f"the installer ran {ended - began:.2f} s")
    launcher = until(lambda: launcher_named(home, "Probe Works"), 10, "a launcher for Probe Works")
    identity = os.path.basename(launcher)
    document = f"{home.root}/drawing.pworks"
    with open(document, "w", encoding="utf-8") as file:
        file.write("a drawing")
    until(lambda: TYPE in home.output(["gio", "info", "-a", "standard::content-type", document]), 10, "the type is known")
    until(lambda: identity in home.output(["gio", "mime", TYPE]), 10, "gio offers the program")
    took = time.monotonic() - ended
    check(took < 2, f"launcher, type and program are there {took:.2f} s after the installer's end")
    return launcher


def look(home, launcher):
    identity = os.path.basename(launcher)
    check(default_of(home, TYPE) == (identity, identity), f"gio and xdg-mime open {TYPE} with it")
    check(identity in home.output(["gio", "mime", "text/plain"]), "it is offered for text, too")
    check(default_of(home, "text/plain") == ("host-editor.desktop", "host-editor.desktop"), "and the host's editor stays the default")
    scheme = "x-scheme-handler/probeworks"
    check(default_of(home, scheme) == (identity, identity), "its scheme is handled")
    with open(launcher, encoding="utf-8") as file:
        icon = re.search(r"^Icon=(io\.railhead\..+)$", file.read(), re.M).group(1)
    sizes = [folder for folder in os.listdir(f"{data_folder(home)}/icons/hicolor")
             if os.path.exists(f"{data_folder(home)}/icons/hicolor/{folder}/apps/{icon}.png")]
    check(sizes, f"icons of {', '.join(sorted(sizes))}")
    kept_back = [name for name in ("Uninstall Probe Works", "Read me") if launcher_named(home, name)]
    check(launcher_named(home, "Probe Tool") and not kept_back, f"the uninstaller and the text have no launcher {kept_back}")
    for path in ours(home):
        if path.endswith(".desktop"):
            done = home.run(["desktop-file-validate", "--no-hints", path])
            check(done.returncode == 0 and not done.stdout, f"{os.path.basename(path)} is valid {done.stdout}")



def look_at_menu(home):
    with open(f"{home.root}/applications.menu", "w", encoding="utf-8") as file:
        file.write('<!DOCTYPE Menu PUBLIC "-//freedesktop//DTD Menu 1.0//EN" '
                   '"http://www.freedesktop.org/standards/menu-spec/1.0/menu.dtd">\n<Menu><Name>Applications</Name>'
                   "<DefaultAppDirs/><DefaultDirectoryDirs/><DefaultMergeDirs/>"
                   f"<MergeDir>{home.env['XDG_CONFIG_HOME']}/menus/applications-merged</MergeDir></Menu>\n")
    tree = home.output([os.path.join(BUILD, "tests/support/menu-tree"), f"{home.root}/applications.menu"])
    for entry in ("wine/Probe Works/Probe Works", "wine/Probe Works/Tools/Probe Tool", "wine/Accessories/Notepad"):
        check(entry in tree.splitlines(), f"the menu has {entry}")


def uninstall(home):
    before = ours(home)
    home.wine("C:\\Program Files\\Probe Works\\uninstall.exe", "/S", "_?=C:\\Program Files\\Probe Works")
    began = time.monotonic()
    until(lambda: not launcher_named(home, "Probe Works") and not launcher_named(home, "Probe Tool"), 10, "the launchers go")
    until(lambda: TYPE not in "".join(open(p, encoding="utf-8").read() for p in ours(home) if p.endswith((".xml", ".desktop"))),
          10, "the type goes")
    say(f"ok: gone {time.monotonic() - began:.2f} s after the uninstaller's end ({len(before)} files before, {len(ours(home))} now)")
    check(not [p for p in ours(home) if p.endswith(".directory") and "Probe" in open(p, encoding="utf-8").read()], "its folders are gone")


def remove_guest(home):
    check(home.run([RAILHEAD, "stop"]).returncode == 0, "stopped")
    done = home.run([RAILHEAD, "guest", "remove", "wine"])
    check(done.returncode == 0, f"the guest is removed {done.stderr}")
    check(not ours(home), f"not one file is left {sorted(ours(home))[:3]}")
    check(default_of(home, "text/plain") == ("host-editor.desktop", "host-editor.desktop"), "the host's default is as it was")
    pins = f"{home.env['XDG_DATA_HOME']}/applications/mimeapps.list"
    check(not os.path.exists(pins), "nothing is pinned any more")


def run(home):
    home.start_desktop()
    host_program(home)
    check(home.run([RAILHEAD, "guest", "add", "wine"]).returncode == 0, "guest added")
    until(lambda: [a for a in home.json("apps") if a["name"] == "Notepad"], 120, "the embedded guest publishes Notepad")
    build_installer(home)
    launcher = install(home)
    look(home, launcher)
    look_at_menu(home)
    uninstall(home)
    remove_guest(home)


def main():
    missing = missing_tool() or next((t for t in ("makensis", "xdg-mime", "update-mime-database") if not shutil.which(t)), None)
    if missing:
        print(f"skipped: {missing} is not installed")
        return 77
    with_session_bus()
    home, failed = Home(), True
    try:
        run(home)
        failed = False
    except (Failed, subprocess.SubprocessError) as error:
        say(f"FAILED: {error}")
    finally:
        home.end(keep=failed)
    return 1 if failed else 0


sys.exit(main())
