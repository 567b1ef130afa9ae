#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The embedded guest as a server in its own right: the stock xfreerdp3 opens Notepad, types into it, goes away, and finds the
running program again. Nothing of the agent or the session process takes part.

usage: stock-client.py BUILD-DIR (shared|gfx|legacy)     Exit 77: a component is not here."""
import os
import shutil
import subprocess
import sys
import time

from desktop import BUILD, Failed, Home, check, geometry, is_viewable, missing_tool, say, until, with_session_bus

PIXELS = sys.argv[2]
EMBEDDED = f"{BUILD}/guest-agent/embedded/railhead-embedded"


def start_guest(home):
    """Starts the embedded guest and returns the path of its RDP socket."""
    data, runtime = os.path.join(home.root, "guest"), os.path.join(home.root, "run", "guest")
    os.mkdir(data, 0o700)
    os.mkdir(runtime, 0o700)
    read, write = os.pipe()
    home.spawn([EMBEDDED, "--name", "stock", "--data", data, "--runtime", runtime, "--pixels", PIXELS, "--ready-fd", str(write)],
               pass_fds=[write])
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as ready:
        for line in ready:
            say(line.strip())
            if line.startswith("ready unix "):
                return line.split(" ", 2)[2].strip()
    raise Failed("the embedded guest did not become ready")


def connect(home, socket):
    gfx = "-gfx" if PIXELS == "legacy" else "/gfx"
    return home.spawn(["xfreerdp3", f"/v:{socket}", "/cert:ignore", "/u:guest", "/p:none", gfx, "-clipboard", "/app:program:notepad"])


def notepads(home):
    found = home.output(["xdotool", "search", "--onlyvisible", "--name", "Notepad"]).split()
    return [xid for xid in found if is_viewable(home, xid)]


def pixels(home, xid):
    x, y, width, height = geometry(home, xid)
    done = subprocess.run(["import", "-window", "root", "-crop", f"{width}x{height}+{x}+{y}", "-depth", "8", "rgb:-"], env=home.env,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return done.stdout


def dark(rgb):
    """Number of dark pixels; a caret that blinks changes it by a few, a line of text by many."""
    return sum(1 for i in range(0, len(rgb), 3) if rgb[i] < 100 and rgb[i + 1] < 100 and rgb[i + 2] < 100)


def is_painted(home, xid):
    return len(set(pixels(home, xid)[::3])) > 2


def see_window(home, text):
    began = time.monotonic()
    xid = until(lambda: notepads(home), 15, text)[0]
    until(lambda: is_painted(home, xid), 15, f"{text}, painted")
    check(len(notepads(home)) == 1, f"{text}, painted {time.monotonic() - began:.2f} s after the connection began, exactly one")
    return xid


def text_area(home, xid):
    """Dark pixels of the area that Notepad writes into: without caption, menu, scroll bar and status line."""
    x, y, width, height = geometry(home, xid)
    done = subprocess.run(["import", "-window", "root", "-crop", f"{width - 40}x{height - 100}+{x + 10}+{y + 50}", "-depth", "8",
                           "rgb:-"], env=home.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return dark(done.stdout)


def type_text(home, xid):
    home.run(["xdotool", "windowactivate", "--sync", xid])
    until(lambda: text_area(home, xid) < 60, 10, "an empty page, with a caret at most")
    home.run(["xdotool", "type", "--delay", "30", "MMMMMMMMMM"])
    until(lambda: text_area(home, xid) > 160, 10, "typed text is on the screen")
    say("ok: typed text is on the screen")


def shows_text(home, xid):
    home.run(["xdotool", "windowactivate", "--sync", xid])  # the second Notepad may lie above
    return text_area(home, xid) > 160


def disconnect(home, client):
    client.terminate()
    client.wait(10)
    until(lambda: not notepads(home), 5, "the window goes with its client")


def main():
    if missing_tool() or not shutil.which("xfreerdp3"):
        print(f"{missing_tool() or 'xfreerdp3'} is not here")
        return 77
    home, good = Home(), False
    try:
        home.start_desktop()
        socket = start_guest(home)
        client = connect(home, socket)
        xid = see_window(home, "a Notepad window")
        type_text(home, xid)
        disconnect(home, client)
        say("ok: disconnected")
        client = connect(home, socket)
        until(lambda: any(shows_text(home, xid) for xid in notepads(home)), 15, "the text typed before is there again")
        say("ok: the program lived on, with its text")
        check(client.poll() is None, "the client stays connected")
        good = True
    except Failed as error:
        say(f"FAILED: {error}")
        home.run(["import", "-window", "root", os.path.join(home.root, "screen.png")])
    finally:
        home.end(keep=not good)
    return 0 if good else 1


if __name__ == "__main__":
    with_session_bus()
    sys.exit(main())
