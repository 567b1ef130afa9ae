#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a large Start menu costs. In the guest: the real guest agent in a Wine prefix, spoken to as a host does. On the host: the real
agent, with a double in place of the session, from a first publication to the last file on disk. Prints a table; a required number
that is missed is marked MISS and makes the exit code 1.

usage: catalogue.py BUILD-DIR     Exit 77: a component is not here."""
import glob
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[1:1] = [f"{HERE}/../wine", f"{HERE}/../agent", f"{HERE}/../support"]
from bench import Bench, missing_tool  # noqa: E402
from desktop import BUILD, Failed, say, until  # noqa: E402
from guest_agent import HELLO, ICON, ICON_REQUEST, SYNC_END, Lost, Prefix  # noqa: E402
from link_file import link_file  # noqa: E402

SHORTCUTS, PROGRAMS, INSTALLED = 5000, 500, 300
ROOMS = (50, 500, 5000)
rows, missed = [], []


def note(what, value, unit, limit=None):
    fine = limit is None or value <= limit
    rows.append((what, f"{value:,.0f} {unit}" if value >= 10 else f"{value:.2f} {unit}", f"{limit:,.0f} {unit}" if limit else "",
                 "" if fine else "MISS"))
    say(" ".join(rows[-1]))
    if not fine:
        missed.append(what)


def table():
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    head = ("", "measured", "required", "")
    return "\n".join(f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{max(widths[2], 8)}}  {row[3]}" for row in [head, *rows])


# The guest

def install(prefix, first, count, folder):
    """Shortcuts of programs, as an installer writes them: one after the other."""
    for number in range(first, first + count):
        place = f"{prefix.common_menu}/{folder} {number // 50}"
        os.makedirs(place, exist_ok=True)
        with open(f"{place}/Application {number}.lnk", "wb") as file:
            file.write(link_file(f"C:\\apps\\p{number % PROGRAMS}.exe", arguments=f"/document {number}", directory="C:\\apps",
                                 name="One of very many applications"))
        yield


def read_time(prefix):
    """Of the agent's last look at the Start menu, in seconds, as it says itself."""
    lines = [line for line in prefix.log().splitlines() if "applications" in line]
    return int(lines[-1].split(" ms")[0].split()[-1]) / 1000


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        return int(next(line for line in file if line.startswith("VmHWM")).split()[1]) / 1024


def named(agent, name):
    return any(app["name"] == name for app in agent.published())


def guest(prefix):
    os.makedirs(f"{prefix.path}/drive_c/apps")
    for number in range(PROGRAMS):
        shutil.copyfile(f"{prefix.path}/drive_c/windows/notepad.exe", f"{prefix.path}/drive_c/apps/p{number}.exe")
    for _ in install(prefix, 0, SHORTCUTS, "Group"):
        pass
    agent = prefix.start_agent()
    agent.connect()
    agent.await_message(HELLO, 120)
    began = time.monotonic()
    agent.await_catalogue()
    note(f"guest: snapshot of {len(agent.apps):,}", read_time(prefix), "s", 2)
    note("guest: its transfer", time.monotonic() - began, "s")
    note("guest: bytes of it", agent.n_bytes / 1024, "KB")
    reconnect(agent)
    change(prefix, agent)
    burst(prefix, agent)
    icons(agent)
    note("guest: memory of the agent, at most", resident(agent.child.pid), "MB", 30)


def reconnect(agent):
    times = []
    for _ in range(5):
        agent.disconnect()
        began = time.monotonic()
        agent.connect(agent.hash)
        agent.await_message(SYNC_END)
        times.append(time.monotonic() - began)
        if not agent.unchanged:
            raise Failed("an unchanged catalogue was sent again")
    note("guest: reconnect, unchanged", sorted(times)[2] * 1000, "ms", 50)
    note("guest: bytes of it, both ways", agent.n_bytes, "B", 1024)


def change(prefix, agent):
    before = agent.n_bytes
    began = time.monotonic()
    for _ in install(prefix, SHORTCUTS, 1, "Later"):
        pass
    agent.await_catalogue(lambda now: named(now, f"Application {SHORTCUTS}"))
    note("guest: one more, from file to host", time.monotonic() - began, "s", 2)
    note("guest: reading of it", read_time(prefix) * 1000, "ms")
    note("guest: bytes of it", agent.n_bytes - before, "B", 2048)


def burst(prefix, agent):
    updates, began = agent.n_updates, time.monotonic()
    for _ in install(prefix, SHORTCUTS + 1, INSTALLED, "Installed"):
        time.sleep(0.01)  # the pace of an installer
    ended = time.monotonic()
    agent.await_catalogue(lambda now: named(now, f"Application {SHORTCUTS + INSTALLED}"))
    note(f"guest: updates for {INSTALLED} in {ended - began:.1f} s", agent.n_updates - updates, "", 1)
    note("guest: after the last of them", time.monotonic() - ended, "s", 2)


def icons(agent):
    wanted = list({app["icon"] for app in agent.published()})[:100]
    began, size = time.monotonic(), 0
    for icon in wanted:
        agent.say(ICON_REQUEST, icon.to_bytes(8, "little"))
        while True:
            piece = agent.await_message(ICON)
            size = max(size, int.from_bytes(piece[8:12], "little"))
            if int.from_bytes(piece[12:16], "little") + int.from_bytes(piece[16:18], "little") == int.from_bytes(piece[8:12], "little"):
                break
    note(f"guest: an icon of {size // 1024} KB, read and sent", (time.monotonic() - began) * 1000 / len(wanted), "ms")


# The host

def files(bench):
    data = bench.env["XDG_DATA_HOME"]
    return len(glob.glob(f"{data}/applications/io.railhead.*.desktop")), len(glob.glob(f"{data}/icons/hicolor/48x48/apps/*.png"))


def processor(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        words = file.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def longest_silence(bench, done):
    """The longest that the agent leaves a question without an answer while it works."""
    longest = 0
    while not done():
        began = time.monotonic()
        bench.status()
        longest = max(longest, time.monotonic() - began)
        time.sleep(0.05)
    return longest


def host(count):
    bench, good = Bench(), False
    try:
        bench.start_bus()
        bench.add_guest()
        apps = [(number, f"Application {number}", 48) for number in range(1, count + 1)]
        pid = bench.json("status")["pid"]
        bench.tell("script", "", "a")
        bench.publish(*apps)
        began, used = time.monotonic(), processor(pid)
        bench.begin("apps")
        silence = longest_silence(bench, lambda: files(bench) == (count, count))
        took = time.monotonic() - began
        note(f"host: {count:,} launchers and icons on disk", took, "s")
        note("host: for each", took * 1000 / count, "ms")
        note("host: processor time", processor(pid) - used, "s")
        note("host: longest without an answer", silence * 1000, "ms")
        more(bench, apps, pid, count)
        good = True
        return took / count
    finally:
        bench.end(keep=not good)


def more(bench, apps, pid, count):
    bench.publish(*apps, (count + 1, "One more", 48))
    began, used = time.monotonic(), processor(pid)
    until(lambda: files(bench) == (count + 1, count + 1), 60, "one more")
    note(f"host: one more beside {count:,}", (time.monotonic() - began) * 1000, "ms", 2000)
    note("host: processor time", (processor(pid) - used) * 1000, "ms")
    note("host: memory of the agent, at most", resident(pid), "MB")


def main():
    missing = missing_tool("wine")
    if missing:
        print(f"skipped: {missing} is not installed")
        return 77
    prefix = Prefix(BUILD)
    try:
        guest(prefix)
        each = [host(count) for count in ROOMS]
        note("host: each of 5,000 against each of 500", each[2] / each[1], "times", 2)
    except (Failed, Lost, subprocess.SubprocessError) as error:
        say(f"FAILED: {error}\n{prefix.log()}")
        missed.append(str(error))
    finally:
        prefix.end()
    print(f"\n{table()}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
