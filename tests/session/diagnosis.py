#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`railhead doctor` finds what is broken on purpose and says what to do, and nothing else; `railhead report` bundles it with the logs,
and holds no secret.

usage: diagnosis.py BUILD-DIR [CASE...]     Exit 77: a component is not here."""
import ctypes
import json
import os
import socket
import sys
import tarfile

from remote import PASSWORD, RailFake, BUILD, SCRIPT, check, run_cases, until

CANARY = "Zz-canary-of-the-environment"


def doctor(desk, code=None):
    """Findings by subject."""
    done = desk.railhead("doctor", "--json")
    found = {finding["subject"]: finding for finding in json.loads(done.stdout)}
    bad = any(finding["verdict"] == "bad" for finding in found.values())
    check(done.returncode == (1 if bad else 0) and code in (None, done.returncode), f"exit {done.returncode}")
    check(all(finding["remedy"] for finding in found.values() if finding["verdict"] != "good"), "each has a remedy")
    return found


def is_found(desk, subject, verdict, words, remedy=""):
    finding = doctor(desk)[subject]
    check(finding["verdict"] == verdict and words in finding["text"] and remedy in finding["remedy"], f"{finding}")
    return finding


def nothing_is_wrong(desk):
    found = doctor(desk, 0)
    check(found["display: shm-fds"]["verdict"] == "good" and found["session bus"]["verdict"] == "good", "desktop and bus are there")
    check("gnome" in desk.output(["secret-tool", "--help"]) or found["secret service"]["text"].startswith("runs"), "the keyring runs")
    check(found["railhead-session"]["verdict"] == "good" and found["freerdp"]["text"][0].isdigit(), "the session says its FreeRDP")
    check(found["tray"]["verdict"] == "poor", "there is no panel here")
    done = desk.railhead("doctor")
    check(done.returncode == 0 and " good, " in done.stdout.splitlines()[-1] and "-> " in done.stdout, "for people, too")
    check(not desk.railhead("status").returncode and doctor(desk)["agent"]["text"].startswith("runs"), "an agent that runs is seen")


def without_a_desktop(desk):
    found = doctor(desk, 1)
    check(found["display"]["verdict"] == "bad", "no display")
    check(found["secret service"]["verdict"] == "poor" and "login" in found["secret service"]["remedy"], "no secret service")
    desk.env["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nowhere"
    found = doctor(desk, 1)
    check(found["session bus"]["verdict"] == "bad" and "secret service" not in found, "no bus")


def limits(desk):
    libc = ctypes.CDLL(None)
    before = int(doctor(desk)["inotify"]["text"].split()[0])
    mine = [libc.inotify_init1(os.O_CLOEXEC) for _ in range(3)]
    check(min(mine) >= 0, "three instances more")
    until(lambda: int(doctor(desk)["inotify"]["text"].split()[0]) >= 3, 20, f"are counted: {before} before")
    for descriptor in mine:
        os.close(descriptor)
    os.unlink(f"{desk.bin}/pinentry-gnome3")
    check("pinentry" in doctor(desk)["password prompt"]["text"], "another prompt is named")


def guests(desk):
    desk.add()
    found = doctor(desk, 0)
    check(desk.fake.fingerprint in found["guest office: certificate"]["text"], "it is shown before the first connection")
    check(found["guest office: protection"]["text"] == "tls" and not desk.fake.events("logon"), "and nobody was logged on")
    desk.railhead("guest", "set", "office", "certificate=" + "0f" * 32)
    is_found(desk, "guest office: certificate", "bad", desk.fake.fingerprint, f"railhead guest trust office sha256:{desk.fake.fingerprint}")
    desk.railhead("guest", "set", "office", "certificate=")
    desk.railhead("guest", "set", "office", "security=nla")
    is_found(desk, "guest office: protection", "bad", "wants tls, and the profile allows nla", "security=tls")
    desk.railhead("guest", "set", "office", "security=")
    xp = RailFake(BUILD, f"{desk.root}/guest-xp", "xp", SCRIPT, tcp=True)
    desk.railhead("guest", "set", "office", f"address={xp.address}")
    is_found(desk, "guest office: protection", "bad", "wants rdp", "railhead guest set office security=rdp")
    desk.railhead("guest", "set", "office", "security=rdp")
    is_found(desk, "guest office: protection", "poor", "nothing proves who")
    check(not xp.events("logon"), "it, too, was left alone")
    xp.end()
    is_found(desk, "guest office: address", "bad", "refused", "start the machine")
    with socket.create_server(("127.0.0.1", 0)) as server:
        desk.railhead("guest", "set", "office", f"address=127.0.0.1:{server.getsockname()[1]}")
        is_found(desk, "guest office: protection", "bad", "timed out")


def agents_of_guests(desk):
    desk.add()
    desk.fails("guest login", "nobody knows the password")
    is_found(desk, "guest office: password", "bad", "none is known", "railhead guest login office")
    desk.railhead("guest", "login", "office", text=PASSWORD)
    desk.runs("a program runs")
    is_found(desk, "guest office: guest agent", "poor", "railfake", "railhead guest kit")
    desk.fake.send("exec-result program=||railhead-guest result=3 raw=0")
    until(lambda: "guest office: allow list" in doctor(desk), 20, "what the guest says of its allow list is told")
    is_found(desk, "guest office: allow list", "bad", "does not hold this program", "railhead-guest.exe /install")
    check("guest office: password" not in doctor(desk), "the password is known")


def a_report_without_secrets(desk):
    desk.add()
    desk.railhead("guest", "login", "office", text=PASSWORD)
    desk.env["RAILHEAD_CANARY"] = CANARY
    with open(f"{desk.env['XDG_CONFIG_HOME']}/railhead/guests/office.conf", "a", encoding="utf-8") as file:
        file.write(f"password={PASSWORD}\n")  # somebody writes it there by hand
    desk.runs("a program runs")
    path = f"{desk.root}/report.tar"
    done = desk.railhead("report", path)
    check(done.returncode == 0 and path in done.stdout and os.stat(path).st_mode & 0o777 == 0o600, f"{done.stdout}{done.stderr}")
    with open(path, "rb") as file:
        data = file.read()
    for secret in (PASSWORD, CANARY):
        check(secret.encode() not in data and secret.encode("utf-16-le") not in data, "no secret is in it")
    with tarfile.open(path) as archive:
        names = [name.removeprefix("railhead-report/") for name in archive.getnames()]
        texts = {name: archive.extractfile(f"railhead-report/{name}").read().decode() for name in names}
    check({"system.txt", "doctor.json", "status.json", "office/profile.conf", "office/session.log", "agent/agent.log"} <= set(names), f"{names}")
    check(json.loads(texts["status.json"])["guests"][0]["state"] == "ready" and json.loads(texts["doctor.json"]), "it says how things are")
    check("user=someone" in texts["office/profile.conf"] and "connected" in texts["office/session.log"], "and has profile and logs")
    check(desk.railhead("report", "/nonexistent/r.tar").returncode == 1, "a report that cannot be written is a failure")


CASES = {nothing_is_wrong: {}, without_a_desktop: {"keyring": False, "screen": False}, limits: {}, guests: {}, agents_of_guests: {},
         a_report_without_secrets: {}}
sys.exit(run_cases(CASES, "Xvfb", "openbox", "gnome-keyring-daemon", "secret-tool"))
