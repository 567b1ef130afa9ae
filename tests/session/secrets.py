#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Passwords and certificates of a guest on the network, from the command to the guest's logon: asked for once, kept by a real
gnome-keyring, and in no argument, environment, log, file or recording; what happens without such a service, with a wrong password,
with a certificate that changes. The guest is scripted, agent and session are real.

usage: secrets.py BUILD-DIR [CASE...]     Exit 77: a component is not here."""
import glob
import os
import pty
import select
import shutil
import subprocess
import sys
import time

from remote import BUILD, PASSWORD, RAILHEAD, SCRIPT, WRONG, RailFake, check, run_cases, say, until


def processes(desk):
    """Ids of all that run with this home, and what can be read of them."""
    marker = f"HOME={desk.env['HOME']}".encode()
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            with open(f"{folder}/environ", "rb") as file:
                environment = file.read()
            with open(f"{folder}/cmdline", "rb") as file:
                words = file.read()
            if marker in environment.split(b"\0"):
                yield folder, environment, words
        except OSError:
            continue  # it has ended, or is closed even to its user


def in_memory(pid, secret):
    """Where a process holds it, as far as this user may look."""
    found = []
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        for line in maps:
            words = line.split()
            begin, end = (int(number, 16) for number in words[0].split("-"))
            if "r" not in words[1] or words[-1] in ("[vvar]", "[vsyscall]"):
                continue
            try:
                memory.seek(begin)
                if secret.encode() in memory.read(end - begin):
                    found.append(line.strip())
            except OSError:  # pages behind the end of a file
                continue
    return found


def no_leak(desk, secret=PASSWORD):
    """S4: neither who lists processes nor who reads files finds it. What the guest's own log holds is the guest's."""
    forms = [secret.encode(), secret.encode("utf-16-le")]
    seen = 0
    for folder, environment, words in processes(desk):
        seen += 1
        check(not any(form in environment or form in words for form in forms), f"not in arguments or environment of {words[:60]!r}")
    check(seen >= 1, f"{seen} processes were looked at")
    files = [path for path in glob.glob(f"{desk.root}/**/*", recursive=True) + glob.glob(f"{desk.root}/**/.*", recursive=True)
             if os.path.isfile(path) and not path.startswith((f"{desk.root}/bin/", f"{desk.root}/guest"))]
    for path in files:
        with open(path, "rb") as file:
            data = file.read()
        check(not any(form in data for form in forms), f"not in {path[len(desk.root):]} ({len(data)} bytes)")
    check(any(path.endswith("session.log") for path in files) and any(path.endswith("agent.log") for path in files), "the logs are among them")


def kept_by_the_keyring(desk):
    desk.add()
    words = desk.fails("railhead guest login office", "without a password it says what to do")
    check("someone" in words and not desk.fake.events("connection"), "and the guest was left alone")
    done = desk.railhead("guest", "login", "office", text=PASSWORD + "\n")
    check(done.returncode == 0 and not done.stderr, f"it is given {done.stderr}")
    check(desk.stored() == PASSWORD, "and kept by the secret service")
    desk.runs("a program runs")
    check(desk.fake.wait("logon")["known"] == 1, "the guest has taken the password")
    agent = desk.json("status")["pid"]
    check(not in_memory(agent, PASSWORD), "what the keyring keeps, the agent does not hold")
    check(in_memory(agent, "railhead guest login"), "(it would have been found)")
    session = desk.status()["session_pid"]
    check(not os.access(f"/proc/{session}/mem", os.R_OK) or os.geteuid() == 0, "nobody reads the session's memory")
    no_leak(desk)
    desk.stop()
    desk.fake.forget()
    desk.runs("and with another agent, without a question")
    check(desk.fake.wait("logon")["known"] == 1, "the guest has taken it again")
    no_leak(desk)
    done = desk.railhead("guest", "login", "office", "--forget")
    until(lambda: not desk.stored(), 20, "it can be forgotten")


def asked_on_the_screen(desk):
    """By a launcher's click: the first program that can ask is asked, once; what the guest refused is not sent again."""
    desk.add()
    desk.prompt(f"D {WRONG}\nOK")
    words = desk.fails("railhead guest login office", "the guest refuses it")
    check("denied" in words and len(desk.fake.events("logon")) == 1, f"after one attempt: {words}")
    check(desk.asked().count("GETPIN") == 7 and desk.status()["login_needed"], "each prompt that draws nothing is passed over")
    check(not desk.stored(), "and not kept")
    desk.fake.forget()
    desk.prompt("ERR 83886179 Operation cancelled <Pinentry>")
    desk.fails("no password was given", "a prompt that is closed")
    check(not desk.fake.events("connection"), "no second attempt by itself")
    check("SETERROR The guest refused the last one." in desk.asked(), "the next prompt says why it asks again")
    desk.prompt(f"D {PASSWORD.replace('%', '%25')}\nOK")
    desk.runs("with the right one")
    until(lambda: desk.stored() == PASSWORD, 20, "which is kept, since the guest took it")
    no_leak(desk)
    no_leak(desk, WRONG)


def asked_by_others(desk):
    """Without a pinentry that works: askpass programs, whose output is the password."""
    desk.add()
    with open(f"{desk.bin}/zenity", "w", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\necho \"$@\" >> {desk.root}/asked\necho '{PASSWORD}'\n")
    desk.fails("no password was given", "ssh-askpass was closed: nobody is asked twice")
    for name in ("ssh-askpass", "kdialog"):
        os.unlink(f"{desk.bin}/{name}")
    desk.runs("zenity asks")
    check("someone" in desk.asked() and desk.fake.wait("logon")["known"] == 1, "for whom")
    no_leak(desk)


def asked_by_pinentry(desk):
    """The real one, typed into with a keyboard."""
    real = shutil.which("pinentry-gtk-2", path="/usr/bin")
    if not real:
        say("pinentry-gtk-2 is not here")
        return
    for name in os.listdir(desk.bin):
        os.unlink(f"{desk.bin}/{name}")
    for name in ("pinentry-gnome3", "pinentry-qt", "pinentry-qt5"):
        desk.prompt("ERR 83886340 this one draws nothing", name)
    desk.add()
    child = subprocess.Popen([RAILHEAD, "run", "Probe"], env=desk.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, text=True)
    desk.children.append(child)
    found = until(lambda: desk.output(["xdotool", "search", "--onlyvisible", "--class", "pinentry"]).split(), 40, "a window asks")
    until(lambda: desk.output(["xdotool", "getwindowfocus"]).strip() != "1", 20, "it has the keyboard")
    say(f"window {found}")

    def typed():
        desk.run(["xdotool", "key", "--clearmodifiers", "ctrl+a"])
        desk.run(["xdotool", "type", "--clearmodifiers", PASSWORD])
        desk.run(["xdotool", "key", "Return"])
        return child.poll() is not None or not desk.output(["xdotool", "search", "--onlyvisible", "--class", "pinentry"]).split()
    until(typed, 60, "what is typed is taken")
    stderr = child.communicate(timeout=60)[1]
    check(child.returncode == 0, f"and the program runs: {stderr}")
    no_leak(desk)


def asked_on_a_terminal(desk):
    desk.add()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(RAILHEAD, [RAILHEAD, "run", "Probe"], desk.env)
    text, sent, end = b"", False, time.monotonic() + 90
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        text += data
        if b"Password of someone" in text and text.rstrip().endswith(b":") and not sent:
            os.write(terminal, PASSWORD.encode() + b"\n")
            sent = True
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    check(sent and status == 0, f"asked, answered, run: {status} {text!r}")
    check(PASSWORD.encode() not in text, "nothing of it was shown")
    check(not desk.asked(), "nor was anybody asked on the screen")
    no_leak(desk)


def without_a_keyring(desk):
    desk.add("security=nla")
    done = desk.railhead("guest", "login", "office", text=PASSWORD + "\n")
    check(done.returncode == 0 and "until the agent ends" in done.stderr, f"it says that it is not kept: {done.stderr.strip()}")
    desk.runs("a program runs")
    check(desk.status()["protection"] == "nla" and "not kept" in desk.status()["notice"] + desk.railhead().stdout, "the status says so")
    no_leak(desk)
    desk.stop()
    desk.fails("railhead guest login office", "the next agent does not know it")


def certificate_by_first_use(desk):
    """And a user of a domain: both are told apart on the way."""
    desk.add("user=HOME\\someone")
    desk.railhead("guest", "login", "office", text=PASSWORD)
    desk.runs("the first connection")
    logon = desk.fake.wait("logon")
    check((logon["domain"], logon["user"]) == ("HOME", "someone"), f"as whom: {logon}")
    first = desk.fake.fingerprint
    check(f"certificate=sha256:{first}\n" in desk.profile() and first in desk.railhead().stdout, "what it showed is kept, and said")
    desk.stop()
    desk.fake.end()
    port = desk.fake.address
    desk.serve(folder="guest-two")
    second = desk.fake.fingerprint
    done = desk.railhead("guest", "set", "office", f"address={desk.fake.address}")
    check(done.returncode == 0 and port != desk.fake.address, "another guest comes in its place")
    desk.railhead("guest", "login", "office", text=PASSWORD)
    words = desk.fails("railhead guest trust office", "it is refused")
    check(first in words and second in words and not desk.fake.events("logon"), "both are named, and nothing was sent")
    done = desk.railhead("guest", "trust", "office")
    check(done.returncode == 0 and first in done.stdout and second in done.stdout, f"it is accepted: {done.stdout}")
    check(f"certificate=sha256:{second}\n" in desk.profile(), "and is in the profile")
    desk.runs("then it is connected to")
    check(desk.railhead("guest", "trust", "office").returncode == 1, "there is nothing else to accept")
    check(desk.railhead("guest", "trust", "office", "00").returncode == 2, "and only a certificate can be")


def plain_security_stays_at_home(desk):
    done = desk.railhead("guest", "add", "office", "kind=xp", "address=192.0.2.1")
    check(done.returncode == 0, "an address in numbers may be one of this computer")
    words = desk.railhead("apps").stderr
    check("does not prove" in words and "192.0.2.1" in words, f"this one is not: {words.strip()}")
    xp = RailFake(BUILD, f"{desk.root}/guest-xp", "xp", SCRIPT, tcp=True)
    check(desk.railhead("guest", "set", "office", f"address={xp.address}").returncode == 0, "one on this computer")
    desk.runs("is connected to")
    check("nothing proves who" in desk.railhead().stdout and desk.status()["protection"] == "rdp", "and the status says what it is")
    xp.end()


def windows_xp_by_its_kind(desk):
    """kind=xp says all that such a guest needs, and the agent keeps to what it has."""
    for depth, size, wanted in (("24", "8192x4096", (4096, 2048)), ("16", "1024x768", (1024, 768)), ("15", "800x600", (800, 600))):
        name = f"xp{depth}"
        xp = RailFake(BUILD, f"{desk.root}/guest-{name}", "xp", SCRIPT.replace("Probe", f"Probe {depth}"), tcp=True, depth=24)
        done = desk.railhead("guest", "add", name, "kind=xp", f"address={xp.address}", f"depth={depth}", f"size={size}")
        check(done.returncode == 0, f"a guest of kind xp {done.stderr}")
        done = desk.railhead("run", f"{name}/Probe {depth}")
        check(done.returncode == 0, f"a program runs {done.stderr}")
        logon, active = xp.wait("logon"), xp.wait("active")
        check(logon["shell"] == "rdpinit.exe" and logon["protocol"] == 0 and logon["encryption"] == 2, f"RAIL by its shell, 128 bits: {logon}")
        check((active["width"], active["height"]) == wanted and logon["depth"] == int(depth), f"no bigger and no deeper than it can: {active}")
        check(not active["dynamic"] and not active["gfx"], "no dynamic channel, and so no display control")
        check(desk.railhead("stop", name).returncode == 0 and xp.end() in (0, 1), "the end")


CASES = {kept_by_the_keyring: {}, asked_on_the_screen: {}, asked_by_others: {}, asked_by_pinentry: {}, asked_on_a_terminal: {},
         without_a_keyring: {"keyring": False, "security": "nla"}, certificate_by_first_use: {}, plain_security_stays_at_home: {},
         windows_xp_by_its_kind: {"keyring": False}}

sys.exit(run_cases(CASES, "Xvfb", "openbox", "gnome-keyring-daemon", "secret-tool", "xdotool"))
