#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""This computer goes to sleep and wakes up, as logind tells it: the connection to a guest on another computer is ended before and
made again after, without a window lost.

usage: sleeping.py BUILD-DIR     Exit 77: a component is not here."""
import os
import subprocess
import sys

from desk import BUILD, run, until
from desktop import check

WINDOW = 0x20010
SCRIPT = f'window {WINDOW} box=150,120,400,300 title="Probe one"'


def logind(desk):
    """A system bus of the test's own, and a logind on it; its lines."""
    read, write = os.pipe()
    desk.home.spawn(["dbus-daemon", "--session", "--nofork", f"--print-address={write}"], pass_fds=[write])
    os.close(write)
    with os.fdopen(read) as ready:
        address = ready.readline().strip()
    log = f"{desk.home.root}/logind.lines"
    with open(log, "wb") as out:
        child = subprocess.Popen([f"{BUILD}/tests/support/bus-double", "logind"], stdin=subprocess.PIPE, stdout=out, text=True, bufsize=1,
                                 env=dict(desk.home.env, DBUS_SESSION_BUS_ADDRESS=address))
    desk.home.children.append(child)

    def lines():
        with open(log, encoding="utf-8") as file:
            return file.read().splitlines()
    until(lambda: "ready" in lines(), 20, "logind is there")
    return address, child, lines


def guest(desk):
    return desk.home.json("status")["guests"][0]


def sleeps(desk):
    address, child, lines = logind(desk)
    desk.home.run([f"{BUILD}/host-agent/railhead", "stop"])
    desk.home.env["DBUS_SYSTEM_BUS_ADDRESS"] = address
    desk.home.spawn([f"{BUILD}/host-agent/railhead-agent"])
    until(lambda: "inhibit sleep delay" in lines(), 20, "the agent asks to be told before")
    desk.fake.forget()
    check(desk.home.run([f"{BUILD}/host-agent/railhead", "apps"]).returncode in (0, 4), "the guest is connected")
    desk.home.run([f"{BUILD}/host-agent/railhead", "run", "Probe"])
    xid = desk.shown(WINDOW)
    desk.fake.forget()
    child.stdin.write("sleep\n")
    desk.fake.wait("gone")
    until(lambda: "released" in lines(), 20, "the computer may sleep once the connection is ended")
    until(lambda: guest(desk)["state"] == "lost" and desk.window(WINDOW)["stale"], 20, "the window is a placeholder")
    child.stdin.write("wake\n")
    desk.fake.wait("ready")
    until(lambda: not desk.window(WINDOW)["stale"], 20, "the window lives")
    check(desk.window(WINDOW)["x_window"] == xid and guest(desk)["state"] == "ready", "it is the same")
    until(lambda: lines().count("inhibit sleep delay") == 2, 20, "the agent asks again to be told")
    desk.fake.forget()
    desk.activate(xid)
    desk.home.run(["xdotool", "key", "--window", "0", "a"])
    desk.fake.wait("key", code=0x1E, down=1)


sys.exit(run([sleeps], "win10", SCRIPT + '\napp 00000000000000a1 name="Probe"\n'
             + f"on launch do window-app {WINDOW} $app process=4000\non launch do raise {WINDOW}"))
