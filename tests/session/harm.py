#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A guest that means harm, before the whole host: thousands of windows, sizes and places that no screen has, pixels for nobody,
moves without a start. The agent answers all the while, shows what it may show and no more, and its memory stays below a limit,
which is printed.

usage: harm.py BUILD-DIR     Exit 77: a component is not here."""
import os
import random
import struct
import sys
import time

from desk import run
from desktop import check, say, until, windows

WINDOW = 0x20010
WINDOWS_MAX = 200  # GUEST_WINDOWS_MAX
RSS_MAX_KB = 200 * 1024
SCRIPT = f'window {WINDOW} box=150,120,400,300 title="Probe one"'



def answers(desk, text):
    began = time.monotonic()
    found = windows(desk.home)
    say(f"{text}: {len(found)} windows after {time.monotonic() - began:.2f} s")
    return found


def order(flags, body):
    data = bytes.fromhex("2e0000") + struct.pack("<I", flags) + body
    return "order " + (data[:1] + struct.pack("<H", len(data)) + data[3:]).hex()


def thousands_of_windows(desk):
    desk.shown(WINDOW)
    desk.fake.send("manner paint off")
    for window in range(0x100000, 0x100000 + 3000):  # 0x819: position, size, style, show
        x, y = window * 37 % 1200, window * 53 % 800
        desk.fake.send(order(0x11000C18, struct.pack("<IIIBiiII", window, 0x14CF0000, 0, 5, x, y, 120, 80)))
    desk.fake.run("manner paint on", within=120)
    until(lambda: len(answers(desk, "a flood of windows")) >= WINDOWS_MAX // 2, 60, "windows are shown")
    check(len(answers(desk, "and then")) <= WINDOWS_MAX, f"no more than {WINDOWS_MAX}")
    for window in range(0x100000, 0x100000 + 3000):
        desk.fake.send(f"delete {window}")
    until(lambda: len(windows(desk.home)) == 1, 120, "all but one are gone")


def impossible_windows(desk):
    chance = random.Random(3)
    odd = [0, 1, -1, 32767, -32768, 0x7FFFFFFF, -0x80000000, 65535, 4096]
    for _ in range(400):
        window = chance.choice([WINDOW + 1, WINDOW + 2, WINDOW + 3])
        x, y = chance.choice(odd), chance.choice(odd)
        width, height = chance.choice(odd) & 0xFFFFFFFF, chance.choice(odd) & 0xFFFFFFFF
        desk.fake.send(order(0x11000C18 if chance.random() < 0.3 else 0x01000C18,
                             struct.pack("<IIIBiiII", window, chance.getrandbits(32), chance.getrandbits(32), chance.choice([0, 2, 3, 5, 77]),
                                         x, y, width, height)))
        desk.fake.send(f"stacking active={chance.getrandbits(32)} order={WINDOW},{WINDOW},{WINDOW + 9},0,4294967295",
                       f"move-size {window} start type={chance.randrange(0, 20)} x={chance.choice(odd) & 0x7FFF} y=-1",
                       f"min-max {window} -1 -1 -32768 32767 32767 32767 0 0")
        owner = chance.choice([window, WINDOW + 1, WINDOW + 2, WINDOW + 3, 0xFFFFFFFF])
        desk.fake.send(order(0x01000002, struct.pack("<II", window, owner)))  # owners in a ring
    desk.fake.run(*(f"delete {WINDOW + n}" for n in (1, 2, 3)), f"move-size {WINDOW} end", within=120)
    until(lambda: {w["guest_window"] for w in answers(desk, "impossible windows")} == {WINDOW}, 60, "the possible one is left")


def pixels_for_nobody(desk):
    lines = []
    for surface in range(500, 560):
        lines += [f"surface {surface} new box=0,0,200,100", f"surface {surface} map window={surface} box=0,0,200,100",
                  "frame begin", f"surface {surface} fill box=0,0,200,100 colour=ff0000", "frame end"]
    lines += [f"surface 500 map window={WINDOW} box=0,0,200,100", "surface 501 delete", f"surface 502 map window={WINDOW} box=0,0,200,100"]
    desk.fake.run(*lines, *(f"surface {surface} delete" for surface in range(500, 560)), within=120)
    desk.fake.run(f"look {WINDOW} colour=20a020", f"window {WINDOW} box=160,130,401,301", f"paint {WINDOW}")
    desk.until_pixel(desk.shown(WINDOW), 300, 200, "20a020")


def facts_of(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def family_of(pid):
    """A process and what it started: the sandbox stands between agent and session."""
    parents = {}
    for entry in os.listdir("/proc"):
        try:
            parents[int(entry)] = int(facts_of(entry)["PPid"])
        except (ValueError, OSError, KeyError):
            continue
    family = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in family} - family
        if not more:
            return family
        family |= more


def stays_small(desk):
    peaks = {}
    for pid in family_of(desk.home.json("status")["pid"]):
        try:
            facts = facts_of(pid)
            name, peak = facts["Name"], int(facts["VmHWM"].split()[0])
        except (OSError, KeyError):  # it has ended meanwhile
            continue
        peaks[name] = max(peak, peaks.get(name, 0))
    check({"railhead-agent", "railhead-sessio"} <= set(peaks), f"agent and session are looked at: {peaks}")
    check(max(peaks.values()) < RSS_MAX_KB, f"kB resident at most: {peaks}")


sys.exit(run([thousands_of_windows, impossible_windows, pixels_for_nobody, stays_small], "win10", SCRIPT))
