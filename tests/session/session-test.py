#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A real railhead-session against a scripted guest: connects as each persona wants it, shows windows and pixels, carries out what
the user does, and ends with the right reason. Each case has its own server and session.

usage: session-test.py BUILD-DIR [CASE...]"""
import shutil
import sys

from cases import ASKED, BUILD, CERTIFICATE, DESKTOP, GUEST, LOGON, LOST, REFUSED, TAKEN, UNREACHABLE, WINDOW, expect, main
from railfake import RailFake, Session

KNOWN, FIRST, OTHER = 1, 2, 3  # SecurityVerdict


def until_pixel(session, surface, x, y, colour, tolerance=0):
    """Waits for damage until the pixel has its colour."""
    while True:
        seen = len(session.all)
        found = session.pixel(surface, x, y)
        if found >= 0 and all(abs((found >> shift & 255) - (colour >> shift & 255)) <= tolerance for shift in (0, 8, 16)):
            return
        session.mark = seen
        session.wait("damage", surface=surface)


def lives(case, persona, depth_loss, **options):
    """One life of a connection, from the handshake to the disconnection."""
    fake = case.serve(persona)
    session = case.connect(**options)
    session.wait("session", state="published")
    order = [e.get("state") or e["event"] for e in session.all if e["event"] in ("session", "sync-began", "sync-ended")]
    expect(order == ["connecting", "connected", "sync-began", "sync-ended", "ready", "published"], f"states came as {order}")
    logon = fake.wait("logon")
    expect(logon["shell"] == ("rdpinit.exe" if persona == "xp" else ""), f"alternate shell: {logon}")
    expect(logon["protocol"] == (0 if persona == "xp" else 1), f"security: {logon}")
    expect(fake.wait("active")["gfx"] == (persona == "win10"), "pixels as the persona has them")
    window = session.wait("window", window=WINDOW)
    box = [window[key] for key in ("x", "y", "width", "height")]
    expect(box == [100, 80, 400, 300] and window["title"] == 'Zoë\'s "probe"' and window["new"], f"the window: {window}")
    fake.wait("exec", program="||railhead-guest")
    fake.wait("message", type="hello")
    sees_pixels(fake, session, persona, depth_loss)
    moves(fake, session, persona)
    commands(fake, session)
    types(fake, session)
    session.send("disconnect")
    end = session.ended()
    expect(end["code"] == ASKED, f"end: {end}")
    fake.wait("gone")


def surface_of(session, persona):
    if persona != "win10":
        return DESKTOP, 0, 0
    return session.wait("surface", window=WINDOW)["surface"], 100, 80


def sees_pixels(fake, session, persona, depth_loss):
    surface, dx, dy = surface_of(session, persona)
    for x, y in ((100, 80), (499, 379), (300, 200)):
        until_pixel(session, surface, x - dx, y - dy, 0x4080C0, depth_loss)
    fake.send(f"look {WINDOW} colour=pattern number=1", f"paint {WINDOW}")
    for column, row in ((0, 0), (49, 36), (20, 7)):  # in cells of 8 pixels
        step = 8 if depth_loss else 1
        colour = (column * step & 255) << 16 | (row * step & 255) << 8 | 21
        until_pixel(session, surface, 100 + column * 8 + 4 - dx, 80 + row * 8 + 4 - dy, colour, depth_loss)


def moves(fake, session, persona):
    session.forget()
    fake.forget()
    session.send(f"move {WINDOW} box=130,90,410,280")
    margin = 7 if persona == "win10" else 0
    moved = fake.wait("window-move", window=WINDOW)
    box = [moved[key] for key in ("x", "y", "width", "height")]
    expect(box == [130 - margin, 90, 410 + 2 * margin, 280 + margin], f"a move has the margins in it: {moved}")
    session.wait("window", window=WINDOW, x=130, y=90, width=410, height=280)
    fake.send(f'window {WINDOW} title="Second title"')
    session.wait("window", window=WINDOW, title="Second title", fields=8)


def commands(fake, session):
    fake.forget()
    session.forget()
    session.send(f"activate {WINDOW} off", f"activate {WINDOW}")
    fake.wait("activate", window=WINDOW, enabled=0)
    fake.wait("activate", window=WINDOW, enabled=1)
    session.wait("stacking", active=WINDOW)
    session.send(f"command {WINDOW} 0xF030")
    outset = {"xp": 4}.get(fake.persona, 8)
    session.wait("window", window=WINDOW, show="maximised", x=-outset, y=-outset, width=1024 + 2 * outset)
    session.send(f"command {WINDOW} 0xF120")
    session.wait("window", window=WINDOW, show="normal", x=130, width=410)
    session.send(f"command {WINDOW} 0xF020")
    session.wait("window", window=WINDOW, show="minimised")
    session.send(f"command {WINDOW} 0xF060")
    fake.wait("system-command", window=WINDOW, command=0xF060)
    session.wait("window-gone", window=WINDOW)


def types(fake, session):
    fake.forget()
    session.send("key 0x1E", "key 0x1E repeat", "key 0x1E up", "key 0x14D", "key 0x14D up", "unicode 0x20AC", "unicode 0x20AC up")
    fake.wait("key", code=0x1E, down=0)
    downs = fake.events("key", code=0x1E, down=1)  # fast-path input does not say which is a repetition
    expect(len(downs) == 2, f"a key that repeats goes down again: {downs}")
    fake.wait("key", code=0x4D, extended=1, down=1)
    fake.wait("unicode", code=0x20AC, down=1)
    fake.wait("unicode", code=0x20AC, down=0)
    session.send("pointer 0x0800 300 200", "pointer 0x9000 300 200", "pointer 0x1000 301 201", "pointer 0xA000 5 6", "pointer 0x0278 0 0",
                 "pointer 0x0388 0 0", "pointer 0x0478 0 0", "pointer 0x8001 7 8 extended", "pointer 0x0002 7 8 extended", "locks 6")
    for flags, x, y in ((0x0800, 300, 200), (0x9000, 300, 200), (0x1000, 301, 201), (0xA000, 5, 6)):
        fake.wait("mouse", flags=flags, x=x, y=y)
    fake.wait("mouse", flags=0x0278)
    fake.wait("mouse", flags=0x0388)
    if fake.persona != "xp":  # which has no horizontal wheel
        fake.wait("mouse", flags=0x0478)
    fake.wait("extended-mouse", flags=0x8001, x=7, y=8)
    fake.wait("extended-mouse", flags=0x0002)
    fake.wait("locks", flags=6)


def xp_16_bits(case):
    lives(case, "xp", 8, security="rdp")


def xp_24_bits(case):
    fake = case.serve("xp", depth=24)
    session = case.connect(security="rdp")
    fake.wait("active", depth=24)
    sees_pixels(fake, session, "xp", 0)


def xp_15_bits(case):
    fake = case.serve("xp", depth=15)
    session = case.connect(security="rdp")
    fake.wait("active", depth=15)
    sees_pixels(fake, session, "xp", 8)


def windows_7(case):
    lives(case, "win7", 0)


def windows_10(case):
    lives(case, "win10", 0)


def windows_10_as_legacy(case):
    fake = case.serve("win10")
    session = case.connect(pixels="legacy")
    expect(fake.wait("active")["gfx"] == 0, "a client that wants one desktop gets it")
    until_pixel(session, DESKTOP, 100, 80, 0x4080C0)


def other_orders(case):
    """What a guest says besides windows, and what an agent asks besides input."""
    fake = case.serve("win7")
    session = case.connect(**{"work-area": "0,0,1024,740"})
    session.wait("session", state="published")
    fake.wait("system-parameter", parameter=0x2F, width=1024, height=740)
    session.forget()
    fake.send("desktop none", "sync", f"move-size {WINDOW} start type=9 x=10 y=-5", f"move-size {WINDOW} end type=9 x=-7 y=40",
              f"min-max {WINDOW} 1608 1208 -8 -8 112 27 1612 1212", f"icon {WINDOW} size=16 colour=ff0000 cache=1,3",
              f"cached-icon {WINDOW} big cache=1,3", "exec-result program=calc.exe result=3 raw=21")
    session.wait("not-monitored")
    session.wait("sync-ended")
    session.wait("move-size", window=WINDOW, start=1, type=9, x=10, y=-5)
    session.wait("move-size", window=WINDOW, start=0, x=-7, y=40)
    session.wait("min-max", window=WINDOW)
    session.wait("window-icon", window=WINDOW, width=16, big=0)
    session.wait("window-icon", window=WINDOW, width=16, big=1)
    session.wait("exec-result", program="calc.exe", result=3, raw=21)
    session.send("publication 24 a100000000000000")  # an icon request
    fake.wait("message", number=24, size=8)
    session.send("work-area box=0,30,1024,700", "refresh box=10,20,30,40")
    fake.wait("system-parameter", parameter=0x2F, y=30, height=700)
    fake.wait("refresh", x=10, y=20, width=30, height=40)


def late_and_wrong_replies(case):
    fake = case.serve("win10")
    session = case.connect()
    session.wait("session", state="published")
    session.forget()
    fake.run("moves delay=400 add=3,-4,5,-6")
    session.send(f"move {WINDOW} box=200,210,300,220")
    asked = fake.wait("window-move", window=WINDOW)
    expect(not session.events("window"), "no reply yet")
    session.wait("window", window=WINDOW, x=203, y=206, width=305, height=214)
    expect(asked["width"] == 314, f"margins: {asked}")


def desktop_changes_its_size(case):
    fake = case.serve("win7", size="1024x768")
    session = case.connect()
    session.wait("session", state="published")
    until_pixel(session, DESKTOP, 100, 80, 0x4080C0)
    for width, height in ((1280, 900), (800, 600)):
        session.forget()
        fake.send(f"resize {width} {height}")
        session.wait("surface", surface=DESKTOP, width=width, height=height)
        until_pixel(session, DESKTOP, 100, 80, 0x4080C0)
        until_pixel(session, DESKTOP, width - 1, height - 1, 0x3A6EA5)
    fake.send(f'window {WINDOW} title="Still here"')
    session.wait("window", window=WINDOW, title="Still here")


def no_salt(case):
    fake = case.serve("xp", refuse_salted_macs=True)
    session = case.connect(security="rdp")
    session.wait("session", state="published")
    expect(fake.events("salted-mac"), "salted MACs are tried first")


def xp_with_a_password(case):
    """Over TCP, as in a virtual machine: the account arrives under 128 bits of RC4, and a wrong one is refused."""
    fake = case.serve("xp", tcp=True, user="someone", password="Zoë's")
    wrong = Session(BUILD, f"{case.folder}/wrong.log")
    wrong.connect(fake, security="rdp", user="someone", password="secret")
    end = wrong.ended()
    wrong.end()
    expect(end["code"] == LOGON and "denied" in end["text"], f"end: {end}")
    fake.forget()
    session = case.connect(security="rdp", user="someone", password='"Zoë\'s"')
    session.wait("session", state="published")
    logon = fake.wait("logon", known=1, user="someone")
    expect(logon["encryption"] == 2 and logon["auto"] == 1, f"logon: {logon}")


def no_silent_downgrade(case):
    fake = case.serve("xp")
    end = case.connect().ended()
    expect(end["code"] == REFUSED and "security=rdp" in end["text"], f"end: {end}")
    expect(not fake.events("logon"), "no credentials went out")


def rdp_security_alone(case):
    fake = case.serve("win7")
    end = case.connect(security="rdp").ended()
    expect(end["code"] == REFUSED, f"end: {end}")
    expect(not fake.events("logon"), "no credentials went out")


def one_time_password(case):
    fake = case.serve("win7", tcp=True, user="someone", password="se cret")
    session = case.connect(user="someone", password='"se cret"', fingerprint=fake.fingerprint)
    session.wait("session", state="published")
    expect(fake.wait("logon")["known"] == 1, "the password is right")


def is_refused_before_credentials(case, text, **options):
    end = case.connect(user="someone", password="secret", **options).ended()
    expect(end["code"] == CERTIFICATE and text in end["text"], f"end: {end}")
    expect(case.session.wait("security", verdict=OTHER)["fingerprint"] in end["text"], "what it showed is told")
    expect(not case.fake.events("logon"), "no credentials went out")


def first_certificate(case):
    """Without one to compare with, what the guest shows is told before anything else happens."""
    fake = case.serve("win7", tcp=True)
    session = case.connect(user="someone", password="secret")
    session.wait("session", state="published")
    told = session.wait("security", verdict=FIRST, fingerprint=fake.fingerprint, protocol="tls")
    connected = session.wait("session", state="connected")
    expect(session.all.index(told) < session.all.index(connected), "before the connection stands")


def known_certificate(case):
    fake = case.serve("win10", tcp=True, security="nla", user="someone", password="secret")
    session = case.connect(user="someone", password="secret", fingerprint=fake.fingerprint)
    session.wait("session", state="published")
    session.wait("security", verdict=KNOWN, protocol="nla")


def wrong_certificate(case):
    fake = case.serve("win7", tcp=True)
    is_refused_before_credentials(case, "another certificate", fingerprint="00" * 32)
    expect(fake.wait("connection")["protocols"] & 1, "TLS was asked for")


def changed_certificate(case):
    before = case.serve("win10", tcp=True, security="nla", user="someone", password="secret")
    case.connect(user="someone", password="secret", fingerprint=before.fingerprint).wait("session", state="published")
    case.session.end()
    before.end()
    shutil.rmtree(f"{case.folder}/guest")
    case.serve("win10", tcp=True, security="nla", user="someone", password="secret")
    is_refused_before_credentials(case, "another certificate", fingerprint=before.fingerprint)
    expect(not case.fake.events("nla"), "nor did network level authentication begin")


def wrong_password(case):
    fake = case.serve("win7", tcp=True, user="someone", password="secret")
    end = case.connect(user="someone", password="wrong", fingerprint=fake.fingerprint).ended()
    expect(end["code"] == LOGON and "denied" in end["text"], f"end: {end}")
    expect(fake.wait("logon")["known"] == 0, "the guest has seen it")


def wrong_password_before_the_session(case):
    fake = case.serve("win10", tcp=True, security="nla", user="someone", password="secret")
    end = case.connect(user="someone", password="wrong", fingerprint=fake.fingerprint).ended()
    expect(end["code"] == LOGON and "password" in end["text"], f"end: {end}")
    expect(not fake.events("logon"), "network level authentication came first")


def no_password_where_one_is_asked(case):
    fake = case.serve("win10", tcp=True, security="nla", user="someone", password="secret")
    end = case.connect(user="someone", fingerprint=fake.fingerprint).ended()
    expect(end["code"] == LOGON and "user name and password" in end["text"], f"end: {end}")


def nobody_listens(case):
    case.serve("win10", tcp=True)
    fake = case.fake
    fake.end()
    end = case.connect(fingerprint=fake.fingerprint).ended()
    expect(end["code"] == UNREACHABLE and "does not accept connections" in end["text"], f"end: {end}")


def gone_in_a_frame(case):
    fake = case.serve("win10")
    session = case.connect()
    session.wait("damage", surface=session.wait("surface", window=WINDOW)["surface"])
    fake.send("frame begin", "surface 1 fill box=0,0,400,10 colour=ff0000", "drop")
    end = session.ended()
    expect(end["code"] == LOST and "broke" in end["text"], f"end: {end}")


def gone_as_legacy(case):
    fake = case.serve("xp")
    session = case.connect(security="rdp")
    session.wait("damage", surface=DESKTOP)
    fake.send("drop")
    expect(session.ended()["code"] == LOST, "a guest that vanishes is lost")


def guest_says_why(case):
    fake = case.serve("win7")
    session = case.connect()
    session.wait("session", state="published")
    fake.send("disconnect error=0xC")
    end = session.ended()
    expect(end["code"] == GUEST and "logged off" in end["text"], f"end: {end}")


def second_client_is_refused(case):
    fake = case.serve("win7")
    case.connect().wait("session", state="published")
    second = Session(BUILD, f"{case.folder}/second.log")
    second.connect(fake)
    end = second.ended()
    second.end()
    expect(end["code"] in (UNREACHABLE, REFUSED) and end["text"], f"end: {end}")
    fake.wait("refused")
    expect(not case.session.events("session", state="ended"), "the first one stays")


def second_client_takes_over(case):
    fake = case.serve("win7", second="takeover")
    case.connect().wait("session", state="published")
    second = Session(BUILD, f"{case.folder}/second.log")
    second.connect(fake)
    end = case.session.ended()
    expect(end["code"] == TAKEN and "Another client" in end["text"], f"end: {end}")
    second.wait("session", state="published")
    until_pixel(second, DESKTOP, 100, 80, 0x4080C0)
    expect(second.end() == 0, "the second one goes in peace")


def first_connection_is_dropped(case):
    """The library tries once more by itself; what it then has is a whole session."""
    fake = case.serve("win10")
    fake.run("on logon do drop", "on gone do off logon")
    session = case.connect()
    session.wait("session", state="published")
    expect(len(fake.events("logon")) == 2, "it was the second try")
    until_pixel(session, session.wait("surface", window=WINDOW)["surface"], 0, 0, 0x4080C0)


def guest_without_a_word(case):
    case.serve("win10", silent=True)
    others = [Session(BUILD, f"{case.folder}/other-{n}.log") for n in range(2)]
    servers = [RailFake(BUILD, f"{case.folder}/other-{n}", persona, silent=True) for n, persona in enumerate(("xp", "win7"))]
    others[0].connect(servers[0], security="rdp")
    others[1].connect(servers[1])
    others[1].wait("session", state="connecting")
    others[1].send("close")  # as an agent that ends
    others[1].wait("exit", 20)
    for end in (case.connect().ended(), others[0].ended()):
        expect(end["code"] == UNREACHABLE and "does not answer" in end["text"], f"end: {end}")
        expect(end["t"] < 60000, "in time")
    for talker in others + servers:
        talker.end()


def by_the_tracker(case, how):
    """A guest without RAIL whose guest agent tracks windows: the same events, and the user's wishes as messages to it."""
    fake = case.serve("win7", rail=how)
    session = case.connect()
    fake.wait("no-rail")
    fake.run("agent")
    session.wait("session", state="connected" if how == "none" else "published")
    session.wait("sync-began")
    window = session.wait("window", window=WINDOW)
    expect([window[key] for key in ("x", "y", "width", "height")] == [100, 80, 400, 300] and window["new"], f"the window: {window}")
    session.wait("sync-ended")
    session.wait("session", state="ready", text="by the window tracker")
    expect(not fake.events("exec") or how == "refused", "nothing is started by RAIL")
    session.forget()
    fake.run(f"window {WINDOW + 1} box=1,2,30,40 title=Other", f"raise {WINDOW + 1}", f"place {WINDOW} outer=7,8,100,90")
    session.wait("window", window=WINDOW + 1, title="Other", new=1)
    session.wait("window", window=WINDOW, x=7, y=8, width=100, height=90, new=0)
    session.send(f"move {WINDOW} box=11,12,210,220", f"activate {WINDOW}", f"activate {WINDOW} off", f"command {WINDOW} 0xF020")
    fake.wait("window-command", kind="move", window=WINDOW, x=11, y=12, width=210, height=220)
    fake.wait("window-command", kind="activate", window=WINDOW, enabled=1)
    fake.wait("window-command", kind="activate", window=WINDOW, enabled=0)
    fake.wait("window-command", kind="system-command", window=WINDOW, command=0xF020)
    expect(not fake.events("window-move"), "nothing goes by RAIL")
    desktop_by_the_tracker(fake, session)
    session.send("disconnect")
    expect(session.ended()["code"] == ASKED, "end")


def desktop_by_the_tracker(fake, session):
    """All of the desktop is only another view; what changes meanwhile is told when the windows are back."""
    session.forget()
    session.send("publication 56 0900000001")  # DESKTOP, request 9
    session.wait("not-monitored")
    session.wait("publication", type=57)
    fake.run(f"delete {WINDOW}", f'window {WINDOW + 1} title="While away"')
    expect(not session.events("window") and not session.events("window-gone"), "no window is told of meanwhile")
    session.send("publication 56 0a00000000")
    session.wait("sync-began")
    session.wait("window", window=WINDOW + 1, title="While away", new=1)
    session.wait("sync-ended")
    expect(not session.events("window", window=WINDOW), "a window that is gone is not among them")


def without_rail(case):
    by_the_tracker(case, "none")


def with_rail_refused(case):
    by_the_tracker(case, "refused")


CASES = [without_rail, with_rail_refused, other_orders, late_and_wrong_replies, desktop_changes_its_size, xp_16_bits, xp_24_bits, xp_15_bits, windows_7, windows_10, windows_10_as_legacy, no_salt, xp_with_a_password, no_silent_downgrade,
         rdp_security_alone, one_time_password, first_certificate, known_certificate, wrong_certificate, changed_certificate, wrong_password,
         wrong_password_before_the_session, no_password_where_one_is_asked, nobody_listens, gone_in_a_frame, gone_as_legacy, first_connection_is_dropped,
         guest_without_a_word, guest_says_why, second_client_is_refused, second_client_takes_over]


if __name__ == "__main__":
    sys.exit(main(CASES))
