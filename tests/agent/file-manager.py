#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Real file managers, Thunar and PCManFM, show a guest's program for its own type and beside the host's for others, and open a document
with it: by a double click, and from the menu behind "Open with". Screenshots are kept in BUILD-DIR/tests/agent.

Exit 77: no file manager is here."""
import os
import shutil
import sys

from bench import BUILD, check, run_cases, until

EDITOR = "Host Editor"


def host_editor(bench):
    folder = f"{bench.root}/share/applications"
    os.makedirs(folder)
    for entry in os.listdir("/usr/share"):  # all but other programs, so that the menus are the same everywhere
        if entry != "applications":
            os.symlink(f"/usr/share/{entry}", f"{bench.root}/share/{entry}")
    with open(f"{bench.root}/editor.sh", "w", encoding="utf-8") as file:
        file.write(f'#!/bin/sh\necho "$1" > {bench.root}/edited\n')
    os.chmod(f"{bench.root}/editor.sh", 0o700)
    with open(f"{folder}/host-editor.desktop", "w", encoding="utf-8") as file:
        file.write(f"[Desktop Entry]\nType=Application\nName={EDITOR}\nExec={bench.root}/editor.sh %f\nMimeType=text/plain;\n")
    bench.run(["update-desktop-database", folder])


def up(bench):
    bench.env["XDG_DATA_DIRS"] = f"{bench.root}/share:{bench.env['XDG_DATA_HOME']}/railhead/exports/share"
    bench.env["GTK_THEME"] = "Adwaita"
    host_editor(bench)
    bench.start_bus()
    bench.start_desktop("1000x700")
    bench.add_guest()
    bench.tell("script", "type .rhq 1\ntype .txt 1\n", "a")
    bench.publish((1, "Probe Works", 64), (2, "Probe Tool", 64))
    folder = f"{bench.root}/documents"
    os.mkdir(folder)
    for name in ("drawing.rhq", "notes.txt"):
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write("content\n")
    check(bench.railhead("run", "Probe Tool").returncode == 0, "the guest runs")
    until(lambda: "a0000000000000001" in bench.output(["gio", "mime", "application/x-extension-rhq"]), 20, "its type is known")
    return folder


def window_of(bench, title):
    return bench.output(["xdotool", "search", "--onlyvisible", "--name", title]).split()


def screenshot(bench, name):
    path = f"{BUILD}/tests/agent/file-manager-{name}.png"
    bench.run(["import", "-window", "root", path])
    return path


def pixels(bench):
    return bench.output(["sh", "-c", "import -window root rgb:- | md5sum"])


def settled(bench):
    """The screen has stopped changing."""
    last = [None, 0]

    def same():
        now = pixels(bench)
        last[1] = last[1] + 1 if now == last[0] else 0
        last[0] = now
        return last[1] >= 3
    until(same, 20, "the screen is still")


def key(bench, *keys):
    before = pixels(bench)
    bench.run(["xdotool", "key", *keys])
    until(lambda: pixels(bench) != before, 20, f"{' '.join(keys)} shows")
    settled(bench)


def launches(bench):
    return [line for line in bench.heard() if line.startswith("launch 0000000000000001 ")]


def manage(bench, program, to_guest):
    """to_guest: the keys from the open menu of a text to the guest's program."""
    if not shutil.which(program):
        return 77
    folder = up(bench)
    bench.spawn([program, folder])
    window = until(lambda: window_of(bench, "documents"), 60, f"{program} shows the folder")[-1]
    bench.run(["xdotool", "windowactivate", "--sync", window])
    settled(bench)
    key(bench, "ctrl+a")
    key(bench, "Home")
    key(bench, "shift+F10")
    screenshot(bench, f"{program}-own-type")
    key(bench, "Escape")
    bench.run(["xdotool", "key", "Return"])
    until(lambda: len(launches(bench)) == 1, 30, "Return opens the document of the guest's type")
    check(launches(bench)[0].endswith("\\drawing.rhq"), f"with the guest's program: {launches(bench)[0]}")
    bench.run(["xdotool", "windowactivate", "--sync", window])
    settled(bench)
    key(bench, "ctrl+a")
    key(bench, "End")
    key(bench, "shift+F10")
    screenshot(bench, f"{program}-text")
    key(bench, "Escape")
    bench.run(["xdotool", "key", "Return"])
    until(lambda: os.path.exists(f"{bench.root}/edited"), 30, "Return opens a text with the host's editor")
    check(len(launches(bench)) == 1, "and not with the guest's program")
    key(bench, "shift+F10")
    for step in to_guest:
        key(bench, step)
    screenshot(bench, f"{program}-chosen")
    bench.run(["xdotool", "key", "Return"])
    until(lambda: len(launches(bench)) == 2, 30, "which the menu has, too")
    check(launches(bench)[1].endswith("\\notes.txt"), f"and it opens there: {launches(bench)[1]}")
    return 0


def thunar(bench):
    return manage(bench, "thunar", ["Down", "Down", "Right"])


def pcmanfm(bench):
    return manage(bench, "pcmanfm", ["Down", "Down", "Down"])


if __name__ == "__main__":
    sys.exit(run_cases([thunar, pcmanfm], "Xvfb", "openbox", "xdotool", "import", "gio", "update-mime-database"))
