#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the command says and with which code it ends, for every code of the manual page and every way to get it."""
import os
import subprocess
import sys

from bench import BUILD, check, run_cases, sentence

WRONG = [["bogus"], ["apss"], ["--jsno"], ["-v"], ["guest"], ["guest", "bogus"], ["run"], ["guest", "add"], ["guest", "remove"],
         ["apps", "x"], ["windows", "x"], ["stop", "a", "b"], ["stop", "--json"], ["guest", "list", "x"],
         ["guest", "add", "UPPER"], ["guest", "add", "a", "size"], ["guest", "add", "a", "sise=1x1"],
         ["guest", "add", "a", "size=1x1"], ["guest", "add", "a", "kind=rdp"], ["guest", "add", "a", b"user=\xff"],
         ["guest", "remove", "../x"], ["guest", "add", "a", "rdp://"], ["guest", "add", "a", "rdp://u:secret@h"], ["guest", "set", "a"],
         ["guest", "add", "a", "rdp://u@h/path"], ["guest", "add", "a", "ftp://h"], ["guest", "add", "a", "rdp://u@h", "security=rdp"],
         ["guest", "add", "a", "kind=xp", "address=host"]]
KEYS = ["kind", "address", "user", "pixels", "security", "tls", "certificate", "depth", "frame", "size", "documents", "linger", "start",
        "open-links", "open-documents"]


def usage(bench):
    for words in WRONG:
        sentence(bench.railhead(*words), 2, f"railhead {words}")
    check("windows" in sentence(bench.railhead("wndows"), 2, "a word that is nearly right"), "the right one is named")
    check(not os.path.exists(f"{bench.env['XDG_CONFIG_HOME']}/railhead/guests/a.conf"), "nothing was added")
    for word in ("--help", "--version"):
        done = bench.railhead(word)
        check(done.returncode == 0 and done.stdout and not done.stderr, f"{word} ends 0 and speaks on stdout")
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([f"{bench.bin}/railhead", "--help"], stdout=full, stderr=subprocess.PIPE, check=False)
    check(done.returncode == 1 and done.stderr, "an answer that cannot be written is a failure")


def settings(bench):
    """guest set: every key, in a file that somebody writes by hand, too."""
    done = bench.railhead("guest", "add", "cellar", "rdp://HOME%5Czoe@[::1]:3390", "documents=refuse")
    check(done.returncode == 0, f"a guest is added by its address {done.stderr}")
    path = f"{bench.env['XDG_CONFIG_HOME']}/railhead/guests/cellar.conf"
    listed = next(g for g in bench.json("guest", "list"))
    check((listed["kind"], listed["address"], listed["user"]) == ("rdp", "[::1]:3390", "HOME\\zoe"), f"and listed: {listed}")
    with open(path, "a", encoding="utf-8") as file:
        file.write("# a remark\nunknown=kept\n")
    for key, value in (("kind", "xp"), ("kind", "rdp"), ("security", "nla"), ("tls", "1.0"), ("certificate", "sha256:" + "0f" * 32),
                       ("depth", "16"), ("frame", "ff0000"), ("size", "800x600"), ("pixels", "legacy"), ("user", "someone"),
                       ("address", "host:3391"), ("documents", "refuse"), ("linger", "log-off-after 60"), ("start", "login"), ("open-links", "off"), ("open-documents", "on")):
        done = bench.railhead("guest", "set", "cellar", f"{key}={value}")
        check(done.returncode == 0 and not done.stderr, f"{key}={value} {done.stderr}")
        check(bench.json("guest", "list")[0][key] == value, "and it is")
    for key in KEYS:
        words = sentence(bench.railhead("guest", "set", "cellar", f"{key}=\x01 bad"), 2, f"a wrong {key}") if key != "user" else ""
        check(f"for {key}: it is " in words or key == "user", "the sentence says what is allowed")
    words = sentence(bench.railhead("guest", "set", "cellar", "depht=16"), 2, "a key that is not")
    check(all(key in words for key in KEYS), "all keys are named")
    sentence(bench.railhead("guest", "set", "nobody", "depth=16"), 4, "a guest that is not")
    sentence(bench.railhead("guest", "add", "v", "libvirt:///xp"), 7, "a machine of libvirt")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    check("# a remark\nunknown=kept\n" in text, "what is not ours is kept")
    with open(os.path.join(os.path.dirname(__file__), "../../host-agent/data/railhead-profile.5"), encoding="utf-8") as file:
        page = file.read()
    check(all(f".B {key}\n" in page for key in KEYS), "every key is in its manual page")


def without_bus(bench):
    for env in ({}, {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={bench.root}/nothing"}):
        bench.env.pop("DBUS_SESSION_BUS_ADDRESS", None)
        for words in (["apps"], ["run", "Five"], ["windows", "--json"], ["status"]):
            words = sentence(bench.railhead(*words, **env), 1, f"{words} without a session bus {env}")
            check("session bus" in words, "the sentence names what is missing")
    done = bench.railhead("guest", "add", "twin")
    check(done.returncode == 0, "a guest is added without a bus")
    check(bench.railhead("guest", "list").stdout.startswith("twin"), "and listed")
    agent = subprocess.run([f"{bench.bin}/railhead-agent"], env=bench.env, capture_output=True, text=True, timeout=20, check=False)
    check(agent.returncode == 1 and "session bus" in agent.stderr, f"the agent says it too: {agent.stderr.strip()}")


def codes(bench):
    bench.start_bus()
    sentence(bench.railhead("run", "Five"), 4, "run without a guest")
    bench.add_guest()
    sentence(bench.railhead("guest", "add", "twin"), 1, "a guest that exists")
    sentence(bench.railhead("run", "Five", DISPLAY=""), 5, "run without an X server")
    sentence(bench.railhead("run", "Five", DISPLAY=":54321"), 5, "run with an X server that is not there")
    bench.start_desktop()
    bench.publish((5, "Five"), (6, "Same"), (7, "Same"))
    sentence(bench.railhead("run", "None"), 3, "an unknown name")
    sentence(bench.railhead("run", "Same"), 3, "a name of two")
    sentence(bench.railhead("run", b"\xff"), 3, "a name that is no text")
    sentence(bench.railhead("run", "twin/0123456789abcdef"), 3, "an unknown id")
    sentence(bench.railhead("run", "other/Five"), 4, "an unknown guest")
    sentence(bench.railhead("stop", "other"), 4, "stop of an unknown guest")
    sentence(bench.railhead("stop", b"\xff"), 4, "stop of what is no name")
    sentence(bench.railhead("guest", "remove", "other"), 4, "remove of an unknown guest")
    sentence(bench.railhead("run", "Five", "/nonexistent/file"), 1, "a file")
    for words in (["run", "five"], ["run", "0000000000000005"], ["run", "twin/0000000000000005"], ["run", "--json", "Five"],
                  ["apps"], ["apps", "--json"], ["windows"], ["windows", "--json"], [], ["--json"], ["status"], ["guest", "list"],
                  ["guest", "list", "--json"]):
        done = bench.railhead(*words)
        check(done.returncode == 0 and not done.stderr, f"railhead {words}: exit {done.returncode} {done.stderr}")
    bench.instruct("launch fail")
    sentence(bench.railhead("run", "Five"), 1, "a program that is not there")
    sentence(bench.railhead("run", "--json", "Five"), 1, "and with --json")
    sentence(bench.railhead("apps", "--json", DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere"), 1, "--json and no bus")
    done = bench.railhead("stop", "twin")
    check(done.returncode == 0 and not done.stderr, "stop of a guest")
    done = bench.railhead("stop")
    check(done.returncode == 0 and not done.stderr, "stop of all")


def no_window(bench):
    bench.start_bus()
    bench.start_desktop()
    bench.add_guest()
    bench.publish((5, "Five"))
    bench.apps()
    bench.instruct("launch silent")
    sentence(bench.railhead("run", "Five", timeout=90), 6, "a program without a window")


def documented(bench):
    """Every code of AgentError has its word in the manual page."""
    with open(os.path.join(os.path.dirname(__file__), "../../host-agent/data/railhead.1"), encoding="utf-8") as file:
        page = file.read()
    text = page[page.index(".SH EXIT STATUS"):page.index(".SH FILES")]
    for code in range(8):
        check(f"{code} " in text, f"exit code {code} is documented")
    shown = subprocess.run([f"{BUILD}/host-agent/railhead", "--help"], capture_output=True, text=True, check=True).stdout
    for code in range(8):
        check(f"{code} " in shown.split("exit codes:")[1], f"--help knows exit code {code}")


if __name__ == "__main__":
    sys.exit(run_cases([usage, settings, without_bus, codes, no_window, documented], "Xvfb", "openbox"))
