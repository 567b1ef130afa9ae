#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A session with a scripted guest is recorded (railhead-session --record) and played into the compositor under an X server: the
windows at the end are those of the guest.

usage: replay-test.py BUILD-DIR RUN-UNDER-X REPLAY     Exit 77: no X server or window manager."""
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, f"{HERE}/../support")
from railfake import RailFake, Session  # noqa: E402

BUILD = os.path.abspath(sys.argv[1])
SCRIPT = '''
window 0x10 box=60,50,300,200 title="First"
window 0x20 box=200,150,320,240 title="Second"
window 0x30 box=500,300,200,100 title="Goes away"
'''
CHANGES = '''
window 0x10 box=80,70,300,200 title="First, moved"
delete 0x30
window 0x40 box=640,90,180,120 title="Owned" owner=0x20 style=0x94c80000
show 0x20 maximised
show 0x20 normal
window 0x20 box=210,160,330,250
raise 0x10
'''
EXPECTED = {0x10: ("First, moved", 80, 70, 300, 200), 0x20: ("Second", 210, 160, 330, 250), 0x40: ("Owned", 640, 90, 180, 120)}


def record(folder, persona, **options):
    path = f"{folder}/{persona}.record"
    fake = RailFake(BUILD, f"{folder}/{persona}", persona, SCRIPT)
    session = Session(BUILD, f"{folder}/session.log", ["--record", path])
    session.connect(fake, **options)
    session.wait("session", state="published")
    if persona == "win10":
        fake.wait("gfx")
    fake.send(*CHANGES.strip().splitlines(), "window 0x50 box=1,1,10,10", "delete 0x50")
    session.wait("window-gone", window=0x50)
    session.send("disconnect")
    session.ended()
    session.end()
    fake.end()
    assert oct(os.stat(path).st_mode & 0o777) == "0o600", "a recording is the user's alone"
    return path


def play(path):
    done = subprocess.run([sys.argv[2], "openbox", sys.argv[3], path], stdout=subprocess.PIPE, text=True, timeout=120, check=False)
    if done.returncode == 77:
        sys.exit(77)
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert done.returncode == 0, f"replay ended {done.returncode}: {events}"
    return events


def main():
    with tempfile.TemporaryDirectory(prefix="rs-", dir="/tmp") as folder:
        for persona, options in (("win10", {}), ("win7", {}), ("xp", {"security": "rdp"})):
            path = record(folder, persona, **options)
            events = play(path)
            found = {e["window"]: (e["title"], e["x"], e["y"], e["width"], e["height"]) for e in events if e["event"] == "window"}
            assert found == EXPECTED, f"{persona}: {found}"
            assert all(e["viewable"] for e in events if e["event"] == "window"), f"{persona}: {events}"
            with open(path, "rb") as file:
                whole = file.read()
            with open(path, "wb") as file:
                file.write(whole[:-7])  # as a crash leaves it
            assert play(path)[-1]["events"] == events[-1]["events"] - 1, "a torn recording plays up to its end"
            print(f"ok: {persona}: {events[-1]['events']} events, {len(whole)} bytes", flush=True)
    return 0


sys.exit(main())
