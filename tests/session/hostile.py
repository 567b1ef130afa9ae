#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A guest that means harm: orders cut short, counts without end, windows by the thousand, surfaces without memory for them. The
session lives on, or ends with a sentence; it never crashes and its memory stays below a limit, which is printed.

usage: hostile.py BUILD-DIR [CASE...]"""
import itertools
import random
import signal
import struct
import sys

from cases import LOST, WINDOW, expect, main
from railfake import Late

RSS_MAX_KB = 160 * 1024  # what a session of one window at 1024x768 needs is about a fifth of it
NEW_WINDOW = "2e6c001edf05110c0040000f0500000000cf0000000400050a0078007400650072006d000000000000000000e40100003c0100000f05000000" \
             "000000000000000000000000000000e40100003c010000010000000000e4013c010000000000000000010000000000e4013c01"
ICON = "2e2f00000000414e0101000000002002000200080010000000000000000000ff0000ffffffff800000ffff00ff00ff"
NOTIFY = "2e53000d0000524e010100070000000300000016004200610074007400650072007900200035003000250000000000ffffff20020002000800100000" \
         "00000000000000ff0000ffffffff800000ffff00ff00ff"
DESKTOP_ORDER = "2e140030000004a000010066000200a0000100"
markers = itertools.count(0x700000)


def start(case, persona="win7", **options):
    fake = case.serve(persona, **options)
    session = case.connect(**({"security": "rdp"} if persona == "xp" else {}))
    session.wait("session", state="published")
    return fake, session


def outlives(fake, session):
    """Sends a window of its own behind what was sent, and waits for it or for the end of the session; true: it lives."""
    marker = next(markers)
    fake.send(f"window {marker} box=1,1,50,50 title=marker")
    while True:
        try:
            session.wait("window", 1, window=marker)
            return True
        except Late:
            ended = session.events("session", state="ended")
            if ended:
                expect(ended[0]["code"] == LOST and ended[0]["text"], f"it says why it ended: {ended[0]}")
                return False
            if session.over:
                raise


def bounded(session, limit=RSS_MAX_KB):
    now, most = session.rss()
    print(f"   session: {now} kB resident, {most} at most", flush=True)
    expect(most < limit, f"{most} kB are more than {limit}")


def with_size(order, size=None):
    return order[:1] + struct.pack("<H", len(order) if size is None else size) + order[3:]


def harmful_orders():
    """Each in a list of bytes: cut short, too long, and with numbers that are not true."""
    for whole in (bytes.fromhex(text) for text in (NEW_WINDOW, ICON, NOTIFY, DESKTOP_ORDER)):
        for length in range(3, len(whole), 9):
            yield with_size(whole[:length])
        yield with_size(whole, 3)
        yield with_size(whole, 0xFFFF)
        yield with_size(whole + bytes(40))
    title = bytes.fromhex("2e0000040000014e010100") + b"\xff\xff" + b"A\0" * 100
    yield with_size(title)  # claims 65535 bytes
    for field in ("00010001", "00020001"):  # window rectangles, visibility
        yield with_size(bytes.fromhex("2e0000" + field + "4e010100") + b"\xff\xff" + bytes(64))
    yield with_size(bytes.fromhex("2e0000100000044e010100"))  # Z-order of as many windows as the byte says
    yield with_size(bytes.fromhex("2e000000000041") + struct.pack("<IHBBHHHH", 0x1014E, 0, 0, 32, 0xFFFF, 0xFFFF, 8, 16) + bytes(24))
    yield with_size(bytes.fromhex("2e000000000041") + struct.pack("<IHBBHHHHH", 0x1014E, 0, 0, 8, 16, 16, 0xFFFF, 8, 16) + bytes(24))
    yield with_size(bytes.fromhex("2e0000ffffffff") + bytes(range(256)))


def orders(case):
    """One order after the other, in a new connection after each that has ended one."""
    fake, session = start(case)
    lived = ended = 0
    for order in harmful_orders():
        fake.send(f"order {order.hex()}")
        if outlives(fake, session):
            lived += 1
            continue
        ended += 1
        expect(session.end() in (0, 1), "it ends by itself")
        fake.wait("gone")
        fake.forget()
        session = case.connect()
        session.wait("session", state="published")
    print(f"   {lived} orders are lived through, {ended} end the session with a sentence", flush=True)
    bounded(session)


def updates(case):
    """Fast-path updates of more orders than there are, and of sizes that are not there."""
    for pdu in ("000800000000ffff", "00800a000200ffff2e", "0080080002000000", "000a300400ffff2e0b0000"):
        fake, session = start(case)
        fake.send(f"pdu {pdu}")
        outlives(fake, session)
        case.session.end()
        fake.end()


def unknown_windows(case):
    fake, session = start(case)
    chance = random.Random(7)
    for _ in range(3000):
        window = chance.randrange(1, 1 << 32)
        order = with_size(bytes.fromhex("2e000010000001") + struct.pack("<IB", window, 5))
        gone = with_size(bytes.fromhex("2e000000000021") + struct.pack("<I", window))
        fake.send(f"order {order.hex()}", f"order {gone.hex()}")
    expect(outlives(fake, session), "it lives")
    bounded(session)


def ten_thousand_windows(case):
    fake, session = start(case)
    fake.send("manner paint off")
    for window in range(0x100000, 0x100000 + 10000):
        order = with_size(bytes.fromhex("2e00009edf0819") + struct.pack("<I", window) + bytes.fromhex(
            "000000000000cf14000100000506004100420043001b01000034010000" "07000000070000000000000007000000"
            "8d0000009a0000008e0000009a000000e60500004203000001000000" "0000e60542038d0000009a0000000100000000" "00e605420300"))
        fake.send(f"order {order.hex()}")
    expect(outlives(fake, session), "it lives")
    expect(len(session.events("window")) >= 10000, "the agent, which has its own limit, hears of each")
    bounded(session)


def icons(case):
    fake, session = start(case)
    for cache, entry in ((0, 0), (2, 11), (3, 0), (0, 12), (255, 65535), (254, 65534), (1, 65535)):
        fake.send(f"icon {WINDOW} size=32 cache={cache},{entry}", f"cached-icon {WINDOW} cache={cache},{entry}",
                  f"cached-icon 0x999 big cache={cache},{entry}")
    for _ in range(400):
        fake.send(f"icon {WINDOW} big size=60 cache=1,1")
    fake.send(f"cached-icon {WINDOW} cache=1,7")
    expect(outlives(fake, session), "it lives")
    bounded(session)


def rail_channel(case):
    fake, session = start(case)
    fake.send("exec-result program=||railhead-guest result=9 raw=4294967295", "exec-result program=x result=65535")
    session.wait("exec-result", result=65535)
    for body in ("", "00", "0500", "05000800", "05000400", "80000800ffffffff", "8000ffff00000000", "ffff0400", "0a00180001",
                 "1800" + "1c04" + "00" * 1048, "0f00040000", "80000e00" + "0000" * 4 + "ffff", "05" * 20000, "00" * 70000):
        fake.send(f"rail {body}")
    expect(outlives(fake, session), "it lives")
    fake.send("exec-result program=" + "x" * 250)
    session.wait("exec-result", program="x" * 250)
    bounded(session)


def publication(case):
    fake, session = start(case)
    chance = random.Random(11)
    for _ in range(300):
        fake.send(f"publication {chance.randbytes(chance.randrange(1, 1600)).hex()}")
    for kind in list(range(60)) + [65535]:
        fake.send("publication " + struct.pack("<HHHH", 0x5052, 8 + 40, kind, 0).hex() + chance.randbytes(40).hex())
    fake.send("publication " + (b"PR" * 8000).hex())
    expect(outlives(fake, session), "it lives")
    bounded(session)


def surfaces(case):
    """Surfaces of no size, of windows that are not there, twice, and painted where they are not."""
    lines = ["surface 900 new box=0,0,64,64", "surface 900 map window=0x999 box=0,0,64,64", "surface 900 fill box=0,0,64,64 colour=ff",
             "surface 900 new box=0,0,64,64", f"surface 900 map window={WINDOW} box=0,0,65535,65535", "surface 901 new box=0,0,0,0",
             "surface 901 map window=0x10 box=0,0,0,0", "surface 902 delete", "surface 903 map window=1 box=0,0,1,1",
             "surface 900 map window=0 box=0,0,64,64", "surface 900 map window=4294967295 box=0,0,64,64 scaled",
             "surface 900 fill box=60,60,64,64 colour=ff", "surface 904 fill box=0,0,8,8 colour=ff", "frame reset 0 0",
             "frame reset 65535 65535", "frame reset 32766 32766"]
    lived = 0
    for line in lines:
        fake, session = start(case, "win10")
        fake.wait("gfx")
        fake.send("frame begin", *(["surface 900 new box=0,0,64,64"] if line.startswith("surface 900") else []), line, "frame end")
        lived += outlives(fake, session)
        if not session.over and session.process.poll() is None:
            bounded(session, RSS_MAX_KB * 2)
        session.end()
        fake.end()
    print(f"   {lived} of {len(lines)} are lived through", flush=True)


def memory(case):
    """A surface of 4 GB; and small ones until nobody could have them all."""
    for lines in (["surface 900 new box=0,0,32767,32767"], [f"surface {n} new box=0,0,4096,4096" for n in range(100, 160)],
                  [f"surface {n} new box=0,0,16,16" for n in range(100, 2600)]):
        fake, session = start(case, "win10")
        fake.wait("gfx")
        fake.send(*lines)
        end = session.ended()
        expect(end["code"] == LOST and "memory" in end["text"], f"end: {end}")
        peak = session.wait("exit")["resident"]
        print(f"   {len(lines)} surfaces: {peak} kB at most", flush=True)
        expect(0 < peak < 1600 * 1024, "less than a gigabyte and a half")
        session.end()
        fake.end()


def agent_that_sleeps(case):
    """The guest floods while the agent does not read: what waits has an end."""
    fake, session = start(case)
    session.process.send_signal(signal.SIGSTOP)
    for _ in range(12000):
        fake.send(f"order {NEW_WINDOW}")
    fake.wait("gone", 60)
    session.process.send_signal(signal.SIGCONT)
    peak = session.wait("exit")["resident"]
    print(f"   {peak} kB at most", flush=True)
    expect(peak < RSS_MAX_KB, "what waits is bounded")


CASES = [orders, updates, unknown_windows, ten_thousand_windows, icons, rail_channel, publication, surfaces, memory, agent_that_sleeps]

if __name__ == "__main__":
    sys.exit(main(CASES))
